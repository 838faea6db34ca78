# Part of ar_collect. License LGPL-3.
from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.ar_collect_dispute_resolve import ACCEPTED, OUTCOMES

#: What the customer is told, by outcome.
TEMPLATES = {
    "accepted": "ar_collect.mail_template_dispute_accepted",
    "accepted_part": "ar_collect.mail_template_dispute_accepted",
    "rejected": "ar_collect.mail_template_dispute_rejected",
}


class ArCollectDisputeResolve(models.TransientModel):
    """Asks how a dispute ends, and tells the customer."""

    _name = "ar.collect.dispute.resolve"
    _description = "Resolve a Dispute"

    dispute_id = fields.Many2one(
        comodel_name="ar.collect.dispute", required=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="dispute_id.currency_id")
    amount = fields.Monetary(related="dispute_id.amount")
    outcome = fields.Selection(OUTCOMES, required=True, default="accepted")
    root_cause_id = fields.Many2one(
        comodel_name="ar.collect.dispute.root.cause",
        compute="_compute_root_cause_id",
        store=True,
        readonly=False,
    )
    item_ids = fields.One2many(
        comodel_name="ar.collect.dispute.resolve.item",
        inverse_name="wizard_id",
        compute="_compute_item_ids",
        store=True,
        readonly=False,
    )
    make_credit_note = fields.Boolean(
        string="Make the Draft Credit Note",
        default=True,
        help="For the contested lines or amount; posted by who may post invoices.",
    )
    tell = fields.Boolean(
        string="Tell the Customer", compute="_compute_tell", store=True, readonly=False
    )
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="To",
        compute="_compute_contact_id",
        store=True,
        readonly=False,
        domain="[('commercial_partner_id', '=', customer_id)]",
    )
    customer_id = fields.Many2one(related="dispute_id.customer_id")
    subject = fields.Char(compute="_compute_letter", store=True, readonly=False)
    body = fields.Html(compute="_compute_letter", store=True, readonly=False)
    attachment_ids = fields.Many2many(comodel_name="ir.attachment", string="Documents")

    # === COMPUTE METHODS === #

    @api.depends("dispute_id")
    def _compute_root_cause_id(self):
        for wizard in self:
            wizard.root_cause_id = wizard.dispute_id._get_likely_cause()

    @api.depends("dispute_id")
    def _compute_item_ids(self):
        for wizard in self:
            wizard.item_ids = [Command.clear()] + [
                Command.create({"item_id": item.id, "accepted": item.amount_remaining})
                for item in wizard.dispute_id.item_ids
            ]

    @api.depends("outcome")
    def _compute_tell(self):
        for wizard in self:
            wizard.tell = wizard.outcome in TEMPLATES

    @api.depends("dispute_id")
    def _compute_contact_id(self):
        for wizard in self:
            wizard.contact_id = wizard.dispute_id._get_contact()

    @api.depends("dispute_id", "outcome")
    def _compute_letter(self):
        for wizard in self:
            wizard.subject = wizard.body = False
            if xmlid := TEMPLATES.get(wizard.outcome):
                # sudo: the templates of others are read, nothing of theirs is shown
                template = self.env.ref(xmlid).sudo()  # sudo: see above
                ids = wizard.dispute_id.ids
                rendered = {
                    name: template._render_field(name, ids, compute_lang=True)
                    for name in ("subject", "body_html")
                }
                wizard.subject = rendered["subject"].get(wizard.dispute_id.id)
                wizard.body = rendered["body_html"].get(wizard.dispute_id.id)

    # === ACTION METHODS === #

    def action_resolve(self):
        """Decide, make the credit note, and write to the customer.

        :return: the action that closes the dialog
        :raise UserError: amounts that do not fit, or decided by somebody else
        """
        self.ensure_one()
        dispute = self.dispute_id
        accepted = self._get_accepted() if self.outcome == "accepted_part" else None
        dispute.root_cause_id = self.root_cause_id
        dispute._resolve(self.outcome, accepted)
        if self.outcome in ACCEPTED and self.make_credit_note and dispute.state == "open":
            dispute._make_credit_notes()
        if self.tell:
            self._tell()
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS === #

    def _get_accepted(self):
        """Accepted amount by item.

        :rtype: dict
        """
        accepted = {}
        for line in self.item_ids:
            left = line.item_id.amount_remaining
            if not 0 <= line.accepted <= left:
                raise UserError(
                    self.env._(
                        "Between nothing and %(left)s can be accepted of %(item)s.",
                        left=self.currency_id.format(left),
                        item=line.name,
                    )
                )
            accepted[line.item_id] = line.accepted
        if self.currency_id.is_zero(sum(accepted.values())):
            raise UserError(
                self.env._("Enter what is accepted of each item, or reject the dispute.")
            )
        return accepted

    def _tell(self):
        """Write to the customer, through the mail queue."""
        if not self.contact_id.email:
            raise UserError(
                self.env._(
                    "%s has no e-mail address: add one, choose another contact, or untick"
                    " “Tell the Customer”.",
                    self.contact_id.display_name,
                )
            )
        self.dispute_id.with_context(mail_notify_force_send=False).message_post(
            attachment_ids=self.attachment_ids.ids,
            body=self.body,
            message_type="comment",
            partner_ids=self.contact_id.ids,
            subject=self.subject,
            subtype_xmlid="mail.mt_comment",
        )


class ArCollectDisputeResolveItem(models.TransientModel):
    """How much of a contested item is accepted."""

    _name = "ar.collect.dispute.resolve.item"
    _description = "Item of a Dispute to Resolve"

    wizard_id = fields.Many2one(
        comodel_name="ar.collect.dispute.resolve", required=True, ondelete="cascade"
    )
    item_id = fields.Many2one(
        comodel_name="ar.collect.dispute.item", required=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="item_id.currency_id")
    name = fields.Char(related="item_id.name")
    contested = fields.Monetary(related="item_id.amount")
    remaining = fields.Monetary(related="item_id.amount_remaining")
    accepted = fields.Monetary()
