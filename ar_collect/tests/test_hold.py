# Part of ar_collect. License LGPL-3.
"""The credit hold as the account shows it, without any orders."""

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from .claims_common import ClaimsCase


class TestHold(ClaimsCase):
    """The own customer owes 1,200 since 41 days and 300 since 5; see `ClaimsCase`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.collect_hold_active = True
        cls.releases = cls.env["ar.collect.hold.release"].sudo()  # sudo: see CollectCase

    def level(self, account, login="manager"):
        return self.seen_by(login, account).hold_level

    def give(self, account=None, days=2, promise=None, login="manager"):
        """A release of the own customer, or another one.

        :return: `ar.collect.hold.release`, as superuser
        """
        account = self.seen_by(login, account or self.own)
        releases = account.env["ar.collect.hold.release"]
        promise = promise and promise.sudo(False).with_env(account.env)
        return releases._give(account, "They will pay", self.day(days), promise).sudo()

    def test_levels(self):
        self.assertEqual(self.level(self.own), "approve")
        self.assertIn("1,500.00", self.own.hold_text)
        self.company.collect_hold_approve_days = 42
        self.assertEqual(self.level(self.own), "warn")
        self.company.collect_hold_block_days = 41
        self.assertEqual(self.level(self.own), "block")
        self.company.collect_hold_active = False
        self.assertEqual(self.level(self.own), "none")
        self.own.hold = True
        self.assertEqual(self.level(self.own), "approve")

    def test_pages_open(self):
        """Everybody who sees the account sees how it stands with credit."""
        for login in ("inquiry", "collector", "collector_all", "manager"):
            self.assertEqual(self.level(self.own, login), "approve", login)
            account = self.seen_by(login, self.own)
            action = account.action_open_releases()
            self.assertEqual(action["domain"], [("account_id", "=", self.own.id)])

    def test_search(self):
        """Every customer is found by the one level it is on."""
        self.invoice(self.customer("Good"), 10, due=3)
        self.catch_up()
        self.give(self.foreign)
        accounts = self.seen_by("manager", self.accounts)
        levels = ("none", "warn", "approve", "block", "released")
        found = {level: accounts.search([("hold_level", "=", level)]) for level in levels}
        self.assertIn(self.own, found["approve"])
        self.assertEqual(found["released"], self.foreign)
        self.assertEqual(sum(map(len, found.values())), len(accounts.search([])))
        for level, some in found.items():
            self.assertLessEqual(set(some.mapped("hold_level")), {level})

    def test_as_many_queries_for_many(self):
        counts = []
        for number in (2, 2, 20):
            partners = self.env["res.partner"].create([{"name": "P"} for _index in range(number)])
            for partner in partners:
                self.invoice(partner, 50, due=-40)
            self.catch_up()
            accounts = self.accounts.search([("partner_id", "in", partners.ids)])
            accounts = self.seen_by("manager", accounts)
            before = self.env.cr.sql_log_count
            self.assertEqual(set(accounts.mapped("hold_level")), {"approve"})
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts[1:])

    def test_released_for_a_while(self):
        release = self.give(days=2)
        self.assertEqual(self.level(self.own), "released")
        with freeze_time("2026-03-19 00:01:00"):
            self.assertEqual(self.level(self.own), "approve")
            self.releases._process_ended()
        self.assertEqual(release.state, "ended")

    def test_released_as_long_as_promised(self):
        self.company.collect_hold_promised = False
        promise = self.promise([self.old])
        self.give(days=4, promise=promise)
        self.assertEqual(self.level(self.own), "released")
        promise.action_cancel()
        self.assertEqual(self.level(self.own), "approve")

    def test_promised_tomorrow_not_next_week(self):
        with self.assertRaisesRegex(UserError, "cannot last longer"):
            self.give(days=20, promise=self.promise([self.old]))

    def test_who_gives_releases(self):
        for login in ("inquiry", "collector", "collector_all"):
            with self.assertRaises(AccessError):
                self.give(login=login)
            with self.assertRaises(AccessError):
                self.seen_by(login, self.own).action_give_release()
        self.assertTrue(self.give())

    def test_who_sees_releases(self):
        release = self.give()
        self.assert_hidden(self.outsiders()[0], release)
        for login in self.users:
            seen = self.seen_by(login, release)
            self.assertEqual(seen.has_access("read"), login != "colleague", login)
            with self.assertRaises(AccessError):
                seen.write({"amount": 1})
            with self.assertRaises(AccessError):
                seen.copy()

    @mute_logger("odoo.sql_db")
    def test_settings_are_not_negative(self):
        for name in ("warn_days", "block_amount", "approve_use", "tolerance", "release_days"):
            with (
                self.subTest(name),
                self.assertRaises(psycopg2.errors.CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.company[f"collect_hold_{name}"] = -1
                self.company.flush_recordset()
