# Part of ar_collect. License LGPL-3.
"""The next follow-up: when, by whom, why; planned once, and shown on the row of the customer."""

from datetime import date, timedelta

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user

from .follow_up_common import FollowUpCase, utc


@freeze_time("2026-03-16 12:00:00")
class TestPropose(FollowUpCase):
    def programme(self, **values):
        self.own.write(
            {
                "programme_unit": "week",
                "programme_interval": 2,
                "programme_weekday": "1",
                "programme_hour": 10,
                "programme_start": date(2026, 3, 10),
                **values,
            }
        )

    def leave(self, start, end, user=None, **values):
        """Time off of a user, or a holiday of the company."""
        if user:
            resource = self.accounts.env["resource.resource"].create(
                {"name": user.name, "user_id": user.id, "company_id": self.company.id}
            )
            values["resource_id"] = resource.id
        calendar = self.company.resource_calendar_id
        return self.accounts.env["resource.calendar.leaves"].create(
            {
                "name": "Off",
                "calendar_id": calendar.id,
                "date_from": start,
                "date_to": end,
                **values,
            }
        )

    # --- delay

    def test_delay_of_the_outcome(self):
        values = self.propose(self.no_answer)
        self.assert_time("Wed 18 09:00", values)
        self.assertEqual(values["date_deadline"], date(2026, 3, 18))
        self.assertEqual(values["user_id"], self.collector.id)
        self.assertEqual(
            values["activity_type_id"], self.env.ref("mail.mail_activity_data_call").id
        )
        self.assertIn("Own Customer", values["summary"])
        self.assertIn("2 days after: No answer", values["reason"])
        self.assertFalse(values["warnings"])

    def test_outcome_without_follow_up(self):
        self.no_answer.delay_days = 0
        self.assertEqual(self.propose(self.no_answer), {})

    def test_without_a_contact_the_next_open_moment(self):
        self.assert_time("Mon 16 12:00", self.propose())
        self.assert_time("Tue 17 09:00", self.propose(now=utc("2026-03-16 17:00")))

    def test_over_the_weekend(self):
        self.assert_time("Mon 23 09:00", self.propose(self.no_answer, now=utc("2026-03-19 09:00")))

    def test_type_of_the_outcome(self):
        self.no_answer.activity_type_id = self.env.ref("mail.mail_activity_data_email")
        values = self.propose(self.no_answer)
        self.assertEqual(
            values["activity_type_id"], self.env.ref("mail.mail_activity_data_email").id
        )

    # --- their clock

    def test_auckland_called_from_los_angeles(self):
        self.own.partner_id.tz = "Pacific/Auckland"
        self.collector.tz = "America/Los_Angeles"
        values = self.propose(self.no_answer)
        # Tuesday noon in Los Angeles and nearer to it: 19 March, nine o'clock in Auckland
        self.assert_time("Wed 18 20:00", values)
        self.assertEqual(values["date_deadline"], date(2026, 3, 18))
        self.assertIn("09:00", values["reason"])

    def test_hours_that_never_meet(self):
        """Nine to five in Auckland is the evening and night in London."""
        self.own.partner_id.tz = "Pacific/Auckland"
        values = self.propose(self.no_answer)
        self.assert_time("Wed 18 20:00", values)
        self.assertIn("never meet", values["warnings"][0])

    def test_clocks_change_in_spring_and_autumn(self):
        self.own.partner_id.tz = "Europe/Paris"
        for now, expected in (
            (utc("2026-03-25 12:00"), "Fri 27 08:00"),
            (utc("2026-03-28 12:00"), "Mon 30 07:00"),
            (utc("2026-10-21 12:00"), "Fri 23 07:00"),
            (utc("2026-10-24 12:00"), "Mon 26 08:00"),
        ):
            self.company.resource_calendar_id.attendance_ids.hour_from = 5
            self.assert_time(expected, self.propose(self.no_answer, now=now))

    # --- windows

    def test_typed_window(self):
        self.window(4, 14, 15)
        self.assert_time("Fri 20 14:00", self.propose(self.no_answer))

    def test_best_time(self):
        for weekday in range(5):
            self.window(weekday, 9, 12)
        self.window(3, 10.5, 11, best=True)
        values = self.propose(self.no_answer)
        self.assert_time("Thu 19 10:30", values)
        self.assertIn("their best time", values["reason"])

    def test_learned_best_time_with_its_number(self):
        self.log_calls(3, 14, answered=7, missed=2)
        self.log_calls(0, 9, answered=0, missed=6)
        values = self.propose(self.no_answer)
        self.assert_time("Thu 19 14:00", values)
        self.assertIn("best time, 7 of 9 answered", values["reason"])
        self.window(2, 9, 10)
        values = self.propose(self.no_answer)
        self.assert_time("Wed 18 09:00", values)
        self.assertNotIn("best", values["reason"])

    def test_window_never_open(self):
        self.window(2, 9, 10)
        self.accounts.env["ar.collect.closed.period"].create(
            {
                "account_id": self.own.id,
                "name": "Closed",
                "date_from": "2026-01-01",
                "date_to": "2030-01-01",
            }
        )
        values = self.propose(self.no_answer)
        self.assert_time("Wed 18 09:00", values)
        self.assertIn("never be reached", values["warnings"][0])

    def test_time_asked_for_is_not_moved(self):
        values = self.propose(self.no_answer, at=utc("2026-03-17 10:05"))
        self.assert_time("Tue 17 10:05", values)
        self.assertFalse(values["warnings"])
        self.own.partner_id.country_id = self.country("IE")  # closed for Saint Patrick
        for at, warning in (
            (utc("2026-03-17 10:00"), "closed on that day"),
            (utc("2026-03-18 22:00"), "outside their hours"),
            (utc("2026-03-22 10:00"), "does not work"),
            (utc("2026-03-16 10:00"), "has passed"),
        ):
            values = self.propose(self.no_answer, at=at)
            self.assertEqual(values["collect_datetime"], at)
            self.assertIn(warning, " ".join(values["warnings"]))

    # --- holidays

    def test_holiday_of_the_customer(self):
        self.own.partner_id.write({"country_id": self.country("IE").id, "tz": "UTC"})
        self.no_answer.delay_days = 1
        values = self.propose(self.no_answer)
        self.assert_time("Wed 18 09:00", values)
        self.assertIn("Patrick", values["reason"])

    def test_holiday_of_the_state_of_a_contact_without_one(self):
        bavaria = self.env.ref("base.state_de_by")
        germany = bavaria.country_id
        self.own.partner_id.write({"country_id": germany.id, "state_id": bavaria.id})
        ann = self.contact(type="other", country_id=germany.id, state_id=False)
        # Epiphany, in three of the states
        values = self.propose(self.no_answer, contact=ann, now=utc("2026-01-04 12:00"))
        self.assert_time("Wed 07 08:00", values)

    def test_closed_days_of_the_customer(self):
        self.accounts.env["ar.collect.closed.period"].create(
            {
                "account_id": self.own.id,
                "name": "Stocktaking",
                "date_from": "2026-03-18",
                "date_to": "2026-03-19",
            }
        )
        values = self.propose(self.no_answer)
        self.assert_time("Fri 20 09:00", values)
        self.assertIn("Stocktaking", values["reason"])

    def test_holiday_of_the_company(self):
        self.leave(utc("2026-03-18 00:00"), utc("2026-03-18 23:59"))
        self.assert_time("Thu 19 09:00", self.propose(self.no_answer))

    def test_company_has_the_holidays_of_its_country_and_its_own(self):
        self.company.country_id = self.country("IE")
        self.no_answer.delay_days = 1
        self.assert_time("Wed 18 09:00", self.propose(self.no_answer))
        self.leave(utc("2026-03-18 00:00"), utc("2026-03-18 23:59"))
        self.assert_time("Thu 19 09:00", self.propose(self.no_answer))

    def test_holiday_of_another_company(self):
        other = self.other_company()
        leave = self.leave(utc("2026-03-18 00:00"), utc("2026-03-18 23:59"))
        leave.calendar_id = other.resource_calendar_id
        self.assertEqual(leave.company_id, other)
        self.assert_time("Wed 18 09:00", self.propose(self.no_answer))

    def test_time_off_of_the_collector(self):
        self.leave(utc("2026-03-18 00:00"), utc("2026-03-19 14:00"), user=self.collector)
        self.assert_time("Thu 19 14:00", self.propose(self.no_answer))
        self.assert_time("Wed 18 09:00", self.propose(self.no_answer, user=self.colleague))

    def test_away_without_substitute(self):
        self.collector.write({"collect_away_from": "2026-03-17", "collect_away_to": "2026-03-24"})
        values = self.propose(self.no_answer)
        self.assert_time("Wed 25 09:00", values)
        self.assertEqual(values["user_id"], self.collector.id)

    def test_away_with_substitute(self):
        self.collector.write(
            {
                "collect_away_from": "2026-03-17",
                "collect_away_to": "2026-03-24",
                "collect_substitute_id": self.colleague.id,
            }
        )
        values = self.propose(self.no_answer)
        self.assert_time("Wed 18 09:00", values)
        self.assertEqual(values["user_id"], self.colleague.id)
        self.assertIn("Colleague stands in for Collector", values["reason"])
        self.no_answer.delay_days = 9
        self.assertEqual(self.propose(self.no_answer)["user_id"], self.collector.id)

    def test_away_for_good(self):
        self.collector.write({"collect_away_from": "2026-03-17", "collect_away_to": False})
        values = self.propose(self.no_answer)
        self.assert_time("Wed 18 09:00", values)
        self.assertIn("away", values["warnings"][0])

    # --- what comes before the delay

    def test_every_second_tuesday(self):
        self.own.partner_id.tz = "Europe/Paris"
        self.programme()
        values = self.propose(self.no_answer)
        self.assert_time("Tue 24 09:00", values)
        self.assertIn("call programme", values["reason"])
        # the clocks have changed on the 29th
        self.assert_time("Tue 07 08:00", self.propose(now=utc("2026-03-25 00:00")))

    def test_programme_beats_windows(self):
        self.window(4, 14, 15)
        self.programme(programme_interval=1)
        self.assert_time("Tue 17 10:00", self.propose(self.no_answer))

    def test_programme_on_a_holiday(self):
        self.own.partner_id.write({"country_id": self.country("IE").id, "tz": "UTC"})
        self.programme(programme_interval=1)
        values = self.propose(self.no_answer)
        self.assert_time("Wed 18 10:00", values)
        self.assertIn("moved", values["reason"])
        self.assertIn("Patrick", values["reason"])

    def test_programme_of_today_is_done_once_they_answered(self):
        self.programme(programme_interval=1)
        early = utc("2026-03-17 09:50")
        self.assert_time("Tue 17 10:00", self.propose(self.no_answer, now=early))
        self.assert_time("Tue 24 10:00", self.propose(self.talked, now=early))

    def test_day_after_a_promise(self):
        promised = self.accounts.env.ref("ar_collect.outcome_promised")
        values = self.propose(promised, promise_date=date(2026, 3, 20))
        self.assert_time("Mon 23 09:00", values)
        self.assertIn("promise", values["reason"])

    def test_two_working_days_before_they_pay(self):
        for months in range(4):  # about the 27th
            self.payment(self.own.partner_id, 5, on=-17 - 30 * months)
        values = self.propose(self.talked)
        run = self.own._get_reach()[self.own.id].payment_run
        self.assertEqual((run.hits, run.count), (4, 4))
        payday = run.get_next(date(2026, 3, 21))
        self.assertEqual(values["date_deadline"], payday - timedelta(days=2))
        self.assertIn("4 of 4", values["reason"])
        self.window(1, 9, 10, best=True)
        self.assertNotIn("4 of 4", self.propose(self.talked)["reason"])

    def test_too_late_for_this_payment_run(self):
        """Nobody is called on the payment day itself, when the money is already on its way."""
        for weeks in range(5):  # on Wednesdays
            self.payment(self.own.partner_id, 5, on=-5 - 7 * weeks)
        self.no_answer.delay_days = 2
        values = self.propose(self.no_answer)
        self.assertIn("Wednesday (5 of 5", values["reason"])
        self.assert_time("Mon 23 09:00", values)

    # --- many

    def test_two_customers_at_a_time(self):
        """A collector has one telephone."""
        first = self.seen_by("collector", self.own)
        first._schedule_follow_up(first._propose_follow_up(self.no_answer))
        self.assert_time("Wed 18 09:15", self.propose(self.no_answer, account=self.free))
        self.assert_time("Wed 18 09:00", self.propose(self.no_answer))
        self.window(2, 9, 9.25, account=self.free)
        self.assert_time("Wed 18 09:00", self.propose(self.no_answer, account=self.free))

    def test_queries_do_not_grow(self):
        accounts = self.accounts.browse()
        for number in range(20):
            account = self.debtor(f"Customer {number}", 10, user_id=self.collector.id)
            self.window(number % 5, 9, 12, account=account)
            self.log_calls(1, 10, answered=2, missed=1, account=account)
            self.payment(account.partner_id, 1, on=-7)
            accounts |= account
        accounts.partner_id.country_id = self.country("NZ")

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            values = some._propose_follow_ups(outcome=self.no_answer)
            self.assertEqual(set(values), set(some.ids))
            return self.env.cr.sql_log_count - before

        count(accounts)
        few, many = count(accounts[:2]), count(accounts)
        self.assertEqual(few, many)
        self.assertLess(few, 45)

    def test_many_as_one(self):
        accounts = self.own | self.free
        many = accounts._propose_follow_ups(outcome=self.no_answer)
        for account in accounts:
            self.assertEqual(many[account.id], account._propose_follow_up(outcome=self.no_answer))


@freeze_time("2026-03-16 12:00:00")
class TestSchedule(FollowUpCase):
    def schedule(self, login="collector", account=None, **values):
        account = self.seen_by(login, account or self.own)
        proposal = account._propose_follow_up(self.no_answer)
        return account._schedule_follow_up({**proposal, **values})

    def assert_next_action(self, day, text=None, account=None):
        account = account or self.own
        self.env.invalidate_all()
        self.assertEqual(account.next_action_date, day and date(2026, 3, day))
        if text is not None:
            self.assertEqual(account.next_action, text)

    def test_planned_and_shown(self):
        activity = self.schedule()
        self.assertEqual(activity.collect_datetime, utc("2026-03-18 09:00"))
        self.assertEqual(activity.date_deadline, date(2026, 3, 18))
        self.assertEqual(activity.user_id, self.collector)
        self.assertTrue(activity.automated)
        self.assertIn("2 days after", activity.note)
        self.assert_next_action(18, activity.summary)
        self.assertEqual(self.own.next_action_datetime, utc("2026-03-18 09:00"))

    def test_empty_proposal(self):
        self.assertFalse(self.own._schedule_follow_up({}))
        self.assertFalse(self.own.activity_ids)

    def test_no_duplicate(self):
        first = self.schedule()
        second = self.schedule(collect_datetime=utc("2026-03-20 11:00"))
        self.assertEqual(first, second)
        self.assertEqual(self.own.activity_ids, first)
        self.assertEqual(first.date_deadline, date(2026, 3, 20))
        self.assert_next_action(20)

    def test_replaces_the_plan_of_a_colleague(self):
        activity = self.schedule(account=self.free, user_id=self.colleague.id)
        again = self.schedule("collector_all", account=self.free)
        self.assertEqual(again, activity)

    def test_time_as_text(self):
        """As a web page sends it, with the date of the proposal left as it was."""
        activity = self.schedule(collect_datetime="2026-03-20 23:30:00")
        self.assertEqual(activity.date_deadline, date(2026, 3, 20))
        self.collector.tz = "Pacific/Auckland"
        activity = self.schedule(collect_datetime="2026-03-20 23:30:00")
        self.assertEqual(activity.date_deadline, date(2026, 3, 21))

    def test_markup_is_text(self):
        activity = self.schedule(reason="<script>alert(1)</script>")
        self.assertNotIn("<script", activity.note)
        self.assertIn("alert(1)", activity.note)

    def test_no_mail_for_what_one_knows(self):
        self.schedule("manager")  # for the collector, whom the worklist tells
        self.schedule()
        self.assertFalse(self.get_notified(self.collector))
        self.schedule(user_id=self.colleague.id)
        self.assertTrue(self.get_notified(self.colleague))

    def get_notified(self, user):
        """Messages about the customer that a user was notified of."""
        return (
            self.env["mail.message"]
            .sudo()  # sudo: of anybody
            .search(
                [
                    ("model", "=", "ar.collect.account"),
                    ("res_id", "=", self.own.id),
                    ("notified_partner_ids", "=", user.partner_id.id),
                ]
            )
        )

    # --- in step with the row

    def test_nothing_in_the_context_leaves_one_behind(self):
        """Row and plan stay in step, whatever a browser sends."""
        activity = self.schedule()
        activity.with_context(collect_in_step=True).date_deadline = date(2026, 3, 19)
        self.assert_next_action(19)
        row = self.own.with_context(collect_from_activity=True)
        row.next_action_date = date(2026, 3, 24)
        self.assertEqual(activity.date_deadline, date(2026, 3, 24))

    def test_done(self):
        activity = self.schedule()
        activity.action_done()
        self.assert_next_action(False, False)

    def test_cancelled(self):
        self.schedule().unlink()
        self.assert_next_action(False, False)
        self.schedule()
        self.seen_by("collector", self.own)._cancel_follow_up()
        self.assertFalse(self.own.activity_ids)
        self.assert_next_action(False, False)

    def test_rescheduled_by_button(self):
        activity = self.schedule()
        activity.with_user(self.collector).action_reschedule_tomorrow()
        self.assert_next_action(17)
        self.assertEqual(activity.collect_datetime, utc("2026-03-17 09:00"))

    def test_rescheduled_by_time(self):
        activity = self.schedule()
        activity.collect_datetime = utc("2026-03-19 15:00")
        self.assertEqual(activity.date_deadline, date(2026, 3, 19))
        self.assert_next_action(19)

    def test_same_clock_on_another_day(self):
        self.collector.tz = "Europe/Paris"
        activity = self.schedule(collect_datetime=utc("2026-03-27 09:00"))
        activity.date_deadline = date(2026, 3, 30)
        self.assertEqual(activity.collect_datetime, utc("2026-03-30 08:00"))

    def test_typed_on_the_row(self):
        activity = self.schedule()
        account = self.seen_by("collector", self.own)
        account.write({"next_action_date": self.day(4), "next_action": "Ask for Ann"})
        self.env.invalidate_all()
        self.assertEqual(activity.date_deadline, self.day(4))
        self.assertEqual(activity.collect_datetime, utc("2026-03-20 09:00"))
        self.assertEqual(activity.summary, "Ask for Ann")
        account.next_action_date = False
        self.assertFalse(activity.exists())
        self.assert_next_action(False, False)

    def test_typed_without_a_plan_stays(self):
        self.own.write({"next_action_date": self.day(4), "next_action": "Ask for Ann"})
        activity = self.own.activity_schedule(
            "mail.mail_activity_data_todo", self.day(1), user_id=self.collector.id
        )
        self.assert_next_action(20, "Ask for Ann")
        activity.unlink()
        self.assert_next_action(20, "Ask for Ann")
        self.schedule()
        self.assert_next_action(18)

    def test_planned_by_hand(self):
        activity = self.own.activity_schedule(
            "mail.mail_activity_data_todo", self.day(1), user_id=self.collector.id, summary="Read"
        )
        self.assert_next_action(17, "Read")
        activity.write({"date_deadline": self.day(2), "summary": "Read again"})
        self.assert_next_action(18, "Read again")
        activity.action_done()
        self.assert_next_action(False, False)

    def test_the_first_of_several(self):
        self.schedule()
        todo = self.own.activity_schedule(
            "mail.mail_activity_data_todo",
            self.day(1),
            summary="Read the contract",
            user_id=self.collector.id,
        )
        self.assert_next_action(17, "Read the contract")
        todo.action_done()
        self.assert_next_action(18)

    def test_plan_of_an_outsider_changes_nothing(self):
        self.own.activity_schedule(
            "mail.mail_activity_data_todo", self.day(1), user_id=self.users["manager"].id
        )
        self.assert_next_action(False)

    def test_other_documents_are_left_alone(self):
        partner = self.own.partner_id
        activity = partner.activity_schedule("mail.mail_activity_data_todo", self.day(1))
        activity.date_deadline = self.day(2)
        activity.unlink()
        self.assert_next_action(False)

    def test_handed_over(self):
        activity = self.schedule().sudo()
        self.seen_by("collector", self.own)._assign_batch(self.colleague)
        self.env.invalidate_all()
        self.assertEqual(activity.user_id, self.colleague)
        self.assert_next_action(18)

    def test_row_deleted(self):
        activity = self.schedule()
        self.own.unlink()
        self.assertFalse(activity.exists())

    def test_merge_of_two_planned_customers(self):
        self.schedule()
        activity = self.schedule(account=self.free, collect_datetime=utc("2026-03-20 09:00"))
        wizard = self.accounts.env["base.partner.merge.automatic.wizard"].create({})
        partners = self.own.partner_id | self.free.partner_id
        wizard._merge(partners.ids, self.free.partner_id)
        self.catch_up()
        self.assertEqual(len(self.free.activity_ids), 2)
        self.assertEqual(self.free._get_follow_up(), activity)
        self.assert_next_action(18, account=self.free)
        self.assertEqual(self.schedule(account=self.free), activity)

    # --- roles

    def test_who_may_plan(self):
        for login in ("collector_all", "manager"):
            self.assertTrue(self.schedule(login))
        for login, account in (("inquiry", self.own), ("collector", self.foreign)):
            account = self.seen_by(login, account)
            with self.assertRaises(AccessError):
                account._schedule_follow_up({"collect_datetime": utc("2026-03-20 09:00")})

    def test_another_company(self):
        other = self.other_company()
        user = new_test_user(
            self.env,
            "elsewhere",
            groups="ar_collect.group_manager",
            company_id=other.id,
            company_ids=[other.id],
        )
        account = self.own.sudo(False).with_user(user)
        with self.assertRaises(AccessError):
            account._schedule_follow_up({"collect_datetime": utc("2026-03-20 09:00")})
        self.schedule()
        activity = self.own.activity_ids.sudo(False).with_user(user)
        self.assertFalse(activity.has_access("write"))

    def test_activity_done_by_who_may_not_see_the_row(self):
        activity = self.schedule(user_id=self.colleague.id)
        activity.sudo(False).with_user(self.colleague).action_done()
        self.assert_next_action(False)
