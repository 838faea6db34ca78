# Part of ar_collect. License LGPL-3.
"""How a customer pays: what counts as paid and late, the delays, what is expected of the next."""

from odoo.tests import freeze_time

from .common import CollectCase


class TestBehaviour(CollectCase):
    def setUp(self):
        super().setUp()
        self.partner = self.customer()

    def paid(self, partner, due, on, amount=100, **values):
        """An invoice due on one day, made 30 days before, and paid in full on another."""
        move = self.invoice(partner, amount, due=due, on=due - 30, **values)
        return move, self.payment(partner, amount, move, on=on, **values)

    def status(self):
        """What the company's customers are measured by."""
        # sudo: what a manager reads
        return self.env["ar.collect.refresh.status"].sudo()._for_companies(self.company)

    # --- what counts

    def test_paid_on_the_due_day_is_not_late(self):
        for on in (-31, -30, -29):
            self.paid(self.partner, -30, on)
        self.assert_row(
            self.partner, paid_count=3, late_count=1, delay_days_total=0, own_delay_days=0
        )

    def test_every_instalment_counts(self):
        move = self.invoice(self.partner, 100, terms=[(50, -60), (50, -30)])
        self.payment(self.partner, 50, move, on=-50)
        self.assert_row(self.partner, paid_count=1, late_count=1, delay_days_total=10)
        self.payment(self.partner, 50, move, on=-35)
        self.assert_row(self.partner, paid_count=2, late_count=1, delay_days_total=5)

    def test_paid_in_parts_counts_once_by_the_last_money(self):
        move = self.invoice(self.partner, 100, due=-30)
        self.payment(self.partner, 60, move, on=-32)
        self.assert_row(self.partner, paid_count=0)
        self.payment(self.partner, 40, move, on=-20)
        self.assert_row(self.partner, paid_count=1, late_count=1, delay_days_total=10)

    def test_rest_written_off_by_a_credit_note_does_not_move_the_day(self):
        move = self.invoice(self.partner, 100, due=-30)
        self.payment(self.partner, 60, move, on=-25)
        note = self.credit_note(self.partner, 40, due=-5)
        self.items(move, note).reconcile()
        self.assert_row(self.partner, paid_count=1, delay_days_total=5)

    def test_credit_note_alone_is_not_a_payment(self):
        move = self.invoice(self.partner, 100, due=-30)
        note = self.credit_note(self.partner, 100)
        self.items(move, note).reconcile()
        self.assert_row(self.partner, paid_count=0, late_count=0, own_delay_days=0)

    def test_write_off_entry_is_not_a_payment(self):
        move = self.invoice(self.partner, 100, due=-30)
        self.items(move, self.opening(self.partner, -100)).reconcile()
        self.assert_row(self.partner, paid_count=0, state="settled")

    def test_opening_balance_says_nothing_about_how_they_pay(self):
        opening = self.opening(self.partner, 100, due=-300)
        self.payment(self.partner, 100, opening)
        self.assert_row(self.partner, paid_count=0, state="settled", last_payment_amount=100)

    def test_bank_statement_line_is_money(self):
        move = self.invoice(self.partner, 100, due=-30)
        self.pay_with_statement_line(
            move, self.company_data["default_journal_bank"].id, self.day(-10), 100
        )
        self.assert_row(self.partner, paid_count=1, delay_days_total=20)

    def test_payment_set_back_to_draft_does_not_count(self):
        _move, payment = self.paid(self.partner, -30, -20)
        self.paid(self.partner, -60, -59)
        self.assert_row(self.partner, paid_count=2, last_payment_date=self.day(-20))
        payment.action_draft()
        self.assert_row(
            self.partner, paid_count=1, delay_days_total=1, last_payment_date=self.day(-59)
        )
        payment.action_post()
        self.assert_row(self.partner, paid_count=2, last_payment_date=self.day(-20))

    def test_one_draft_payment_of_two_makes_the_item_unpaid(self):
        move = self.invoice(self.partner, 100, due=-30)
        self.payment(self.partner, 60, move, on=-25)
        second = self.payment(self.partner, 40, move, on=-20)
        self.assert_row(self.partner, paid_count=1)
        second.action_draft()
        self.assert_row(self.partner, paid_count=0)

    # --- the delay

    def test_own_delay_is_the_mean_of_the_last_six(self):
        self.paid(self.partner, -400, -310)
        for delay in (1, 2, 3, 4, 5, 6):
            self.paid(self.partner, -200 + 20 * delay, -200 + 21 * delay)
        self.assert_row(
            self.partner, paid_count=7, late_count=7, delay_days_total=111, own_delay_days=3.5
        )

    def test_last_six_are_those_paid_last_not_those_due_last(self):
        self.paid(self.partner, -300, -1)
        for due in range(-290, -230, 10):
            self.paid(self.partner, due, due)
        self.assert_row(self.partner, paid_count=7, own_delay_days=round(299 / 6, 6))

    def test_items_paid_on_one_day_whatever_their_order(self):
        """Seven paid in one go: the six with the longest delay count, however they were entered."""
        other = self.customer("Other")
        delays = [3, 40, 8, 21, 13, 34, 2]
        for partner, order in ((self.partner, delays), (other, delays[::-1])):
            for delay in order:
                self.paid(partner, -5 - delay, -5)
        expected = {"paid_count": 7, "own_delay_days": round(119 / 6, 6)}
        self.assert_row(self.partner, **expected)
        self.assert_row(other, **expected)

    def test_paid_before_the_invoice_counts_from_the_invoice(self):
        move = self.invoice(self.partner, 100, due=-10, on=-20)
        self.payment(self.partner, 100, move, on=-50)
        self.assert_row(self.partner, own_delay_days=-10.0, last_payment_date=self.day(-50))

    def test_early_payers_have_a_negative_delay(self):
        self.paid(self.partner, -10, -24)
        self.invoice(self.partner, 50, due=20)
        self.assert_row(
            self.partner,
            own_delay_days=-14.0,
            expected_delay_days=-14.0,
            expected_payment_date=self.day(6),
        )

    # --- what is expected

    def test_late_probability_leans_on_all_customers(self):
        """4 of 8 paid late over all: g = 0.5; 3 late of 3: (3 + 2.5) / 8; nothing paid: g."""
        other, newcomer = self.customer("Other"), self.customer("Newcomer")
        for number in range(3):
            self.paid(self.partner, -100 + number, -90 + number)
        for number in range(5):
            self.paid(other, -100 + number, -90 if number == 0 else -100 + number)
        self.invoice(newcomer, 10, due=3)
        self.assert_row(self.partner, late_count=3, late_probability=5.5 / 8)
        self.assert_row(other, late_count=1, late_probability=3.5 / 10)
        self.assert_row(newcomer, late_probability=0.5)
        status = self.status()
        self.assertEqual((status.late_share, status.paid_count), (0.5, 8))
        self.assertEqual(status.mean_delay_days, 40 / 8)

    def test_without_any_history_the_odds_are_even(self):
        self.invoice(self.partner, 10, due=3)
        self.assert_row(
            self.partner,
            paid_count=0,
            late_probability=0.5,
            expected_delay_days=0.0,
            expected_payment_date=self.day(3),
        )

    def test_newcomer_is_expected_as_late_as_the_others(self):
        """Delays 1, 2 and 4: mean 7/3, so the newcomer is expected on the third day."""
        other = self.customer("Other")
        for number, delay in enumerate([1, 2, 4]):
            self.paid(other, -50 + number, -50 + number + delay)
        self.invoice(self.partner, 10, due=-1)
        self.invoice(self.partner, 10, due=-8)
        self.assert_row(
            self.partner,
            own_delay_days=0,
            expected_delay_days=round(7 / 3, 6),
            expected_payment_date=self.day(-5),
        )

    def test_expected_payment_date_rounds_up(self):
        self.paid(self.partner, -50, -48)
        self.paid(self.partner, -40, -37)
        self.invoice(self.partner, 10, due=4)
        self.assert_row(self.partner, expected_delay_days=2.5, expected_payment_date=self.day(7))

    def test_one_company_does_not_teach_another(self):
        second = self.other_company()
        self.paid(self.partner, -30, -20)
        self.paid(self.partner, -30, -30, company=second)
        self.invoice(self.partner, 10, due=3)
        self.invoice(self.partner, 10, due=3, company=second)
        self.assert_row(self.partner, paid_count=1, expected_payment_date=self.day(13))
        self.assert_row(self.partner, second, paid_count=1, expected_payment_date=self.day(3))

    def test_company_figures_follow_each_payment(self):
        other = self.customer("Other")
        self.invoice(other, 10, due=3)
        self.paid(self.partner, -30, -30)
        self.assert_row(other, late_probability=0.0)
        self.paid(self.partner, -30, -20)
        self.assert_row(other, late_probability=0.5, expected_payment_date=self.day(8))

    @freeze_time("2026-03-20 12:00:00")
    def test_history_does_not_age(self):
        self.paid(self.partner, -30, -20)
        self.accounts._refresh()
        self.assert_row(self.partner, paid_count=1, delay_days_total=10)
