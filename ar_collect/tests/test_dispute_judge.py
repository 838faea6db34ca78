# Part of ar_collect. License LGPL-3.
"""What has become of contested amounts, by the ledger, and how the ledger closes disputes."""

from odoo import Command

from .dispute_common import DisputeCase


class TestDisputeJudge(DisputeCase):
    # --- what counts for it

    def test_at_first_all_remains(self):
        dispute = self.dispute({self.old: 200})
        self.assert_amounts(dispute, credited=0, paid=0, remaining=200, chasable=1300)

    def test_money_pays_the_rest_first(self):
        dispute = self.dispute({self.old: 200})
        self.pay(900, self.old)
        self.assert_amounts(dispute, paid=0, remaining=200, chasable=400)
        self.pay(200, self.old)
        self.assert_amounts(dispute, paid=100, remaining=100, chasable=300)
        self.assertEqual(dispute.state, "open")

    def test_paid_meanwhile(self):
        dispute = self.dispute({self.old: 200})
        payment = self.pay(1200, self.old)
        self.assert_amounts(dispute, paid=200, remaining=0, chasable=300)
        self.assertEqual((dispute.state, dispute.outcome), ("closed", "paid"))
        self.assertEqual(dispute.stage_kind, "closed")
        self.assertFalse(dispute._get_tasks())
        payment.action_draft()  # and still matched
        self.assert_amounts(dispute, paid=0, remaining=200, chasable=300)
        self.assertEqual((dispute.state, dispute.outcome), ("open", False))
        payment.move_id.line_ids.remove_move_reconcile()
        self.assert_amounts(dispute, paid=0, remaining=200, chasable=1300)
        self.assertTrue(dispute._get_tasks())

    def test_credit_note_of_somebody_by_hand(self):
        """Not made for the dispute, but what else would it be for?"""
        dispute = self.dispute({self.old: 200})
        note = self.credit_note(self.partner, 150)
        (self.items(note) + self.old).reconcile()
        self.assert_amounts(dispute, credited=150, remaining=50, chasable=1300)

    def test_credited_before_it_was_contested(self):
        note = self.credit_note(self.partner, 150)
        (self.items(note) + self.old).reconcile()
        dispute = self.dispute({self.old: 200})
        self.assert_amounts(dispute, credited=0, remaining=200)

    def test_written_off(self):
        dispute = self.dispute({self.old: 1200})
        entry = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_misc"].id,
                "date": self.today,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": self.old.account_id.id,
                            "partner_id": self.partner.id,
                            "credit": 1200,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": self.company_data["default_account_expense"].id,
                            "debit": 1200,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        (self.items(entry) + self.old).reconcile()
        self.assert_amounts(dispute, credited=0, paid=0, written_off=1200, remaining=0)
        self.assertEqual((dispute.state, dispute.outcome), ("closed", "accepted"))

    def test_credit_note_of_another_customer(self):
        """It has nothing to do with this one, even when somebody matches it by mistake."""
        other = self.customer("Other")
        dispute = self.dispute({self.old: 200})
        note = self.credit_note(other, 150)
        self.assert_amounts(dispute, credited=0, remaining=200, chasable=1300)
        self.assertFalse(note.collect_dispute_id)

    def test_several_on_one_invoice(self):
        first = self.dispute({self.old: 500})
        second = self.dispute({self.old: 700}, reason_id=self.quality.id)
        note = self.credit_note(self.partner, 600)
        (self.items(note) + self.old).reconcile()
        self.assert_amounts(first, credited=500, remaining=0)
        self.assert_amounts(second, credited=100, remaining=600, chasable=300)
        self.assertEqual((first.state, second.state), ("closed", "open"))
        self.pay(600, self.old)
        self.assert_amounts(second, credited=100, paid=600, remaining=0)
        self.assertEqual(second.outcome, "accepted_part")

    def test_without_ground_comes_last(self):
        first = self.dispute({self.old: 500})
        first._resolve("withdrawn")
        second = self.dispute({self.old: 700}, reason_id=self.quality.id)
        note = self.credit_note(self.partner, 600)
        (self.items(note) + self.old).reconcile()
        self.assert_amounts(second, credited=600, remaining=100)
        self.assertEqual(first.amount_credited, 0)

    def test_foreign_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 0.5)])
        line = self.items(self.invoice(self.partner, 100, due=-9, currency=euro))
        dispute = self.dispute({line: 40})
        # 1,500 and 60 euros at two dollars each
        self.assert_amounts(dispute, remaining=40, chasable=1620)
        dispute._resolve("accepted")
        note = self.credit(dispute)
        self.assertEqual((note.currency_id, note.amount_total), (euro, 40))
        self.assert_amounts(dispute, credited=40, remaining=0, chasable=1620)
        self.assertEqual(dispute.state, "closed")

    # --- the invoice itself changes

    def test_invoice_cancelled(self):
        dispute = self.dispute({self.new: 100})
        self.new.move_id.button_draft()
        self.catch_up()
        self.assertEqual(dispute.state, "open")  # being corrected
        self.new.move_id.button_cancel()
        self.catch_up()
        self.assertEqual((dispute.state, dispute.amount_remaining), ("closed", 0))

    def test_invoice_corrected(self):
        dispute = self.dispute({self.new: 100})
        self.new.move_id.button_draft()
        self.new.move_id.action_post()
        self.assert_amounts(dispute, remaining=100)
        self.assertEqual(dispute.state, "open")

    # --- set-based

    def test_queries_do_not_grow(self):
        def settle(disputes):
            lines = disputes.item_ids.line_id
            self.env.cr.execute(
                "UPDATE ar_collect_dispute_item SET amount_remaining = 1 WHERE line_id = ANY(%s)",
                [lines.ids],
            )
            self.env.cr.execute(
                "UPDATE ar_collect_dispute SET amount_remaining = 1 WHERE id = ANY(%s)",
                [disputes.ids],
            )
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.disputes._judge_scope(self.accounts._get_refresh_scope(None, None))
            return self.env.cr.sql_log_count - before

        lines = [self.items(self.invoice(self.partner, 10, due=-3)) for _number in range(12)]
        disputes = self.disputes.concat(*(self.dispute({line: 5}) for line in lines))
        settle(disputes)
        self.assertEqual(settle(disputes[:2]), settle(disputes))
