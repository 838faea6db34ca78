# Part of ar_collect. License LGPL-3.
"""Targets: what was reached, the pace by working days, who sees them, and how they are proposed."""

from datetime import date

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time
from odoo.tools import mute_logger

from .performance_common import PerformanceCase


class TestTarget(PerformanceCase):
    def test_begins_with_its_period(self):
        target = self.target(self.ann, date_from=date(2026, 3, 31))
        self.assertEqual((target.date_from, target.date_to), (date(2026, 3, 1), date(2026, 3, 31)))
        target.period = "quarter"
        self.assertEqual((target.date_from, target.date_to), (date(2026, 1, 1), date(2026, 3, 31)))
        target.write({"period": "week", "date_from": date(2026, 3, 1)})
        self.assertEqual((target.date_from, target.date_to), (date(2026, 2, 23), date(2026, 3, 1)))
        with Form(self.env["ar.collect.target"].with_user(self.manager)) as form:
            form.user_id, form.value = self.ann, 5
            form.date_from = date(2026, 2, 17)
            self.assertEqual((form.date_from, form.date_to), (date(2026, 2, 1), date(2026, 2, 28)))

    @mute_logger("odoo.sql_db")
    def test_one_of_a_kind_of_somebody(self):
        self.target(self.ann)
        for values in (
            {},
            {"date_from": self.day(5)},
            {"user_id": False},
            {"value": 0},
            {"metric": "kept_rate", "value": 101},
            {"team_id": self.team.id},
        ):
            with self.subTest(values), self.assertRaises(IntegrityError):
                self.target(self.ann, **values)
                self.env.flush_all()
        self.target(self.ann, period="week")
        self.target(self.bob)
        self.target(team_id=self.team.id)

    def test_only_of_who_works_there(self):
        with self.assertRaises(ValidationError):
            self.target(self.ann, company_id=self.second.id)
        self.team.company_id = self.company
        with self.assertRaises(ValidationError):
            self.target(team_id=self.team.id, company_id=self.second.id)

    # --- what was reached

    def test_reached(self):
        self.log_calls(self.ann, 4, days=(-1, -5), reached=1)
        self.log_calls(self.bob, 3)
        self.log_calls(self.ann, 1, days=(-16,))  # the 28th of February
        mine = self.target(self.ann)
        rate = self.target(self.ann, metric="right_party_rate", value=50)
        covered = self.target(self.ann, metric="customers", value=5)
        team = self.target(team_id=self.team.id, value=20)
        self.assertEqual((mine.actual, mine.progress), (8, 8))
        self.assertEqual((rate.actual, rate.progress, rate.pace), (25, 50, 50))
        self.assertEqual((covered.actual, covered.progress), (1, 20))
        self.assertEqual((team.actual, team.progress), (11, 55))

    def test_of_its_company_alone(self):
        self.bob.company_ids += self.second
        self.invoice(self.partner, 50, due=-30, company=self.second)
        self.catch_up()
        elsewhere = self.account(self.partner, self.second)
        self.log_calls(self.bob, 2, account=elsewhere)
        self.log_calls(self.bob, 1)
        # together, as a list reads them
        targets = (
            self.target(self.bob)
            | self.target(self.bob, company_id=self.second.id)
            | self.target(team_id=self.team.id)
        )
        self.env.invalidate_all()
        self.assertEqual(targets.mapped("actual"), [1, 2, 1])

    def test_days_of_the_company(self):
        self.company.partner_id.tz = "Pacific/Auckland"
        contact = self.log_calls(self.ann, 1)
        target = self.target(self.ann, date_from=date(2026, 2, 1))
        for hour, reached in ((10, 1), (11, 0)):  # it is 13 hours later there
            contact.date = f"2026-02-28 {hour}:30:00"
            self.env.invalidate_all()
            self.assertEqual(target.actual, reached)

    def test_a_rate_of_nothing(self):
        rate = self.target(self.ann, metric="right_party_rate", value=50)
        self.assertEqual((rate.actual, rate.progress, rate.status), (0, 0, "none"))
        self.assertIsNone(rate.bar["actual"])

    def test_rows_behind_it(self):
        self.log_calls(self.ann, 2, reached=1)
        self.log_calls(self.bob, 1)
        self.log_calls(self.ann, 1, days=(-16,))
        for code, count in (("attempts", 2), ("right_parties", 1), ("cash", 0)):
            action = self.target(self.ann, metric=code).action_open_rows()
            rows = self.report.search_count(action["domain"])
            self.assertEqual(rows, count, code)
        team = self.target(team_id=self.team.id)
        self.assertEqual(self.report.search_count(team.action_open_rows()["domain"]), 3)

    def test_queries_do_not_grow(self):
        people = [self.person(f"many_{number}") for number in range(10)]
        for user in people:
            self.target(user)
            self.log_calls(user, 1)
        targets = self.targets.search([("user_id", "in", [user.id for user in people])])
        one = self.count_queries(lambda: targets[:1].mapped("bar"))
        self.assertEqual(self.count_queries(lambda: targets.mapped("bar")), one)
        one = self.count_queries(lambda: targets[:1].mapped("days"))
        self.assertEqual(self.count_queries(lambda: targets.mapped("days")), one)

    # --- pace; the 16th of March 2026 is a Monday, and the month has 22 working days

    def test_pace(self):
        target = self.target(self.ann, value=220)
        self.assertEqual((target.days_total, target.days_left, target.pace), (22, 12, 100))
        self.assertEqual(target.status, "behind")
        self.log_calls(self.ann, 100)
        self.env.invalidate_all()
        self.assertEqual(target.status, "on_track")
        target.value = 150
        self.assertEqual(target.status, "ahead")

    def test_today_counts_when_it_is_over(self):
        target = self.target(self.ann, value=220)
        for moment, pace in (("2026-03-16 23:59:00", 100), ("2026-03-17 00:01:00", 110)):
            with freeze_time(moment):
                self.env.invalidate_all()
                self.assertEqual(target.pace, pace)

    def test_before_and_after(self):
        later = self.target(self.ann, date_from=date(2026, 4, 1))
        self.assertEqual((later.pace, later.days_left, later.status), (0, 22, "planned"))
        missed = self.target(self.ann, date_from=date(2026, 2, 1), value=10)
        self.assertEqual((missed.pace, missed.days_left, missed.status), (10, 0, "missed"))
        self.log_calls(self.ann, 10, days=(-20,))
        self.env.invalidate_all()
        self.assertEqual(missed.status, "reached")

    def test_holidays_and_leave(self):
        self.closed("2026-03-05", "2026-03-05", name="Works outing")
        self.closed("2026-03-19", "2026-03-20", user=self.ann)
        self.bob.write({"collect_away_from": self.day(4), "collect_away_to": self.day(4)})
        mine, other, team = (
            self.target(self.ann),
            self.target(self.bob),
            self.target(team_id=self.team.id),
        )
        self.assertEqual((mine.days_total, mine.days_left), (19, 10))
        self.assertEqual((other.days_total, other.days_left), (20, 11))
        self.assertEqual((team.days_total, team.days_left), (21, 12))
        kinds = {day["date"]: day["kind"] for day in mine.days}
        self.assertEqual(len(kinds), 31)
        for day, kind in (("05", "holiday"), ("19", "leave"), ("21", "off"), ("16", "work")):
            self.assertEqual(kinds[f"2026-03-{day}"], kind)

    def test_half_a_day_off(self):
        self.closed("2026-03-05", "2026-03-05", hours=(12, 17), user=self.ann)
        target = self.target(self.ann)
        self.assertEqual(target.days_total, 21.5)

    def test_no_working_days(self):
        self.closed("2026-02-20", "2026-04-10", name="Closed")
        target = self.target(self.ann, value=10)
        self.assertEqual((target.days_total, target.pace, target.status), (0, 0, "on_track"))
        self.company.resource_calendar_id.attendance_ids.unlink()
        self.env.invalidate_all()
        self.assertEqual(target.days_total, 0)

    # --- who sees what

    def test_collectors_see_their_own(self):
        mine, other, team = (
            self.target(self.ann),
            self.target(self.bob),
            self.target(team_id=self.team.id),
        )
        everything = mine | other | team
        for user in (self.ann, self.ann_all):
            user_targets = everything.with_user(user)
            seen = {self.ann: mine | team, self.ann_all: self.targets}[user]
            self.assertEqual(user_targets.search([("id", "in", everything.ids)]), seen)
        for user in (self.manager, self.inquiry):
            self.assertEqual(everything.with_user(user).mapped("value"), [100.0] * 3)
        with self.assertRaises(AccessError):
            other.with_user(self.ann).read(["bar"])
        for user in (self.ann, self.ann_all, self.inquiry):
            with self.assertRaises(AccessError):
                mine.with_user(user).value = 1
        outsider = self.person("target_outsider", "manager", self.second)
        self.assertFalse(everything.with_user(outsider).search([("id", "in", everything.ids)]))
        sales = self.person("target_sales", None)
        self.assertFalse(mine.with_user(sales).has_access("read"))

    def test_a_small_team_hides_its_figure(self):
        self.log_calls(self.bob, 5)
        team = self.target(team_id=self.team.id)
        self.assertEqual(team.with_user(self.ann).actual, 5)
        self.team.member_ids -= self.eve
        self.env.invalidate_all()
        shown = team.with_user(self.ann)
        self.assertEqual((shown.actual, shown.status), (0, "none"))
        self.assertIsNone(shown.bar["actual"])
        self.assertEqual(team.with_user(self.manager).actual, 5)

    # --- proposed

    def wizard(self, *users, **values):
        """The wizard as a manager fills it in."""
        wizards = self.env["ar.collect.target.propose"].with_user(self.manager)
        return wizards.create(
            {
                "company_id": self.company.id,
                "user_ids": [Command.set([user.id for user in users])],
                "metric_ids": [
                    Command.create({"metric": code}) for code in ("attempts", "right_party_rate")
                ],
                **values,
            }
        )

    def test_proposed(self):
        # 21 working days in December is 23, in January 22, in February 20
        self.log_calls(self.ann, 40, days=(-20,), reached=10)
        self.log_calls(self.ann, 66, days=(-60,), reached=33)
        self.log_calls(self.ann, 23, days=(-90,))
        wizard = self.wizard(self.ann, self.bob)
        mine = wizard.line_ids.filtered(lambda line: line.user_id == self.ann)
        self.assertRecordValues(
            mine,
            [
                {"metric": "attempts", "month_1": 23, "month_2": 66, "month_3": 40, "value": 44},
                {
                    "metric": "right_party_rate",
                    "month_1": 0,
                    "month_2": 50,
                    "month_3": 25,
                    "value": 25,
                },
            ],
        )
        mine[0].value = 50
        action = wizard.action_save()
        made = self.targets.search(action["domain"])
        self.assertEqual(made.user_id, self.ann)
        self.assertEqual(dict(made.mapped(lambda one: (one.metric, one.value)))["attempts"], 50)

    def test_proposed_again(self):
        self.log_calls(self.ann, 40, days=(-20,))
        old = self.target(self.ann, value=7)
        wizard = self.wizard(self.ann)
        self.assertEqual(wizard.existing_count, 1)
        wizard.action_save()
        self.assertEqual(old.value, 44)

    def test_proposed_for_a_team(self):
        """What the members did together; beside their own targets, and each kept for itself."""
        self.log_calls(self.ann, 20, days=(-20,))
        self.log_calls(self.bob, 20, days=(-20,))
        old = self.target(team_id=self.team.id, value=7)
        wizard = self.wizard(self.ann, team_ids=[Command.set(self.team.ids)])
        calls = wizard.line_ids.filtered(lambda line: line.metric == "attempts")
        self.assertEqual((calls.user_id, calls.team_id), (self.ann, self.team))
        self.assertEqual(calls.mapped("month_3"), [20, 40])
        self.assertEqual(calls.mapped("value"), [22, 44])
        self.assertEqual(wizard.existing_count, 1)
        wizard.action_save()
        self.assertEqual(old.value, 44)
        found = self.targets.search([("metric", "=", "attempts"), ("user_id", "=", self.ann.id)])
        self.assertEqual((found.value, found.team_id), (22, self.team.browse()))

    def test_nothing_to_propose(self):
        wizard = self.wizard(self.ann)
        self.assertEqual(set(wizard.line_ids.mapped("value")), {0})
        with self.assertRaises(UserError):
            wizard.action_save()

    def test_proposed_in_a_form(self):
        self.log_calls(self.ann, 40, days=(-20,))
        with Form(self.env["ar.collect.target.propose"].with_user(self.manager)) as form:
            form.user_ids.add(self.ann)
            self.assertEqual(len(form.line_ids), 4)
            with form.line_ids.edit(0) as line:
                line.value = 33
        form.record.action_save()
        found = self.targets.search([("user_id", "=", self.ann.id)])
        self.assertIn(33, found.mapped("value"))
