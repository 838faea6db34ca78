# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .ar_collect_activity import CHANNELS

STATES = [("open", "Open"), ("closed", "Closed"), ("cancelled", "Cancelled")]


class ArCollectDispute(models.Model):
    """An amount on invoices that a customer contests."""

    _name = "ar.collect.dispute"
    _description = "Dispute"
    _inherit = [
        "ar.collect.claim",
        "ar.collect.thread",
        "mail.tracking.duration.mixin",
        "mail.activity.mixin",
        "portal.mixin",
    ]
    _order = "priority DESC, date_deadline, id"
    _rec_names_search = ["name", "item_ids.name", "customer_id"]
    _mail_post_access = "read"
    _track_duration_field = "stage_id"

    name = fields.Char(string="Number", readonly=True, copy=False, index="trigram")

    amount = fields.Monetary(
        string="Contested",
        compute="_compute_amount",
        store=True,
        help="In the currency of the items.",
    )
    item_ids = fields.One2many(
        comodel_name="ar.collect.dispute.item", inverse_name="dispute_id", string="Items"
    )
    reason_id = fields.Many2one(
        comodel_name="ar.collect.dispute.reason",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        help="The customer's, whatever the cause turns out to be.",
    )
    description = fields.Text(help="Plain text: what the customer says is wrong.")
    origin = fields.Selection(
        CHANNELS, compute="_compute_origin", store=True, precompute=True, readonly=False
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, default="open", index=True, tracking=True
    )
    date_opened = fields.Date(
        string="Opened",
        required=True,
        compute="_compute_date_opened",
        store=True,
        precompute=True,
        readonly=False,
    )
    date_closed = fields.Date(string="Closed", readonly=True)

    # === COMPUTE METHODS === #

    @api.depends("name", "reason_id", "item_ids.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for dispute in self:
            parts = [dispute.name, dispute.reason_id.name, dispute._get_item_names()]
            dispute.display_name = " · ".join(part for part in parts if part)

    @api.depends("item_ids.amount")
    def _compute_amount(self):
        for dispute in self:
            dispute.amount = sum(dispute.item_ids.mapped("amount"))

    @api.depends("activity_id")
    def _compute_origin(self):
        for dispute in self:
            dispute.origin = dispute.activity_id.channel or dispute.origin or "call"

    @api.depends("account_id")
    def _compute_date_opened(self):
        for dispute in self:
            company = dispute.account_id.company_id or dispute.env.company
            dispute.date_opened = dispute.date_opened or company._get_collect_today()

    # === CONSTRAINT METHODS === #

    @api.constrains("account_id", "item_ids")
    def _check_items(self):
        for dispute in self:
            if not dispute.item_ids:
                raise ValidationError(
                    dispute.env._("Choose the invoices that the customer contests.")
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `ar_collect` to number the disputes."""
        numbers = self.env["ir.sequence"].sudo()  # sudo: nobody else takes numbers by hand
        for vals in vals_list:
            vals["name"] = numbers.next_by_code("ar.collect.dispute")
        return super().create(vals_list)

    # === BUSINESS METHODS === #

    def _get_open_action(self):
        """Open these disputes: the form of one, a list of several.

        :return: window action
        :rtype: dict
        """
        actions = self.env["ir.actions.act_window"].sudo()  # sudo: a definition, no data
        action = {**actions._for_xml_id("ar_collect.ar_collect_dispute_action"), "context": {}}
        if len(self) == 1:
            return {**action, "res_id": self.id, "views": [(False, "form")]}
        return {**action, "domain": [("id", "in", self.ids)]}

    @api.model
    def _prepare_items(self, vals):
        """Override of `ar_collect`: an amount given is shared out, then the items decide."""
        result = super()._prepare_items(vals)
        vals.pop("amount", None)
        return result

    @api.model
    def _get_claimable(self, line):
        """Override of `ar_collect`: what other disputes leave of the item."""
        return max(super()._get_claimable(line) - line.collect_disputed_amount, 0)

    def _get_event_title(self, event):
        """Override of `ar_collect` for what happens to disputes."""
        said = {"reason": self.reason_id.name, "amount": self._format_amount()}
        match event:
            case "created":
                return self.env._("Dispute: %(reason)s, %(amount)s", **said)
        return super()._get_event_title(event)

    def _get_typed_text(self):
        """Override of `ar_collect`."""
        return self.description or ""
