# Part of ar_collect. License LGPL-3.
"""Asking the customer to confirm contacts, from the account."""

from odoo import api, fields, models

from .inner_context import InnerText


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    contact_request_ids = fields.One2many(
        comodel_name="ar.collect.contact.request",
        inverse_name="account_id",
        string="Contact Confirmations",
    )

    # === ACTION METHODS === #

    def action_ask_contacts(self):
        """Open the form to ask the customer whether the contacts are right.

        :return: client action
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask the Customer to Confirm Contacts"),
            "res_model": "ar.collect.contact.ask",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_account_id": self.id},
        }

    # === BUSINESS METHODS === #

    def _notify_get_recipients_groups(self, message, model_description, msg_vals=False):
        """Override of `mail`: the link to the form goes into the e-mail, not into the chatter."""
        groups = super()._notify_get_recipients_groups(message, model_description, msg_vals)
        link = self.env.context.get("collect_contact_link")
        if isinstance(link, InnerText):  # any other would be somebody's own, in a mail of ours
            button = {"url": link, "title": self.env._("Check the contacts")}
            for _name, _function, values in groups:
                values |= {"active": True, "has_button_access": True, "button_access": button}
        return groups

    @api.model
    def _get_hollow_domain(self):
        """Override of `ar_collect`: whom the customer was asked about is kept."""
        return [*super()._get_hollow_domain(), ("contact_request_ids", "=", False)]

    def _move_talk(self, target):
        """Override of `ar_collect` to let the questions go over as well."""
        self.contact_request_ids.write({"account_id": target.id})
        return super()._move_talk(target)
