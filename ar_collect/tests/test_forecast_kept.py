# Part of ar_collect. License LGPL-3.
"""Forecasts that were kept, what came in, and how far off they were.

Today is Monday the 16th of March 2026; the own customer owes 1,500, others 800 and 500, all late.
"""

from datetime import timedelta

from odoo import Command
from odoo.tests import freeze_time

from ..tools.forecast_error import monday
from .forecast_common import ForecastCase


class ForecastKeptCase(ForecastCase):
    def make(self, day):
        """What the scheduled action does on a day.

        :param int day: its number
        """
        with freeze_time(f"{self.day(day)} 12:00:00"):
            self.accounts._refresh(companies=self.company)
            self.forecast_items._process_company(self.company)

    def of_week(self, day, taken=0):
        """The forecast made in a week of another.

        :param int day: number of its Monday
        :param int taken: number of the Monday of the week in which it was made
        """
        return self.kept.search(
            [
                ("company_id", "=", self.company.id),
                ("week", "=", self.day(day)),
                ("week_taken", "=", self.day(taken)),
            ]
        )

    def received(self, day, taken=0):
        return self.of_week(day, taken).amount_received


class TestForecastKept(ForecastKeptCase):
    def test_amounts(self):
        self.promise(self.old, amount=500, date_promised=self.day(9))
        self.dispute({self.new: 100}, date_opened=self.day(-20))
        self.invoice(self.partner, 40, due=9)
        self.invoice(self.partner, 60, due=200)
        on_way = self.invoice(self.partner, 25, due=30)
        on_way.payment_state = "in_payment"
        self.catch_up()
        self.make(0)
        kinds = ("promise", "on_way", "expected", "late", "disputed", "forecast")
        for day, expected in (
            (0, (0, 25, 0, 200, 0, 225)),
            (7, (500, 0, 40, 0, 100, 540)),
            (35, (0, 0, 0, 2000, 0, 2000)),
        ):
            of_week = self.of_week(day)
            with self.subTest(day=day):
                self.assertEqual(tuple(of_week[f"amount_{kind}"] for kind in kinds), expected)

    def test_weeks(self):
        self.make(0)
        forecasts = self.kept.search([("company_id", "=", self.company.id)]).sorted("week")
        self.assertEqual(forecasts.mapped("week"), [self.day(7 * n) for n in range(13)])
        self.assertEqual(forecasts.mapped("weeks_ahead"), list(range(13)))
        self.assertEqual(set(forecasts.mapped("date_taken")), {self.today})

    def test_once_a_week(self):
        self.make(0)
        before = self.of_week(0).amount_forecast
        self.invoice(self.partner, 1000, due=7)
        for day in (0, 3, 6):
            self.make(day)
        self.assertEqual(self.kept.search_count([("company_id", "=", self.company.id)]), 13)
        self.assertEqual(self.of_week(0).amount_forecast, before)
        self.make(7)
        self.assertEqual(self.kept.search_count([("company_id", "=", self.company.id)]), 26)
        self.assertEqual(self.of_week(7).amount_forecast, 0)
        self.assertEqual(self.of_week(7, taken=7).amount_forecast, 1000)

    def test_missed_weeks_stay_missed(self):
        self.make(0)
        self.make(23)
        taken = set(self.kept.search([("company_id", "=", self.company.id)]).mapped("week_taken"))
        self.assertEqual(taken, {self.today, self.day(21)})
        self.assertEqual(self.of_week(21, taken=21).date_taken, self.day(23))

    def test_week_of_the_companys_time_zone(self):
        self.company.partner_id.tz = "Pacific/Auckland"
        with freeze_time("2026-03-15 12:00:00"):
            self.accounts._refresh(companies=self.company)
            self.forecast_items._process_company(self.company)
        self.assertTrue(self.of_week(0))

    def test_company_without_customers(self):
        second = self.other_company()
        self.accounts._refresh(companies=second)
        self.forecast_items._process_company(second)
        self.assertFalse(self.kept.search([("company_id", "=", second.id)]))

    def test_cron(self):
        self.accounts._refresh()
        cron = self.env.ref("ar_collect.ir_cron_forecast").sudo()  # sudo: the system's
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertTrue(self.of_week(0))
        self.assertFalse(self.forecast_items._get_due_statuses())
        with freeze_time("2026-03-17 12:00:00"):
            self.assertFalse(self.forecast_items._get_due_statuses(), "not aged to that day yet")
            self.accounts._refresh(companies=self.company)
            self.assertEqual(self.forecast_items._get_due_statuses().company_id, self.company)

    def test_monday(self):
        for number in range(-3, 11):
            day = self.day(number)
            self.assertEqual(monday(day).isocalendar()[:2], day.isocalendar()[:2])
            self.assertEqual(monday(day).isoweekday(), 1)


class TestReceived(ForecastKeptCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accounts._refresh()
        cls.kept._keep(cls.company)

    def refund(self, amount, on):
        """Money given back to the customer."""
        return self.payment(
            self.partner, amount, on=on, payment_type="outbound", partner_type="customer"
        )

    def test_not_before_the_week_is_over(self):
        self.payment(self.partner, 100, on=1)
        self.make(6)
        self.assertFalse(self.of_week(0).is_past)
        self.assertEqual(self.received(0), 0)
        self.make(7)
        self.assertTrue(self.of_week(0).is_past)
        self.assertEqual(self.received(0), 100)
        self.assertFalse(self.of_week(7).is_past)

    def test_by_the_day_of_the_entry(self):
        for day in (-1, 0, 6, 7, 13, 14):
            self.payment(self.partner, 2 ** (day + 1), on=day)
        self.make(14)
        self.assertEqual(self.received(0), 2**1 + 2**7)
        self.assertEqual(self.received(7), 2**8 + 2**14)

    def test_matched_or_not(self):
        self.payment(self.partner, 300, self.new.move_id, on=2)
        self.payment(self.partner, 50, on=2)
        self.make(7)
        self.assertEqual(self.received(0), 350)

    def test_draft_and_cancelled_left_out(self):
        self.payment(self.partner, 100, on=2).action_draft()
        cancelled = self.payment(self.partner, 10, on=2)
        cancelled.action_draft()
        cancelled.action_cancel()
        self.make(7)
        self.assertEqual(self.received(0), 0)

    def test_credit_notes_are_not_money(self):
        note = self.credit_note(self.partner, 300, due=2)
        (self.items(note) + self.new).reconcile()
        self.make(7)
        self.assertEqual(self.received(0), 0)

    def test_money_given_back(self):
        self.payment(self.partner, 500, on=2)
        self.refund(120, on=3)
        self.make(7)
        self.assertEqual(self.received(0), 380)

    def test_other_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 0.5)])
        self.payment(self.partner, 100, currency=euro, on=2)
        self.make(7)
        self.assertEqual(self.received(0), 200)

    def test_other_company(self):
        second = self.other_company()
        self.payment(self.partner, 100, company=second, on=2)
        self.make(7)
        self.assertEqual(self.received(0), 0)

    def test_other_receivables(self):
        account = self.receivable.copy({"code": "140098", "non_trade": True})
        move = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": self.day(2),
                "line_ids": [
                    Command.create(
                        {"account_id": account.id, "partner_id": self.partner.id, "balance": -70}
                    ),
                    Command.create(
                        {
                            "account_id": self.company_data["default_account_assets"].id,
                            "balance": 70,
                        }
                    ),
                ],
            }
        )
        move.action_post()
        self.make(7)
        self.assertEqual(self.received(0), 0)

    def test_counted_anew_while_entries_are_made(self):
        self.make(7)
        payment = self.payment(self.partner, 100, on=2)
        self.make(35)
        self.assertEqual(self.received(0), 100)
        payment.action_draft()
        self.make(42)
        self.assertEqual(self.received(0), 100, "six weeks later it is history")

    def test_weeks_nobody_counted(self):
        self.payment(self.partner, 100, on=2)
        self.make(70)
        self.assertEqual(self.received(0), 100)

    def test_forecast_made_in_the_middle_of_a_week(self):
        """What came before it was made was not open any more: it was not forecast."""
        self.make(23)
        for day in (21, 23, 27):
            self.payment(self.partner, day, on=day)
        self.make(28)
        self.assertEqual(self.received(21, taken=21), 23 + 27)
        self.assertEqual(self.received(21, taken=0), 21 + 23 + 27)

    def test_opens_what_was_counted(self):
        payment = self.payment(self.partner, 500, self.old.move_id, on=2)
        back = self.refund(120, on=6)
        self.payment(self.partner, 9, on=7)
        self.make(7)
        forecast = self.of_week(0)
        action = self.seen_by("manager", forecast).action_open()
        lines = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(lines.move_id, payment.move_id + back.move_id)
        self.assertEqual(-sum(lines.mapped("balance")), forecast.amount_received)

    def test_opens_what_is_expected_by_now(self):
        self.invoice(self.partner, 40, due=9)
        self.catch_up()
        action = self.seen_by("manager", self.of_week(7)).action_open()
        rows = self.forecast_items.search(action["domain"])
        self.assertEqual(rows.mapped("amount"), [40])


class TestForecastError(ForecastKeptCase):
    def kept_week(self, forecast, received, ahead=1, **values):
        """A kept forecast of the week that many weeks ago, which is over."""
        self.count = getattr(self, "count", 0) + 1
        week = self.day(-7 * self.count)
        taken = week - timedelta(days=7 * ahead)
        return self.kept.create(
            {
                "company_id": self.company.id,
                "week": week,
                "week_taken": taken,
                "date_taken": taken,
                "weeks_ahead": ahead,
                "amount_promise": forecast / 4,
                "amount_expected": forecast / 4,
                "amount_late": forecast / 4,
                "amount_on_way": forecast / 4,
                "amount_disputed": 1000,
                "amount_received": received,
                "is_past": True,
                **values,
            }
        )

    def rates(self, domain=()):
        """The three errors of several weeks: total, mean, weighted."""
        names = ("error_rate", "abs_error_rate", "weighted_error_rate")
        mine = [("company_id", "=", self.company.id), *domain]
        [values] = self.kept._read_group(mine, [], [f"{name}:avg" for name in names])
        return tuple(value if value is None else round(value, 4) for value in values)

    def test_of_a_week(self):
        forecast = self.kept_week(400, 300)
        self.assertEqual(forecast.amount_forecast, 400)
        self.assertEqual(forecast.amount_error, -100)
        self.assertEqual(forecast.amount_off, 100)
        self.assertEqual(forecast.error_rate, -25)
        self.assertEqual(forecast.abs_error_rate, 25)
        self.assertAlmostEqual(forecast.weighted_error_rate, 33.3333, 3)

    def test_nothing_was_forecast(self):
        forecast = self.kept_week(0, 300)
        self.assertEqual(forecast.amount_error, 300)
        self.assertEqual((forecast.error_rate, forecast.abs_error_rate), (0, 0))
        self.assertEqual(forecast.weighted_error_rate, 100)
        self.assertEqual(self.rates(), (False, False, 100))

    def test_nothing_came(self):
        forecast = self.kept_week(400, 0)
        self.assertEqual((forecast.error_rate, forecast.weighted_error_rate), (-100, 0))
        self.assertEqual(self.rates(), (-100, 100, False))

    def test_week_that_is_not_over(self):
        forecast = self.kept_week(400, 0, is_past=False)
        self.assertEqual((forecast.amount_error, forecast.amount_off), (0, 0))
        self.kept_week(100, 150)
        self.assertEqual(self.rates(), (50, 50, 33.3333))

    def test_of_several_weeks(self):
        self.kept_week(400, 300)
        self.kept_week(100, 150)
        self.kept_week(0, 50)
        # received 500 of 500; (25 + 50) / 2; (100 + 50 + 50) / 500
        self.assertEqual(self.rates(), (0, 37.5, 40))

    def test_beside_each_other(self):
        forecast = self.kept_week(400, 300)
        self.kept_week(70, 0, is_past=False)
        rows = self.env["ar.collect.forecast.report"].sudo()  # sudo: see CollectCase
        rows = rows.search([("company_id", "=", self.company.id)])
        self.assertEqual(
            [(row.forecast_id, row.week, row.weeks_ahead, row.series, row.amount) for row in rows],
            [
                (forecast, forecast.week, 1, "1_forecast", 400),
                (forecast, forecast.week, 1, "2_received", 300),
            ],
        )
        self.assertEqual(rows[1].action_open(), forecast.action_open_received())

    def test_by_weeks_ahead(self):
        self.kept_week(400, 300, ahead=1)
        self.kept_week(100, 150, ahead=2)
        self.kept_week(200, 100, ahead=4)
        for ahead, expected in ((1, (-25, 25)), (2, (50, 50)), (4, (-50, 50))):
            self.assertEqual(self.rates([("weeks_ahead", "=", ahead)])[:2], expected)
