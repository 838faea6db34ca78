# Part of ar_collect. License LGPL-3.
"""Which days and kinds a domain asks for, as the reports tell the query of their table."""

from datetime import date

from odoo.fields import Domain
from odoo.tests import TransactionCase

from ..report.ar_collect_wanted_days import get_days, get_values

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


class TestWantedDays(TransactionCase):
    def assert_days(self, domain, first, last):
        report = self.env["ar.collect.cash.report"]
        self.assertEqual(get_days(Domain(domain).optimize_full(report)), (first, last))

    def test_month(self):
        month = [("date", ">=", "2026-03-01"), ("date", "<=", "2026-03-31")]
        self.assert_days(month, FIRST, LAST)
        self.assert_days([*month, ("source", "=", "notice")], FIRST, LAST)
        self.assert_days([("date", ">", "2026-02-28"), ("date", "<", "2026-04-01")], FIRST, LAST)
        self.assert_days([*month, ("date", ">=", "2026-03-10")], date(2026, 3, 10), LAST)

    def test_one_day(self):
        self.assert_days([("date", "=", "2026-03-01")], FIRST, FIRST)
        self.assert_days([("date", "in", ["2026-03-31", "2026-03-01"])], FIRST, LAST)

    def test_several_periods(self):
        domain = ["|", ("date", "<=", "2026-03-01"), "&", ("date", ">=", "2026-03-31")]
        self.assert_days([*domain, ("date", "<=", "2026-03-31")], None, LAST)
        self.assert_days(["|", ("date", ">=", FIRST), ("source", "=", "notice")], None, None)

    def test_no_limit(self):
        self.assert_days([], None, None)
        self.assert_days([("source", "=", "notice")], None, None)
        self.assert_days([("date", "!=", "2026-03-01")], None, None)
        self.assert_days([("date", "in", ["2026-03-01", False])], None, None)
        # what is not later may have no day at all
        self.assert_days(["!", ("date", ">=", "2026-03-01")], None, None)

    def test_values(self):
        report = self.env["ar.collect.activity.report"]
        contact, notice = ("kind", "=", "contact"), ("kind", "=", "notice")
        for domain, expected in (
            ([], None),
            ([contact], {"contact"}),
            (["|", contact, notice], {"contact", "notice"}),
            (["|", contact, ("user_id", "=", 1)], None),
            ([("user_id", "=", 1), ("kind", "in", ["day", "cash"])], {"day", "cash"}),
            ([("kind", "!=", "notice"), ("kind", "in", ["day", "notice"])], {"day"}),
            ([("kind", "!=", "notice")], {"contact", "day"}),
            (["!", notice], {"contact", "day"}),
            ([("kind", "like", "a")], None),
        ):
            with self.subTest(domain=domain):
                found = Domain(domain).optimize_full(report)
                self.assertEqual(get_values(found, "kind", {"contact", "day", "notice"}), expected)
        self.assertIsNone(get_values(Domain("kind", "!=", "notice").optimize_full(report), "kind"))
        query = report._search([])
        self.assertIsNone(get_values(Domain("id", "in", query), "id"))
