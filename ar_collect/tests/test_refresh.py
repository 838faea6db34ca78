# Part of ar_collect. License LGPL-3.
"""The ledger columns of a refresh, and which rows it makes, changes and removes."""

from datetime import timedelta

from odoo.tests import freeze_time
from odoo.tools import SQL

from .common import CollectCase


class TestRefresh(CollectCase):
    def test_rows_of_a_ledger_that_was_there_before(self):
        """What the install hook does: every customer with a posted item, nobody else."""
        draft_only, debtor, settled = (self.customer(name) for name in "ABC")
        self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": draft_only.id, "date": self.today}
        )
        self.invoice(debtor, 100, due=-10)
        self.payment(settled, 50, self.invoice(settled, 50, due=-10))
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM ar_collect_account")
        self.env.cr.execute("DELETE FROM ar_collect_dirty")
        self.env.invalidate_all()
        self.accounts._refresh()
        self.assertFalse(self.account(draft_only))
        self.assertEqual(self.account(debtor).amount_chasable, 100)
        self.assertEqual(self.account(settled).state, "settled")
        self.assertEqual(self.account(settled).paid_count, 1)
        self.assert_sound()

    def test_suppliers_have_no_row(self):
        supplier = self.customer("Supplier")
        self.invoice(supplier, 100, move_type="in_invoice")
        self.assert_no_row(supplier)

    def test_settled_customer_keeps_the_row_and_leaves_the_worklist(self):
        partner = self.customer()
        move = self.invoice(partner, 100, due=-10)
        self.assert_row(partner, state="to_chase")
        self.assertGreater(self.account(partner).priority, 0)
        self.payment(partner, 100, move)
        self.assert_row(
            partner,
            state="settled",
            amount_balance=0,
            open_count=0,
            oldest_due_date=False,
            chase_due_date=False,
            expected_payment_date=False,
            paid_count=1,
            item_count=2,
            priority=0,
            priority_band="0_none",
            priority_reasons=[],
        )

    def test_partial_payment(self):
        partner = self.customer()
        move = self.invoice(partner, 100, due=-10)
        self.payment(partner, 33.33, move)
        self.assert_row(partner, amount_balance=66.67, amount_chasable=66.67, amount_credit=0)

    def test_overpaid_invoice_leaves_a_credit(self):
        partner = self.customer()
        move = self.invoice(partner, 100, due=-10)
        self.payment(partner, 130, move, on=-1)
        self.assert_row(
            partner,
            amount_balance=-30,
            amount_credit=-30,
            amount_overdue=0,
            open_count=1,
            oldest_due_date=False,
            state="not_due",
            last_payment_amount=130,
        )

    def test_credit_note_applied_is_not_money(self):
        partner = self.customer()
        move = self.invoice(partner, 100, due=-10)
        note = self.credit_note(partner, 100)
        self.items(move, note).reconcile()
        self.assert_row(
            partner,
            amount_balance=0,
            paid_count=0,
            last_payment_date=False,
            last_payment_amount=0,
            state="settled",
        )

    def test_unreconcile_opens_the_items_again(self):
        partner = self.customer()
        move = self.invoice(partner, 100, due=-10)
        payment = self.payment(partner, 100, move)
        self.assert_row(partner, amount_balance=0, paid_count=1)
        payment.move_id.line_ids.remove_move_reconcile()
        self.assert_row(
            partner, amount_balance=0, amount_overdue=100, amount_credit=-100, paid_count=0
        )

    def test_last_payment_is_what_came_in_on_the_last_day(self):
        partner = self.customer()
        self.payment(partner, 500, on=-9)
        self.payment(partner, 60, on=-2)
        self.payment(partner, 40, on=-2, journal_id=self.company_data["default_journal_cash"].id)
        self.payment(partner, 700, on=-1, payment_type="outbound")
        self.assert_row(partner, last_payment_date=self.day(-2), last_payment_amount=100)

    def test_money_given_back_is_neither_payment_nor_debt_paid(self):
        partner = self.customer()
        note = self.credit_note(partner, 80)
        refund = self.payment(partner, 80, payment_type="outbound")
        self.items(note, refund.move_id).reconcile()
        self.assert_row(
            partner, amount_balance=0, last_payment_date=False, paid_count=0, state="settled"
        )

    def test_item_without_partner_belongs_to_nobody(self):
        before = self.cached()
        self.opening(self.env["res.partner"], 100)
        self.catch_up()
        self.assertEqual(self.cached(), before)

    def test_due_date_moved(self):
        partner = self.customer()
        move = self.invoice(partner, 100, due=-10)
        self.assert_row(partner, amount_1_30=100)
        self.items(move).date_maturity = self.day(5)
        self.assert_row(partner, amount_1_30=0, amount_not_due=100, state="not_due")

    def test_ages_with_the_days(self):
        partner = self.customer()
        self.invoice(partner, 100, due=0)
        self.assert_row(partner, amount_not_due=100)
        for days, bucket in ((1, "1_30"), (31, "31_60"), (61, "61_90"), (91, "91_plus")):
            with freeze_time(str(self.today + timedelta(days=days)) + " 12:00:00"):
                self.accounts._refresh()
                self.assert_row(partner, amount_not_due=0, **{f"amount_{bucket}": 100})

    def test_refresh_of_one_leaves_the_others_alone(self):
        first, second = self.customer("First"), self.customer("Second")
        self.invoice(first, 100, due=-10)
        self.invoice(second, 100, due=-10)
        self.catch_up()
        self.env.cr.execute("UPDATE ar_collect_account SET amount_balance = 1, open_count = 9")
        self.accounts.invalidate_model()
        self.accounts._refresh(first)
        self.assertEqual(self.account(first).amount_balance, 100)
        self.assertEqual(self.account(second).amount_balance, 1)
        self.accounts._refresh(companies=self.env["res.company"].search([]) - self.company)
        self.assertEqual(self.account(second).amount_balance, 1)
        self.accounts._refresh(companies=self.company)
        self.assertEqual(self.account(second).amount_balance, 100)

    def test_a_contact_stands_for_its_customer(self):
        partner = self.customer()
        child = self.env["res.partner"].create({"name": "Buyer", "parent_id": partner.id})
        self.invoice(child, 100, due=-10)
        self.accounts._refresh(child)
        self.assertEqual(self.account(partner).amount_balance, 100)
        self.assertFalse(self.account(child))

    def test_unchanged_rows_are_not_written(self):
        partner = self.customer()
        self.invoice(partner, 100, due=-10)
        self.catch_up()
        before = self.env.execute_query(SQL("SELECT id, ctid::text FROM ar_collect_account"))
        self.accounts._refresh()
        self.accounts._refresh(partner)
        self.assertEqual(
            self.env.execute_query(SQL("SELECT id, ctid::text FROM ar_collect_account")), before
        )

    def test_refresh_of_nobody(self):
        before = self.cached()
        self.accounts._refresh(self.env["res.partner"])
        self.accounts._refresh(companies=self.env["res.company"])
        self.assertEqual(self.cached(), before)

    def test_row_without_items_goes_unless_something_is_kept_there(self):
        kept = {
            "hold": lambda account: account.write({"hold": True}),
            "note": lambda account: account.write({"note": "<p>Ask for Ann</p>"}),
            "action": lambda account: account.write({"next_action": "Call"}),
            "message": lambda account: account.message_post(body="We talked"),
            "plan": lambda account: account.activity_schedule(
                "mail.mail_activity_data_call", user_id=self.env.uid
            ),
        }
        partners = {name: self.customer(name) for name in ("nothing", *kept)}
        moves = {name: self.invoice(partner, 100) for name, partner in partners.items()}
        self.catch_up()
        for name, keep in kept.items():
            keep(self.account(partners[name]))
        for move in moves.values():
            move.button_cancel()
        self.assert_no_row(partners["nothing"])
        for name in kept:
            with self.subTest(name):
                self.assert_row(
                    partners[name], amount_balance=0, item_count=0, state="settled", priority=0
                )

    def test_settings_survive_a_refresh(self):
        partner = self.customer()
        self.invoice(partner, 100, due=-10)
        self.catch_up()
        self.account(partner).write({"hold": True, "next_action": "Call", "user_id": self.env.uid})
        self.accounts._refresh()
        self.assert_row(partner, hold=True, next_action="Call", user_id=self.env.user)

    def test_amounts_beyond_single_precision(self):
        partner = self.customer()
        self.invoice(partner, 123456789012.34, due=-10)
        self.invoice(partner, 0.01, due=-10)
        self.assert_row(partner, amount_balance=123456789012.35)
