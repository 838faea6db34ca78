# Part of ar_collect. License LGPL-3.
"""Between the nights: what marks a customer for refresh, how marks are worked off, the crons."""

from unittest.mock import patch

import psycopg2

from odoo.tests import freeze_time
from odoo.tools import SQL, mute_logger

from .common import CollectCase


class TestIncremental(CollectCase):
    def setUp(self):
        super().setUp()
        self.partner = self.customer()
        self.move = self.invoice(self.partner, 100, due=-10)
        self.catch_up()

    def assert_marked(self, *partners):
        """Exactly these customers are marked, in the company; takes the marks away."""
        found = {
            (partner, company)
            for partner, company in self.pending()
            if company in (None, self.company.id)
        }
        self.assertEqual({partner for partner, _company in found}, {p.id for p in partners})
        self.drain()

    # --- what marks

    def test_posting(self):
        other = self.customer("Other")
        move = self.invoice(other, 10)
        self.assert_marked(other)
        move.button_draft()
        self.assert_marked(other)
        move.action_post()
        self.assert_marked(other)
        move.button_cancel()
        self.assert_marked(other)

    def test_draft_does_not_mark(self):
        draft = self.move.copy({"invoice_date": self.today})
        draft.invoice_line_ids.price_unit = 7
        draft.invoice_date_due = self.day(3)
        self.assert_marked()
        draft.unlink()
        self.assert_marked()

    def test_supplier_does_not_mark(self):
        self.invoice(self.customer("Supplier"), 10, move_type="in_invoice")
        self.assert_marked()

    def test_payment_and_match(self):
        payment = self.payment(self.partner, 40)
        self.assert_marked(self.partner)
        lines = self.items(payment.move_id, self.move)
        lines.reconcile()
        self.assert_marked(self.partner)
        lines.remove_move_reconcile()
        self.assert_marked(self.partner)
        payment.action_draft()
        self.assert_marked(self.partner)
        payment.action_cancel()
        self.assertEqual(self.account(self.partner).amount_balance, 100)

    def test_match_of_two_customers_marks_both(self):
        other = self.customer("Other")
        payment = self.payment(other, 40)
        self.catch_up()
        self.items(payment.move_id, self.move).reconcile()
        self.assert_marked(self.partner, other)

    def test_payment_for_another_customer(self):
        """Its state says whether that other customer's item counts as paid."""
        payer = self.customer("Holding")
        payment = self.payment(payer, 100, self.move)
        self.assert_row(self.partner, paid_count=1)
        payment.action_draft()
        self.assert_marked(payer, self.partner)
        self.assert_row(self.partner, paid_count=0)
        payment.action_post()
        self.assert_marked(payer, self.partner)
        self.assert_row(self.partner, paid_count=1)

    def test_bank_line_without_a_customer(self):
        self.pay_with_statement_line(
            self.move, self.company_data["default_journal_bank"].id, self.today, 100
        )
        self.assert_row(self.partner, paid_count=1)
        entry = self.move.line_ids.matched_credit_ids.credit_move_id.move_id
        entry.line_ids.filtered("account_id.reconcile").partner_id = False
        self.catch_up()
        entry.button_draft()
        self.assert_marked(self.partner)
        self.assert_row(self.partner, paid_count=0)

    def test_changes_of_an_item(self):
        item = self.items(self.move)
        item.date_maturity = self.day(4)
        self.assert_marked(self.partner)
        item.no_followup = True
        self.assert_marked(self.partner)
        self.move.no_followup = False
        self.assert_marked(self.partner)
        other = self.customer("Other")
        item.partner_id = other
        self.assert_marked(self.partner, other)

    def test_changes_of_the_entry(self):
        self.move.action_toggle_block_payment()
        self.assert_marked(self.partner)
        other = self.customer("Other")
        self.opening(other, 5).line_ids[:1].partner_id = self.partner
        self.assert_marked(self.partner, other)

    def test_trade_or_not_marks_everyone(self):
        self.receivable.non_trade = True
        self.assertIn((None, None), self.pending())
        self.drain()
        self.assert_row(self.partner, amount_excluded=100, amount_chasable=0)

    def test_customer_attributes(self):
        for values in ({"trust": "bad"}, {"active": False}, {"credit_limit": 5}):
            with self.subTest(values):
                self.partner.write(values)
                self.assert_marked(self.partner)
        self.partner.write({"name": "New name", "phone": "1"})
        self.assert_marked()

    def test_rule_marks_its_companies(self):
        # sudo: what a manager of collections does
        rule = self.env["ar.collect.priority.rule"].sudo().create({"name": "All", "points": 5})
        self.assertEqual(self.pending(), {(None, None)})
        self.drain()
        rule.company_id = self.company
        self.assertEqual(self.pending(), {(None, None), (None, self.company.id)})
        self.drain()
        rule.active = False
        self.assertEqual(self.pending(), {(None, self.company.id)})
        self.drain()
        rule.unlink()
        self.assertEqual(self.pending(), {(None, self.company.id)})

    def test_other_writes_do_not_mark(self):
        self.move.write({"ref": "PO 12", "narration": "<p>Thanks</p>"})
        self.move.line_ids.write({"name": "Goods"})
        self.move.message_post(body="Sent")
        self.assert_marked()

    # --- once per transaction

    def test_one_mark_and_one_trigger_per_transaction(self):
        cron = self.env.ref("ar_collect.ir_cron_refresh_dirty")
        triggers = self.env["ir.cron.trigger"].sudo()  # sudo: the cron's triggers are the system's
        before = triggers.search_count([("cron_id", "=", cron.id)])
        for _number in range(3):
            self.payment(self.partner, 5, self.move)
        marked = self.pending()
        self.assertEqual(marked, {(self.partner.id, self.company.id)})
        self.assertEqual(self.marks.search_count([]), 1)
        self.assertEqual(triggers.search_count([("cron_id", "=", cron.id)]), before + 1)

    def test_rolled_back_change_leaves_no_mark(self):
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.payment(self.partner, 5, self.move)
            raise ZeroDivisionError
        self.assert_marked()

    def test_marks_before_a_savepoint_survive_its_rollback(self):
        self.payment(self.partner, 5, self.move)
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.invoice(self.customer("Other"), 5)
            raise ZeroDivisionError
        self.assert_marked(self.partner)

    def test_inactive_cron_is_not_triggered_and_nothing_is_lost(self):
        cron = self.env.ref("ar_collect.ir_cron_refresh_dirty").sudo()  # sudo: see above
        cron.active = False
        triggers = self.env["ir.cron.trigger"].sudo()  # sudo: see above
        before = triggers.search_count([("cron_id", "=", cron.id)])
        self.payment(self.partner, 5, self.move)
        self.assert_marked(self.partner)
        self.assertEqual(triggers.search_count([("cron_id", "=", cron.id)]), before)

    def test_missing_cron_does_not_stop_a_payment(self):
        # sudo: somebody deletes the scheduled action
        self.env.ref("ar_collect.ir_cron_refresh_dirty").sudo().unlink()
        self.payment(self.partner, 5, self.move)
        self.assert_marked(self.partner)

    # --- working off

    def test_posting_does_not_touch_the_row(self):
        before = self.cached()
        self.payment(self.partner, 40, self.move)
        self.env.cr.flush()
        self.assertEqual(self.cached(), before)
        self.drain()
        self.assertEqual(self.account(self.partner).amount_balance, 60)

    def test_batches(self):
        others = [self.customer(f"Customer {number}") for number in range(5)]
        for other in others:
            self.invoice(other, 10)
        self.env.cr.flush()
        self.assertEqual(self.accounts._process_dirty(limit=2), 2)
        self.assertEqual(sum(bool(self.account(other)) for other in others), 2)
        self.assertEqual(self.accounts._process_dirty(limit=2), 2)
        self.assertEqual(self.accounts._process_dirty(limit=2), 1)
        self.assertEqual(self.accounts._process_dirty(limit=2), 0)
        self.assertEqual(sum(bool(self.account(other)) for other in others), 5)

    def test_marks_of_what_is_gone(self):
        self.marks._mark([(2**30, self.company.id), (self.partner.id, 2**30), (2**30, None)])
        self.assertEqual(len(self.pending()), 3)
        self.assertEqual(self.accounts._process_dirty(), 3)
        self.assert_row(self.partner, amount_balance=100)

    def test_mark_for_everyone(self):
        self.env.cr.execute("UPDATE ar_collect_account SET amount_balance = 1")
        self.accounts.invalidate_model()
        self.marks._mark([(None, None)])
        self.catch_up()
        self.assert_row(self.partner, amount_balance=100)

    # --- crons

    def run_cron(self, name):
        """Run a scheduled action as the scheduler does."""
        with self.enter_registry_test_mode():
            # sudo: cron records are the system's
            self.env.ref(f"ar_collect.{name}").sudo().method_direct_trigger()

    def test_cron_of_marks(self):
        self.payment(self.partner, 40, self.move)
        self.env.cr.flush()
        self.run_cron("ir_cron_refresh_dirty")
        self.assertFalse(self.pending())
        self.assert_row(self.partner, amount_balance=60)

    def test_cron_of_marks_in_several_batches(self):
        process = type(self.accounts)._process_dirty
        others = [self.customer(f"Customer {number}") for number in range(5)]
        for other in others:
            self.invoice(other, 10)
        self.env.cr.flush()
        with patch.object(
            self.env.registry["ar.collect.account"],
            "_process_dirty",
            lambda self: process(self, limit=2),
        ):
            self.run_cron("ir_cron_refresh_dirty")
        self.assertFalse(self.pending())
        self.assertTrue(all(self.account(other) for other in others))

    def test_cron_of_the_night(self):
        partner = self.customer("Late from tomorrow")
        self.invoice(partner, 100, due=0)
        self.catch_up()
        self.accounts._refresh()
        self.assertFalse(self.accounts._get_companies_of_new_day())
        with freeze_time("2026-03-17 00:00:01"):
            self.assertIn(self.company, self.accounts._get_companies_of_new_day())
            self.run_cron("ir_cron_refresh_all")
            self.assertFalse(self.accounts._get_companies_of_new_day())
            self.assert_row(partner, amount_1_30=100, amount_not_due=0)

    def test_night_catches_what_nothing_has_marked(self):
        self.env.cr.execute(
            SQL(
                "UPDATE account_move_line SET date_maturity = %s WHERE move_id = %s",
                self.day(3),
                self.move.id,
            )
        )
        self.env.invalidate_all()
        with freeze_time("2026-03-17 12:00:00"):
            self.run_cron("ir_cron_refresh_all")
            self.assert_row(self.partner, amount_not_due=100, amount_1_30=0)

    def test_company_that_fails_does_not_stop_the_others(self):
        second = self.other_company()
        self.invoice(self.partner, 7, company=second)
        self.accounts._refresh()
        process = type(self.accounts)._process_company

        def fail_for_first(accounts, company):
            if company == self.company:
                accounts.env.cr.execute("SELECT 1 / 0")
            return process(accounts, company)

        with freeze_time("2026-03-17 12:00:00"):
            with (
                patch.object(
                    self.env.registry["ar.collect.account"], "_process_company", fail_for_first
                ),
                mute_logger("odoo.sql_db"),
                self.assertLogs(
                    "odoo.addons.ar_collect.models.ar_collect_refresh_status", "WARNING"
                ) as logs,
            ):
                self.run_cron("ir_cron_refresh_all")
            self.assertIn(self.company.name, logs.output[0])
            self.assertEqual(self.accounts._get_companies_of_new_day(), self.company)
            # sudo: what a manager reads
            status = self.env["ar.collect.refresh.status"].sudo()._for_companies(self.company)
            self.assertIn(self.company.name, status.problem)
            self.assertIn("division by zero", status.problem)
            self.accounts._process_company(self.company)
            self.assertFalse(status.problem)

    def test_cron_starts_over_when_another_worker_was_faster(self):
        process = type(self.accounts)._process_dirty
        calls = []

        def conflict_twice(accounts):
            calls.append(1)
            if len(calls) < 3:
                raise psycopg2.errors.SerializationFailure
            return process(accounts)

        self.payment(self.partner, 40, self.move)
        self.env.cr.flush()
        with patch.object(
            self.env.registry["ar.collect.account"], "_process_dirty", conflict_twice
        ):
            self.run_cron("ir_cron_refresh_dirty")
        self.assertEqual(len(calls), 4)
        self.assertFalse(self.pending())
        self.assert_row(self.partner, amount_balance=60)
