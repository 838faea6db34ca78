# Part of ar_collect. License LGPL-3.
"""Payment plans: proposed, agreed, judged by the ledger, paused, negotiated anew, and by whom.

Today is Monday the 16th of March; the customer owes 1,200 (`old`) and 300 (`new`). A plan is paid
in instalments of 500 on the 20th, the 27th and the 3rd of April, with three days of grace.
"""

import base64
from contextlib import contextmanager
from datetime import date

import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time
from odoo.tools import mute_logger

from odoo.addons.ar_collect.models.ar_collect_claim import LATER
from odoo.addons.ar_collect.models.ar_collect_payment_plan import WHOLE

from .claims_common import ClaimsCase

SIGNATURE = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
    )
)


class PaymentPlanCase(ClaimsCase):
    """Plans of the own customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plans = cls.env["ar.collect.payment.plan"].sudo()  # sudo: see CollectCase

    def plan(self, lines=None, parts=None, **values):
        """A proposal of the own customer.

        :param recordset lines: journal items; both by default
        :param dict parts: amount of each instalment by its day; 500 each by default
        """
        lines = self.old + self.new if lines is None else lines
        parts = {4: 500, 11: 500, 18: 500} if parts is None else parts
        return self.plans.create(
            {
                "account_id": self.own.id,
                "item_ids": [Command.create({"line_id": line.id}) for line in lines],
                "instalment_ids": [
                    Command.create({"date": self.day(day), "amount": amount})
                    for day, amount in parts.items()
                ],
                **values,
            }
        )

    def agreed(self, *args, **values):
        """A plan that the customer has agreed to, see :meth:`plan`."""
        plan = self.plan(*args, **values)
        plan.action_agree()
        return plan

    @contextmanager
    def on(self, number):
        """The clock stands at noon of a day, after the night's refresh."""
        with freeze_time(f"{self.day(number)} 12:00:00"):
            for company in self.accounts._get_companies_of_new_day():
                self.accounts._process_company(company)
            yield

    def pay(self, amount, *lines, on=0, **values):
        """A payment of a day, matched with items."""
        payment = self.payment(self.partner, amount, on=on, **values)
        if lines:
            (self.items(payment.move_id) + self.env["account.move.line"].concat(*lines)).reconcile()
        return payment

    def assert_plan(self, plan, state, *states):
        """After what has happened so far the plan and its instalments are in these states."""
        self.catch_up()
        found = plan.promise_ids.sorted("date_promised").mapped("state")
        self.assertEqual((plan.state, *found), (state, *states))
        self.assert_promises()

    def bodies(self):
        return "".join(self.own.message_ids.mapped("body"))


class TestPaymentPlan(PaymentPlanCase):
    # --- proposed

    def test_equal_instalments(self):
        line = self.items(self.invoice(self.partner, 100))
        plan = self.plan(line, {}, date_first=date(2026, 3, 31), instalment_count=3)
        self.assertEqual(plan.amount, 100)
        self.assertEqual(plan.instalment_ids.mapped("amount"), [33.33, 33.33, 33.34])
        days = [day.isoformat() for day in plan.instalment_ids.mapped("date")]
        self.assertEqual(days, ["2026-03-31", "2026-04-30", "2026-05-31"])

    def test_equal_by_itself(self):
        plan = self.plan(parts={}, instalment_count=2, interval="week", date_first=self.day(1))
        self.assertEqual(plan.instalment_ids.mapped("amount"), [750, 750])
        self.assertEqual(plan.instalment_ids.mapped("date"), [self.day(1), self.day(8)])
        self.assertEqual(plan.state, "draft")
        self.assertFalse(plan.promise_ids)
        self.assertEqual(self.own.amount_promised, 0)

    def test_given_dates(self):
        plan = self.plan(parts={2: 1, 9: 1499}, interval="dates")
        plan.action_distribute()
        self.assertEqual(plan.instalment_ids.mapped("amount"), [750, 750])
        self.assertEqual(plan.instalment_ids.mapped("date"), [self.day(2), self.day(9)])

    def test_currency_without_cents(self):
        yen = self.setup_other_currency("JPY", rates=[("1900-01-01", 100)], rounding=1)
        line = self.items(self.invoice(self.partner, 100, currency=yen))
        plan = self.plan(line, {})
        self.assertEqual(plan.currency_id, yen)
        self.assertEqual(plan.instalment_ids.mapped("amount"), [33, 33, 34])

    def test_too_small_to_split(self):
        line = self.items(self.invoice(self.partner, 0.02))
        with self.refused(r"0\.02 cannot be paid in 3 instalments"):
            self.plan(line, {})

    def test_numbers(self):
        first, second = self.plan(), self.plan()
        self.assertEqual((first.name, second.name), ("PLAN/2026/0001", "PLAN/2026/0002"))
        company = self.other_company()
        line = self.items(self.invoice(self.partner, 90, company=company))
        self.catch_up()
        account = self.account(self.partner, company)
        other = self.plan(line, {}, account_id=account.id)
        self.assertEqual(other.name, "PLAN/2026/0001")
        self.assertEqual(other.company_id, company)

    def test_what_adds_up(self):
        with self.refused(r"come to .*1,400\.00, the items to .*1,500\.00"):
            self.plan(parts={4: 700, 11: 700})
        with self.refused("Choose the invoices"):
            self.plan([])
        with self.refused("on the same day"):
            self.plan(
                instalment_ids=[
                    Command.create({"date": self.day(4), "amount": 750}) for _number in range(2)
                ]
            )
        with self.refused("is not an amount"):
            self.plan(parts={4: float("nan"), 11: 700})
        with self.refused("is not an amount"):
            self.plan(parts={4: -10, 11: 1510})
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
            self.env.cr.savepoint(),
        ):
            self.plan(parts={4: 0, 11: 1500})

    def test_nothing_in_the_context_skips_the_sum(self):
        """What a browser may send cannot leave the check out."""
        keys = dict.fromkeys((WHOLE, LATER), True)
        plans = self.seen_by("collector", self.plan()).with_context(**keys)
        with self.refused("come to"):
            plans.instalment_ids[0].amount = 400
        with self.refused("come to"):
            plans.instalment_ids[0].unlink()
        with self.refused("come to"):
            plans.item_ids.create({"plan_id": plans.id, "line_id": self.new.id, "amount": 1})
        with self.refused("come to"):
            plans.write({"instalment_ids": [Command.delete(plans.instalment_ids[0].id)]})

    def test_change_of_a_part_alone(self):
        plan = self.seen_by("collector", self.plan())
        with self.refused("come to"):
            plan.instalment_ids[0].amount = 1
        with self.refused("come to"):
            plan.instalment_ids[0].unlink()
        with self.refused("come to"):
            plan.item_ids[0].amount = 5
        with self.refused("come to"):
            plan.instalment_ids.create({"plan_id": plan.id, "date": self.day(30), "amount": 5})
        plan.instalment_ids = [
            Command.update(plan.instalment_ids[0].id, {"amount": 400}),
            Command.update(plan.instalment_ids[1].id, {"amount": 600}),
        ]
        self.assertEqual(plan.instalment_ids.mapped("amount"), [400, 600, 500])
        with self.refused("one instalment at least"):
            plan.instalment_ids = [Command.clear()]

    def test_items_of_others(self):
        foreign = self.items(self.invoice(self.customer("Other"), 100))
        with self.refused("is not a receivable"):
            self.plan(foreign, {4: 100})
        with self.refused(r"1,200\.00 left of INV"):
            self.plan(
                item_ids=[Command.create({"line_id": self.old.id, "amount": 1300})], parts={4: 1300}
            )

    # --- agreed

    def test_agreed(self):
        plan = self.agreed()
        self.assertEqual((plan.state, plan.date_agreed), ("active", self.day(0)))
        self.assertRecordValues(
            plan.promise_ids.sorted("date_promised"),
            [
                {
                    "amount": 500,
                    "date_promised": self.day(day),
                    "state": "open",
                    "account_id": self.own.id,
                    "item_ids": [],
                    "level": 0,
                }
                for day in (4, 11, 18)
            ],
        )
        self.assertEqual(plan.instalment_ids.promise_id, plan.promise_ids.sorted("id"))
        self.assertIn("Payment plan agreed: PLAN/2026/0001", self.bodies())
        self.assertIn("Payment plan agreed", "".join(plan.message_ids.mapped("body")))
        with self.assertRaisesRegex(UserError, "is Active"):
            plan.action_agree()

    def test_what_is_in_it_is_not_chased(self):
        self.agreed()
        self.assert_row(
            self.partner,
            amount_promised=1500,
            amount_chasable=0,
            next_promise_date=self.day(4),
            state="waiting",
        )
        self.assertEqual(self.old.collect_promised_amount, 1200)
        self.assertEqual(self.old.collect_promise_date, self.day(4))
        self.assertIn("in payment plan PLAN/2026/0001", self.old.collect_claims)

    def test_what_came_is_not_waited_for(self):
        """Of an item that is in the plan in part, what is not in the plan is chased as before."""
        items = [Command.create({"line_id": self.old.id, "amount": 600})]
        plan = self.agreed(parts={4: 300, 11: 300}, item_ids=items, missed_limit=2)
        self.assert_row(self.partner, amount_promised=600, amount_chasable=900)
        payment = self.pay(200, self.old)
        self.catch_up()
        self.assert_row(self.partner, amount_promised=400, amount_chasable=900)
        self.assertEqual(self.old.collect_promised_amount, 400)
        with self.on(8):  # too late for the first instalment
            self.pay(50, self.old, on=8)
            self.assert_plan(plan, "active", "partial", "open")
            self.assert_row(self.partner, amount_promised=350, amount_chasable=900)
            self.assertEqual((plan.amount_kept, plan.item_ids.amount_paid), (250, 250))
            payment.action_draft()  # it stays matched
            self.assert_plan(plan, "active", "broken", "open")
            self.assert_row(self.partner, amount_promised=550, amount_chasable=700)

    def test_a_part_of_the_debt(self):
        self.agreed(self.new, {4: 150, 11: 150})
        self.assert_row(self.partner, amount_promised=300, amount_chasable=1200)
        self.promise(amount=1200)  # free promises count for the other items
        self.assert_row(self.partner, amount_promised=1500, amount_chasable=0)

    def test_one_follow_up(self):
        """The call in which it was agreed is followed up once, after the first instalment."""
        promised = self.env.ref("ar_collect.outcome_promised")
        logged = self.own.log_contact({"outcome_id": promised.id})
        first = self.own._propose_follow_up(outcome=promised, promise_date=self.day(4))
        before = self.own.activity_ids
        self.agreed(activity_id=logged["log_id"])
        self.assertEqual(len(self.own.activity_ids), len(before))
        planned = self.env["ar.collect.activity"].browse(logged["log_id"]).sudo().follow_up_id
        self.assertEqual(planned.date_deadline, first["date_deadline"])
        self.assertLess(planned.date_deadline, self.day(11))
        self.assertGreater(planned.date_deadline, self.day(4))

    def test_levels(self):
        """Instalments know of promises and plans of the same that were not kept, and they of them.

        What was left of a plan counts once.
        """
        self.promise(self.new)
        plan = self.agreed()
        self.assertEqual(plan.promise_ids.mapped("level"), [1, 1, 1])
        new = self.plans.browse(plan.action_renegotiate()["res_id"])
        new.action_agree()
        self.catch_up()
        self.assertEqual(new.promise_ids.mapped("level"), [2, 2, 2])
        with self.on(8):
            self.assert_plan(new, "broken", "broken", "cancelled", "cancelled")
            self.assertEqual(plan.promise_ids.mapped("level"), [1, 1, 1])
            later = self.promise(self.old, date_promised=self.day(10))
            self.assertEqual(later.level, 2)  # the promise was of the other item
            self.pay(1200, self.old, on=7)
            self.pay(300, self.new, on=7)
            self.catch_up()
            self.assertEqual(later.level, 1)

    def test_levels_of_a_plan_that_goes_on(self):
        plan = self.agreed(missed_limit=3)
        with self.on(15):
            self.assert_plan(plan, "active", "broken", "broken", "open")
            levels = plan.promise_ids.sorted("date_promised").mapped("level")
            self.assertEqual(levels, [0, 1, 2])

    def test_open_promises_are_replaced(self):
        first = self.promise(self.new)
        other = self.promise(self.old)
        plan = self.agreed(self.new, {4: 300})
        self.assertEqual((first.state, first.replaced_by_id), ("replaced", plan.promise_ids))
        self.assertEqual(other.state, "open")
        self.assertIn("Promise replaced", self.bodies())

    def test_not_promised_beside_it(self):
        plan = self.agreed()
        for replace in (False, True):
            with self.refused(f"INV.* is in payment plan {plan.name}"):
                self.promise(self.new, replace=replace)
        plan.action_pause()
        with self.refused("is in payment plan"):
            self.promise(self.new)
        plan.action_cancel()
        self.assertEqual(self.promise(self.new).state, "open")

    def test_not_in_two_plans(self):
        early = self.plan(self.new, {4: 300})
        plan = self.agreed(self.new, {5: 300})
        with self.refused(f"is in payment plan {plan.name}"):
            self.plan(self.new, {4: 300})
        with self.refused(f"is in payment plan {plan.name}"):
            early.action_agree()
        self.assertEqual(early.state, "draft")

    def test_changed_since_it_was_proposed(self):
        plan = self.plan()
        self.pay(100, self.new)
        with self.refused(r"300\.00 is more than the .*200\.00 left"):
            plan.action_agree()

    def test_days_in_the_past(self):
        plan = self.plan(parts={0: 750, 5: 750})
        with self.on(1), self.refused("03/16/2026, is in the past"):
            plan.action_agree()
        plan.action_agree()
        self.assertEqual(plan.state, "active")

    def test_signed(self):
        plan = self.plan()
        for name, signature in (("", SIGNATURE), ("Ann", False), ("  ", SIGNATURE)):
            with self.refused("Sign with your name"):
                plan._accept(name, signature)
        plan._accept(" Ann ", SIGNATURE)
        self.assertEqual((plan.state, plan.signed_by), ("active", "Ann"))
        self.assertTrue(plan.signature and plan.signed_on)
        self.assertEqual(set(plan.promise_ids.mapped("channel")), {"portal"})
        with self.assertRaisesRegex(UserError, "is Active: this cannot be done any more"):
            plan._accept("Bob", SIGNATURE)
        self.assertEqual(plan.signed_by, "Ann")
        self.assertIn(f"/my/payment-plans/{plan.id}", plan.get_portal_url())

    def test_agreed_stays(self):
        plan = self.seen_by("collector", self.agreed())
        for values in (
            {"missed_limit": 3},
            {"instalment_ids": [Command.clear()]},
            {"item_ids": [Command.clear()]},
        ):
            with self.assertRaisesRegex(UserError, "what was agreed stays"):
                plan.write(values)
        with self.assertRaisesRegex(UserError, "what was agreed stays"):
            plan.instalment_ids[0].amount = 1
        with self.assertRaisesRegex(UserError, "what was agreed stays"):
            plan.item_ids[0].unlink()
        for values in ({"state": "done"}, {"date_agreed": self.day(0)}, {"name": "1"}):
            with self.assertRaisesRegex(AccessError, "buttons"):
                plan.write(values)
        with self.assertRaisesRegex(AccessError, "buttons"):
            plan.create({"account_id": self.own.id, "date_agreed": self.day(0)})
        promise = plan.promise_ids[0]
        with self.assertRaisesRegex(UserError, "renegotiate or cancel the plan"):
            promise.action_cancel()
        with self.assertRaises(AccessError):
            promise.plan_id = False
        with self.assertRaises(AccessError):
            promise.create(
                {
                    "account_id": self.own.id,
                    "amount": 5,
                    "date_promised": self.day(4),
                    "plan_id": plan.id,
                }
            )

    # --- judged

    def test_paid_as_agreed(self):
        plan = self.agreed()
        self.pay(500, self.old)
        self.assert_plan(plan, "active", "kept", "open", "open")
        self.assertEqual((plan.amount_kept, plan.date_next), (500, self.day(11)))
        with self.on(14):
            self.pay(500, self.old, on=14)
            self.assert_plan(plan, "active", "kept", "kept", "open")
            self.pay(200, self.old, on=14)
            last = self.pay(300, self.new, on=14)
            self.assert_plan(plan, "done", "kept", "kept", "kept")
            self.assertIn("Payment plan done", self.bodies())
            last.action_draft()
            self.assert_plan(plan, "active", "kept", "kept", "open")
            self.assertEqual(plan.promise_ids.sorted("date_promised")[2].amount_kept, 200)

    def test_paid_at_once(self):
        plan = self.agreed()
        self.pay(1500, self.old, self.new)
        self.assert_plan(plan, "done", "kept", "kept", "kept")

    def test_one_payment_for_two(self):
        plan = self.agreed()
        self.pay(700, self.old)
        self.assert_plan(plan, "active", "kept", "open", "open")
        self.assertEqual(plan.amount_kept, 700)

    def test_missed(self):
        """Today counts as in time up to the last day of grace; then all is chased again."""
        plan = self.agreed()
        with self.on(7):
            self.assert_plan(plan, "active", "open", "open", "open")
            self.assertEqual(self.own.amount_promised, 1500)
        with self.on(8):
            self.assert_plan(plan, "broken", "broken", "cancelled", "cancelled")
            self.assertEqual(set(plan.promise_ids.sorted("id")[1:].mapped("end_reason")), {"plan"})
            self.assertEqual((plan.missed_count, self.own.amount_chasable), (1, 1500))
            self.assertIn("Payment plan broken", self.bodies())
            self.assertNotIn("Promise ended", self.bodies())
            tasks = self.env["mail.activity"].sudo().search([("res_id", "=", self.own.id)])
            self.assertEqual(len(tasks), 1)
            self.assertIn(f"Payment plan {plan.name} is broken", tasks.summary)
            self.assertEqual(tasks.user_id, self.own.user_id)
            self.assertEqual(self.promise(self.new, date_promised=self.day(9)).state, "open")

    def test_entered_late(self):
        """What was paid in time brings the plan back, whenever it is entered."""
        plan = self.agreed()
        with self.on(8):
            self.assert_plan(plan, "broken", "broken", "cancelled", "cancelled")
            self.pay(500, self.old, on=7)
            self.assert_plan(plan, "active", "kept", "open", "open")
            self.assertFalse(any(plan.promise_ids.mapped("end_reason")))
            self.assertEqual(self.own.amount_chasable, 0)
            self.assertIn("in force again", self.bodies())
            tasks = self.env["mail.activity"].sudo().search([("res_id", "=", self.own.id)])
            self.assertFalse(tasks)
            self.old.remove_move_reconcile()
            self.assert_plan(plan, "broken", "broken", "cancelled", "cancelled")

    def test_second_one_missed(self):
        plan = self.agreed(missed_limit=2)
        with self.on(8):
            self.assert_plan(plan, "active", "broken", "open", "open")
            task = self.env["mail.activity"].sudo().search([("res_id", "=", self.own.id)])
            self.assertIn(f"Payment plan {plan.name}: Promise not kept", task.summary)
            self.pay(200, self.old, on=8)
        with self.on(15):
            self.assert_plan(plan, "broken", "broken", "partial", "cancelled")

    def test_run_out(self):
        """One may be missed, but when all days have passed, what is left is chased."""
        plan = self.agreed(missed_limit=2)
        with self.on(8):
            self.pay(1000, self.old, on=8)
            self.assert_plan(plan, "broken", "broken", "kept", "kept")
            self.assertEqual((plan.missed_count, self.own.amount_chasable), (1, 500))
            self.pay(200, self.old, on=8)
            self.pay(300, self.new, on=8)
            self.assert_plan(plan, "done", "broken", "kept", "kept")

    def test_limit_of_the_company(self):
        self.company.collect_plan_missed_limit = 2
        self.assertEqual(self.plan().missed_limit, 2)

    def test_money_from_before(self):
        """Neither earlier today nor matched later: what was there is credited, not paid."""
        early = self.pay(400)
        plan = self.agreed()
        (self.items(early.move_id) + self.old).reconcile()
        self.assert_plan(plan, "active", "open", "open", "open")
        self.assertEqual(plan.amount_kept, 0)
        self.pay(1000, self.old)
        self.assert_plan(plan, "active", "kept", "open", "open")
        self.pay(300, self.new)
        self.assert_plan(plan, "done", "kept", "kept", "kept")
        self.assertEqual(plan.promise_ids.sorted("date_promised").mapped("amount_kept")[2], 100)

    def test_credit_is_taken_off_the_last(self):
        plan = self.agreed()
        credit = self.items(self.credit_note(self.partner, 600))
        (credit + self.old).reconcile()
        self.assert_plan(plan, "active", "open", "open", "cancelled")
        self.assertEqual(plan.promise_ids.sorted("date_promised")[2].end_reason, "settled")
        self.pay(500, self.old)
        self.pay(100, self.old)
        self.pay(300, self.new)
        self.assert_plan(plan, "done", "kept", "kept", "cancelled")

    def test_all_credited(self):
        plan = self.agreed(self.new, {4: 300})
        (self.items(self.credit_note(self.partner, 300)) + self.new).reconcile()
        self.assert_plan(plan, "done", "cancelled")
        self.new.remove_move_reconcile()
        self.assert_plan(plan, "active", "open")

    def test_no_more_than_is_in_the_plan(self):
        items = [Command.create({"line_id": self.old.id, "amount": 600})]
        plan = self.agreed(item_ids=items, parts={4: 300, 11: 300})
        free = self.promise(amount=400)
        self.pay(700, self.old)
        self.assert_plan(plan, "done", "kept", "kept")
        self.assertEqual((free.state, free.amount_kept), ("open", 100))

    def test_money_counts_once(self):
        plan = self.agreed(self.new, {4: 150, 11: 150})
        free = self.promise(amount=100)
        self.pay(300, self.new)
        self.assert_plan(plan, "done", "kept", "kept")
        self.assertEqual((free.state, free.amount_kept), ("open", 0))
        self.pay(100, self.old)
        self.assert_plan(plan, "done", "kept", "kept")
        self.assertEqual(free.state, "kept")

    def test_money_after_the_next_promise(self):
        """A broken plan gets nothing of what is paid for a promise that was given since."""
        plan = self.agreed(self.new, {4: 150, 11: 150})
        with self.on(8):
            promise = self.promise(self.new, date_promised=self.day(9))
            self.pay(300, self.new, on=8)
            self.assert_plan(plan, "broken", "broken", "cancelled")
            self.assertEqual((promise.state, plan.amount_kept), ("kept", 0))

    def test_promise_before_the_plan(self):
        """Money for the plan does not count for the promise that was kept before it."""
        promise = self.promise(self.new, amount=100)
        payment = self.pay(100, self.new)
        with self.on(1):
            self.catch_up()
            plan = self.agreed(self.new, {4: 100, 11: 100})
            self.pay(100, self.new, on=1)
            self.assert_plan(plan, "active", "kept", "open")
            payment.action_draft()
            self.assert_plan(plan, "active", "kept", "open")
            self.assertEqual(promise.state, "replaced")

    def test_other_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 2), ("2026-03-18", 4)])
        line = self.items(self.invoice(self.partner, 300, currency=euro))
        plan = self.agreed(line, {4: 200, 11: 100})
        with self.on(2):
            self.pay(50, line, on=2)
            self.assert_plan(plan, "active", "kept", "open")

    def test_document_goes_and_comes_back(self):
        plan = self.agreed(self.new, {4: 300})
        self.new.move_id.button_draft()
        self.assert_plan(plan, "done", "cancelled")
        self.new.move_id.action_post()
        self.assert_plan(plan, "active", "open")

    # --- paused

    def test_paused(self):
        """Paused on the 18th, resumed on the 28th: everything is ten days later."""
        plan = self.agreed()
        with self.on(2):
            plan.action_pause()
        with self.on(12):
            self.assert_plan(plan, "paused", "open", "open", "open")
            self.assertEqual(self.own.amount_promised, 1500)
            with self.assertRaisesRegex(UserError, "is Paused"):
                plan.action_pause()
            plan.action_resume()
            self.assertEqual(
                plan.instalment_ids.mapped("date"), [self.day(day) for day in (14, 21, 28)]
            )
            self.assertEqual(
                plan.promise_ids.sorted("id").mapped("date_promised"),
                plan.instalment_ids.mapped("date"),
            )
            self.assertIn("10 days later", self.bodies())
            self.assert_plan(plan, "active", "open", "open", "open")
        with self.on(18):
            self.assert_plan(plan, "broken", "broken", "cancelled", "cancelled")

    def test_paid_while_paused(self):
        plan = self.agreed()
        with self.on(1):
            self.pay(500, self.old, on=1)
            self.catch_up()
        with self.on(2):
            plan.action_pause()
        with self.on(30):
            self.pay(500, self.old, on=30)
            self.assert_plan(plan, "paused", "kept", "kept", "open")
            plan.action_resume()
            self.assert_plan(plan, "active", "kept", "kept", "open")
            self.assertEqual(
                plan.instalment_ids.mapped("date"), [self.day(day) for day in (4, 39, 46)]
            )

    def test_paused_in_the_days_of_grace(self):
        plan = self.agreed(missed_limit=2)
        with self.on(6):
            plan.action_pause()
        with self.on(16):
            plan.action_resume()
            self.assertEqual(plan.instalment_ids[0].date, self.day(14))
            self.assert_plan(plan, "active", "open", "open", "open")
        with self.on(18):
            self.assert_plan(plan, "active", "broken", "open", "open")

    def test_no_reminder_while_paused(self):
        self.company.collect_promise_reminder = True
        plan = self.agreed()
        with self.on(3):
            due = self.promises.search(self.promises._get_mail_domain("reminder"))
            self.assertEqual(due, plan.promise_ids.sorted("id")[0])
            plan.action_pause()
            self.assertFalse(self.promises.search(self.promises._get_mail_domain("reminder")))

    def test_missed_before_the_pause(self):
        plan = self.agreed(missed_limit=2)
        with self.on(9):
            self.catch_up()
            plan.action_pause()
        with self.on(40):
            self.assert_plan(plan, "paused", "broken", "open", "open")
            plan.action_resume()
            self.assertEqual(
                plan.instalment_ids.mapped("date"), [self.day(day) for day in (4, 42, 49)]
            )

    # --- ended by somebody

    def test_renegotiated(self):
        plan = self.agreed()
        self.pay(600, self.old)
        self.catch_up()
        action = self.seen_by("collector", plan).action_renegotiate()
        new = self.plans.browse(action["res_id"])
        self.assertEqual((new.state, new.replaces_id, new.amount), ("draft", plan, 900))
        self.assertEqual(
            {item.line_id: item.amount for item in new.item_ids}, {self.old: 600, self.new: 300}
        )
        self.assertEqual(new.instalment_ids.mapped("amount"), [450, 450])
        self.assertEqual(plan.action_renegotiate()["res_id"], new.id)
        self.assert_plan(plan, "active", "kept", "open", "open")
        with self.on(3):
            self.seen_by("collector", new).action_agree()
            self.assert_plan(plan, "replaced", "kept", "replaced", "replaced")
            self.assert_plan(new, "active", "open", "open")
            self.assertEqual(self.own.amount_promised, 900)
            self.pay(450, self.old, on=3)
            self.assert_plan(plan, "replaced", "kept", "replaced", "replaced")
            self.assert_plan(new, "active", "kept", "open")
        self.assertIn("replaced by another agreement", self.bodies())

    def test_renegotiated_when_broken(self):
        plan = self.agreed()
        with self.on(8):
            self.catch_up()
            new = self.plans.browse(plan.action_renegotiate()["res_id"])
            self.assertEqual(new.amount, 1500)
            new.action_agree()
            self.assert_plan(plan, "replaced", "broken", "cancelled", "cancelled")
            self.assertEqual((new.state, self.own.amount_chasable), ("active", 0))
            self.pay(500, self.old, on=7)  # in time for the old plan: history, no more
            self.assert_plan(plan, "replaced", "kept", "replaced", "replaced")
            self.assertEqual(new.state, "active")

    def test_renegotiated_in_part(self):
        """What is left is left of the plan, not of the documents."""
        items = [Command.create({"line_id": self.old.id, "amount": 600})]
        plan = self.agreed(item_ids=items, parts={4: 300, 11: 300})
        self.pay(400, self.old)
        self.catch_up()
        new = self.plans.browse(plan.action_renegotiate()["res_id"])
        self.assertEqual(new.amount, 200)

    def test_renegotiated_while_paused(self):
        plan = self.agreed()
        with self.on(2):
            plan.action_pause()
        with self.on(30):
            new = self.plans.browse(plan.action_renegotiate()["res_id"])
            new.action_agree()
            self.assert_plan(plan, "replaced", "replaced", "replaced", "replaced")

    def test_nothing_left_to_renegotiate(self):
        plan = self.agreed(self.new, {4: 300})
        self.pay(300, self.new)
        with self.assertRaisesRegex(UserError, "Nothing is left"):
            plan.action_renegotiate()
        self.catch_up()
        with self.assertRaisesRegex(UserError, "is Done"):
            plan.action_renegotiate()

    def test_cancelled(self):
        plan = self.agreed()
        self.pay(500, self.old)
        plan.action_cancel()
        self.assert_plan(plan, "cancelled", "kept", "cancelled", "cancelled")
        self.assertEqual(plan.promise_ids.sorted("id")[2].end_reason, "withdrawn")
        self.assert_row(self.partner, amount_promised=0, amount_chasable=1000)
        self.pay(500, self.old)
        self.assert_plan(plan, "cancelled", "kept", "cancelled", "cancelled")
        with self.assertRaisesRegex(UserError, "is Cancelled"):
            plan.action_cancel()

    def test_proposal_cancelled(self):
        plan = self.plan()
        plan.action_cancel()
        self.assertEqual((plan.state, plan.ended_on), ("cancelled", False))
        with self.assertRaisesRegex(UserError, "is Cancelled"):
            plan.action_agree()

    # --- the form

    def form(self, login="collector", **kwargs):
        account = self.seen_by(login, self.own)
        action = account.action_payment_plan(**kwargs)
        return Form(account.env["ar.collect.payment.plan"].with_context(**action["context"]))

    def test_form(self):
        form = self.form()
        self.assertEqual(form.amount, 1500)
        self.assertEqual(len(form.instalment_ids), 3)
        form.interval = "week"
        form.date_first = self.day(4)
        form.instalment_count = 2
        plan = form.save()
        self.assertEqual(plan.instalment_ids.mapped("amount"), [750, 750])
        self.assertEqual(plan.instalment_ids.mapped("date"), [self.day(4), self.day(11)])
        self.assertEqual(plan.user_id, self.users["collector"])
        form = Form(plan)
        with form.instalment_ids.edit(0) as line:
            line.amount = 750.5
        with self.refused(r"come to .*1,500\.50"):
            form.save()

    def test_form_of_chosen_items(self):
        form = self.form(line_ids=self.new.ids)
        self.assertEqual(form.amount, 300)
        with self.assertLogs("odoo.tests.form.onchange", "WARNING"):
            form.instalment_count = 0
        form.instalment_count = 1
        self.assertEqual(form.save().instalment_ids.amount, 300)

    def test_form_leaves_out_what_is_in_a_plan(self):
        self.agreed(self.new, {4: 300})
        self.assertEqual(self.form().amount, 1200)

    # --- the agreement

    def test_agreement(self):
        plan = self.plan()
        report = self.env["ir.actions.report"].sudo()  # sudo: see CollectCase
        html = report._render_qweb_html("ar_collect.report_payment_plan", plan.ids)[0].decode()
        for text in (plan.name, self.partner.name, "1,500.00", "500.00", "03/20/2026"):
            self.assertIn(text, html)
        self.assertIn("When one instalment", html)
        self.assertIn("signature", html)
        plan._accept("Ann Archer", SIGNATURE)
        html = report._render_qweb_html("ar_collect.report_payment_plan", plan.ids)[0].decode()
        self.assertIn("Ann Archer", html)
        self.assertIn("data:image/png", html)

    def test_agreement_by_role(self):
        plan = self.seen_by("inquiry", self.plan())
        report = plan.env["ir.actions.report"]
        html = report._render_qweb_html("ar_collect.report_payment_plan", plan.ids)[0].decode()
        self.assertIn(self.old.move_name, html)

    # --- roles

    def test_roles(self):
        plan = self.agreed()
        self.assert_roles(plan)
        self.assert_roles(plan.item_ids, plan.instalment_ids, operations=("read", "write"))

    def test_others_have_no_access(self):
        plan = self.agreed()
        for user in self.outsiders():
            self.assert_hidden(user, plan, plan.item_ids, plan.instalment_ids)
            with self.assertRaises(AccessError):
                plan.sudo(False).with_user(user).action_cancel()

    def test_done_by_role(self):
        for login, account, allowed in self.takers():
            with self.subTest(login, account=account.partner_id.name):
                line = self.items(self.invoice(account.partner_id, 90))
                self.catch_up()
                values = {
                    "account_id": account.id,
                    "item_ids": [Command.create({"line_id": line.id})],
                }
                plans = self.seen_by(login, self.plans)
                if allowed:
                    plan = plans.create(values)
                    plan.action_agree()
                    plan.action_pause()
                    plan.action_resume()
                    new = plans.browse(plan.action_renegotiate()["res_id"])
                    new.action_agree()
                    new.action_cancel()
                    self.assertEqual((plan.state, new.state), ("replaced", "cancelled"))
                else:
                    with self.assertRaises(AccessError):
                        plans.create(values)

    def test_inquiry_only_reads(self):
        plan = self.seen_by("inquiry", self.agreed())
        self.assertEqual(plan.amount, 1500)
        self.assertEqual(plan.progress, 0)
        for work in (
            plan.action_pause,
            plan.action_cancel,
            plan.action_renegotiate,
            plan.action_agree,
            plan.action_distribute,
        ):
            with self.assertRaises(AccessError):
                work()
        with self.assertRaises(AccessError):
            self.seen_by("inquiry", self.own).action_payment_plan()

    # --- customers that are merged

    def test_merge(self):
        plan = self.agreed()
        account = self.assert_merged(plan)
        self.assertEqual(account.amount_promised, 1500)
        self.assertEqual(plan.state, "active")

    # --- as many as there are

    def test_query_count(self):
        """The night's pass asks as often for 40 plans as for 4."""
        counts = []
        for number in (4, 36):
            for _index in range(number):
                partner = self.customer("Paying")
                line = self.items(self.invoice(partner, 100))
                self.catch_up()
                values = {"account_id": self.account(partner).id}
                values["item_ids"] = [Command.create({"line_id": line.id})]
                self.plans.create(values).action_agree()
                (self.items(self.payment(partner, 10).move_id) + line).reconcile()
            self.catch_up()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertFalse(self.promises.browse()._judge())
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
