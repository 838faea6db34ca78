# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.exceptions import UserError


class ArCollectHoldSet(models.TransientModel):
    """Asks a manager why credit is stopped, and until when; or why it is not any more."""

    _name = "ar.collect.hold.set"
    _description = "Put on Credit Hold"

    account_id = fields.Many2one(
        comodel_name="ar.collect.account", string="Customer", required=True, ondelete="cascade"
    )
    is_held = fields.Boolean(string="On Hold", related="account_id.hold", related_sudo=False)
    former_reason = fields.Text(
        string="On Hold Because", related="account_id.hold_reason", related_sudo=False
    )
    reason = fields.Text(
        string="Your Reason",
        compute="_compute_reason",
        store=True,
        precompute=True,
        readonly=False,
        help="Noted in the chatter, and read by the customer's salespeople.",
    )
    lift_reason = fields.Text(string="Why Not Any More", help="Noted in the chatter.")
    date_until = fields.Date(
        string="Until", help="The last day; empty: until a manager lifts the hold."
    )

    # === COMPUTE METHODS === #

    @api.depends("account_id")
    def _compute_reason(self):
        self.account_id.check_access("read")
        for wizard in self:
            # what was proposed, to be changed
            proposals = wizard.account_id._get_hold_proposals()
            texts = [task.note.striptags() for task in proposals[:1] if task.note]
            wizard.reason = wizard.reason or "\n".join(texts)

    # === ACTION METHODS === #

    def action_set(self):
        """Put the customer on hold, and note why.

        :return: the action that closes the dialog
        :rtype: dict
        """
        self.ensure_one().account_id._set_hold(self._check_reason(self.reason), self.date_until)
        return {"type": "ir.actions.act_window_close"}

    def action_lift(self):
        """Lift the hold, and note why.

        :return: the action that closes the dialog
        :rtype: dict
        """
        self.ensure_one().account_id._lift_hold(self._check_reason(self.lift_reason))
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS === #

    @api.model
    def _check_reason(self, reason):
        """What was typed.

        :raise UserError: where nothing was
        :rtype: str
        """
        if not (reason or "").strip():
            raise UserError(self.env._("Say in a few words why."))
        return reason.strip()
