# Part of ar_collect. License LGPL-3.
"""The days to come: as the calendar says it, so it happens; and it writes nothing."""

import random
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import BaseCase, freeze_time, new_test_user

from ..tools.notice_calendar import Customer, Item, Step, Strategy
from .notice_common import NoticeCase

DAYS = 14
CUSTOMERS = 12


class NoticeCalendarCase(NoticeCase):
    def calendar(self, **options):
        """The calendar as the page reads it, by its days."""
        self.env.flush_all()
        return self.notices.with_company(self.company).get_calendar(options)

    def told(self, **options):
        """What the calendar says: (day, customer, channel, step, amount)."""
        return {
            (number, row["customer"], row["channel"], row["step"], round(row["amount"], 2))
            for number, day in enumerate(self.calendar(**options)["days"][:DAYS])
            for row in day["rows"]
        }

    def happened(self):
        """What was really done, in the same form."""
        notices = self.notices.search([("state", "in", ("queued", "sent"))])
        start = fields.Date.today()
        return {
            (
                (notice.date_planned - start).days,
                notice.customer_id.display_name,
                notice.channel,
                notice.step_id.name,
                round(notice.amount, 2),
            )
            for notice in notices
        }

    def live(self):
        """Let the days pass."""
        start = fields.Datetime.now()
        # the calendar tells the day on which a notice is planned, not that of the next office hours
        with patch.object(type(self.notices), "_filter_office_hours", lambda self: self):
            for number in range(DAYS):
                with freeze_time(start + timedelta(days=number)):
                    self.run_day()


class TestNoticeCalendar(NoticeCalendarCase):
    def check(self, seed):
        """Whatever the ledger looks like, what is told for each day is what happens on it."""
        self.make_ledger(random.Random(seed))
        told = self.told()
        self.live()
        self.assertGreater(len(told), CUSTOMERS)
        self.assertEqual(told, self.happened())

    def test_comes_true(self):
        self.check(1)

    def test_comes_true_again(self):
        self.check(2)

    def test_comes_true_once_more(self):
        self.check(3)

    def make_ledger(self, luck):
        """Customers of all kinds."""
        self.second.write(
            {"min_gap": luck.choice((0, 2, 5)), "level": luck.choice(("customer", "invoice"))}
        )
        self.third.min_amount = luck.choice((0, 150))
        self.call.write({"min_amount": 200, "days": luck.choice((9, 10)), "level": "invoice"})
        begun = luck.choice((False, self.day(-2), self.day(0)))
        self.company.sudo().collect_notice_gentle_date = begun  # sudo: see CollectCase
        self.first.domain = luck.choice(("[]", "[('hold', '=', False)]"))
        for number in range(CUSTOMERS):
            partner = self.debtor(f"Customer {number}")
            for _invoice in range(luck.randint(1, 5)):
                self.invoice(partner, luck.choice((50, 100, 400)), luck.randint(-25, 12))
            if luck.random() < 0.3:
                self.credit_note(partner, luck.choice((20, 80, 300)))
            self.catch_up()
            self.trouble(luck, partner)

    def trouble(self, luck, partner):
        """Something that keeps notices away, or not."""
        account = self.account(partner)
        kind = luck.choice(
            ("none", "none", "pause", "hold", "touch", "exclude", "dispute", "promise")
        )
        if kind == "pause":
            account.notice_pause_date = self.day(luck.randint(1, 6))
        elif kind == "hold":
            account.hold = True
        elif kind == "touch":
            account.last_notice_date = self.day(-luck.randint(0, 4))
        elif kind == "exclude":
            self.items(*partner.invoice_ids[:1]).no_followup = True
        elif kind == "promise":
            line = self.items(*partner.invoice_ids[:1])
            # sudo: see CollectCase
            self.env["ar.collect.promise"].sudo().create(
                {
                    "account_id": account.id,
                    "date_promised": self.day(DAYS + 5),
                    "item_ids": [Command.create({"line_id": line.id})],
                }
            )
        elif kind == "dispute":
            line = self.items(*partner.invoice_ids[:1])
            # sudo: see CollectCase
            self.env["ar.collect.dispute"].sudo().create(
                {
                    "account_id": account.id,
                    "reason_id": self.env.ref("ar_collect.dispute_reason_price").id,
                    "item_ids": [
                        Command.create({"line_id": line.id, "amount": luck.choice((20, 50))})
                    ],
                }
            )


class TestCustomerDays(BaseCase):
    """One customer at a time, without a database; day 0 is today."""

    first = Step(1, "email", 3)
    second = Step(2, "email", 10)
    third = Step(3, "email", 20)
    call = Step(4, "call", 10)

    def days(self, steps, *items, last=30, **values):
        """What comes: (day, channel, days of the step); items are (days late, amount)."""
        tracks = {}
        for step in sorted(steps, key=lambda step: step.days):
            tracks.setdefault(step.channel, []).append(step)
        items = [item if isinstance(item, Item) else Item(*item) for item in items]
        customer = Customer(Strategy(tracks), items, **values)
        return [
            (day.number, made.step.channel, made.step.days)
            for day in customer.run(last)
            for made in day.due
        ]

    def test_last_day(self):
        """The last day counts, and none after it."""
        self.assertEqual(self.days([self.first], (1, 100), last=2), [(2, "email", 3)])
        self.assertEqual(self.days([self.first], (1, 100), last=1), [])
        late = replace(self.first, min_gap=5)
        self.assertEqual(self.days([late], (4, 100), touched=0, last=4), [])

    def test_behind_what_is_due(self):
        """What had to wait behind a higher step comes on the next day."""
        steps = [replace(self.second, level="invoice"), replace(self.call, days=3)]
        self.assertEqual(
            self.days(steps, (12, 100), (3, 100), last=3), [(0, "email", 10), (1, "call", 3)]
        )

    def test_gap(self):
        """Counted from the last contact, those to come included; no lower step comes instead."""
        steps = [self.first, replace(self.call, days=5, min_gap=10)]
        self.assertEqual(self.days(steps, (3, 100)), [(0, "email", 3), (10, "call", 5)])
        steps = [self.first, replace(self.second, min_gap=5)]
        self.assertEqual(self.days(steps, (12, 100), touched=-2), [(3, "email", 10)])
        self.assertEqual(self.days(steps, (12, 100), touched=-5), [(0, "email", 10)])

    def test_planned_already(self):
        """Nothing comes beside what waits on the channel, nor below it on another one."""
        for day, planned in ((0, self.first), (2, self.first), (2, self.third)):
            with self.subTest(day=day, planned=planned.days):
                found = self.days(
                    [self.second, self.call],
                    (12, 2000),
                    planned=[(day, 7, planned, 2000, 1)],
                    last=day,
                )
                calls = [] if planned == self.third else [(0, "call", 10)]
                self.assertEqual(sorted(found), sorted([*calls, (day, "email", planned.days)]))
        overdue = [(-3, 7, self.first, 100, 1)]
        self.assertEqual(self.days([], (5, 100), planned=overdue), [(0, "email", 3)])

    def test_minimum(self):
        """Met by what is overdue in all, from the day on which it is."""
        steps = [replace(self.first, min_amount=150)]
        for late, day in ((-1, 2), (0, 1), (1, 0)):
            with self.subTest(late=late):
                found = self.days(steps, (3, 100), (late, 100), last=3)
                self.assertEqual(found[0], (day, "email", 3))
        steps = [replace(self.first, min_amount=100)]
        self.assertEqual(self.days(steps, (3, 100), last=0), [(0, "email", 3)])

    def test_before_due(self):
        """What is due soon is asked for although nothing is overdue."""
        self.assertEqual(
            self.days([replace(self.first, days=-5)], (-4, 100), last=0), [(0, "email", -5)]
        )

    def test_pause_and_credit(self):
        self.assertEqual(self.days([self.first], (5, 100), pause=2), [(2, "email", 3)])
        self.assertEqual(self.days([self.first], (5, 100), credit=-100), [])
        self.assertEqual(self.days([self.first], (5, 100), credit=-99), [(0, "email", 3)])

    def test_nothing_comes_again(self):
        """A step that an item has reached is never reached again by way of another channel."""
        item = Item(25, 100, done={"email": 20})
        steps = [self.first, self.second, self.third, self.call]
        self.assertEqual(
            self.days(steps, item, (1, 100), last=5), [(0, "call", 10), (2, "email", 3)]
        )

    def test_all_that_is_late_is_named(self):
        """A reminder names what is late by less as well, so that no lower one follows."""
        steps = [self.first, self.second]
        self.assertEqual(
            self.days(steps, (10, 100), (4, 100), last=8), [(0, "email", 10), (6, "email", 10)]
        )
        steps.append(replace(self.first, id=5, days=0))  # looked at again the next day
        self.assertEqual(self.days(steps, (10, 100), (4, 100), last=5), [(0, "email", 10)])

    def test_same_day_elsewhere(self):
        """A step of the same days on another channel is not passed over."""
        steps = [self.second, replace(self.call, min_amount=500)]
        self.assertEqual(
            self.days(steps, (10, 100), (-1, 1000), last=3), [(0, "email", 10), (2, "call", 10)]
        )


class TestNoticeCalendarPage(NoticeCalendarCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: new_test_user(
                cls.env,
                f"calendar.{role}",
                groups=f"ar_collect.group_{role}",
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for role in ("collector", "manager", "resolver")
        }
        cls.late = cls.debtor("Late", 100, due=-12)
        cls.soon = cls.debtor("Soon", 50, due=1)
        cls.promised = cls.debtor("Promised", 80, due=-5)
        cls.catch_up()
        # sudo: see CollectCase
        cls.env["ar.collect.promise"].sudo().create(
            {
                "account_id": cls.account(cls.promised).id,
                "date_promised": cls.day(20),
                "item_ids": [Command.create({"line_id": cls.items(*cls.promised.invoice_ids).id})],
            }
        )

    def as_user(self, role):
        return self.env["ar.collect.notice"].with_user(self.users[role])

    def row(self, name, **options):
        """The first row of a customer, with its day."""
        for day in self.calendar(**options)["days"]:
            for row in day["rows"]:
                if row["customer"] == name:
                    return {**row, "date": day["date"]}
        raise AssertionError(f"no row of {name}")

    def test_writes_nothing(self):
        """Neither the days nor what a row says write a thing, so that anybody may look."""
        self.env.flush_all()
        self.env.cr.execute("SAVEPOINT looked; SET LOCAL transaction_read_only = on")
        try:
            row = self.row("Soon")
            shown = self.notices.get_shown(row)
        finally:
            self.env.cr.execute("ROLLBACK TO SAVEPOINT looked")
        self.assertEqual(row["date"], "2026-03-20")
        self.assertIn("50.00", shown["body"])
        self.assertEqual(shown["to"], ["Soon (soon@example.com)"])
        self.assertIn("3 days past due", shown["why"], "as of the day on which it goes out")
        self.assertFalse(shown["can_decide"], "it is not planned yet")

    def test_left_out(self):
        """Who gets nothing is counted with the reason, and can be looked at."""
        day = self.calendar()["days"][0]
        self.assertEqual(
            [(part["reason"], part["count"]) for part in day["left_out"]], [("promised", 1)]
        )
        action = self.notices.action_open_left_out({}, 0, "promised")
        found = self.accounts.search(action["domain"])
        self.assertEqual(found.partner_id, self.promised)
        self.assertFalse(self.notices.action_open_left_out({}, 0, "disputed")["domain"][0][2])

    def test_left_out_for_a_while(self):
        """Who is left out until something changes is counted on these days alone."""
        self.account(self.late).notice_pause_date = self.day(2)
        days = self.calendar()["days"]
        reasons = [{part["reason"] for part in days[number]["left_out"]} for number in range(3)]
        both = {"paused", "promised"}
        self.assertEqual(reasons, [both, both, {"promised"}])
        for number, expected in ((0, self.late), (1, self.late), (2, self.late.browse())):
            action = self.notices.action_open_left_out({}, number, "paused")
            found = self.accounts.search(action["domain"])
            self.assertEqual(found.partner_id, expected, f"day {number}")

    def test_sent(self):
        """What went out is not to come any more, and nobody is asked to decide on it."""
        self.plan()
        notice = self.of(self.late)
        row = self.row("Late")
        self.notices._process_notices(notice.ids)
        names = [r["customer"] for r in self.calendar()["days"][0]["rows"]]
        self.assertEqual((notice.state, names), ("queued", []))
        self.assertFalse(self.notices.get_shown(row)["can_decide"])

    def test_rights_row_by_row(self):
        """What a row says is for who may see its notice, customer and step; inquiry decides not."""
        other = self.other_company()
        strategies = self.env["ar.collect.strategy"].sudo()  # sudo: see CollectCase
        foreign = strategies.create(
            {"name": "There", "company_id": other.id, "step_ids": [self.step("X", 1)]}
        )
        draft = strategies.browse(foreign.action_make_draft()["res_id"])
        self.plan()
        notice = self.of(self.late)
        self.account(self.late).user_id = self.users["manager"]
        self.env.flush_all()
        row = self.row("Late")
        inquiry = new_test_user(
            self.env,
            "calendar.inquiry",
            groups="ar_collect.group_inquiry",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.as_user("collector").get_shown(row)
        self.assertTrue(self.as_user("manager").get_shown(row)["can_decide"])
        shown = self.env["ar.collect.notice"].with_user(inquiry).get_shown(row)
        self.assertFalse(shown["can_decide"])
        with self.assertRaises(AccessError):
            self.as_user("manager").get_shown(
                {**row, "notice_id": False, "step_id": foreign.step_ids.id}
            )
        with self.assertRaises(AccessError):
            self.as_user("manager").get_calendar({"draft_id": draft.id})
        self.assertEqual(notice.state, "planned")

    def test_customer_of_another_company(self):
        """Who works on a customer in one company does not see the notices of another one."""
        other = self.other_company()
        other.sudo().collect_notice_require_sent = False  # sudo: see CollectCase
        collector = self.users["collector"]
        collector.company_ids = [Command.link(other.id)]
        self.invoice(self.late, 500, -12, company=other)
        self.catch_up()
        self.account(self.late, other).user_id = collector
        self.account(self.late).user_id = self.users["manager"]
        self.env.flush_all()
        both = self.as_user("collector").with_context(
            allowed_company_ids=[self.company.id, other.id]
        )
        rows = [row for day in both.get_calendar({})["days"] for row in day["rows"]]
        shown = {row["account_id"] for row in rows}
        self.assertIn(self.account(self.late, other).id, shown)
        self.assertNotIn(self.account(self.late).id, shown)

    def test_planned(self):
        """What is planned is shown on its day, with its state, and once."""
        self.second.automatic = False
        self.plan()
        notice = self.of(self.late)
        row = self.row("Late")
        self.assertEqual((row["notice_id"], row["state"]), (notice.id, "to_approve"))
        self.assertEqual(self.calendar()["days"][0]["count"], 1)
        self.assertTrue(self.notices.get_shown(row)["can_decide"])
        notice.action_postpone()
        self.assertEqual(self.row("Late")["date"], "2026-03-17")

    def test_undo(self):
        """Approved, skipped, put off: each is taken back, and the customer is where they were."""
        self.second.automatic = False
        for decide in ("action_approve", "action_skip", "action_postpone"):
            with self.subTest(decide=decide):
                self.plan()
                notice = self.of(self.late)
                before = (notice.state, notice.date_planned, notice.approver_id)
                getattr(notice, decide)()
                notice.action_undo()
                self.assertEqual((notice.state, notice.date_planned, notice.approver_id), before)
                self.assertFalse(notice.mark_ids)
        self.assertEqual(self.row("Late")["notice_id"], notice.id)

    def test_undo_too_late(self):
        """What went out cannot be taken back, nor what another step has replaced."""
        self.run_day()
        notice = self.of(self.late)
        with self.assertRaisesRegex(UserError, "Late: Second"):
            notice.action_undo()
        notice.write({"state": "cancelled", "cancel_reason": "paid"})
        with self.assertRaisesRegex(UserError, "Late: Second"):
            notice.action_undo()

    def test_undo_replaced(self):
        self.plan()
        skipped = self.of(self.late)
        skipped.action_skip()
        self.invoice(self.late, 10, -25)
        self.plan()
        with self.assertRaisesRegex(UserError, "another step"):
            skipped.action_undo()

    def test_paid_before_approval(self):
        """What waits for approval goes when the customer owes nothing any more."""
        self.second.automatic = False
        self.plan()
        self.payment(self.late, 100, self.late.invoice_ids)
        self.plan()
        notice = self.of(self.late)
        self.assertEqual((notice.state, notice.cancel_reason), ("cancelled", "paid"))

    def test_roles(self):
        """A collector sees and decides on own customers; who has no business there nothing."""
        mine = self.account(self.late)
        mine.user_id = self.users["collector"]
        self.account(self.soon).user_id = self.users["manager"]
        self.env.flush_all()
        names = {
            role: {
                row["customer"]
                for day in self.as_user(role).get_calendar({})["days"]
                for row in day["rows"]
            }
            for role in ("collector", "manager")
        }
        self.assertEqual(names, {"collector": {"Late"}, "manager": {"Late", "Soon"}})
        with self.assertRaises(AccessError):
            self.as_user("resolver").get_calendar({})
        with self.assertRaises(AccessError):
            self.as_user("resolver").action_open_left_out({}, 0, "promised")
        row = self.row("Soon")
        with self.assertRaises(AccessError):
            self.as_user("collector").get_shown(row)
        self.assertTrue(self.as_user("manager").get_shown(row)["body"])

    def test_mine(self):
        self.account(self.late).user_id = self.users["manager"]
        self.env.flush_all()
        days = self.as_user("manager").get_calendar({"mine": True})["days"]
        self.assertEqual({row["customer"] for day in days for row in day["rows"]}, {"Late"})
        self.account(self.late).user_id = self.users["collector"]
        self.account(self.late).acting_user_id = self.users["manager"]  # stands in
        self.env.flush_all()
        days = self.as_user("manager").get_calendar({"mine": True})["days"]
        self.assertEqual({row["customer"] for day in days for row in day["rows"]}, {"Late"})

    def test_broken_condition(self):
        """It is told on the page, once, and written down nowhere."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ar_collect_strategy_step SET domain = %s WHERE id = %s",
            ["[('no_such_field', '=', 1)]", self.second.id],
        )
        self.env.invalidate_all()
        [problem] = self.calendar()["problems"]
        self.assertIn("no_such_field", problem)
        self.assertFalse(self.strategy.problem)
        self.assertEqual(self.row("Late")["step"], "First")

    def test_limit(self):
        """The largest amounts are kept; the number says how many there are."""
        self.debtor("Larger", 900, due=-12)
        self.catch_up()
        day = self.calendar(limit=1)["days"][0]
        self.assertEqual(([row["customer"] for row in day["rows"]], day["count"]), (["Larger"], 2))

    def test_queries(self):
        """However many customers there are, so many queries."""

        def count():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.calendar()
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for number in range(30):
            self.debtor(f"Many {number}", 100, due=-number)
        self.catch_up()
        self.assertLessEqual(count(), few)


class TestStrategyDraft(NoticeCalendarCase):
    def make_draft(self):
        action = self.strategy.action_make_draft()
        return self.env["ar.collect.strategy"].sudo().browse(action["res_id"])  # sudo: CollectCase

    def test_try_out(self):
        """Only what the change makes of the days is told, and nothing has changed."""
        self.debtor("Late", 100, due=-12)
        self.debtor("Early", 100, due=-4)
        self.debtor("Never", 100, due=-300)
        self.catch_up()
        draft = self.make_draft()
        step = draft.step_ids.filtered(lambda step: step.name == "Second")
        step.days = 12
        data = self.calendar(draft_id=draft.id)
        told = {
            (number, row["customer"], row["step"], row["difference"])
            for number, day in enumerate(data["days"])
            for row in day["rows"]
        }
        # the one is called Second on both days; the other would have come on the 16th today
        self.assertEqual(
            told,
            {
                (0, "Late", "Second", "other"),
                (6, "Early", "Second", "gone"),
                (8, "Early", "Second", "new"),
            },
        )
        self.assertEqual((data["draft"]["customers"], data["draft"]["name"]), (2, draft.name))
        self.assertFalse(self.calendar()["draft"])
        self.assertEqual(self.plan(), 3, "the draft itself plans nothing")

    def test_condition(self):
        """Customers that the change brings in, or leaves out, are told as well."""
        other = self.strategy.copy({"name": "Other", "domain": "[('id', '=', 0)]"})
        self.debtor("Late", 100, due=-12)
        self.catch_up()
        draft = self.env["ar.collect.strategy"].sudo().browse(other.action_make_draft()["res_id"])
        draft.domain = "[]"
        draft.step_ids.filtered(lambda step: step.name == "Second").unlink()
        rows = self.calendar(draft_id=draft.id)["days"][0]["rows"]
        self.assertEqual(
            [(row["customer"], row["step"], row["difference"]) for row in rows],
            [("Late", "First", "other")],
        )

    def test_hold(self):
        """Customers on credit hold, whom the change brings in."""
        self.debtor("Held", 100, due=-12)
        self.catch_up()
        self.account(self.env["res.partner"].search([("name", "=", "Held")])).hold = True
        draft = self.make_draft()
        draft.include_hold = True
        rows = self.calendar(draft_id=draft.id)["days"][0]["rows"]
        self.assertEqual([(row["customer"], row["difference"]) for row in rows], [("Held", "new")])

    def test_put_in_force(self):
        """Steps that stay keep their notices; one that goes is put away; the version counts up."""
        self.debtor("Late", 100, due=-12)
        self.run_day()
        draft = self.make_draft()
        version = self.strategy.version
        draft.step_ids.filtered(lambda step: step.name == "Third").days = 25
        draft.step_ids.filtered(lambda step: step.name == "Second").name = "Asks"
        draft.include_hold = True
        draft.domain = "[('hold', '=', False)]"
        draft.action_put_in_force()
        self.assertEqual(self.strategy.domain, "[('hold', '=', False)]")
        self.assertFalse(draft.exists())
        self.assertEqual(self.second.name, "Asks")
        self.assertEqual(self.strategy.step_ids.sorted("days").mapped("days"), [3, 10, 10, 25])
        self.assertTrue(self.strategy.include_hold)
        self.assertGreater(self.strategy.version, version)
        self.assertFalse(self.third.exists(), "no notice was made from it")
        with freeze_time("2026-03-17 12:00:00"):
            self.assertEqual(self.plan(), 0, "what was sent is not sent again")

    def test_no_strategy_of_its_own(self):
        """A draft is tried out or put in force, and not used beside what it stands in for."""
        draft = self.make_draft()
        self.assertEqual(self.strategy.action_make_draft()["res_id"], draft.id)
        with self.assertRaisesRegex(ValidationError, "is a draft"):
            draft.is_default = True
        with self.assertRaisesRegex(ValidationError, "is a draft"):
            draft.active = True
        with self.assertRaisesRegex(UserError, "no draft"):
            self.strategy.action_put_in_force()
        self.assertFalse(draft.is_outdated)
        self.first.days = 4
        self.assertTrue(draft.is_outdated)

    def test_managers_alone(self):
        """A collector can neither make a draft nor put one in force."""
        user = new_test_user(
            self.env,
            "draft.collector",
            groups="ar_collect.group_collector",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        draft = self.make_draft()
        for strategy, method in (
            (self.strategy, "action_make_draft"),
            (draft, "action_put_in_force"),
        ):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(strategy.with_user(user), method)()
