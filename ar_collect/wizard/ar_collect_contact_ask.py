# Part of ar_collect. License LGPL-3.
from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.ar_collect_contact_request import DEFAULT_DAYS, MAX_CONTACTS

MAX_DAYS = 90


class ArCollectContactAsk(models.TransientModel):
    """Ask somebody at the customer whether the contacts we have are right."""

    _name = "ar.collect.contact.ask"
    _description = "Ask the Customer to Confirm Contacts"

    account_id = fields.Many2one(comodel_name="ar.collect.account", required=True, readonly=True)
    customer_id = fields.Many2one(related="account_id.partner_id")
    recipient_id = fields.Many2one(
        comodel_name="res.partner",
        required=True,
        domain="[('commercial_partner_id', '=', customer_id), ('email', '!=', False)]",
        help="Who gets the link; accounts payable by default.",
    )
    recipient_warning = fields.Char(compute="_compute_recipient_warning")
    contact_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Ask About",
        domain="[('commercial_partner_id', '=', customer_id)]",
    )
    days = fields.Integer(string="Link Works For (days)", default=DEFAULT_DAYS, required=True)
    message = fields.Text(
        string="Your Message", help="Added to the e-mail as plain text; leave empty for none."
    )

    # === COMPUTE METHODS === #

    @api.depends("recipient_id")
    def _compute_recipient_warning(self):
        for wizard in self:
            recipient = wizard.recipient_id
            fine = not recipient or recipient.collect_can_mail
            wizard.recipient_warning = False if fine else recipient.collect_health_text

    # === CRUD METHODS === #

    @api.model
    def default_get(self, fields):
        """Override of `base`: accounts payable is asked about everybody who is not known to have
        left."""
        values = super().default_get(fields)
        account = self.env["ar.collect.account"].browse(values.get("account_id") or [])
        if account:
            contacts = account.partner_id._get_collect_contacts(channel="email")
            values["recipient_id"] = account._get_mail_recipients()[:1].id
            asked = contacts.filtered(self._is_asked_about)[:MAX_CONTACTS]
            values["contact_ids"] = [Command.set(asked.ids)]
        return values

    # === ACTION METHODS === #

    def action_send(self):
        """Queue the e-mail and close.

        :return: client action, a message
        :rtype: dict
        """
        self.ensure_one()
        self._check()
        self.env["ar.collect.contact.request"]._ask(
            self.account_id, self.recipient_id, self.contact_ids, self.days, self.message
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The question to %s is on its way. The answer waits for your review.",
                    self.recipient_id.display_name,
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # === BUSINESS METHODS === #

    @api.model
    def _is_asked_about(self, contact):
        """Whether a contact is asked about by default: people, not addresses of the company."""
        return (
            not contact.collect_left_date
            and contact.type != "delivery"
            and not (contact.is_company and contact == contact.commercial_partner_id)
        )

    def _check(self):
        """Refuse what would not make a good question.

        :raise UserError: saying what to change
        """
        if not 1 <= self.days <= MAX_DAYS:
            raise UserError(self.env._("The link works for 1 to %s days.", MAX_DAYS))
        if len(self.contact_ids) > MAX_CONTACTS:
            raise UserError(self.env._("Ask about %s contacts at most.", MAX_CONTACTS))
