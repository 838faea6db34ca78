# Part of ar_collect. License LGPL-3.
"""The contacts of a customer as electronic visiting cards."""

from odoo import models
from odoo.exceptions import UserError

from ..tools import vcard


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === ACTION METHODS === #

    def action_import_contacts(self):
        """Open the import of electronic visiting cards.

        :return: client action
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import Contacts (vCard)"),
            "res_model": "ar.collect.contact.import",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_account_id": self.id},
        }

    # === BUSINESS METHODS === #

    def _get_contact_cards(self):
        """The cards of the contacts that are still there, the right one first.

        :return: content of a vCard file, version 3.0
        :rtype: bytes
        :raise UserError: without the library that writes cards
        """
        self.ensure_one()
        self._check_vobject()
        contacts = self.contact_ids.filtered(lambda contact: not contact.collect_left_date)
        return b"".join(contact._get_collect_card() for contact in contacts)

    def _check_vobject(self):
        """Say what to install when cards can be neither read nor written.

        :raise UserError: without the library
        """
        if vcard.vobject is None:
            raise UserError(
                self.env._(
                    "Electronic visiting cards need the Python package “vobject” on the server."
                )
            )


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_collect_card(self):
        """The card that core makes of a contact, with the collection roles; without a picture.

        :rtype: bytes
        """
        card = self._build_vcard()
        if "photo" in card.contents:
            del card.contents["photo"]
        if self.collect_role_ids:
            card.add("role").value = ", ".join(self.collect_role_ids.mapped("name"))
        return card.serialize().encode()
