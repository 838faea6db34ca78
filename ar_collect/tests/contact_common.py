# Part of ar_collect. License LGPL-3.
"""What the tests of contacts share: a customer with people, and calls to them."""

from datetime import timedelta

from odoo import fields

from .worklist_common import WorklistCase


class ContactCase(WorklistCase):
    """``own`` is the collector's customer; its people are made by :meth:`contact`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.own.partner_id.write({"phone": "+1 555 010 0000", "email": "info@own.example"})

    @classmethod
    def role(cls, *codes):
        """The roles with these codes."""
        # sudo: the accountant of these tests has no part in collections
        return cls.env["ar.collect.contact.role"].sudo().search([("code", "in", codes)])

    @classmethod
    def contact(cls, name, *codes, account=None, **values):
        """A contact of a customer with these roles; as the superuser, who sees every field.

        :rtype: res.partner
        """
        # sudo: see above
        return (
            cls.env["res.partner"]
            .sudo()
            .create(
                {
                    "name": name,
                    "parent_id": (account or cls.own).partner_id.id,
                    "collect_role_ids": cls.role(*codes).ids,
                    **values,
                }
            )
        )

    @classmethod
    def call(cls, contact, outcome="no_answer", account=None, hours=0, **values):
        """A logged call, by default an attempt; ``hours`` from now."""
        # sudo: see above
        return (
            cls.env["ar.collect.activity"]
            .sudo()
            .create(
                {
                    "account_id": (account or cls.own).id,
                    "partner_id": contact.id,
                    "outcome_id": cls.env.ref(f"ar_collect.outcome_{outcome}").id,
                    "date": fields.Datetime.now() + timedelta(hours=hours),
                    "user_id": cls.users["collector"].id,
                    **values,
                }
            )
        )

    @classmethod
    def collector(cls, record, login="collector"):
        """The record as the collector works with it."""
        return record.sudo(False).with_user(cls.users[login]).with_company(cls.company)

    def last_note(self, account=None):
        """The text of the newest message in the account's chatter."""
        account = (account or self.own).sudo()  # sudo: the test reads what anybody wrote
        return account.message_ids[:1].body
