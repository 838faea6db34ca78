# Part of ar_collect. License LGPL-3.
from datetime import timedelta

from odoo import api, fields, models


class ArCollectHoldDecide(models.TransientModel):
    """Asks why, and for how long, a customer is released."""

    _name = "ar.collect.hold.decide"
    _description = "Decide on a Release"

    release_id = fields.Many2one(comodel_name="ar.collect.hold.release", string="Request")
    account_id = fields.Many2one(
        comodel_name="ar.collect.account",
        string="Customer",
        compute="_compute_account_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    currency_id = fields.Many2one(related="account_id.currency_id", related_sudo=False)
    request_reason = fields.Text(
        string="Asked Because", related="release_id.request_reason", related_sudo=False
    )
    hold_text = fields.Text(compute="_compute_hold_text", string="Held Because")
    reason = fields.Text(
        string="Your Reason", required=True, help="Noted in the chatter, and told to who asked."
    )
    by_promise = fields.Boolean(
        string="Because Promised", help="It is over as soon as the promise is not kept."
    )
    promise_id = fields.Many2one(
        comodel_name="ar.collect.promise",
        domain="[('account_id', '=', account_id), ('state', '=', 'open')]",
    )
    date_until = fields.Date(
        string="Until",
        compute="_compute_date_until",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="The last day.",
    )
    amount = fields.Monetary(
        string="Up To",
        compute="_compute_amount",
        store=True,
        precompute=True,
        readonly=False,
        help="In company currency; 0: any amount.",
    )

    # === COMPUTE METHODS === #

    @api.depends("release_id")
    def _compute_account_id(self):
        for wizard in self:
            wizard.account_id = wizard.release_id.account_id or wizard.account_id

    @api.depends("release_id", "account_id")
    def _compute_hold_text(self):
        for wizard in self:
            asked = wizard.release_id.hold_text
            wizard.hold_text = asked or wizard.account_id.hold_text

    @api.depends("promise_id", "by_promise", "account_id")
    def _compute_date_until(self):
        for wizard in self:
            company = wizard.account_id.company_id or wizard.env.company
            days = timedelta(days=company.collect_hold_release_days)
            promised = wizard.by_promise and wizard.promise_id.date_promised
            wizard.date_until = promised or company._get_collect_today() + days

    @api.depends("release_id")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.release_id.amount_requested

    # === ACTION METHODS === #

    def action_release(self):
        """Release, and note why.

        :return: the action that closes the dialog
        :rtype: dict
        """
        self.ensure_one()
        promise = self.promise_id if self.by_promise else None
        terms = self.reason, self.date_until, promise, self.amount
        if self.release_id:
            self.release_id._release(*terms)
        else:
            releases = self.env["ar.collect.hold.release"]
            releases._give(self.account_id, *terms, **self._get_release_values())
        return {"type": "ir.actions.act_window_close"}

    def action_refuse(self):
        """Refuse, and note why.

        :return: the action that closes the dialog
        :rtype: dict
        """
        self.release_id._refuse(self.reason)
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS === #

    def _get_release_values(self):
        """What else a release is given that nobody has asked for. To be extended.

        :rtype: dict
        """
        return {}
