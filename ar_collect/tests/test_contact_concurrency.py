# Part of ar_collect. License LGPL-3.
"""Two mails that say the same of a contact at the same time: proposed once, and both are taken in."""

from odoo.tests import tagged
from odoo.tools import mute_logger

from .committed_common import CommittedCase


@tagged("post_install", "-at_install")
class TestContactConcurrency(CommittedCase):
    def setUp(self):
        super().setUp()
        [(partner_id, _moves)] = self.customers(1, 300)
        with self.transaction() as env:
            contact = env["res.partner"].create({"name": "Dana", "parent_id": partner_id})
            account = env["ar.collect.account"].search([("partner_id", "=", partner_id)])
            self.contact_id, self.account_id = contact.id, account.id
        self.ledger.partner_ids.insert(0, self.contact_id)

    def propose(self, env):
        return env["ar.collect.contact.hint"]._propose(
            env["ar.collect.account"].browse(self.account_id),
            env["res.partner"].browse(self.contact_id),
            "left",
            "Dana has left.",
        )

    def hints(self):
        with self.transaction() as env:
            return env["ar.collect.contact.hint"].search_count(
                [("account_id", "=", self.account_id)]
            )

    def test_one_after_the_other(self):
        first, second = self.open_transaction(), self.open_transaction()
        self.assertTrue(self.propose(first))
        first.cr.commit()
        second["res.partner"].browse(self.contact_id).function = "Accountant"
        self.assertFalse(self.propose(second))
        second.cr.commit()
        self.assertEqual(self.hints(), 1)
        with self.transaction() as env:
            contact = env["res.partner"].browse(self.contact_id)
            self.assertEqual(contact.function, "Accountant", "the rest goes on")

    def test_at_once(self):
        def work():
            with self.transaction() as env:
                self.propose(env)

        # both mute it for themselves, and whoever is first ends that for the other
        with mute_logger("odoo.sql_db"):
            self.run_together(work, work)
        self.assertEqual(self.hints(), 1)
