# Part of ar_collect. License LGPL-3.
"""The coaching page: figures against medians and targets, gaps, calls drawn, and whose they are."""

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time

from odoo.addons.ar_collect.models.collect_metrics import METRICS

from .performance_common import PerformanceCase


class TestCoaching(PerformanceCase):
    def page(self, viewer, user=None, **options):
        """The page as somebody gets it."""
        self.env.flush_all()
        self.env.invalidate_all()
        pages = self.env["ar.collect.coaching"].with_user(viewer)
        return pages.get_page(user_id=user and user.id, **options)

    def metric(self, page, code):
        """A row of the page's table."""
        return next(row for row in page["metrics"] if row["code"] == code)

    def gap(self, page, code):
        """A sentence of the page; none when nothing is said of it."""
        return next((gap for gap in page["gaps"] if gap["code"] == code), None)

    # --- months

    def test_months(self):
        self.log_calls(self.ann, 4, days=(-3,), reached=1)
        self.log_calls(self.ann, 2, days=(-16, -44))  # the last days of February and January
        page = self.page(self.manager, self.ann, months=2)
        self.assertEqual(
            [(month["date_from"], month["date_to"]) for month in page["months"]],
            [
                ("2026-01-01", "2026-01-31"),
                ("2026-02-01", "2026-02-28"),
                ("2026-03-01", "2026-03-31"),
            ],
        )
        self.assertEqual([month["is_running"] for month in page["months"]], [False, False, True])
        self.assertEqual(self.metric(page, "attempts")["values"], [2, 2, 4])
        self.assertEqual(self.metric(page, "right_party_rate")["values"], [0, 0, 25])
        self.assertEqual(self.metric(page, "kept_rate")["values"], [None] * 3)
        self.assertEqual([row["code"] for row in page["metrics"]], list(METRICS))

    def test_targets(self):
        self.target(self.ann, date_from=date(2026, 2, 1), value=50)
        self.target(self.ann, value=60)
        self.target(self.ann, period="week", value=20)
        self.target(self.bob, value=99)
        page = self.page(self.manager, self.ann, months=1)
        self.assertEqual(self.metric(page, "attempts")["targets"], [50, 60])
        self.assertEqual(self.metric(page, "cash")["targets"], [None, None])
        self.assertEqual(sorted(one["bar"]["value"] for one in page["targets"]), [20, 60])

    def test_median_of_three(self):
        for user, count in ((self.ann, 1), (self.bob, 4), (self.eve, 10)):
            self.log_calls(user, count)
        self.log_calls(self.ann_all, 100)  # in no team
        page = self.page(self.ann, months=1)
        self.assertEqual(self.metric(page, "attempts")["medians"], [None, 4])
        self.assertIsNone(self.metric(page, "kept_rate")["medians"][1])
        self.assertEqual(self.metric(self.page(self.ann_all), "attempts")["medians"][-1], None)

    def test_no_median_of_two(self):
        self.log_calls(self.ann, 1)
        self.log_calls(self.bob, 4)
        page = self.page(self.ann, months=1)
        self.assertEqual(self.metric(page, "attempts")["medians"], [None, None])
        self.assertNotIn("median", self.gap(page, "attempts_per_day")["text"])

    def test_of_this_company_alone(self):
        self.log_calls(self.ann, 3)
        self.ann.company_ids += self.second
        page = self.page(self.ann, months=1)
        self.assertEqual(self.metric(page, "attempts")["values"], [0, 3])
        pages = self.env["ar.collect.coaching"].with_user(self.ann).with_company(self.second)
        self.assertEqual(self.metric(pages.get_page(months=1), "attempts")["values"], [0, 0])

    # --- gaps

    def test_gaps(self):
        self.log_calls(self.ann, 6, days=(-3, -4), reached=1)
        self.log_calls(self.bob, 20, days=(-3,), reached=10)
        self.log_calls(self.eve, 20, days=(-3,), reached=10)
        page = self.page(self.manager, self.ann)
        few, rate = self.gap(page, "attempts_per_day"), self.gap(page, "right_party_rate")
        self.assertEqual(
            few["text"],
            "6.0 attempts per day worked: 12 attempts on 2 days. The median of the team is 20.0.",
        )
        self.assertEqual(
            rate["text"],
            "16.7 % of the attempts reached who decides: 2 of 12."
            " The median of the team is 50.0 %.",
        )
        self.assertTrue(few["is_gap"] and rate["is_gap"])
        self.assertFalse(self.gap(page, "kept_rate"))
        best = self.page(self.manager, self.bob)
        self.assertFalse(any(gap["is_gap"] for gap in best["gaps"]))

    def test_rows_behind_a_gap(self):
        self.log_calls(self.ann, 6)
        self.log_calls(self.bob, 6)
        pages = self.env["ar.collect.coaching"].with_user(self.manager)
        gap = self.gap(self.page(self.manager, self.ann), "attempts_per_day")
        span = gap["date_from"], gap["date_to"]
        action = pages.action_open_gap(self.ann.id, gap["code"], *span)
        self.assertEqual(self.report.search_count(action["domain"]), 6)

    def test_wrong_priorities(self):
        low, high, left = (self.debtor(name, self.ann) for name in ("Low", "High", "Left"))
        foreign = self.debtor("Of Somebody Else", self.bob)
        self.log_calls(self.ann, 3, account=low, duration=0.5)
        self.log_calls(self.ann, 1, account=high, days=(-1,), reached=1)
        self.catch_up()
        self.set_bands({low: "1_low", high: "3_high", left: "3_high", foreign: "3_high"})
        gap = self.gap(self.page(self.manager, self.ann), "priorities")
        self.assertTrue(gap["is_gap"])
        self.assertIn("75 % of the attempts of the last 30 days", gap["text"])
        self.assertIn(
            "3 of 4 (01:30 of 01:30 hours). Meanwhile, own customers of high priority without a contact: 1.",
            gap["text"],
        )
        pages = self.env["ar.collect.coaching"].with_user(self.manager)
        span = gap["date_from"], gap["date_to"]
        rows = pages.action_open_gap(self.ann.id, "priorities", *span)
        self.assertEqual(self.report.search_count(rows["domain"]), 3)
        customers = pages.action_open_gap(self.ann.id, "priorities", *span, left=True)
        self.assertEqual(self.accounts.search(customers["domain"]), left)
        self.log_calls(self.ann, 1, account=left, days=(0,), reached=1)
        self.catch_up()
        self.set_bands({low: "1_low", high: "3_high", left: "3_high"})
        gap = self.gap(self.page(self.manager, self.ann), "priorities")
        self.assertFalse(gap["is_gap"])
        self.assertIn("No own customer of high priority was left", gap["text"])

    def debtor(self, name, user):
        """The row of a customer of somebody, who owes something."""
        partner = self.customer(name)
        self.invoice(partner, 500, due=-40)
        self.catch_up()
        account = self.account(partner)
        account.user_id = user
        return account

    def set_bands(self, bands):
        """Put customers in bands of priority, as a refresh with other rules would."""
        self.env.flush_all()
        for account, band in bands.items():
            self.env.cr.execute(
                "UPDATE ar_collect_account SET priority_band = %s WHERE id = %s",
                [band, account.id],
            )
        self.env.invalidate_all()

    def test_nothing_done(self):
        page = self.page(self.ann)
        self.assertEqual(page["gaps"], [])
        self.assertEqual(page["samples"], [])
        self.assertEqual(self.metric(page, "attempts_per_day")["values"], [None] * 7)

    # --- whose page

    def test_collectors_see_their_own(self):
        for user in (self.ann, self.ann_all):
            page = self.page(user)
            self.assertEqual([one["id"] for one in page["people"]], user.ids)
            self.assertEqual(page["person"]["id"], user.id)
            with self.assertRaises(AccessError):
                self.page(user, self.bob)
            for method, *args in (
                ("action_open_metric", "attempts", "2026-03-01", "2026-03-31"),
                ("action_open_gap", "attempts_per_day", "2026-03-01", "2026-03-31"),
                ("action_open_gap", "priorities", "2026-03-01", "2026-03-31", True),
            ):
                pages = self.env["ar.collect.coaching"].with_user(user)
                with self.assertRaises(AccessError):
                    getattr(pages, method)(self.bob.id, *args)

    def test_managers_see_everybody(self):
        for user in (self.manager, self.inquiry):
            page = self.page(user, self.bob)
            self.assertEqual(page["person"]["id"], self.bob.id)
            self.assertLessEqual({self.ann.id, self.bob.id}, {one["id"] for one in page["people"]})
        mine = self.page(self.manager, mine=True)
        self.assertEqual(mine["person"]["id"], self.manager.id)
        outsider = self.person("coaching_outsider", "manager", self.second)
        with self.assertRaises(AccessError):
            self.page(outsider, self.bob)
        with self.assertRaises(AccessError):
            self.page(self.person("coaching_sales", None))

    def test_queries_do_not_grow(self):
        def count():
            return self.count_queries(lambda: self.page(self.manager, self.ann))

        self.log_calls(self.ann, 1, days=(-10,))
        self.target(self.ann)
        few = count()
        people = [self.person(f"many_{number}") for number in range(10)]
        self.team.member_ids += self.env["res.users"].union(*people)
        for user in people:
            self.log_calls(user, 2)
            self.target(user)
        for code in ("cash", "kept_rate", "customers", "hours"):
            self.target(self.ann, metric=code, value=10)
        self.log_calls(self.ann, 4, days=(-10, -11))
        self.assertEqual(count(), few)

    # --- calls to review

    def test_calls_drawn(self):
        calls = self.log_calls(self.ann, 30, days=(-10,), reached=30)
        self.log_calls(self.ann, 3, days=(0,), reached=3)
        self.log_calls(self.ann, 3, days=(-40,), reached=3)
        self.log_calls(self.bob, 3, days=(-10,), reached=3)
        drawn = [sample["id"] for sample in self.page(self.manager, self.ann)["samples"]]
        self.assertEqual(len(drawn), 5)
        self.assertLessEqual(set(drawn), set(calls.ids))
        self.row.user_id = self.bob
        self.assertEqual(self.page(self.ann)["samples"], [])  # a collector sees own customers alone
        self.row.user_id = self.ann
        with freeze_time("2026-03-22 20:00:00"):
            again = self.page(self.ann)["samples"]
        self.assertEqual([sample["id"] for sample in again], drawn)
        with freeze_time("2026-03-23 08:00:00"):
            later = self.page(self.ann)["samples"]
        self.assertNotEqual([sample["id"] for sample in later], drawn)

    def test_what_can_be_read_comes_first(self):
        plain, noted, heard = self.log_calls(self.ann, 3, days=(-10,), reached=3)
        self.log_calls(self.ann, 9, days=(-10,), reached=9)
        noted.note = "Wants the delivery note. " * 20
        # sudo: as the queue that transcribes does
        self.env["ar.collect.recording"].sudo().create(
            {
                "account_id": self.row.id,
                "activity_id": heard.id,
                "consent": True,
                "consent_name": "Dana",
                "consent_user_id": self.ann.id,
                "consent_date": "2026-03-06 10:00:00",
                "transcript": "We will pay on Friday.",
            }
        )
        samples = self.page(self.manager, self.ann)["samples"]
        self.assertEqual([sample["id"] for sample in samples[:2]], [heard.id, noted.id])
        self.assertEqual(samples[0]["text"], "We will pay on Friday.")
        self.assertTrue(samples[0]["recording_id"])
        self.assertTrue(samples[1]["text"].endswith("…"))
        self.assertFalse(plain.note)


class TestCoachingNote(PerformanceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coach = cls.person("coach", "collector_all")
        cls.notes = cls.env["ar.collect.coaching.note"]
        cls.note = cls.notes.with_user(cls.manager).create(
            {
                "user_id": cls.ann.id,
                "coach_id": cls.coach.id,
                "note": "Talks too long",
                "agreed": "Ask for the date first",
                "date_follow_up": cls.day(7),
            }
        )

    def test_private(self):
        found = [("id", "=", self.note.id)]
        for user in (self.ann, self.coach, self.manager):
            self.assertEqual(self.notes.with_user(user).search(found), self.note)
            self.assertEqual(self.note.with_user(user).agreed, "Ask for the date first")
        outsider = self.person("note_outsider", "manager", self.second)
        sales = self.person("note_sales", None)
        for user in (self.bob, self.ann_all, self.inquiry, outsider):
            self.assertFalse(self.notes.with_user(user).search(found))
        for user in (self.bob, self.ann_all, self.inquiry, outsider, sales):
            with self.assertRaises(AccessError):
                self.note.with_user(user).read(["note"])
        page = self.env["ar.collect.coaching"].with_user(self.inquiry).get_page(self.ann.id)
        self.assertEqual(page["notes"], [])
        page = self.env["ar.collect.coaching"].with_user(self.ann).get_page()
        self.assertEqual([note["note"] for note in page["notes"]], ["Talks too long"])

    def test_the_chatter_does_not_leak(self):
        message = self.note.with_user(self.ann).message_post(body="I will try")
        messages = self.env["mail.message"]
        for user in (self.coach, self.manager):
            self.assertIn("I will try", messages.with_user(user).browse(message.id).body)
        outsider = self.person("chatter_outsider", "manager", self.second)
        for user in (self.bob, self.ann_all, self.inquiry, outsider):
            self.assertFalse(messages.with_user(user).search([("id", "=", message.id)]))
            activities = self.env["mail.activity"].with_user(user)
            self.assertFalse(activities.search([("id", "in", self.note.activity_ids.ids)]))
            with self.assertRaises(AccessError):
                self.note.with_user(user).message_post(body="Me too")
        told = message.notified_partner_ids | self.note.message_partner_ids
        people = self.ann | self.coach | self.manager
        self.assertLessEqual(told, people.partner_id)

    def test_changed_by_managers(self):
        for user in (self.ann, self.coach, self.bob):
            with self.assertRaises(AccessError):
                self.note.with_user(user).note = "Is perfect"
            with self.assertRaises(AccessError):
                self.notes.with_user(user).create({"user_id": self.bob.id, "note": "Bad"})
        self.note.with_user(self.manager).agreed = "Something else"

    def test_done(self):
        self.note.with_user(self.ann).action_done()
        self.assertEqual(self.note.state, "done")
        self.assertFalse(self.note.activity_ids)
        self.note.with_user(self.coach).action_reopen()
        self.assertEqual(len(self.note.activity_ids), 2)
        with self.assertRaises(AccessError):
            self.note.with_user(self.bob).action_done()

    def test_follow_up_of_both(self):
        planned = self.note.activity_ids
        self.assertEqual(planned.user_id, self.ann | self.coach)
        self.assertEqual(set(planned.mapped("date_deadline")), {self.day(7)})
        self.note.with_user(self.manager).date_follow_up = self.day(9)
        self.assertEqual(self.note.activity_ids.mapped("date_deadline"), [self.day(9)] * 2)
        self.note.with_user(self.manager).date_follow_up = False
        self.assertFalse(self.note.activity_ids)

    def test_calls_belong_to_the_collector(self):
        call = self.log_calls(self.ann, 1)
        self.note.with_user(self.manager).contact_ids = [Command.set(call.ids)]
        self.assertEqual(self.note.contact_ids, call)
