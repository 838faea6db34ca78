# Part of ar_collect. License LGPL-3.
"""What the tests of contact log and call page share."""

from odoo import Command
from odoo.tests import freeze_time, new_test_user, tagged

from .common import CollectCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 12:00:00")
class ContactLogCase(CollectCase):
    """A customer with an overdue invoice and a contact, collected by one of two collectors."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.customer("Azure Interior", tz="UTC")
        cls.contact = cls.env["res.partner"].create(
            {"name": "Dana", "parent_id": cls.partner.id, "email": "dana@azure.example"}
        )
        cls.overdue = cls.invoice(cls.partner, 100, due=-20)
        cls.catch_up()
        cls.row = cls.account(cls.partner)
        cls.collector = cls.role("collector")
        cls.row.user_id = cls.collector

    @classmethod
    def role(cls, name, login=None):
        """A user of a role of collections, by the name of its group."""
        return new_test_user(
            cls.env,
            login or f"log_{name}",
            groups=f"ar_collect.group_{name}",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def outcome(cls, code):
        """The outcome of the default set with this technical name."""
        return cls.env.ref(f"ar_collect.outcome_{code}")

    def log(self, code, *, account=None, user=None, **values):
        """Log a contact as a collector does.

        :rtype: recordset of `ar.collect.activity`
        """
        account = (account or self.row).with_user(user or self.collector)
        answer = account.log_contact({"outcome_id": self.outcome(code).id, **values})
        return self.env["ar.collect.activity"].sudo().browse(answer["log_id"])

    @property
    def item(self):
        """The receivable item of the overdue invoice."""
        lines = self.overdue.line_ids
        return lines.filtered(lambda line: line.account_id.account_type == "asset_receivable")
