# Part of ar_collect. License LGPL-3.
"""What is counted of the use of the portal, and who sees it."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time

from .portal_common import PortalCase


class TestPortalUse(PortalCase):
    def setUp(self):
        super().setUp()
        self.uses = self.env["ar.collect.portal.use"].sudo()  # sudo: see CollectCase
        self.log_in()

    def acts(self):
        found = self.uses.search([("account_id", "=", self.own.id)], order="id")
        return [(use.act, use.by_link) for use in found]

    def test_a_visit_counts_once(self):
        for _time in range(3):
            self.get("/my/receivables")
        self.assertEqual(self.acts(), [("visit", False)])
        with freeze_time(fields.Datetime.now() + timedelta(minutes=31)):
            self.uses._note(self.own, self.ann, "visit")
        self.assertEqual(len(self.acts()), 2)

    def test_acts_count_each(self):
        for line, day in ((self.old, 3), (self.new, 4)):
            self.own._promise_on_portal(
                self.ann, line.currency_id, {line.id: line.amount_residual}, self.day(day)
            )
        self.assertEqual(self.acts(), [("promise", False)] * 2)

    def test_with_a_link(self):
        self.get(f"/collections/statement/{self.give()}")
        self.assertEqual(self.acts(), [("visit", True)])
        use = self.uses.search([("account_id", "=", self.own.id)])
        self.assertEqual(
            (use.partner_id, use.customer_id, use.user_id),
            (self.ann, self.partner, self.collector),
        )

    def test_last_use_in_words(self):
        self.assertFalse(self.own.portal_last_use)
        self.uses._note(self.own, self.ann, "statement")
        self.uses.invalidate_model()
        here = self.own.with_context(tz="UTC")
        self.assertEqual(
            here.portal_last_use.replace("\u202f", " "), "Statement today 12:00 PM, Ann"
        )
        with freeze_time("2026-03-17 09:00:00"):
            self.env.invalidate_all()
            self.assertIn("yesterday", here.portal_last_use)
        page = here.with_user(self.collector).sudo(False).get_call_page()
        self.assertIn("Statement", page["portal"])

    def test_roles(self):
        for account in (self.own, self.free, self.foreign):
            self.uses._note(account, account.partner_id, "visit")
        uses = self.uses.sudo(False)
        seen = {
            login: uses.with_user(user).search([]).account_id
            for login, user in self.users.items()
            if user.has_group("ar_collect.group_inquiry")
        }
        self.assertEqual(seen["collector"], self.own | self.free)
        self.assertEqual(seen["manager"], self.own | self.free | self.foreign)
        with self.assertRaises(AccessError):
            uses.with_user(self.users["manager"]).search([]).unlink()
        with self.assertRaises(AccessError):
            uses.with_user(self.ann_user).search([])

    def test_other_company(self):
        other = self.other_company()
        self.invoice(self.partner, 5, company=other)
        self.catch_up()
        self.uses._note(self.account(self.partner, other), self.ann, "visit")
        mine = self.uses.sudo(False).with_user(self.users["manager"])
        self.assertFalse(mine.search([("company_id", "=", other.id)]))

    def test_forgotten(self):
        self.uses._note(self.own, self.ann, "visit")
        self.uses._gc_uses()
        self.assertEqual(len(self.acts()), 1)
        with freeze_time("2028-03-18"):
            self.uses._gc_uses()
        self.assertFalse(self.acts())
