# Part of ar_collect. License LGPL-3.
"""What promises and disputes take out of the amount to chase, to the cent, and for how long."""

from datetime import timedelta

from odoo import Command
from odoo.tests import freeze_time

from odoo.addons.ar_collect.models.ar_collect_claim import LATER

from .claims_common import ClaimsCase


class TestClaims(ClaimsCase):
    def row(self, **expected):
        """The own customer's row holds these amounts, without waiting for the cron."""
        figures = ("amount_disputed", "amount_promised", "amount_chasable")
        self.own.invalidate_recordset()
        expected = dict(zip(figures, (0, 0, 1500), strict=True)) | expected
        self.assertEqual({name: self.own[name] for name in expected}, expected)
        self.assert_row(self.partner, **expected)  # nor has the cron anything to change

    def on(self, number):
        """Let the clock stand at noon of a day, after the night's refresh.

        :param int number: days from today
        """
        type(self).today += timedelta(days=number)
        self.addCleanup(setattr, type(self), "today", self.today - timedelta(days=number))
        clock = freeze_time(f"{self.today} 12:00:00")
        clock.start()
        self.addCleanup(clock.stop)
        for company in self.accounts._get_companies_of_new_day():
            self.accounts._process_company(company)

    # --- at once

    def test_promise_on_items(self):
        self.row()
        promise = self.promise(self.old)
        self.row(amount_promised=1200, amount_chasable=300, next_promise_date=self.day(4))
        self.promise(self.new, date_promised=self.day(2))
        self.row(amount_promised=1500, amount_chasable=0, state="waiting")
        self.assertEqual(self.own.next_promise_date, self.day(2))
        promise.action_cancel()
        self.row(amount_promised=300, amount_chasable=1200, state="to_chase")

    def test_at_once_whatever_the_context(self):
        """Only we put it off, not what a browser sends."""
        promise = self.promise(self.new)
        promise.with_context(**{LATER: True}).action_cancel()
        self.row()

    def test_part_of_an_item(self):
        self.promise(self.old, amount=333.33)
        self.row(amount_promised=333.33, amount_chasable=1166.67)

    def test_part_of_an_item_paid_in_part(self):
        """What came of the promised part is not waited for any more; what was taken back is."""
        promise = self.promise(self.old, amount=400)
        payment = self.payment(self.partner, 150, self.old.move_id)
        self.catch_up()
        self.row(amount_promised=250, amount_chasable=1100)
        self.assertEqual(self.old.collect_promised_amount, 250)
        self.assertEqual(promise.item_ids.amount_kept, 150)
        payment.action_draft()  # it stays matched
        self.catch_up()
        self.row(amount_promised=400, amount_chasable=950)
        self.assertEqual(self.old.collect_promised_amount, 400)
        payment.action_post()
        payment.move_id.line_ids.remove_move_reconcile()
        self.catch_up()
        self.row(amount_promised=400, amount_chasable=950, amount_credit=-150)
        self.assertEqual(promise.item_ids.amount_kept, 0)

    def test_promised_is_no_more_than_is_left(self):
        self.promise(self.old, amount=400)
        (self.items(self.credit_note(self.partner, 1000)) + self.old).reconcile()
        self.catch_up()
        self.row(amount_promised=200, amount_chasable=300)
        self.assertEqual(self.old.collect_promised_amount, 200)

    def test_money_moves_from_item_to_item(self):
        """The promise has as much as before, but on another item."""
        promise = self.promise(
            item_ids=[
                Command.create({"line_id": self.old.id, "amount": 400}),
                Command.create({"line_id": self.new.id, "amount": 200}),
            ]
        )
        payment = self.payment(self.partner, 150, self.old.move_id)
        self.catch_up()
        self.assertEqual(promise.item_ids.mapped("amount_kept"), [150, 0])
        payment.move_id.line_ids.remove_move_reconcile()
        (self.items(payment.move_id) + self.new).reconcile()
        self.catch_up()
        self.assertEqual(promise.amount_kept, 150)
        self.assertEqual(promise.item_ids.mapped("amount_kept"), [0, 150])
        self.assertEqual(self.old.collect_promised_amount, 400)
        self.assertEqual(self.new.collect_promised_amount, 50)
        self.row(amount_promised=450, amount_chasable=900)

    def test_dispute(self):
        dispute = self.dispute({self.old: 200, self.new: None})
        self.row(amount_disputed=500, amount_chasable=1000)
        dispute._resolve("withdrawn")
        self.row()

    def test_disputed_part_is_not_promised_again(self):
        self.promise(self.old)
        self.dispute({self.old: 200})
        self.row(amount_disputed=200, amount_promised=1000, amount_chasable=300)
        self.dispute({self.old: 1000})
        self.row(amount_disputed=1200, amount_promised=0, amount_chasable=300)

    def test_any_of_the_debt(self):
        self.promise(amount=1000)
        self.row(amount_promised=1000, amount_chasable=500)
        self.dispute({self.new: None})
        self.row(amount_disputed=300, amount_promised=1000, amount_chasable=200)
        self.promise(amount=900)
        self.row(amount_disputed=300, amount_promised=1200, amount_chasable=0)

    def test_replaced(self):
        self.promise(self.old + self.new)
        self.promise(self.new, replace=True, date_promised=self.day(9))
        self.row(amount_promised=300, amount_chasable=1200, next_promise_date=self.day(9))

    # --- only what is chased

    def test_not_due_is_not_counted(self):
        later = self.items(self.invoice(self.partner, 70, due=2))
        self.promise(later, date_promised=self.day(20))
        self.dispute({self.items(self.invoice(self.partner, 30, due=0)): None})
        self.row(next_promise_date=self.day(20))
        self.on(3)
        self.row(amount_promised=70, amount_disputed=30)

    def test_excluded_is_not_counted(self):
        self.promise(self.old)
        self.promise(amount=300)
        self.old.move_id.no_followup = True
        self.catch_up()
        self.row(amount_excluded=1200, amount_promised=300, amount_chasable=0)
        self.old.move_id.no_followup = False
        self.old.move_id.action_toggle_block_payment()
        self.catch_up()
        self.row(amount_excluded=1200, amount_promised=300, amount_chasable=0)

    def test_paid_items_are_not_counted(self):
        self.promise(self.old)
        self.dispute({self.new: 100})
        self.payment(self.partner, 250, self.new.move_id)
        self.catch_up()
        self.row(amount_disputed=50, amount_promised=1200, amount_chasable=0)
        self.payment(self.partner, 1200, self.old.move_id)
        self.catch_up()
        self.row(amount_disputed=50, amount_promised=0, amount_chasable=0)

    def test_credits_leave_nothing_below_zero(self):
        self.credit_note(self.partner, 400)
        self.promise(self.old)
        self.row(amount_promised=1200, amount_chasable=0, amount_credit=-400)

    # --- in other currencies

    def test_foreign_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 0.7)])
        line = self.items(self.invoice(self.partner, 100, currency=euro))
        self.assertEqual(line.amount_residual, 142.86)
        self.promise(line, amount=50)
        self.row(amount_promised=71.43, amount_chasable=1571.43)
        self.dispute({line: 99.99})
        self.row(amount_disputed=142.85, amount_promised=0.01, amount_chasable=1500)
        self.promise(amount=70, currency_id=euro.id)
        self.row(amount_disputed=142.85, amount_promised=100.01, amount_chasable=1400)

    # --- for how long

    def test_until_the_grace_is_over(self):
        self.company.collect_promise_grace_days = 3
        self.promise(self.old)
        self.promise(amount=300, date_promised=self.day(5))
        self.on(7)
        self.row(amount_promised=1500, amount_chasable=0)
        self.on(1)
        self.row(amount_promised=300, amount_chasable=1200)
        self.on(1)
        self.row(next_promise_date=False)

    def test_grace_of_the_company(self):
        self.company.collect_promise_grace_days = 0
        self.promise(self.old, date_promised=self.day(0))
        self.row(amount_promised=1200, amount_chasable=300)
        self.on(1)
        self.row()
        self.company.collect_promise_grace_days = 1
        self.catch_up()
        self.row(amount_promised=1200, amount_chasable=300)

    def test_day_ends_in_the_companys_time_zone(self):
        self.company.collect_promise_grace_days = 0
        self.promise(self.old, date_promised=self.day(0))
        self.company.partner_id.tz = "Pacific/Auckland"  # Tuesday, 01:00
        self.accounts._refresh(self.partner)
        self.assertEqual(self.own.amount_promised, 0)
        self.company.partner_id.tz = "America/Los_Angeles"
        with freeze_time("2026-03-17 06:59:00"):
            self.accounts._refresh(self.partner)
            self.assertEqual(self.own.amount_promised, 1200)
        with freeze_time("2026-03-17 07:01:00"):
            self.accounts._refresh(self.partner)
            self.assertEqual(self.own.amount_promised, 0)

    # --- whose

    def test_item_of_a_contact(self):
        person = self.env["res.partner"].create({"name": "Ann", "parent_id": self.partner.id})
        line = self.items(self.invoice(person, 100))
        line.partner_id = person
        self.promise(line)
        self.row(amount_promised=100)
        self.promise(amount=50)
        self.row(amount_promised=150, amount_chasable=1450)

    def test_item_that_went_to_another_customer(self):
        other = self.customer("Other")
        self.invoice(other, 50)
        promise = self.promise(self.old)
        self.old.partner_id = other
        self.assert_row(other, amount_promised=1200, amount_chasable=50)
        self.row(amount_chasable=300)
        promise.action_cancel()
        self.assertEqual(self.account(other).amount_promised, 0)
        self.assert_row(other, amount_promised=0, amount_chasable=1250)

    def test_customer_under_another(self):
        parent = self.customer("Parent")
        self.invoice(parent, 50)
        self.promise(amount=1000)
        promise = self.promise(self.old, amount=100)
        self.partner.write({"parent_id": parent.id, "is_company": False})
        self.assert_row(parent, amount_promised=1100, amount_chasable=450)
        self.assertEqual(promise.account_id, self.account(parent))

    def test_other_companies(self):
        second = self.other_company()
        line = self.items(self.invoice(self.partner, 100, company=second))
        self.catch_up()
        account = self.account(self.partner, second)
        self.promise(line, account_id=account.id)
        self.promise(amount=20)
        self.assert_row(self.partner, second, amount_promised=100, amount_chasable=0)
        self.row(amount_promised=20, amount_chasable=1480)

    def test_row_without_items_is_kept(self):
        partner = self.customer("Gone")
        move = self.invoice(partner, 100)
        self.catch_up()
        account = self.account(partner)
        promise = self.promise(self.items(move), account_id=account.id)
        account.message_ids.sudo().unlink()  # sudo: nothing else keeps the row
        move.button_draft()
        self.assert_row(partner, item_count=0, amount_promised=0)
        account.message_ids.sudo().unlink()  # sudo: see above
        promise.sudo().unlink()  # sudo: nobody else can
        self.assert_no_row(partner)

    def test_broken_promises(self):
        self.promise(self.old)
        self.on(8)  # a day after the grace
        self.row(broken_promise_count=1, amount_promised=0, next_promise_date=False)

    # --- marks on the items

    def test_promised_item_of_another_customer_by_now(self):
        """Paid by whom it belongs to now, it is promised by nobody any more."""
        promise = self.promise(self.new)
        taker = self.customer("Taker")
        self.new.partner_id = taker
        self.catch_up()
        self.assertEqual(self.own.next_promise_date, promise.date_promised)
        payment = self.payment(taker, 300)
        (self.items(payment.move_id) + self.new).reconcile()
        self.catch_up()
        self.assertEqual(promise.state, "kept")
        self.assertFalse(self.own.next_promise_date)

    def test_marks(self):
        self.promise(self.old, amount=700)
        self.dispute({self.old: 50})
        self.dispute({self.old: 60})
        closed = self.dispute({self.new: 30})
        closed._resolve("withdrawn")
        line = self.seen_by("inquiry", self.old)
        self.assertEqual(line.collect_promise_date, self.day(4))
        self.assertEqual((line.collect_promised_amount, line.collect_disputed_amount), (700, 110))
        line = self.seen_by("inquiry", self.new)
        self.assertEqual(line.collect_promise_date, False)
        self.assertEqual((line.collect_promised_amount, line.collect_disputed_amount), (0, 0))

    def test_marks_in_few_queries(self):
        lines = self.old + self.new
        lines += self.items(*(self.invoice(self.partner, 10) for _number in range(8)))
        self.promise(lines)
        self.count_queries(lines)  # fills the caches of the registry
        self.assertEqual(self.count_queries(lines[:2]), self.count_queries(lines))

    def count_queries(self, lines):
        """How many queries the marks of journal items take, from an empty cache."""
        self.env.invalidate_all()
        lines = lines.with_prefetch()
        lines.mapped("amount_residual")
        before = self.env.cr.sql_log_count
        lines.mapped("collect_promised_amount")
        return self.env.cr.sql_log_count - before

    # --- links

    def test_figures_open_the_records(self):
        promise = self.promise(self.old)
        dispute = self.dispute({self.new: 5})
        self.promises.create(
            {"account_id": self.free.id, "amount": 5, "date_promised": self.day(1)}
        )
        account = self.seen_by("collector", self.own)
        for action, expected in (
            (account.action_open_promises(), promise),
            (account.action_open_disputes(), dispute),
        ):
            found = self.env[action["res_model"]].sudo().search(action["domain"])  # sudo: as above
            self.assertEqual(found, expected)

    def test_many_at_once(self):
        lines = self.items(*(self.invoice(self.partner, 10) for _number in range(5)))
        self.catch_up()
        self.promises.create(
            [
                {
                    "account_id": self.own.id,
                    "date_promised": self.day(number),
                    "item_ids": [Command.create({"line_id": line.id})],
                }
                for number, line in enumerate(lines)
            ]
        )
        self.row(amount_promised=50, amount_chasable=1500, next_promise_date=self.day(0))
