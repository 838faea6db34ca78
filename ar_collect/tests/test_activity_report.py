# Part of ar_collect. License LGPL-3.
"""Who did what: counts, days and hours worked, rates, and the cash that came of it."""

import ast

from odoo import Command
from odoo.tests import freeze_time, new_test_user

from odoo.addons.ar_collect.models.activity_query import MEASURES

from .contact_log_common import ContactLogCase


@freeze_time("2026-03-16 12:00:00")
class TestActivityReport(ContactLogCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["ar.collect.activity.report"].sudo()  # sudo: see CollectCase
        cls.colleague = cls.role("collector_all", "log_colleague")

    def sums(self, *names, domain=(), group=(), user=None):
        """Measures of the customer's company, by what they are grouped by.

        :return: one tuple, or a dict of tuples
        """
        self.env.flush_all()
        report = self.report.with_user(user) if user else self.report
        specs = [
            f"{name}:sum"
            if name in MEASURES
            else name
            if ":" in name or name == "__count"
            else f"{name}:avg"
            for name in names
        ]
        domain = [("company_id", "=", self.company.id), *domain]
        rows = report._read_group(domain, list(group), specs)
        if not group:
            return rows[0]
        return {row[0]: row[1:] for row in rows}

    def test_attempts_and_contacts(self):
        self.log("no_answer")
        self.log("received", duration=0.5)
        self.log("received", direction="in", channel="email")
        self.log("sent", channel="email")
        self.log("automatic", direction="in", channel="email")
        self.assertEqual(
            self.sums("attempt_count", "call_count", "email_count", "contact_count"), (3, 2, 1, 2)
        )
        self.assertEqual(self.sums("right_party_count", "duration"), (1, 0.5))
        self.assertEqual(self.sums("__count", domain=[("kind", "=", "contact")]), (4,))
        rate, contacts = self.sums("right_party_rate", "contact_rate")
        self.assertAlmostEqual(rate, 100 / 3)
        self.assertAlmostEqual(contacts, 200 / 3)

    def test_rates_of_nothing(self):
        """Nobody called, nothing was judged: no rate, and no error."""
        rates = self.sums("right_party_rate", "kept_rate", "attempts_per_day", "cash_per_hour")
        self.assertFalse(any(rates), rates)

    def test_local_day_and_hour(self):
        self.company.partner_id.tz = "Pacific/Auckland"
        self.log("no_answer").date = "2026-03-15 12:30:00"  # 1:30 on Monday there
        row = self.report.search([("kind", "=", "contact"), ("company_id", "=", self.company.id)])
        self.assertEqual((row.date, row.weekday, row.hour), (self.day(0), "1", "01"))

    def test_days_and_hours_worked(self):
        calendar = self.company.resource_calendar_id
        calendar.attendance_ids = [
            Command.clear(),
            Command.create({"name": "Monday", "dayofweek": "0", "hour_from": 8, "hour_to": 14}),
        ]
        for moment in ("2026-03-16 09:00:00", "2026-03-16 10:00:00", "2026-03-13 10:00:00"):
            self.log("no_answer").date = moment
        days, hours, by_day, by_hour = self.sums(
            "days_worked", "hours_worked", "attempts_per_day", "attempts_per_hour"
        )
        self.assertEqual((days, hours), (2, 6), "on Friday nobody is expected to work")
        self.assertEqual((by_day, by_hour), (1.5, 0.5))

    def test_two_weeks_calendar(self):
        calendar = self.company.resource_calendar_id
        calendar.write(
            {
                "two_weeks_calendar": True,
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": "Monday",
                                "dayofweek": "0",
                                "hour_from": 8,
                                "hour_to": 8 + hours,
                                "week_type": week,
                            }
                        )
                        for week, hours in (("0", 4), ("1", 6))
                    ),
                ],
            }
        )
        self.log("no_answer")
        week = self.env["resource.calendar.attendance"].get_week_type(self.day(0))
        self.assertEqual(self.sums("hours_worked"), (6 if week else 4,))

    def test_a_day_in_two_companies(self):
        """Is half a day in each."""
        second = self.other_company()
        partner = self.customer("Elsewhere")
        self.invoice(partner, 10, company=second)
        self.catch_up()
        self.collector.sudo().company_ids += second  # sudo: see CollectCase
        self.log("no_answer")
        # sudo: see CollectCase
        self.env["ar.collect.activity"].sudo().create(
            {
                "account_id": self.account(partner, second).id,
                "user_id": self.collector.id,
                "outcome_id": self.outcome("no_answer").id,
            }
        )
        self.assertEqual(self.sums("days_worked"), (0.5,))

    def test_promises(self):
        # sudo: see CollectCase
        promise = (
            self.env["ar.collect.promise"]
            .sudo()
            .create(
                {
                    "account_id": self.row.id,
                    "user_id": self.collector.id,
                    "date_promised": self.day(1),
                    "item_ids": [Command.create({"line_id": self.item.id})],
                }
            )
        )
        self.assertEqual(self.sums("promise_count", "promise_amount", "judged_count"), (1, 100, 0))
        self.payment(self.partner, 25, self.overdue)
        with freeze_time("2026-03-25 12:00:00"):
            promise._judge()
            self.assertEqual(promise.state, "partial")
            found = self.sums("judged_count", "kept_count", "kept_amount", "judged_amount")
            self.assertEqual(found, (1, 0.25, 25, 100))
            self.assertEqual(self.sums("kept_rate", "kept_amount_rate"), (25, 25))
            grace = self.company.collect_promise_grace_days
            row = self.report.search([("kind", "=", "judged"), ("record_id", "=", promise.id)])
            self.assertEqual(row.date, self.day(1 + grace + 1), "the day after the days of grace")

    def test_plan_counts_once(self):
        # sudo: see CollectCase
        plan = (
            self.env["ar.collect.payment.plan"]
            .sudo()
            .create(
                {
                    "account_id": self.row.id,
                    "date_first": self.day(3),
                    "instalment_count": 4,
                    "item_ids": [Command.create({"line_id": self.item.id})],
                }
            )
        )
        plan.action_agree()
        self.assertEqual(self.sums("promise_count", "promise_amount"), (1, 100))

    def test_disputes(self):
        # sudo: see CollectCase
        dispute = (
            self.env["ar.collect.dispute"]
            .sudo()
            .create(
                {
                    "account_id": self.row.id,
                    "user_id": self.collector.id,
                    "reason_id": self.env.ref("ar_collect.dispute_reason_price").id,
                    "item_ids": [Command.create({"line_id": self.item.id})],
                }
            )
        )
        self.assertEqual(self.sums("dispute_opened_count", "dispute_resolved_count"), (1, 0))
        self.env.flush_all()
        row = self.report.search([("kind", "=", "opened"), ("record_id", "=", dispute.id)])
        action = row.action_open_record()
        self.assertEqual((action["res_model"], action["res_id"]), (dispute._name, dispute.id))

    def test_cash_is_all_cash(self):
        """Of the collector what came after the call; nobody's else; together what came."""
        other = self.customer("Silent")
        silent = self.invoice(other, 70)
        self.catch_up()
        self.log("received")
        self.payment(self.partner, 60, self.overdue)
        self.payment(other, 70, silent)
        by_user = self.sums("cash_amount", group=["user_id"], domain=[("kind", "=", "cash")])
        self.assertEqual(by_user, {self.collector: (60,), self.collector.browse(): (70,)})

    def test_customers_are_counted_once(self):
        self.log("no_answer")
        self.log("received")
        found = self.sums("account_id:count_distinct", domain=[("kind", "=", "contact")])
        self.assertEqual(found, (1,))

    def test_team(self):
        # sudo: see CollectCase
        team = (
            self.env["ar.collect.team"]
            .sudo()
            .create({"name": "North", "member_ids": [Command.set(self.collector.ids)]})
        )
        self.log("no_answer")
        self.assertEqual(self.sums("attempt_count", group=["team_id"])[team], (1,))
        team.active = False
        self.assertNotIn(team, self.sums("attempt_count", group=["team_id"]))

    def test_roles(self):
        """A collector, whoever's customers one works on, sees what one did oneself."""
        self.log("no_answer")
        mine, theirs = ([("user_id", "=", user.id)] for user in (self.collector, self.colleague))
        self.assertEqual(self.sums("attempt_count", user=self.collector, domain=mine), (1,))
        self.assertFalse(self.sums("attempt_count", user=self.colleague, domain=mine)[0])
        self.assertFalse(self.sums("attempt_count", user=self.colleague, domain=theirs)[0])
        self.assertFalse(self.sums("attempt_count", user=self.colleague)[0])
        self.assertEqual(self.sums("attempt_count", user=self.role("manager")), (1,))
        self.assertEqual(self.sums("attempt_count", user=self.role("inquiry")), (1,))
        stranger = new_test_user(
            self.env,
            "log_stranger",
            groups="ar_collect.group_manager",
            company_id=self.other_company().id,
        )
        self.assertFalse(self.sums("attempt_count", user=stranger)[0])

    def test_rows_are_numbered_apart(self):
        self.log("no_answer")
        self.payment(self.partner, 60, self.overdue)
        self.env.flush_all()
        ids = self.report.search([]).ids
        self.assertEqual(len(ids), len(set(ids)))
        self.assertEqual(self.report.search_count([]), len(ids))

    def test_a_part_is_part_of_the_whole(self):
        """Reading some days, kinds or rows only finds what reading everything finds of them."""
        for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):  # 14 hours before, 11 after UTC
            self.company.partner_id.tz = zone
            self.env["ar.collect.activity"].sudo().search([]).unlink()  # sudo: see CollectCase
            for hour in range(0, 72, 7):
                self.log("received").date = f"2026-03-{14 + hour // 24} {hour % 24:02}:30:00"
            self.payment(self.partner, 10, self.overdue)
            whole = self.sums(
                "attempt_count", "days_worked", "cash_amount", group=["date:day"]
            ) | self.sums("attempt_count", "days_worked", "cash_amount", group=["kind"])
            for number in range(-3, 3):
                day = self.day(number)
                part = self.sums(
                    *("attempt_count", "days_worked", "cash_amount"),
                    group=["date:day"],
                    domain=[("date", ">=", day), ("date", "<=", day)],
                )
                self.assertEqual(part.get(day), whole.get(day), (zone, day))
            for kind in ("contact", "cash", "day"):
                part = self.sums(
                    *("attempt_count", "days_worked", "cash_amount"),
                    group=["kind"],
                    domain=[("kind", "=", kind)],
                )
                self.assertEqual(part, {kind: whole[kind]}, zone)
            rows = self.report.search([])
            read = {row["id"]: row for row in rows.read(["kind", "date", "cash_amount"])}
            for row in rows:
                row.invalidate_recordset()
                values = row.read(["kind", "date", "cash_amount"])[0]
                self.assertEqual(values, read[row.id], zone)

    def test_not_worked(self):
        """Customers of high priority are listed until somebody has tried to reach them."""
        domain = self.env.ref("ar_collect.ar_collect_account_action_not_worked").domain
        row = self.row.sudo()  # sudo: see CollectCase
        row.write({"priority_band": "3_high", "state": "to_chase"})
        for last, listed in ((False, True), (self.day(-7), False), (self.day(-8), True)):
            row.last_contact_date = last
            found = self.accounts.search(ast.literal_eval(domain))
            self.assertEqual(self.row in found, listed, last)
