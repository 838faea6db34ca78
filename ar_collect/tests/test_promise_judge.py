# Part of ar_collect. License LGPL-3.
"""Promises judged by the ledger: what counts, until when, and what happens when it changes.

Today is Monday the 16th; what is promised is due on Friday the 20th, with three days of grace.
"""

from contextlib import contextmanager

from odoo.tests import freeze_time

from .claims_common import ClaimsCase


class TestPromiseJudge(ClaimsCase):
    @contextmanager
    def on(self, number):
        """The clock stands at noon of a day, after the night's refresh."""
        with freeze_time(f"{self.day(number)} 12:00:00"):
            for company in self.accounts._get_companies_of_new_day():
                self.accounts._process_company(company)
            yield

    def assert_state(self, promise, state, paid=None):
        """After what has happened so far a promise is in this state."""
        self.catch_up()
        self.assertEqual(promise.state, state)
        if paid is not None:
            self.assertEqual(promise.amount_kept, paid)
        self.assert_promises()

    def pay(self, amount, *lines, on=0, **values):
        """A payment of a day, matched with items."""
        payment = self.payment(self.partner, amount, on=on, **values)
        if lines:
            (self.items(payment.move_id) + self.env["account.move.line"].concat(*lines)).reconcile()
        return payment

    # --- when it was paid

    def test_kept_as_soon_as_paid(self):
        promise = self.promise(self.new)
        self.assert_state(promise, "open", 0)
        self.pay(300, self.new)
        self.assert_state(promise, "kept", 300)
        self.assertEqual(promise.date_kept, self.day(0))
        self.assertIn("Promise kept: $&nbsp;300.00", self.own.message_ids[0].body)

    def test_days(self):
        """Paid a day early, on the day, on the last day of grace, a day after."""
        for day, state in ((3, "kept"), (4, "kept"), (7, "kept"), (8, "broken")):
            with self.subTest(day), self.env.cr.savepoint() as savepoint:
                promise = self.promise(self.new)
                with self.on(day):
                    self.pay(300, self.new, on=day)
                    self.assert_state(promise, state, 300 if state == "kept" else 0)
                savepoint.rollback()

    def test_entered_late(self):
        """The day of the payment counts, not the day on which it was entered."""
        promise = self.promise(self.new)
        with self.on(8):
            self.assert_state(promise, "broken", 0)
            self.pay(300, self.new, on=7)
            self.assert_state(promise, "kept", 300)

    def test_open_through_the_days_of_grace(self):
        promise = self.promise(self.new)
        with self.on(7):
            self.assert_state(promise, "open")
        self.company.collect_promise_grace_days = 0
        with self.on(4):
            self.assert_state(promise, "open")
        with self.on(5):
            self.assert_state(promise, "broken")

    def test_grace_changed_afterwards(self):
        promise = self.promise(self.new)
        with self.on(8):
            self.assert_state(promise, "broken")
            self.company.collect_promise_grace_days = 10
            self.assert_state(promise, "open")

    def test_day_of_the_company(self):
        """In the evening of the last day in Los Angeles it is the next day elsewhere already."""
        self.company.collect_promise_grace_days = 0
        self.company.partner_id.tz = "America/Los_Angeles"
        promise = self.promise(self.new)
        with freeze_time(f"{self.day(5)} 04:00:00"):
            promise._judge()
            self.assertEqual(promise.state, "open")
        self.company.partner_id.tz = "Pacific/Auckland"
        with freeze_time(f"{self.day(4)} 14:00:00"):  # Saturday there, the customer's Friday
            promise._judge()
            self.assertEqual(promise.state, "broken")

    def test_half_and_the_rest_late(self):
        promise = self.promise(self.new)
        self.pay(150, self.new)
        self.assert_state(promise, "open", 150)
        with self.on(8):
            self.assert_state(promise, "partial", 150)
            self.pay(150, self.new, on=8)
            self.assert_state(promise, "partial", 150)
        self.assertIn("in part: $&nbsp;150.00 of", "".join(self.own.message_ids.mapped("body")))

    def test_more_than_was_promised(self):
        promise = self.promise(self.old, amount=200)
        self.pay(1200, self.old)
        self.assert_state(promise, "kept", 200)

    def test_paid_on_another_item(self):
        promise = self.promise(self.new)
        self.pay(1200, self.old)
        self.assert_state(promise, "open", 0)

    # --- money from before

    def test_paid_before_the_promise(self):
        """Neither last week nor earlier today: what was promised is the rest."""
        self.pay(50, self.new, on=-3)
        self.pay(50, self.new, on=0)
        promise = self.promise(self.new)
        self.assertEqual(promise.amount, 200)
        self.assert_state(promise, "open", 0)
        self.pay(150, self.new, on=0)
        self.assert_state(promise, "open", 150)
        with self.on(8):
            self.assert_state(promise, "partial", 150)

    def test_earlier_money_is_matched_later(self):
        """It was there when they promised: nothing is left to pay, but nothing was kept either."""
        earlier = self.pay(300, on=-3)
        promise = self.promise(self.new)
        (self.items(earlier.move_id) + self.new).reconcile()
        self.assert_state(promise, "cancelled", 0)
        self.assertEqual(promise.end_reason, "settled")

    def test_earlier_money_and_the_rest(self):
        earlier = self.pay(100, on=-3)
        promise = self.promise(self.new)
        (self.items(earlier.move_id) + self.new).reconcile()
        self.assert_state(promise, "open", 0)
        self.pay(200, self.new, on=1)
        self.assert_state(promise, "kept", 200)

    # --- the ledger changes its mind

    def test_matching_is_undone(self):
        promise = self.promise(self.new)
        self.pay(300, self.new)
        self.assert_state(promise, "kept")
        self.new.remove_move_reconcile()
        self.assert_state(promise, "open", 0)
        self.assertIn("open again", self.own.message_ids[0].body)

    def test_matching_is_undone_long_after(self):
        promise = self.promise(self.new)
        payment = self.pay(300, self.new)
        self.assert_state(promise, "kept")
        with self.on(200):
            self.new.remove_move_reconcile()
            self.assert_state(promise, "broken", 0)
            (self.items(payment.move_id) + self.new).reconcile()
            self.assert_state(promise, "kept", 300)

    def test_payment_is_set_back_to_draft(self):
        promise = self.promise(self.new)
        payment = self.pay(300, self.new)
        self.assert_state(promise, "kept")
        payment.action_draft()
        self.assert_state(promise, "open", 0)
        with self.on(8):
            self.assert_state(promise, "broken", 0)

    def test_invoice_is_set_back_to_draft(self):
        promise = self.promise(self.new)
        self.new.move_id.button_draft()
        self.assert_state(promise, "cancelled")
        self.new.move_id.action_post()
        self.assert_state(promise, "open")

    # --- not money

    def test_credited(self):
        promise = self.promise(self.new)
        credit = self.items(self.credit_note(self.partner, 300))
        (credit + self.new).reconcile()
        self.assert_state(promise, "cancelled", 0)
        self.assertEqual(promise.end_reason, "settled")
        self.assertIn("nothing is left to pay", self.own.message_ids[0].body)
        self.new.remove_move_reconcile()
        self.assert_state(promise, "open", 0)
        self.assertFalse(promise.end_reason)

    def test_credited_in_part(self):
        """What is credited need not be paid; the rest has to come in time."""
        promise = self.promise(self.new)
        credit = self.items(self.credit_note(self.partner, 100))
        (credit + self.new).reconcile()
        self.assert_state(promise, "open", 0)
        self.pay(150, self.new)
        self.assert_state(promise, "open", 150)
        self.pay(50, self.new)
        self.assert_state(promise, "kept", 200)

    def test_credit_on_one_of_two_items(self):
        promise = self.promise(self.old + self.new)
        credit = self.items(self.credit_note(self.partner, 300))
        (credit + self.new).reconcile()
        self.pay(1200, self.old)
        self.assert_state(promise, "kept", 1200)

    def test_hand_made_entry(self):
        """An entry in a general journal is not money."""
        promise = self.promise(self.new)
        entry = self.opening(self.partner, -300)
        (self.items(entry) + self.new).reconcile()
        self.assert_state(promise, "cancelled", 0)

    # --- currencies

    def test_paid_in_another_currency(self):
        """In the currency of the item, whatever the exchange difference."""
        rates = [("1900-01-01", 2), ("2026-03-18", 4)]
        euro = self.setup_other_currency("EUR", rates=rates)
        line = self.items(self.invoice(self.partner, 300, currency=euro))
        self.catch_up()
        promise = self.promise(line)
        with self.on(2):
            self.pay(300, line, on=2, currency=euro)
            self.assertTrue(line.matched_credit_ids.exchange_move_id)
            self.assert_state(promise, "kept", 300)

    def test_paid_in_company_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 2)])
        line = self.items(self.invoice(self.partner, 300, currency=euro))
        promise = self.promise(line)
        self.pay(100, line)
        self.assert_state(promise, "open", 200)
        self.pay(50, line)
        self.assert_state(promise, "kept", 300)

    def test_whatever_in_another_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 2)])
        self.invoice(self.partner, 300, currency=euro)
        promise = self.promise(amount=100, currency_id=euro.id)
        self.pay(30)
        self.assert_state(promise, "open", 60)
        self.pay(40, currency=euro)
        self.assert_state(promise, "kept", 100)

    # --- without items

    def test_part_of_whatever_has_come(self):
        """What has come already is not taken out of the amount to chase once more."""
        promise = self.promise(amount=500)
        self.pay(300, self.old)
        self.assert_state(promise, "open", 300)
        self.assert_row(self.partner, amount_promised=200, amount_chasable=1000)

    def test_whatever_is_owed(self):
        """Payments count as they come, matched or not; credit notes do not."""
        promise = self.promise(amount=500)
        self.credit_note(self.partner, 100)
        self.assert_state(promise, "open", 0)
        self.pay(300)
        self.assert_state(promise, "open", 300)
        self.pay(200, self.old)
        self.assert_state(promise, "kept", 500)

    def test_payment_covers_two_promises(self):
        """The oldest first, nothing twice."""
        first = self.promise(amount=200, date_promised=self.day(7))
        second = self.promise(amount=400)
        self.pay(300)
        self.assert_state(first, "kept", 200)
        self.assertEqual((second.state, second.amount_kept), ("open", 100))
        self.pay(300)
        self.assert_state(second, "kept", 400)

    def test_promise_of_items_comes_first(self):
        """What counts for an item does not count for whatever is owed, the rest of it does."""
        of_item = self.promise(self.new, amount=250)
        promise = self.promise(amount=100)
        self.pay(300, self.new)
        self.assert_state(of_item, "kept", 250)
        self.assert_state(promise, "open", 50)

    def test_money_back(self):
        promise = self.promise(amount=300)
        payment = self.pay(300)
        self.assert_state(promise, "kept")
        back = self.payment(self.partner, 300, payment_type="outbound")
        (self.items(back.move_id) + self.items(payment.move_id)).reconcile()
        self.assert_state(promise, "open", 0)

    def test_nothing_is_left_of_the_debt(self):
        promise = self.promise(amount=300)
        (self.items(self.credit_note(self.partner, 1200)) + self.old).reconcile()
        (self.items(self.credit_note(self.partner, 300)) + self.new).reconcile()
        self.assert_state(promise, "cancelled")
        self.invoice(self.partner, 1000)
        self.assert_state(promise, "cancelled")

    def test_too_late_is_too_late(self):
        """A promise stays broken when another one is kept that leaves nothing to pay."""
        first = self.promise(amount=1500)
        with self.on(8):
            self.assert_state(first, "broken", 0)
            second = self.promise(amount=1500, date_promised=self.day(12))
            self.pay(1500, self.old, self.new, on=8)
            self.assert_state(second, "kept", 1500)
            self.assert_state(first, "broken", 0)

    # --- one after the other

    def test_levels(self):
        first = self.promise(self.new)
        self.assertEqual(first.level, 0)
        second = self.promise(self.new, replace=True)
        self.assertEqual(second.level, 1)
        second.action_cancel()
        third = self.promise(self.new + self.old)
        self.assertEqual(third.level, 2)
        other = self.promise(amount=100)
        self.assertEqual(other.level, 0)
        with self.on(8):
            self.assert_state(third, "broken")
            self.assert_state(other, "broken")
            fourth = self.promise(self.old, date_promised=self.day(10))
            self.assertEqual(fourth.level, 1)
            self.assertEqual(self.promise(amount=10, date_promised=self.day(10)).level, 1)
            self.pay(300, self.new, on=7)
            self.pay(1200, self.old, on=7)
            self.assert_state(third, "kept")
            self.assertEqual(fourth.level, 0)

    def test_level_when_an_earlier_one_is_withdrawn(self):
        first = self.promise(amount=100)
        second = self.promise(amount=100)
        self.assertEqual(second.level, 0)
        first.action_cancel()
        self.assertEqual(second.level, 1)

    def test_levels_of_several_items(self):
        """What is found out later of one item does not make the others forgotten."""
        first = self.promise(self.old)
        second = self.promise(self.new)
        with self.on(8):
            self.assert_state(second, "broken")
            third = self.promise(self.old + self.new, date_promised=self.day(10))
            self.assertEqual(third.level, 2)
            self.pay(1200, self.old, on=7)
            self.assert_state(first, "kept")
            self.assertEqual(third.level, 1)

    def test_next_promise_of_the_rest(self):
        """Each payment counts for the promise of its time."""
        first = self.promise(self.new, amount=100)
        payment = self.pay(100, self.new)
        self.assert_state(first, "kept", 100)
        with self.on(1):
            second = self.promise(self.new)
            self.assertEqual((second.amount, second.level), (200, 0))
            self.pay(200, self.new, on=1)
            self.assert_state(second, "kept", 200)
            payment.action_draft()
            self.assert_state(second, "kept", 200)
            self.assert_state(first, "replaced", 0)
            self.assertEqual(first.replaced_by_id, second)
            payment.action_post()
            self.assert_state(first, "kept", 100)

    def test_kept_promise_needs_no_replacing(self):
        """A promise that the ledger has seen kept, but no refresh has, does not stand in the way."""
        first = self.promise(self.new, amount=100)
        self.pay(100, self.new)
        second = self.promise(self.new)
        self.assertEqual((first.state, second.level), ("kept", 0))

    def test_ended_by_hand_stays_ended(self):
        promise = self.promise(self.new)
        promise.action_cancel()
        self.pay(300, self.new)
        self.assert_state(promise, "cancelled", 0)
        self.assertEqual(promise.end_reason, "withdrawn")

    # --- what follows

    def tasks(self):
        return self.env["mail.activity"].sudo().search([("res_id", "=", self.own.id)])

    def test_task_when_not_kept(self):
        promise = self.promise(self.new, amount=100)
        with self.on(8):
            self.assertRecordValues(
                self.tasks(),
                [
                    {
                        "summary": "Promise not kept: $\xa0100.00 by 03/20/2026",
                        "user_id": self.own.user_id.id,
                        "date_deadline": self.day(8),
                        "collect_promise_id": promise.id,
                    }
                ],
            )
            self.assertEqual(self.own.broken_promise_count, 1)
            self.assertIn("Promise not kept", str(self.own.priority_reasons))
            promise._judge()
            self.assertEqual(len(self.tasks()), 1)
            self.pay(100, self.new, on=6)
            self.catch_up()
            self.assertFalse(self.tasks())
            self.assertEqual(self.own.broken_promise_count, 0)

    def test_money_that_is_not_matched(self):
        self.promise(self.new)
        self.pay(300)
        with self.on(8):
            self.assertIn("$&nbsp;300.00 of the customer's money", self.tasks().note)

    def test_escalation(self):
        boss = self.env.ref("base.user_admin")
        self.company.write(
            {
                "collect_promise_escalation_level": 1,
                "collect_promise_escalation_user_id": boss.id,
            }
        )
        self.promise(self.new)
        self.promise(self.new, replace=True)
        self.promise(self.old)
        with self.on(8):
            self.assertEqual(
                self.tasks().filtered(lambda task: task.user_id == boss).mapped("summary"),
                [f"2 promises in a row were not kept: {self.partner.name}"],
            )

    def test_plan_is_done_when_kept(self):
        outcome = self.env.ref("ar_collect.outcome_promised")
        logged = self.own.log_contact({"outcome_id": outcome.id})
        activity = self.env["ar.collect.activity"].browse(logged["log_id"])
        self.assertTrue(activity.sudo().follow_up_id)
        self.promise(self.new, activity_id=activity.id)
        self.pay(300, self.new)
        self.catch_up()
        self.assertFalse(self.tasks())

    def test_plan_made_anew_stays(self):
        outcome = self.env.ref("ar_collect.outcome_promised")
        logged = self.own.log_contact({"outcome_id": outcome.id})
        self.promise(self.new, activity_id=logged["log_id"])
        outcome = self.env.ref("ar_collect.outcome_left_message")
        self.own.log_contact({"outcome_id": outcome.id})
        self.pay(300, self.new)
        self.catch_up()
        self.assertEqual(len(self.tasks()), 1)

    # --- as many as there are

    def promise_of_many(self, number):
        """A promise of an item and one of whatever is owed, of so many customers."""
        for _index in range(number):
            partner = self.customer("Promising")
            line = self.items(self.invoice(partner, 100))
            self.catch_up()
            account = self.account(partner)
            self.promise(line, account_id=account.id)
            self.promise(amount=50, account_id=account.id)

    def count_queries(self):
        """How often the night's pass asks the database."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        changed = self.promises.browse()._judge()
        return self.env.cr.sql_log_count - before, len(changed)

    def test_query_count(self):
        """The night's pass asks as often for 40 customers as for 4, whatever has happened."""
        counts = []
        for number in (4, 36):
            self.promise_of_many(number)
            counts.append(self.count_queries())
        self.assertEqual([changed for _count, changed in counts], [0, 0])
        self.assertLessEqual(counts[1][0], counts[0][0])

    def test_query_count_when_broken(self):
        counts = []
        for number in (4, 40):
            self.promise_of_many(number)
            with freeze_time(f"{self.day(8)} 12:00:00"):
                counts.append(self.count_queries())
        # in between the clock was set back, so that the first are broken again
        self.assertEqual([changed for _count, changed in counts], [8, 88])
        # a thousand rows are written at a time
        self.assertLessEqual(counts[1][0], counts[0][0] + 3)
