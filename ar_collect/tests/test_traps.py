# Part of ar_collect. License LGPL-3.
"""The situations in which a receivables figure goes wrong, one test each, figures written out."""

from unittest.mock import patch

from odoo import Command
from odoo.tests import freeze_time

from .common import CollectCase


class TestTraps(CollectCase):
    # --- due dates

    def test_due_today_is_not_overdue(self):
        partner = self.customer()
        self.invoice(partner, 100, due=0)
        self.assert_row(
            partner,
            amount_balance=100,
            amount_not_due=100,
            amount_overdue=0,
            amount_chasable=0,
            overdue_count=0,
            open_count=1,
            oldest_due_date=self.today,
            state="not_due",
            priority=0,
            priority_reasons=[],
        )

    def test_every_bucket_from_its_first_to_its_last_day(self):
        partner = self.customer()
        for amount, due in (
            (1, 0),
            (10, -1),
            (20, -30),
            (100, -31),
            (200, -60),
            (1000, -61),
            (2000, -90),
            (10000, -91),
        ):
            self.invoice(partner, amount, due)
        self.assert_row(
            partner,
            amount_not_due=1,
            amount_1_30=30,
            amount_31_60=300,
            amount_61_90=3000,
            amount_91_plus=10000,
            amount_overdue=13330,
            amount_balance=13331,
            open_count=8,
            overdue_count=7,
        )

    def test_instalment_half_paid(self):
        partner = self.customer()
        move = self.invoice(partner, 1000, terms=[(30, -40), (30, -10), (40, 20)])
        first, second, third = self.items(move).sorted("date_maturity")
        self.assertEqual((first + second + third).mapped("amount_residual"), [300, 300, 400])
        self.payment(partner, 450, move)
        self.assert_row(
            partner,
            amount_balance=550,
            amount_1_30=150,
            amount_31_60=0,
            amount_not_due=400,
            amount_chasable=150,
            open_count=2,
            overdue_count=1,
            oldest_due_date=self.day(-10),
            paid_count=1,
            late_count=1,
            delay_days_total=40,
        )

    @freeze_time("2026-03-16 10:30:00")
    def test_auckland_and_los_angeles_at_the_same_hour(self):
        """23:30 on the 16th in Auckland, 03:30 on the 16th in Los Angeles; later 17th and 16th."""
        self.company.partner_id.tz = "Pacific/Auckland"
        west = self.other_company(tz="America/Los_Angeles")
        partner = self.customer()
        self.invoice(partner, 100, due=0)
        self.invoice(partner, 100, due=0, company=west)
        self.assert_row(partner, amount_overdue=0, amount_not_due=100)
        self.assert_row(partner, west, amount_overdue=0, amount_not_due=100)
        with freeze_time("2026-03-16 11:30:00"):
            self.assertEqual(self.company._get_collect_today(), self.day(1))
            self.assertEqual(west._get_collect_today(), self.today)
            for company in self.accounts._get_companies_of_new_day():
                self.accounts._process_company(company)
            self.assert_row(partner, amount_overdue=100, amount_not_due=0)
            self.assert_row(partner, west, amount_overdue=0, amount_not_due=100)

    # --- credits and payments

    def test_credit_note_larger_than_the_debt(self):
        partner = self.customer()
        self.invoice(partner, 100, due=-10)
        self.credit_note(partner, 250)
        self.assert_row(
            partner,
            amount_balance=-150,
            amount_overdue=100,
            amount_credit=-250,
            amount_chasable=0,
            open_count=2,
            oldest_due_date=self.day(-10),
            state="waiting",
            priority=0,
            priority_reasons=[],
        )

    def test_unapplied_payment(self):
        partner = self.customer()
        self.invoice(partner, 100, due=-10)
        self.payment(partner, 60, on=-2)
        self.assert_row(
            partner,
            amount_balance=40,
            amount_1_30=100,
            amount_credit=-60,
            amount_chasable=40,
            overdue_count=1,
            last_payment_date=self.day(-2),
            last_payment_amount=60,
            paid_count=0,
            state="to_chase",
        )

    def test_payment_set_back_to_draft_then_cancelled(self):
        partner = self.customer()
        move = self.invoice(partner, 100, due=-10)
        payment = self.payment(partner, 100, move, on=-3)
        self.assert_row(
            partner,
            amount_balance=0,
            state="settled",
            paid_count=1,
            last_payment_date=self.day(-3),
            last_payment_amount=100,
        )
        payment.action_draft()
        self.assertEqual(move.amount_residual, 0, "core keeps the match with the draft payment")
        self.assert_row(
            partner,
            amount_balance=0,
            paid_count=0,
            late_count=0,
            last_payment_date=False,
            last_payment_amount=0,
        )
        payment.action_cancel()
        self.assert_row(
            partner,
            amount_balance=100,
            amount_1_30=100,
            amount_chasable=100,
            state="to_chase",
            paid_count=0,
            last_payment_date=False,
        )

    def test_invoice_reset_to_draft_and_posted_again(self):
        partner = self.customer()
        kept = self.invoice(partner, 70, due=-5)
        move = self.invoice(partner, 100, due=-10)
        self.assert_row(partner, amount_balance=170, item_count=2)
        move.button_draft()
        self.assert_row(
            partner, amount_balance=70, item_count=1, oldest_due_date=kept.invoice_date_due
        )
        move.invoice_line_ids.price_unit = 120
        move.invoice_date_due = self.day(-40)
        move.action_post()
        self.assert_row(
            partner,
            amount_balance=190,
            amount_1_30=70,
            amount_31_60=120,
            item_count=2,
            oldest_due_date=self.day(-40),
        )

    def test_only_invoice_reset_to_draft(self):
        partner = self.customer()
        move = self.invoice(partner, 100)
        self.assert_row(partner, amount_balance=100)
        move.button_draft()
        self.assert_no_row(partner)
        move.action_post()
        self.assert_row(partner, amount_balance=100, amount_chasable=100)
        move.button_cancel()
        self.assert_no_row(partner)

    def test_invoice_of_amount_zero(self):
        partner = self.customer()
        self.invoice(partner, 0, due=-10)
        self.assert_row(
            partner,
            amount_balance=0,
            open_count=0,
            overdue_count=0,
            paid_count=0,
            item_count=1,
            oldest_due_date=False,
            state="settled",
        )

    def test_in_payment_as_enterprise_has_it(self):
        """Enterprise: a payment without entry; the invoice keeps its residual until the bank's line."""
        partner = self.customer()
        move = self.invoice(partner, 100, due=-10)
        other = self.invoice(partner, 40, due=-70)
        with patch.object(
            self.env.registry["account.move"],
            "_get_invoice_in_payment_state",
            lambda self: "in_payment",
        ):
            method = self.company_data["default_journal_bank"].inbound_payment_method_line_ids[0]
            method.payment_account_id = False
            payment = self.env["account.payment"].create(
                {
                    "partner_id": partner.id,
                    "amount": 100,
                    "date": self.today,
                    "payment_method_line_id": method.id,
                    "invoice_ids": [Command.set(move.ids)],
                    "outstanding_account_id": False,
                }
            )
            payment.outstanding_account_id = False
            payment.action_post()
            self.assertFalse(payment.move_id)
            self.env.flush_all()
            self.assertEqual((move.payment_state, move.amount_residual), ("in_payment", 100))
            self.assert_row(
                partner,
                amount_balance=140,
                amount_overdue=140,
                amount_excluded=100,
                amount_chasable=40,
                chase_due_date=other.invoice_date_due,
                oldest_due_date=other.invoice_date_due,
            )
            payment.action_reject()
            self.env.flush_all()
            self.assertEqual(move.payment_state, "not_paid")
            self.assert_row(partner, amount_excluded=0, amount_chasable=140)

    def test_in_payment_by_a_matched_payment_counts_as_paid(self):
        partner = self.customer()
        move = self.invoice(partner, 100, due=-10)
        with patch.object(
            self.env.registry["account.move"],
            "_get_invoice_in_payment_state",
            lambda self: "in_payment",
        ):
            self.payment(partner, 100, move)
            self.assertEqual(move.payment_state, "in_payment")
            self.assert_row(partner, amount_balance=0, open_count=0, state="settled", paid_count=1)

    def test_blocked_by_hand(self):
        partner = self.customer()
        move = self.invoice(partner, 100, due=-10)
        self.assert_row(partner, amount_chasable=100)
        move.action_toggle_block_payment()
        self.assert_row(
            partner, amount_balance=100, amount_overdue=100, amount_excluded=100, amount_chasable=0
        )
        move.action_toggle_block_payment()
        self.assert_row(partner, amount_excluded=0, amount_chasable=100)

    # --- items nobody is asked for

    def test_opening_balance_in_a_general_journal(self):
        partner = self.customer()
        opening = self.opening(partner, 300, due=-100)
        self.assertTrue(self.items(opening).no_followup)
        self.invoice(partner, 50, due=-10)
        self.assert_row(
            partner,
            amount_balance=350,
            amount_91_plus=300,
            amount_1_30=50,
            amount_overdue=350,
            amount_excluded=300,
            amount_chasable=50,
            oldest_due_date=self.day(-100),
            chase_due_date=self.day(-10),
        )
        self.items(opening).no_followup = False
        self.assert_row(
            partner, amount_excluded=0, amount_chasable=350, chase_due_date=self.day(-100)
        )

    def test_opening_credit_is_netted(self):
        partner = self.customer()
        self.opening(partner, -30, due=-100)
        self.invoice(partner, 50, due=-10)
        self.assert_row(
            partner, amount_balance=20, amount_credit=-30, amount_excluded=0, amount_chasable=20
        )

    def test_opening_without_due_date_is_due_on_its_date(self):
        partner = self.customer()
        opening = self.opening(partner, 30, due=None, no_followup=False)
        self.assertFalse(self.items(opening).date_maturity)
        self.assert_row(partner, amount_not_due=30, oldest_due_date=self.today)
        with freeze_time("2026-03-17 12:00:00"):
            self.accounts._refresh()
            self.assert_row(partner, amount_not_due=0, amount_1_30=30, amount_chasable=30)

    def test_receivables_that_are_not_trade(self):
        partner = self.customer()
        other = self.copy_account(self.receivable, {"non_trade": True})
        self.invoice(partner, 50, due=-10)
        self.opening(partner, 200, due=-40, account_id=other.id, no_followup=False)
        self.opening(partner, -35, due=-40, account_id=other.id, no_followup=False)
        self.assert_row(
            partner,
            amount_balance=215,
            amount_overdue=250,
            amount_credit=-35,
            amount_excluded=165,
            amount_chasable=50,
            chase_due_date=self.day(-10),
        )
        other.non_trade = False
        self.assert_row(partner, amount_excluded=0, amount_chasable=215)

    def test_invoice_excluded_from_follow_up(self):
        partner = self.customer()
        move = self.invoice(partner, 50, due=-10)
        self.assert_row(partner, amount_chasable=50)
        move.no_followup = True
        self.assert_row(partner, amount_excluded=50, amount_chasable=0, chase_due_date=False)

    # --- currencies and companies

    def test_items_in_three_currencies(self):
        """USD 100 + EUR 200 at 2 per USD + CHF 500 at 4 per USD; then half of the EUR is paid."""
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 2.0)])
        franc = self.setup_other_currency("CHF", rates=[("1900-01-01", 4.0)])
        partner = self.customer()
        self.invoice(partner, 100, due=-10)
        in_euro = self.invoice(partner, 200, due=-40, currency=euro)
        self.invoice(partner, 500, due=5, currency=franc)
        self.assert_row(
            partner,
            currency_id=self.company.currency_id,
            amount_balance=325,
            amount_1_30=100,
            amount_31_60=100,
            amount_not_due=125,
            amount_chasable=200,
        )
        self.payment(partner, 100, in_euro, currency=euro)
        self.assert_row(partner, amount_balance=275, amount_31_60=50, amount_chasable=150)

    def test_exchange_difference_settles_the_item(self):
        """EUR 200 booked at 2 per USD, paid in full at 2.5 per USD: nothing is left open."""
        euro = self.setup_other_currency(
            "EUR", rates=[("1900-01-01", 2.0), (str(self.day(-5)), 2.5)]
        )
        partner = self.customer()
        move = self.invoice(partner, 200, due=-40, currency=euro)
        self.assert_row(partner, amount_balance=100)
        self.payment(partner, 200, move, currency=euro)
        self.assert_row(
            partner,
            amount_balance=0,
            open_count=0,
            state="settled",
            paid_count=1,
            last_payment_amount=80,
        )

    def test_exchange_difference_of_a_paid_invoice_is_not_asked_for(self):
        """EUR 200 booked as USD 100 and paid as USD 80; the USD 20 come apart from the invoice."""
        euro = self.setup_other_currency(
            "EUR", rates=[("1900-01-01", 2.0), (str(self.day(-5)), 2.5)]
        )
        partner = self.customer()
        move = self.invoice(partner, 200, due=-40, currency=euro)
        self.payment(partner, 200, move, currency=euro)
        item = move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        item.matched_credit_ids.filtered(
            lambda match: match.credit_move_id.move_id.journal_id.type == "general"
        ).unlink()
        self.assertEqual((item.amount_residual, item.amount_residual_currency), (20, 0))
        self.assertEqual(move.payment_state, "paid")
        self.env.flush_all()
        self.assert_row(partner, amount_overdue=20, amount_excluded=20, amount_chasable=0)

    def test_branch_has_rows_of_its_own(self):
        branch = self.branch()
        partner = self.customer()
        self.invoice(partner, 100, due=-10)
        move = self.invoice(partner, 40, due=-10, company=branch)
        self.assertEqual(self.items(move).company_id, branch)
        self.assert_row(partner, amount_balance=100, open_count=1)
        self.assert_row(partner, branch, amount_balance=40, open_count=1)
        self.payment(partner, 40, move)
        self.assert_row(partner, branch, amount_balance=0, state="settled", paid_count=1)
        self.assert_row(partner, amount_balance=100, last_payment_amount=40, paid_count=0)

    def test_two_companies_with_one_customer(self):
        second = self.other_company(currency="EUR")
        partner = self.customer()
        self.invoice(partner, 100, due=-10)
        self.invoice(partner, 7, due=-40, company=second)
        self.assert_row(partner, amount_balance=100, currency_id=self.company.currency_id)
        self.assert_row(partner, second, amount_balance=7, currency_id=second.currency_id)
