# Part of ar_collect. License LGPL-3.
"""How disputes end: decided, credited, rejected, opened again; and what is chased meanwhile."""

from odoo.exceptions import UserError

from .dispute_common import DisputeCase


class TestDisputeResolve(DisputeCase):
    def wizard(self, dispute, outcome, user=None, **values):
        wizards = self.env["ar.collect.dispute.resolve"].with_user(user or self.users["manager"])
        return wizards.create(
            {
                "dispute_id": dispute.id,
                "outcome": outcome,
                "root_cause_id": self.cause.id,
                "tell": False,
                **values,
            }
        )

    # --- accepted

    def test_accepted_in_full(self):
        dispute = self.dispute({self.old: 200})
        self.wizard(dispute, "accepted").action_resolve()
        self.assertEqual((dispute.state, dispute.stage_kind), ("open", "decided"))
        self.assertEqual(dispute.root_cause_id, self.cause)
        [note] = dispute.credit_note_ids
        self.assertEqual((note.state, note.amount_total), ("draft", 200))
        self.assertEqual(note.reversed_entry_id, self.old.move_id)
        self.assertEqual(note.collect_dispute_id, dispute)
        self.assert_amounts(dispute, credited=0, remaining=200, chasable=1300)
        note.action_post()
        self.assert_amounts(dispute, credited=200, remaining=0, chasable=1300)
        self.assertEqual((dispute.state, dispute.outcome), ("closed", "accepted"))
        self.assertTrue(dispute.closed_by_ledger)
        self.assertEqual(dispute.date_closed, self.today)

    def test_credit_note_of_the_whole_invoice(self):
        dispute = self.dispute({self.old: None})
        dispute._resolve("accepted")
        note = self.credit(dispute)
        self.assertEqual(note.amount_total, 1200)
        self.assertEqual(self.old.move_id.payment_state, "reversed")
        self.assertEqual(dispute.state, "closed")

    def test_credit_note_taken_back(self):
        dispute = self.dispute({self.old: 200})
        dispute._resolve("accepted")
        note = self.credit(dispute)
        self.assertEqual(dispute.state, "closed")
        note.button_draft()  # and still matched
        self.assert_amounts(dispute, credited=0, remaining=200, chasable=1100)
        note.line_ids.remove_move_reconcile()
        self.assert_amounts(dispute, credited=0, remaining=200, chasable=1300)
        self.assertEqual((dispute.state, dispute.stage_kind), ("open", "decided"))
        self.assertEqual((dispute.outcome, dispute.reopened_count), ("accepted", 0))

    def test_accepted_in_part(self):
        dispute = self.dispute({self.old: 200, self.new: 100})
        wizard = self.wizard(dispute, "accepted_part")
        for line, amount in zip(wizard.item_ids, (120, 0), strict=True):
            line.accepted = amount
        wizard.action_resolve()
        self.assertEqual(dispute.amount_accepted, 120)
        # what was not accepted is chased from now on
        self.assert_amounts(dispute, remaining=300, chasable=1500 - 120)
        [note] = dispute.credit_note_ids
        self.assertEqual(note.amount_total, 120)
        note.action_post()
        self.assert_amounts(dispute, credited=120, remaining=180, chasable=1500 - 120)
        self.assertEqual((dispute.state, dispute.outcome), ("closed", "accepted_part"))

    def test_too_much_accepted(self):
        dispute = self.dispute({self.old: 200})
        for amount, message in ((201, "Between nothing and"), (0, "Enter what is accepted")):
            wizard = self.wizard(dispute, "accepted_part")
            wizard.item_ids.accepted = amount
            with self.subTest(amount), self.assertRaisesRegex(UserError, message):
                wizard.action_resolve()
        self.assertFalse(dispute.outcome)

    def test_two_credit_notes_for_one(self):
        dispute = self.dispute({self.old: 200})
        dispute._resolve("accepted")
        dispute._make_credit_notes()
        with self.assertRaisesRegex(UserError, "was made for"):
            dispute._make_credit_notes()
        dispute.credit_note_ids.unlink()
        self.assertEqual(dispute._make_credit_notes().amount_total, 200)

    def test_not_accepted_not_credited(self):
        with self.assertRaisesRegex(UserError, "accept it before"):
            self.dispute({self.old: 200})._make_credit_notes()

    # --- the lines of a credit note

    def taxed(self, *prices, tax=None):
        """A posted invoice of some lines with a tax each."""
        taxes = tax or self.company_data["default_tax_sale"]
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner.id,
                "invoice_date": self.day(-30),
                "invoice_date_due": self.day(-9),
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            "name": f"Goods {n}",
                            "price_unit": price,
                            "quantity": 3,
                            "tax_ids": [(6, 0, taxes.ids)],
                        },
                    )
                    for n, price in enumerate(prices)
                ],
            }
        )
        move.action_post()
        self.catch_up()
        return move

    def test_taxes_in_proportion(self):
        move = self.taxed(33.33, 17.77)
        line = self.items(move)
        for amount in (0.01, 10, 33.33, 100.07, move.amount_total):
            with self.subTest(amount), self.env.cr.savepoint() as savepoint:
                dispute = self.dispute({line: amount})
                dispute._resolve("accepted")
                note = dispute._make_credit_notes()
                self.assertEqual(note.amount_total, amount)
                share = amount / move.amount_total
                self.assertAlmostEqual(note.amount_tax, move.amount_tax * share, delta=0.02)
                note.action_post()
                self.assert_amounts(dispute, credited=amount, remaining=0)
                savepoint.rollback()

    def test_tax_in_the_price(self):
        tax = self.company_data["default_tax_sale"].copy(
            {"name": "Included", "price_include_override": "tax_included"}
        )
        line = self.items(self.taxed(33.33, tax=tax))
        dispute = self.dispute({line: 50})
        dispute._resolve("accepted")
        note = dispute._make_credit_notes()
        self.assertEqual(note.amount_total, 50)
        self.assertTrue(note.amount_tax)

    def test_contested_lines_alone(self):
        move = self.taxed(100, 50)
        first, second = move.invoice_line_ids
        dispute = self.dispute({self.items(move): second.price_total})
        dispute.item_ids.invoice_line_ids = second
        dispute._resolve("accepted")
        note = dispute._make_credit_notes()
        self.assertEqual(note.invoice_line_ids.mapped("name"), [second.name])
        self.assertEqual(note.invoice_line_ids.quantity, 3)
        self.assertEqual(note.amount_total, second.price_total)
        with self.refused("must be of"):
            self.dispute({self.old: 10}).item_ids.invoice_line_ids = first

    def test_instalments_of_one_invoice(self):
        move = self.invoice(self.partner, 400, terms=[(50, -20), (50, -10)])
        lines = self.items(move)
        dispute = self.dispute(dict.fromkeys(lines, 50))
        dispute._resolve("accepted")
        note = self.credit(dispute)
        self.assertEqual(note.amount_total, 100)
        self.catch_up()
        self.assertEqual(sum(lines.mapped("amount_residual")), 300)

    # --- rejected and others

    def test_rejected(self):
        dispute = self.dispute({self.old: 200})
        self.wizard(dispute, "rejected").action_resolve()
        self.assertEqual((dispute.state, dispute.outcome), ("closed", "rejected"))
        self.assertEqual(dispute.date_chase, self.day(7))  # five working days
        self.assert_amounts(dispute, remaining=200, chasable=1300)
        with self.on(6):
            self.assertEqual(self.own.amount_chasable, 1300)
        with self.on(7):
            self.assertEqual(self.own.amount_chasable, 1500)

    def test_others_are_chased_at_once(self):
        for outcome in ("withdrawn", "duplicate"):
            with self.subTest(outcome):
                dispute = self.dispute({self.old: 200})
                self.wizard(dispute, outcome).action_resolve()
                self.assertEqual((dispute.state, dispute.outcome), ("closed", outcome))
                self.assertFalse(dispute.credit_note_ids)
                self.assertEqual(self.own.amount_chasable, 1500)

    def test_objected(self):
        dispute = self.dispute({self.old: 200})
        dispute._resolve("rejected")
        with self.on(30):
            dispute.action_reopen()
            self.assertEqual((dispute.state, dispute.outcome), ("open", False))
            self.assertEqual((dispute.reopened_count, dispute.date_chase), (1, False))
            self.assertGreater(dispute.date_deadline, self.day(30))
            self.assertTrue(dispute._get_tasks())
            self.assert_amounts(dispute, remaining=200, chasable=1300)
            with self.assertRaisesRegex(UserError, "is open"):
                dispute.action_reopen()

    def test_taken_back(self):
        dispute = self.dispute({self.old: 200})
        dispute.action_cancel()
        self.assertEqual((dispute.state, dispute.stage_kind), ("cancelled", "closed"))
        self.assertFalse(dispute._get_tasks())
        self.assertEqual(self.own.amount_chasable, 1500)

    def test_credited_is_not_taken_back(self):
        dispute = self.dispute({self.old: 200})
        dispute._resolve("accepted")
        note = dispute._make_credit_notes()
        with self.assertRaisesRegex(UserError, "Cancel or delete it first"):
            dispute.action_cancel()
        note.button_cancel()
        dispute.action_cancel()
        self.assertEqual(dispute.state, "cancelled")

    def test_decided_twice(self):
        dispute = self.dispute({self.old: 200})
        second = self.wizard(dispute, "rejected")
        self.wizard(dispute, "accepted").action_resolve()
        with self.assertRaisesRegex(UserError, "Accepted in full, by"):
            second.action_resolve()

    # --- the customer is told

    def test_letter(self):
        self.partner.email = "customer@example.com"
        dispute = self.dispute({self.old: 200})
        files = self.env["ir.attachment"].sudo()  # sudo: uploaded by whoever
        document = files.create(
            {
                "name": "delivery.pdf",
                "raw": b"%PDF-1.4",
                "res_model": dispute._name,
                "res_id": dispute.id,
            }
        )
        wizard = self.wizard(dispute, "rejected", tell=True, attachment_ids=[(6, 0, document.ids)])
        self.assertIn(self.old.move_name, wizard.body)
        wizard.action_resolve()
        mails = self.env["mail.mail"].sudo()  # sudo: the queue
        [mail] = mails.search([("recipient_ids", "in", self.partner.ids)])
        self.assertEqual(mail.state, "outgoing")  # sent by the queue
        self.assertEqual(mail.recipient_ids, self.partner)
        self.assertIn("is correct", mail.body_html)
        self.assertEqual(mail.attachment_ids.mapped("name"), ["delivery.pdf"])
        self.assertIn(mail.mail_message_id, dispute.talk_ids)

    def test_nobody_to_tell(self):
        self.partner.email = False
        wizard = self.wizard(self.dispute({self.old: 200}), "rejected", tell=True)
        with self.assertRaisesRegex(UserError, "has no e-mail address"):
            wizard.action_resolve()
