# Part of ar_collect. License LGPL-3.
"""The cash forecast: what is expected of every open item, and when.

Today is Monday the 16th of March 2026; weeks are told by the day number of their Monday.
"""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .forecast_common import ForecastCase, ForecastChecks
from .test_promise_property import PromiseMonkey
from .test_property import CHECK_EVERY, STEPS, LedgerProperty, tracing


class TestForecastSharing(ForecastCase):
    """Promises first, disputes apart, the rest on its day; each cent once."""

    def agreed(self, parts, lines, amounts=()):
        """A payment plan that the customer has agreed to.

        :param dict parts: amount of each instalment by its day
        :param tuple amounts: of the items, all that is left of them by default
        """
        items = [{"line_id": line.id} for line in lines]
        for item, amount in zip(items, amounts, strict=False):
            item["amount"] = amount
        plan = (
            self.env["ar.collect.payment.plan"]
            .sudo()  # sudo: see CollectCase
            .create(
                {
                    "account_id": self.own.id,
                    "item_ids": [Command.create(item) for item in items],
                    "instalment_ids": [
                        Command.create({"date": self.day(day), "amount": amount})
                        for day, amount in parts.items()
                    ],
                }
            )
        )
        plan.action_agree()
        return plan

    def test_without_promises(self):
        self.assert_forecast((self.old, "late", 35, 1200), (self.new, "late", 0, 300))

    def test_promise_of_items(self):
        self.promise(self.old, amount=500, date_promised=self.day(9))
        self.assert_forecast(
            (self.old, "promise", 7, 500), (self.old, "late", 35, 700), (self.new, "late", 0, 300)
        )

    def test_promise_paid_in_part(self):
        self.promise(self.old, amount=500, date_promised=self.day(9))
        self.payment(self.partner, 200, self.old.move_id)
        self.assert_forecast(
            (self.old, "promise", 7, 300), (self.old, "late", 35, 700), (self.new, "late", 0, 300)
        )

    def test_promise_of_items_paid_beyond_it(self):
        self.promise(self.old, amount=500, date_promised=self.day(9))
        self.payment(self.partner, 900, self.old.move_id)
        self.assert_forecast((self.old, "late", 35, 300), (self.new, "late", 0, 300))

    def test_promise_without_items_takes_the_oldest(self):
        self.promise(amount=1250, date_promised=self.day(9))
        self.assert_forecast(
            (self.old, "promise", 7, 1200), (self.new, "promise", 7, 50), (self.new, "late", 0, 250)
        )

    def test_promise_without_items_leaves_those_of_others(self):
        self.promise(self.old, amount=1000, date_promised=self.day(2))
        self.promise(amount=300, date_promised=self.day(9))
        self.assert_forecast(
            (self.old, "promise", 0, 1000),
            (self.old, "promise", 7, 200),
            (self.new, "promise", 7, 100),
            (self.new, "late", 0, 200),
        )

    def test_several_promises_without_items(self):
        self.promise(amount=100, date_promised=self.day(9))
        self.promise(amount=1150, date_promised=self.day(2))
        self.assert_forecast(
            (self.old, "promise", 0, 1150),
            (self.old, "promise", 7, 50),
            (self.new, "promise", 7, 50),
            (self.new, "late", 0, 250),
        )

    def test_promises_of_more_than_is_owed(self):
        self.promise(amount=1500, date_promised=self.day(2))
        self.promise(amount=1000, date_promised=self.day(9))
        self.assert_forecast((self.old, "promise", 0, 1200), (self.new, "promise", 0, 300))

    def test_dispute_apart(self):
        self.dispute({self.new: 100})
        self.assert_forecast(
            (self.old, "late", 35, 1200),
            (self.new, "late", 0, 200),
            # the 15th of April
            (self.new, "disputed", 28, 100),
        )

    def test_dispute_ends_as_others_did(self):
        closed = self.dispute({self.old: 1}, date_opened=self.day(-10))
        closed._resolve("withdrawn")
        self.dispute({self.new: 100})
        # after ten days
        self.assertIn((self.new.move_name, "disputed", 7, 100), self.forecast())

    def test_dispute_before_promise(self):
        self.dispute({self.old: 400})
        self.promise(self.old, amount=1200, date_promised=self.day(9))
        self.assert_forecast(
            (self.old, "disputed", 28, 400),
            (self.old, "promise", 7, 800),
            (self.new, "late", 0, 300),
        )

    def test_credits_take_what_is_expected_first(self):
        self.promise(self.old, date_promised=self.day(9))
        self.credit_note(self.partner, 350)
        self.assert_forecast((self.old, "promise", 7, 1150))

    def test_credits_leave_disputes(self):
        self.dispute({self.old: 1200})
        note = self.items(self.credit_note(self.partner, 350))
        self.assert_forecast((self.old, "disputed", 28, 1200), (note, "credit", False, -50))

    def test_unmatched_money_is_a_credit(self):
        payment = self.payment(self.partner, 1600)
        self.assert_forecast((self.items(payment.move_id), "credit", False, -100))

    def test_credits_in_order(self):
        first = self.items(self.credit_note(self.partner, 900, due=-9))
        second = self.items(self.credit_note(self.partner, 900, due=-2))
        self.assertEqual(self.forecast(), [(second.move_name, "credit", False, -300)])
        self.assertFalse(self.forecast_items.search([("line_id", "=", first.id)]))

    def test_credits_taken_off_are_told(self):
        self.credit_note(self.partner, 350)
        self.catch_up()
        rows = self.forecast_items.search([("account_id", "=", self.own.id)])
        self.assertEqual(
            {row.line_id: (row.amount, row.amount_credit) for row in rows},
            {self.old: (850, 350), self.new: (300, 0)},
        )

    def test_plan(self):
        self.agreed({4: 500, 11: 500, 18: 500}, self.old + self.new)
        self.assert_forecast(
            (self.old, "promise", 0, 500),
            (self.old, "promise", 7, 500),
            (self.old, "promise", 14, 200),
            (self.new, "promise", 14, 300),
        )

    def test_plan_after_an_instalment(self):
        self.agreed({4: 500, 11: 500, 18: 500}, self.old + self.new)
        self.payment(self.partner, 600, self.old.move_id)
        self.assert_forecast(
            (self.old, "promise", 7, 400),
            (self.old, "promise", 14, 200),
            (self.new, "promise", 14, 300),
        )

    def test_plan_of_parts(self):
        """What is paid of one item is not waited for on it any more, but on the other one."""
        self.agreed({4: 450, 11: 450}, self.old + self.new, (600, 300))
        self.payment(self.partner, 450, self.old.move_id)
        self.assert_forecast(
            (self.old, "promise", 7, 150),
            (self.old, "late", 35, 600),
            (self.new, "promise", 7, 300),
        )

    def test_promise_of_parts(self):
        self.promise(
            date_promised=self.day(9),
            item_ids=[
                Command.create({"line_id": self.old.id, "amount": 500}),
                Command.create({"line_id": self.new.id, "amount": 300}),
            ],
        )
        self.payment(self.partner, 400, self.old.move_id)
        self.assert_forecast(
            (self.old, "promise", 7, 100),
            (self.old, "late", 35, 700),
            (self.new, "promise", 7, 300),
        )

    def test_plan_of_which_something_was_credited(self):
        self.agreed({4: 500, 11: 500, 18: 500}, self.old + self.new)
        note = self.credit_note(self.partner, 300)
        (self.items(note) + self.new).reconcile()
        self.assert_forecast(
            (self.old, "promise", 0, 500),
            (self.old, "promise", 7, 500),
            (self.old, "promise", 14, 200),
        )

    def test_plan_that_is_paused(self):
        plan = self.agreed({4: 500, 11: 1000}, self.old + self.new)
        plan.action_pause()
        with freeze_time("2026-03-24 12:00:00"):
            self.accounts._refresh()
            self.forecast_items._refresh()
            rows = self.forecast()
        # the instalment of the 20th is still to come, in the week of the 23rd
        self.assertEqual({kind for _item, kind, _week, _amount in rows}, {"promise"})
        self.assertEqual({week for _item, _kind, week, _amount in rows}, {7})

    def test_item_nobody_asks_for(self):
        line = self.items(self.opening(self.partner, 80))
        self.assertTrue(line.no_followup)
        self.assertIn((line.move_name, "excluded", 0, 80), self.forecast())
        self.promise(line, amount=30, date_promised=self.day(9))
        rows = self.forecast()
        self.assertIn((line.move_name, "excluded", 0, 50), rows)
        self.assertIn((line.move_name, "promise", 7, 30), rows)

    def test_promise_without_items_takes_what_is_asked_for_first(self):
        line = self.items(self.opening(self.partner, 80, due=-60))
        self.promise(amount=1510, date_promised=self.day(9))
        rows = self.forecast()
        self.assertIn((line.move_name, "excluded", 0, 70), rows)
        self.assertIn((line.move_name, "promise", 7, 10), rows)
        self.assertIn((self.old.move_name, "promise", 7, 1200), rows)

    def test_blocked(self):
        self.old.move_id.payment_state = "blocked"
        self.promise(self.old, date_promised=self.day(9))
        self.assert_forecast((self.old, "excluded", 0, 1200), (self.new, "late", 0, 300))

    def test_payment_on_its_way(self):
        later = self.items(self.invoice(self.partner, 90, due=30))
        later.move_id.payment_state = "in_payment"
        self.assertIn((later.move_name, "on_way", 0, 90), self.forecast())

    def test_other_receivables(self):
        self.receivable.copy({"code": "140099", "non_trade": True})
        account = self.env["account.account"].search([("code", "=", "140099")])
        line = self.items(self.opening(self.partner, 80, account_id=account.id))
        line.no_followup = False
        self.assertIn((line.move_name, "excluded", 0, 80), self.forecast())

    # --- currencies

    def test_promise_of_foreign_items(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 0.7)])
        line = self.items(self.invoice(self.partner, 100, currency=euro))
        self.promise(line, amount=33.33, date_promised=self.day(9))
        self.dispute({line: 50})
        rows = [row for row in self.forecast() if row[0] == line.move_name]
        # of 142.86, whatever the rate is by now
        self.assertEqual(
            rows,
            sorted(
                (line.move_name, *rest)
                for rest in (
                    ("disputed", 28, 71.43),
                    ("late", 7, 23.81),
                    ("promise", 7, 47.62),
                )
            ),
        )

    def test_foreign_promise_without_items(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 0.5)])
        self.invoice(self.partner, 100, currency=euro)
        self.promise(amount=60, currency_id=euro.id, date_promised=self.day(9))
        rows = self.forecast()
        # worth what it was when it was given, on what is due first
        self.assertIn((self.old.move_name, "promise", 7, 120), rows)

    # --- back to where it was

    def test_broken_promise(self):
        self.promise(self.old, date_promised=self.day(1))
        with freeze_time("2026-03-20 12:00:00"):  # the last day of grace
            self.accounts._refresh()
            self.forecast_items._refresh()
            self.assertIn((self.old.move_name, "promise", 0, 1200), self.forecast())
        with freeze_time("2026-03-21 12:00:00"):
            self.accounts._refresh()
            self.forecast_items._refresh()
            self.assert_forecast((self.old, "late", 49, 1200), (self.new, "late", 14, 300))

    def test_promise_in_its_days_of_grace(self):
        self.promise(self.old, date_promised=self.day(6))
        with freeze_time("2026-03-23 12:00:00"):
            self.accounts._refresh()
            self.forecast_items._refresh()
            # the day was in the week before
            self.assertIn((self.old.move_name, "promise", 7, 1200), self.forecast())

    def test_promise_withdrawn(self):
        promise = self.promise(self.old)
        self.assertIn((self.old.move_name, "promise", 0, 1200), self.forecast())
        promise.action_cancel()
        self.assert_forecast((self.old, "late", 35, 1200), (self.new, "late", 0, 300))

    def test_paid_and_taken_back(self):
        payment = self.payment(self.partner, 1500, self.old.move_id, self.new.move_id)
        self.assert_forecast()
        payment.move_id.line_ids.remove_move_reconcile()
        self.assert_forecast()
        payment.action_draft()
        self.assert_forecast((self.old, "late", 35, 1200), (self.new, "late", 0, 300))

    def test_all_at_once(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 0.7)])
        foreign = self.items(self.invoice(self.partner, 33.33, due=20, currency=euro))
        third = self.items(self.invoice(self.partner, 99.99, due=8))
        self.payment(self.partner, 11.11, third.move_id)
        self.dispute({third: 50.01, self.new: 300})
        self.promise(third + self.new, amount=120, date_promised=self.day(3))
        self.promise(foreign, amount=11.11, date_promised=self.day(10))
        self.promise(amount=1000.01, date_promised=self.day(5))
        self.credit_note(self.partner, 77.77)
        self.payment(self.partner, 5.55)
        self.opening(self.partner, 12.34)
        self.opening(self.partner, -3.21)
        rows = self.forecast()
        self.assertEqual(round(sum(row[-1] for row in rows), 2), self.own.amount_balance)
        self.assertEqual(
            {kind for _item, kind, _week, _amount in rows},
            {"promise", "disputed", "late", "expected", "excluded"},
        )


class TestForecastDays(ForecastCase):
    """Which week an item is expected in."""

    def week_of(self, line):
        """Kind and week of an item that is in one piece."""
        [row] = [row for row in self.forecast() if row[0] == line.move_name]
        return row[1:3]

    def test_weeks_begin_on_monday(self):
        for day, week in ((0, 0), (6, 0), (7, 7), (13, 7), (14, 14)):
            line = self.items(self.invoice(self.partner, 10, due=day))
            with self.subTest(day=day):
                self.assertEqual(self.week_of(line), ("expected", week))

    def test_usual_delay(self):
        paid = self.invoice(self.partner, 10, due=-20, on=-20)
        self.payment(self.partner, 10, paid, on=-12)
        line = self.items(self.invoice(self.partner, 10, due=5))
        self.assertEqual(self.week_of(line), ("expected", 7))
        # due 5 days ago, usually paid 8 days late
        self.assertEqual(self.week_of(self.new), ("expected", 0))
        self.assertEqual(self.week_of(self.old), ("late", 28))

    def test_late_comes_in_as_many_days_as_it_is_late(self):
        for late, week in ((1, 0), (6, 0), (7, 7), (90, 84), (91, 91), (400, 399)):
            line = self.items(self.invoice(self.partner, 10, due=-late))
            with self.subTest(late=late):
                self.assertEqual(self.week_of(line), ("late", week))
                [row] = self.forecast_items.search([("line_id", "=", line.id)])
                self.assertEqual(row.date_expected, self.day(-late))

    def test_today_is_not_late(self):
        line = self.items(self.invoice(self.partner, 10, due=0))
        self.assertEqual(self.week_of(line), ("expected", 0))

    def test_time_zone_of_the_company(self):
        line = self.items(self.invoice(self.partner, 10, due=-1))
        sunday = "2026-03-15 12:00:00"
        for zone, expected in (("UTC", ("expected", -7)), ("Pacific/Auckland", ("late", 0))):
            self.company.partner_id.tz = zone
            with self.subTest(zone), freeze_time(sunday):
                self.accounts._refresh()
                self.forecast_items._refresh()
                self.assertEqual(self.week_of(line), expected)

    def test_next_week(self):
        with freeze_time("2026-03-23 12:00:00"):
            self.accounts._refresh()
            self.forecast_items._refresh()
            self.assertEqual(self.week_of(self.old), ("late", 49))

    def test_customer_of_a_contact(self):
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.partner.id})
        line = self.items(self.invoice(contact, 10, due=8))
        self.assertEqual(self.week_of(line), ("expected", 7))

    def test_item_goes_to_another_customer(self):
        self.new.partner_id = self.free.partner_id
        self.assertNotIn(self.new.move_name, [row[0] for row in self.forecast()])
        self.assertIn((self.new.move_name, "late", 0, 300), self.forecast(self.free))

    def test_companies_apart(self):
        second = self.other_company(currency="EUR")
        self.invoice(self.partner, 70, company=second)
        self.catch_up()
        groups = self.forecast_items._read_group(
            [("partner_id", "=", self.partner.id)], ["company_id"], ["amount:sum"]
        )
        self.assertEqual(dict(groups), {self.company: 1500, second: 70})
        self.forecast_items._refresh(companies=second)
        self.assert_cents()


class TestForecastAccess(ForecastCase):
    """Who sees which rows, and what they open."""

    def seen(self, user):
        items = self.forecast_items.with_user(user).with_company(user.company_id)
        return items.search([]).account_id

    def test_roles(self):
        self.kept._keep(self.company)
        for login in ("inquiry", "collector_all", "manager"):
            user = self.users[login]
            with self.subTest(login):
                self.assertEqual(self.seen(user), self.own + self.free + self.foreign)
                self.assertEqual(self.kept.with_user(user).search_count([]), 13)
        collector = self.users["collector"]
        self.assertEqual(self.seen(collector), self.own + self.free)
        self.assertFalse(self.kept.with_user(collector).search_count([]))
        with self.assertRaises(AccessError):
            self.seen_by("collector", self.kept.search([], limit=1)).read(["amount_forecast"])

    def test_roles_of_the_report(self):
        self.kept._keep(self.company)[0].is_past = True
        reports = self.env["ar.collect.forecast.report"]
        for login, rows in (("inquiry", 2), ("collector", 0), ("collector_all", 2), ("manager", 2)):
            with self.subTest(login):
                self.assertEqual(reports.with_user(self.users[login]).search_count([]), rows)
        plain, portal, outsider = self.outsiders()
        for user in (plain, portal):
            with self.assertRaises(AccessError):
                reports.with_user(user).search_count([])
        self.assertFalse(reports.with_user(outsider).search_count([]))

    def test_substitute(self):
        self.foreign.acting_user_id = self.users["collector"]
        self.assertIn(self.foreign, self.seen(self.users["collector"]))

    def test_nobody_writes(self):
        row = self.forecast_items.search([], limit=1)
        forecast = self.kept._keep(self.company)[0]
        for record in (row, forecast):
            for operation in ("write", "create", "unlink"):
                self.assertFalse(self.seen_by("manager", record).has_access(operation))

    def test_others_have_no_access(self):
        forecast = self.kept._keep(self.company)[0]
        row = self.forecast_items.search([("account_id", "=", self.own.id)], limit=1)
        for user in self.outsiders():
            for record in (row, forecast):
                with self.subTest(user.login, record=record), self.assertRaises(AccessError):
                    record.sudo(False).with_user(user).read(["company_id"])

    def test_menu_of_the_whole_company(self):
        names = ("forecast_report", "forecast_kept")
        hidden = {self.env.ref(f"ar_collect.ar_collect_menu_{name}").id for name in names}
        for login, shown in (("inquiry", True), ("collector", False), ("manager", True)):
            with self.subTest(login):
                menus = self.env["ir.ui.menu"].with_user(self.users[login]).load_menus(False)
                self.assertEqual(hidden & menus.keys(), hidden if shown else set())

    def test_rows_open(self):
        promise = self.promise(self.old)
        self.catch_up()
        row = self.forecast_items.search([("promise_id", "=", promise.id)])
        for login in ("inquiry", "collector", "manager"):
            seen = self.seen_by(login, row)
            with self.subTest(login):
                self.assertEqual(seen.action_open_document()["res_id"], self.old.move_id.id)
                self.assertEqual(seen.action_open_account()["res_id"], self.own.id)
                self.assertEqual(seen.action_open_promise()["res_id"], promise.id)


class TestForecastCost(ForecastCase):
    FEW, MANY = 4, 40

    def test_queries_do_not_grow(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {number}", "is_company": True} for number in range(self.MANY)]
        )
        for number, partner in enumerate(partners):
            line = self.items(self.invoice(partner, 100, due=number - 20))
            self.catch_up()
            account = self.account(partner)
            if number % 2:
                self.promises.create(
                    {
                        "account_id": account.id,
                        "date_promised": self.day(4),
                        "item_ids": [Command.create({"line_id": line.id})] if number % 4 else [],
                        "amount": 50,
                    }
                )

        def count(some):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.forecast_items._refresh(some, self.company)
            return self.env.cr.sql_log_count - before

        count(partners)
        few = count(partners[: self.FEW])
        self.assertEqual(count(partners), few)
        self.assertLess(few, 15)

    def test_nothing_changed_nothing_written(self):
        self.forecast_items._refresh()
        self.assertEqual(self.env.cr.rowcount, 0)
        self.payment(self.partner, 10, self.new.move_id)
        self.accounts._refresh(self.partner)
        self.forecast_items._refresh()
        self.assertEqual(self.env.cr.rowcount, 1)


class ForecastMonkey(PromiseMonkey):
    WEIGHTS = {**PromiseMonkey.WEIGHTS, "dispute": 12, "end_dispute": 4, "exclude": 3, "block": 3}


@tagged("post_install", "-at_install")
class TestForecastProperty(ForecastChecks, LedgerProperty):
    def advance(self, days):
        """Override of `LedgerProperty` to make the forecast of the new day."""
        result = super().advance(days)
        self.forecast_items._refresh()
        return result

    def test_any_sequence(self):
        self.forecast_items = self.env["ar.collect.forecast.item"].sudo()  # sudo: see CollectCase
        kinds = set()
        for seed in self.seeds():
            with self.subTest(seed=seed), self.seeded():
                monkey = ForecastMonkey(self, self.places, self.currencies, seed)
                with tracing(monkey):
                    for number in range(1, STEPS + 1):
                        monkey.step()
                        if number % CHECK_EVERY == 0:
                            self.catch_up()
                            self.assert_cents()
                self.forecast_items._refresh()
                self.assert_cents()
                kinds |= set(self.forecast_items.search([]).mapped("kind"))
        if STEPS >= 100:
            self.assertGreaterEqual(kinds, {"promise", "disputed", "late", "excluded", "credit"})
