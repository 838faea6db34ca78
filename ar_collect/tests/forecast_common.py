# Part of ar_collect. License LGPL-3.
"""What the tests of the cash forecast share."""

from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from .claims_common import ClaimsCase


class ForecastChecks:
    """What holds of any forecast, whatever was done before."""

    @classmethod
    def catch_up(cls):
        """Override of `CollectCase` to let the forecast follow."""
        result = super().catch_up()
        while cls.env["ar.collect.forecast.item"].sudo()._process_dirty():  # sudo: see CollectCase
            pass
        return result

    def assert_cents(self):
        """Each cent once: by customer to the balance, by item to what is left of it."""
        self.env.flush_all()
        wrong = self.env.execute_query(
            SQL(
                """
                SELECT account.partner_id, account.company_id, account.amount_balance, SUM(item.amount)
                  FROM ar_collect_account account
                  LEFT JOIN ar_collect_forecast_item item ON item.account_id = account.id
                 GROUP BY account.id
                HAVING account.amount_balance != COALESCE(SUM(item.amount), 0)
                """
            )
        )
        self.assertFalse(wrong, "partner, company, balance, forecast")
        self.assert_items()
        self.assert_promised()

    def assert_items(self):
        """The parts of a debit come to its residual; credits are taken off as often as there are."""
        lines = self.env["account.move.line"].search(
            [
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("amount_residual", "!=", 0),
                ("partner_id", "!=", False),
            ]
        )
        groups = self.forecast_items._read_group(
            [], ["line_id"], ["amount:sum", "amount_credit:sum"]
        )
        parts = {line.id: (amount, taken) for line, amount, taken in groups}
        self.assertFalse(parts.keys() - set(lines.ids), "of items that are not open")
        used = given = 0
        for line in lines:
            amount, taken = parts.get(line.id, (0, 0))
            rest = line.amount_residual - amount
            if line.amount_residual > 0:
                # what credits took all of has no row: the other side tells
                self.assertGreaterEqual(round(rest - taken, 6), 0, line.display_name)
                used += rest
            else:
                given -= rest
        self.assertAlmostEqual(used, given, 6, "taken off, and given by credits")

    def assert_promised(self):
        """No more of a promise than is not paid of it; nothing expected below zero."""
        for item in self.forecast_items.search([("kind", "!=", "credit")]):
            if item.kind != "excluded":
                self.assertGreater(item.amount, 0, f"{item.line_id.display_name} {item.kind}")
        groups = self.forecast_items._read_group(
            [("kind", "=", "promise")], ["promise_id"], ["amount:sum"]
        )
        for promise, amount in groups:
            self.assertEqual(promise.state, "open")
            left = 1 - promise.amount_kept / promise.amount
            # an item in another currency is worth what it was when it was booked
            if promise.currency_id == promise.company_id.currency_id:
                limit = promise.amount_company * left
                self.assertLessEqual(amount, limit + 0.01, promise.display_name)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 12:00:00")
class ForecastCase(ForecastChecks, ClaimsCase):
    """The own customer owes 1,200 (`old`, 41 days late) and 300 (`new`, 5 days late).

    Nobody has paid anything yet, so that the usual delay is none.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.forecast_items = cls.env["ar.collect.forecast.item"].sudo()  # sudo: see CollectCase
        cls.kept = cls.env["ar.collect.forecast"].sudo()  # sudo: see CollectCase
        cls.company.collect_promise_grace_days = 3
        cls.catch_up()
        cls.forecast_items._refresh()

    def forecast(self, account=None):
        """The forecast of a customer after what happened so far, as the worker makes it.

        :param recordset account: of the own customer by default
        :return: sorted list of (item, kind, day of the week's Monday, amount)
        """
        self.catch_up()
        self.assert_cents()
        rows = self.forecast_items.search([("account_id", "=", (account or self.own).id)])
        return sorted(
            (
                row.line_id.move_name or row.line_id.name,
                row.kind,
                row.week and (row.week - self.today).days,
                row.amount,
            )
            for row in rows
        )

    def assert_forecast(self, *expected, account=None):
        """The forecast of a customer is this.

        :param expected: tuples (journal item, kind, day of the Monday, amount)
        """
        rows = sorted((line.move_name, *rest) for line, *rest in expected)
        self.assertEqual(self.forecast(account), rows)
