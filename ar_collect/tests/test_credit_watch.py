# Part of ar_collect. License LGPL-3.
"""The list of customers whose credit is to be looked at: why, in which order, and for whom."""

from datetime import datetime, time

import psycopg2
from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from .credit_common import CreditReviewCase

REASONS = ("near_limit", "pays_later", "is_due")


class TestCreditWatch(CreditReviewCase):
    def rows(self, login="manager", **values):
        """What a role finds there, after a night."""
        self.catch_up()
        self.accounts._refresh_trends(self.company)
        watch = self.seen_by(login, self.env["ar.collect.credit.watch"])
        return watch.search([(name, "=", value) for name, value in values.items()])

    def reasons(self, account=None):
        rows = self.rows(account_id=(account or self.own).id)
        return {name for name in REASONS if any(rows.mapped(name))}

    def give(self, limit):
        customer = self.partner.with_company(self.company).sudo()  # sudo: accounting's
        customer.credit_limit = limit

    def decided_on(self, day):
        """As if the own customer's review had been decided in the morning of a day."""
        self.own.review_ids.decided_on = datetime.combine(day, time(8))

    def pay_late(self, now=20, before=0, number=3):
        """Some items paid so many days late now, and before."""
        for index in range(number):
            self.paid(self.partner, 100, -250 - index, -220, -220 + before)
            self.paid(self.partner, 100, -80 - index, -50, -50 + now)

    def test_limit(self):
        self.company.collect_review_months = 0
        for limit, listed in ((1666, {"near_limit"}), (1667, set()), (0, set())):
            self.give(limit)
            self.assertEqual(self.reasons(), listed, limit)
        self.give(1000)
        row = self.rows()
        self.assertEqual((row.limit_use, row.amount_limit, row.amount_exposure), (150, 1000, 1500))
        self.company.collect_review_percent = 150
        self.assertFalse(self.reasons())
        self.company.collect_review_percent = 0
        self.assertFalse(self.reasons())
        self.company.collect_review_percent = 90
        self.company.account_use_credit_limit = False
        self.assertFalse(self.reasons())

    def test_limit_is_that_of_the_company(self):
        self.company.collect_review_months = 0
        second = self.other_company()
        self.partner.with_company(second).sudo().credit_limit = 1  # sudo: accounting's
        self.assertFalse(self.reasons())

    def test_worse(self):
        self.company.collect_review_months = 0
        self.pay_late()
        row = self.rows(account_id=self.own.id)
        self.assertEqual(row.reasons, "Pays later than before")
        # 41 and 5 are of what is open
        self.assertEqual((row.late_now, row.late_before), ((3 * 20 + 41 + 5) / 5, 0))
        review = self.review()
        self.assertEqual((review.late_now, review.late_before), (row.late_now, row.late_before))
        self.company.collect_review_days = 22
        self.assertFalse(self.reasons())
        self.company.collect_review_days = 0
        self.assertFalse(self.reasons())

    def test_unknown_days_are_not_zero(self):
        """How many items they are of says whether there is something to show."""
        row = self.rows(account_id=self.own.id)
        self.assertEqual((row.late_now_count, row.late_before_count), (2, 0))
        self.pay_late()
        row = self.rows(account_id=self.own.id)
        self.assertEqual((row.late_now_count, row.late_before_count), (5, 3))
        for kind in ("list", "kanban"):
            arch = etree.fromstring(row.get_view(view_type=kind)["arch"])
            for name in ("late_now", "late_before"):
                shown = arch.xpath(f"//field[@name='{name}'][@invisible='not {name}_count']")
                self.assertTrue(shown, (kind, name))

    def test_trends_are_kept_each_night(self):
        """By the refresh of all customers; what says nothing any more is emptied."""
        self.pay_late()
        self.assertEqual(self.own.late_now_count, 0)
        self.accounts._process_company(self.company)
        self.assertEqual((self.own.late_now, self.own.late_before), (21.2, 0))
        self.assertEqual((self.own.late_now_count, self.own.late_before_count), (5, 3))
        with freeze_time("2027-12-16 12:00:00"):
            self.accounts._process_company(self.company)
            self.assertEqual((self.own.late_now, self.own.late_now_count), (365, 2), "open ones")
            (self.old + self.new).no_followup = True
            self.accounts._process_company(self.company)
        self.assertEqual((self.own.late_now, self.own.late_now_count), (0, 0))
        self.assertEqual((self.own.late_before, self.own.late_before_count), (0, 0))

    def test_worse_of_few_items_says_nothing(self):
        self.company.collect_review_months = 0
        self.pay_late(number=2)
        self.assertFalse(self.reasons())

    def test_worse_of_who_owes_nothing(self):
        self.company.collect_review_months = 0
        self.pay_late(now=45)
        self.assertEqual(self.reasons(), {"pays_later"})
        self.payment(self.partner, 1500, self.old.move_id, self.new.move_id)
        self.assertFalse(self.reasons())

    def test_due(self):
        self.company.account_use_credit_limit = False
        self.assertEqual(self.reasons(), {"is_due"})
        self.assertFalse(self.reasons(self.free), "800 are no more than 1,000")
        self.company.collect_review_amount = 799
        self.assertEqual(self.reasons(self.free), {"is_due"})
        self.decide(self.review())
        self.assertFalse(self.reasons())
        self.decided_on(self.today.replace(year=2025, day=17))
        self.assertFalse(self.reasons())
        self.decided_on(self.today.replace(year=2025))
        self.assertEqual(self.reasons(), {"is_due"})
        self.company.collect_review_months = 13
        self.assertFalse(self.reasons())
        self.company.collect_review_months = 0
        self.assertFalse(self.reasons(self.free))

    def test_rests_after_a_review(self):
        """A draft is no review; what was decided a month ago stands there again if it holds."""
        self.give(100)
        self.pay_late()
        self.assertEqual(self.reasons(), {"near_limit", "pays_later", "is_due"})
        self.assertEqual(len(self.rows(account_id=self.own.id)), 1, "a row for all reasons")
        review = self.review()
        self.assertEqual(self.reasons(), {"near_limit", "pays_later", "is_due"})
        self.decide(review, decided_limit=100, note="Stays")
        self.assertFalse(self.reasons())
        self.decided_on(self.day(-29))
        self.assertFalse(self.reasons())
        self.decided_on(self.day(-30))
        self.assertEqual(self.reasons(), {"near_limit", "pays_later"})

    def test_rests_from_the_day_it_was_decided(self):
        """Where the company is; the figures may be some days older."""
        self.give(100)
        review = self.review()
        with freeze_time("2026-03-21 23:30:00"):
            self.decide(review, decided_limit=100, note="Stays")
        self.company.partner_id.tz = "Pacific/Auckland"  # it was the 22nd there
        with freeze_time("2026-04-20 11:30:00"):
            self.assertFalse(self.reasons())
        with freeze_time("2026-04-20 12:30:00"):
            row = self.rows(account_id=self.own.id)
            self.assertEqual(row.last_review.isoformat(), "2026-03-22")
            self.assertTrue(row.near_limit)

    def test_order(self):
        """Who owes the most stands first; ids stay when others come and go."""
        self.company.collect_review_amount = 1
        rows = self.rows()
        self.assertEqual(rows.account_id.ids, (self.own | self.free | self.foreign).ids)
        ids = rows.filtered(lambda row: row.account_id == self.free).ids
        self.company.collect_review_amount = 600
        self.invoice(self.foreign.partner_id, 9000, due=5)
        self.assertEqual(self.rows().account_id.ids, (self.foreign | self.own | self.free).ids)
        self.assertEqual(self.rows(account_id=self.free.id).ids, ids)

    def test_begin(self):
        row = self.rows("collector", account_id=self.own.id)
        review = row.env["ar.collect.credit.review"].browse(row.action_review()["res_id"])
        self.assertEqual((review.account_id, review.user_id), (row.account_id, row.env.user))
        self.assertEqual(self.rows("collector").draft_id, review)

    def test_begin_several(self):
        self.company.collect_review_amount = 1
        action = self.rows().action_review()
        found = self.reviews.search(action["domain"])
        self.assertEqual(found.account_id, self.own | self.free | self.foreign)

    def test_who_sees_it(self):
        self.company.collect_review_amount = 1
        everybody = self.own | self.free | self.foreign
        seen = {
            "inquiry": everybody,
            "collector": self.own | self.free,
            "colleague": self.free | self.foreign,
            "collector_all": everybody,
            "manager": everybody,
        }
        for login, accounts in seen.items():
            self.assertEqual(
                self.rows(login).account_id.ids,
                accounts.sorted("amount_balance", reverse=True).ids,
                login,
            )
        row = self.rows("manager", account_id=self.foreign.id)
        for user in self.outsiders():
            self.assert_hidden(user, self.env[row._name].browse(row.id))
        for login in ("inquiry", "collector"):
            with self.assertRaises(AccessError):
                self.seen_by(login, row).action_review()

    def test_one_query(self):
        """However many customers there are."""
        counts = []
        for number in (2, 2, 20):
            for partner in self.env["res.partner"].create([{"name": "P"} for _ in range(number)]):
                self.invoice(partner, 5000, due=-40)
            self.catch_up()
            watch = self.seen_by("manager", self.env["ar.collect.credit.watch"])
            before = self.env.cr.sql_log_count
            watch.web_search_read([], {"customer_id": {}, "reasons": {}, "amount_exposure": {}})
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts[1:])

    def test_today_is_where_the_company_is(self):
        self.company.account_use_credit_limit = False
        self.decide(self.review())
        self.decided_on(self.today.replace(year=2025, day=17))
        self.company.partner_id.tz = "Pacific/Auckland"
        with freeze_time("2026-03-16 12:30:00"):
            self.assertEqual(self.reasons(), {"is_due"})

    @mute_logger("odoo.sql_db")
    def test_settings_are_not_negative(self):
        for name in ("months", "amount", "percent", "days"):
            with (
                self.subTest(name),
                self.assertRaises(psycopg2.errors.CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.company[f"collect_review_{name}"] = -1
                self.company.flush_recordset()
