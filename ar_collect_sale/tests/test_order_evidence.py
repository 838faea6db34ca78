# Part of ar_collect. License LGPL-3.
"""What the order says beside a complaint: in figures, in words, and as a proposed root cause."""

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form

from .order_common import OrderCase


class TestOrderPrice(OrderCase):
    def test_price_differs(self):
        order = self.order()
        move = self.invoice_order(order, price_unit=120)
        dispute = self.contest(move)
        [fact] = dispute._get_order_facts()
        self.assertEqual((fact.orders, fact.price, fact.line.price_unit), (order, 100, 120))
        self.assertEqual((fact.ordered, fact.invoiced, fact.quantity), (10, 10, 10))
        self.assert_proposed(
            dispute,
            "price_entered",
            f"{move.name}, {order.name}, Desk: Quoted $ 100.00, invoiced $ 120.00:"
            " $ 200.00 too much.",
        )

    def test_discount_forgotten(self):
        move = self.invoice_order(self.order({"discount": 10}), discount=0)
        dispute = self.contest(move)
        self.assert_proposed(
            dispute,
            "discount_forgotten",
            "Quoted $ 100.00 less 10 %, invoiced $ 100.00: $ 100.00 too much.",
        )

    def test_discount_and_price_differ(self):
        move = self.invoice_order(self.order({"discount": 10}), discount=5, price_unit=110)
        self.assert_proposed(self.contest(move), "price_entered", "$ 145.00 too much")

    def test_same_after_discount(self):
        """Another price, another discount, the same money: nothing is wrong."""
        move = self.invoice_order(self.order({"discount": 50}), discount=0, price_unit=50)
        self.assert_proposed(self.contest(move), "unfounded", "Invoiced as quoted")

    def test_invoiced_for_less(self):
        move = self.invoice_order(self.order(), price_unit=90)
        dispute = self.contest(move)
        self.assertIn("$ 100.00 less.", self.texts(dispute, "price")[0][0])
        self.assert_proposed(dispute, "")

    def test_without_ground_everywhere_or_not(self):
        """One line as quoted is not enough, when another cannot be compared."""
        move = self.invoice_order(self.order({}, {"price_unit": 30}), post=False)
        dispute = self.contest(self.post(move))
        self.assert_proposed(dispute, "unfounded", "$ 30.00")
        extra = {"name": "Freight", "price_unit": 9, "tax_ids": [Command.clear()]}
        move = self.invoice_order(self.order(), post=False)
        move.write({"invoice_line_ids": [Command.create(extra)]})
        self.assert_proposed(self.contest(self.post(move)), "")

    def post(self, move):
        move.action_post()
        self.catch_up()
        return move

    def test_unit_of_measure(self):
        """Twelve at 100.00 ordered; invoiced as one dozen at 1,200.00, then at 1,300.00."""
        order = self.order({"product_uom_qty": 12})
        move = self.invoice_order(order, product_uom_id=self.dozen.id, quantity=1, price_unit=1200)
        dispute = self.contest(move)
        [fact] = dispute._get_order_facts()
        self.assertAlmostEqual(fact.price, 1200)
        self.assertAlmostEqual(fact.ordered, 1)
        self.assertAlmostEqual(fact.invoiced, 1)
        self.assert_proposed(dispute, "unfounded")
        order = self.order({"product_uom_qty": 12})
        dear = self.invoice_order(order, product_uom_id=self.dozen.id, quantity=1, price_unit=1300)
        self.assert_proposed(self.contest(dear), "price_entered", "Quoted $ 1,200.00", "$ 100.00")

    def test_unit_of_something_else(self):
        move = self.invoice_order(
            self.order(), product_uom_id=self.env.ref("uom.product_uom_hour").id
        )
        dispute = self.contest(move)
        self.assertEqual(
            self.texts(dispute)[0][0],
            "Ordered in Units, invoiced in Hours: that cannot be compared.",
        )
        self.assert_proposed(dispute, "")

    def test_cents_of_a_unit(self):
        """A price with more decimals than money is compared by what the line comes to."""
        self.env.ref("product.decimal_price").sudo().digits = 4  # sudo: set up by administrators
        order = self.order({"price_unit": 0.3333, "product_uom_qty": 1000})
        move = self.invoice_order(order, price_unit=0.3353)
        self.assert_proposed(
            self.contest(move), "price_entered", "$ 0.3333", "$ 0.3353", "$ 2.00 too much"
        )

    def test_another_currency(self):
        """Any rate between the day of the order and that of the invoice is right."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        rates = self.env["res.currency.rate"].sudo()  # sudo: set up by administrators
        rates.search([("currency_id", "=", euro.id)]).unlink()
        rates.create(
            [
                {"name": day, "currency_id": euro.id, "rate": rate, "company_id": self.company.id}
                for day, rate in (("2026-01-01", 0.5), ("2026-03-10", 0.4))
            ]
        )
        pricelist = self.env["product.pricelist"].sudo()  # sudo: see above
        pricelist = pricelist.create({"name": "Euro", "currency_id": euro.id})
        for price, cause in ((250, "unfounded"), (200, "unfounded"), (251, "price_entered")):
            with self.subTest(price):
                order = self.order(pricelist_id=pricelist.id)
                order.date_order = "2026-02-02 12:00:00"
                self.assertEqual(order.currency_id, euro)
                move = self.invoice_order(order, post=False)
                move.currency_id = self.company.currency_id
                line = move.invoice_line_ids
                move.write({"invoice_line_ids": [Command.update(line.id, {"price_unit": price})]})
                dispute = self.contest(self.post(move))
                self.assertEqual(dispute.currency_id, self.company.currency_id)
                self.assert_proposed(dispute, cause)

    def test_tax_in_the_price(self):
        """With the tax in the price here and on top of it there, the amounts without tax count."""
        taxes = self.env["account.tax"].create(
            [
                {"name": "On top", "amount": 20, "price_include_override": "tax_excluded"},
                {"name": "Inside", "amount": 20, "price_include_override": "tax_included"},
            ]
        )
        order = self.order({"tax_ids": [Command.set(taxes[0].ids)]})
        move = self.invoice_order(order, price_unit=120, tax_ids=[Command.set(taxes[1].ids)])
        self.assertEqual(move.amount_total, 1200)
        self.assert_proposed(self.contest(move), "unfounded")

    def test_lines_pointed_at(self):
        order = self.order({}, {"price_unit": 50}, {"price_unit": 20})
        move = self.invoice_order(order, price_unit=120)
        dear, fine, _other = move.invoice_line_ids
        self.assertEqual(len(self.texts(self.contest(move))), 3)
        dispute = self.contest(self.invoice_order(self.order({}, {"price_unit": 50})))
        line = dispute.move_ids.invoice_line_ids[1]
        dispute.item_ids.invoice_line_ids = line
        self.assertEqual([fact.line for fact in dispute._get_order_facts()], list(line))
        self.assertTrue(dear != fine)

    def test_several_orders_and_invoices(self):
        first, second = self.order(), self.order({"price_unit": 70})
        both = self.invoice_order(first, second)
        self.assertEqual(len(both), 1)
        other = self.invoice_order(self.order({"price_unit": 5}), price_unit=6)
        dispute = self.contest(both, other)
        facts = dispute._get_order_facts()
        self.assertEqual([fact.orders for fact in facts[:2]], [first, second])
        self.assertEqual([fact.price for fact in facts], [100, 70, 5])
        self.assert_proposed(dispute, "price_entered", other.name)
        self.assertNotIn(both.name, self.proposed(dispute)[1])

    def test_several_orders_behind_one_line(self):
        first, second = self.order(), self.order({"price_unit": 70})
        move = self.invoice_order(first)
        move.invoice_line_ids.sale_line_ids = first.order_line | second.order_line
        [fact] = self.contest(move)._get_order_facts()
        self.assertEqual(fact.ordered, 20)
        self.assertIsNone(fact.price, "two prices were quoted")

    def test_sections_and_notes(self):
        order = self.order({}, {"price_unit": 50})
        order.order_line = [
            Command.create({"display_type": "line_section", "name": "Furniture", "sequence": 1}),
            Command.create({"display_type": "line_note", "name": "As discussed"}),
        ]
        order.invalidate_recordset()
        move = self.invoice_order(order)
        self.assertEqual(len(move.invoice_line_ids), 4)
        self.assertEqual(len(self.texts(self.contest(move))), 2)

    def test_sentences_are_few(self):
        order = self.order(*({"price_unit": 10 + number} for number in range(6)))
        move = self.invoice_order(order, post=False)
        for line in move.invoice_line_ids:
            line.price_unit += 1
        dispute = self.contest(self.post(move))
        evidence = self.proposed(dispute)[1].split("\n")
        self.assertEqual((len(evidence), evidence[-1]), (4, "And 3 more."))


class TestOrderQuantity(OrderCase):
    def deliver(self, order, quantity):
        order.order_line[0].qty_delivered = quantity

    def test_more_than_ordered(self):
        move = self.invoice_order(self.order(), quantity=12)
        self.assert_proposed(
            self.contest(move, reason="quantity"),
            "quantity_invoiced",
            "Ordered 10 Units, invoiced 12 Units in all: 2 Units too many.",
        )

    def test_more_than_delivered(self):
        order = self.order()
        self.deliver(order, 4)
        dispute = self.contest(self.invoice_order(order), reason="quantity")
        [fact] = dispute._get_order_facts()
        self.assertEqual((fact.ordered, fact.delivered, fact.invoiced), (10, 4, 10))
        self.assert_proposed(
            dispute, "not_delivered", "Of 10 Units on this invoice, 4 Units delivered."
        )
        dispute.reason_id = self.reasons["not_delivered"]
        self.assert_proposed(dispute, "not_delivered")

    def test_delivered_in_full(self):
        order = self.order()
        self.deliver(order, 10)
        dispute = self.contest(self.invoice_order(order), reason="not_delivered")
        self.assert_proposed(dispute, "unfounded", "Delivered: all 10 Units.")

    def test_nobody_writes_down_what_is_delivered(self):
        dispute = self.contest(self.invoice_order(self.order()), reason="not_delivered")
        [fact] = dispute._get_order_facts()
        self.assertIsNone(fact.delivered)
        self.assert_proposed(dispute, "")
        self.assertIn("Not recorded", dispute.order_evidence)

    def test_split_over_invoices(self):
        """What was delivered belongs to the first invoice, what is missing to the second."""
        desk = self.new_product("Desk in Parts", invoice_policy="delivery")
        order = self.order({"product_id": desk.id})
        self.deliver(order, 6)
        first = self.invoice_order(order)
        self.deliver(order, 10)
        second = self.invoice_order(order)
        self.deliver(order, 8)
        self.assertEqual(first.invoice_line_ids.quantity, 6)
        good = self.contest(first, reason="not_delivered")
        bad = self.contest(second, reason="not_delivered")
        self.assert_proposed(good, "unfounded", "all 6 Units")
        self.assert_proposed(bad, "not_delivered", "Of 4 Units on this invoice, 2 Units delivered.")
        [fact] = bad._get_order_facts()
        self.assertEqual((fact.before, fact.quantity, fact.invoiced), (6, 4, 10))

    def test_credited_meanwhile(self):
        """What a credit note took back is not on the invoice any more."""
        order = self.order()
        self.deliver(order, 8)
        move = self.invoice_order(order)
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        wizard = wizard.create({"journal_id": move.journal_id.id})
        wizard.refund_moves()
        note = wizard.new_move_ids
        dispute = self.contest(move, reason="quantity")
        self.assert_proposed(dispute, "not_delivered")
        note.invoice_line_ids.quantity = 2
        note.action_post()
        [fact] = dispute._get_order_facts()
        self.assertEqual((fact.invoiced, fact.quantity), (8, 8))
        self.assert_proposed(dispute, "unfounded", "Delivered: all 8 Units.")

    def test_credit_of_money_takes_no_goods_back(self):
        """The dispute's own credit note of some money: nothing is to be invoiced once more."""
        order = self.order()
        move = self.invoice_order(order)
        dispute = self.contest(move)
        dispute._resolve("accepted_part", {dispute.item_ids: 150})
        note = self.credit(dispute)
        self.assertEqual(note.amount_total, 150)
        [fact] = dispute._get_order_facts()
        self.assertEqual((fact.invoiced, fact.quantity), (10, 10))
        self.assertEqual((order.order_line.qty_invoiced, order.order_line.qty_to_invoice), (10, 0))

    def test_credit_of_a_line_takes_it_back(self):
        order = self.order({}, {"price_unit": 50})
        move = self.invoice_order(order)
        dispute = self.contest(move)
        dispute.item_ids.write({"amount": 500, "invoice_line_ids": move.invoice_line_ids[1].ids})
        dispute._resolve("accepted")
        note = self.credit(dispute)
        self.assertEqual(note.invoice_line_ids.sale_line_ids, order.order_line[1])
        self.assertEqual(order.order_line.mapped("qty_invoiced"), [10, 0])

    def test_down_payment(self):
        order = self.order()
        wizard = self.env["sale.advance.payment.inv"].sudo()  # sudo: see OrderCase
        wizard = wizard.with_context(active_model="sale.order", active_ids=order.ids)
        wizard = wizard.create({"advance_payment_method": "percentage", "amount": 20})
        down = wizard._create_invoices(order)
        down.action_post()
        final = self.invoice_order(order)
        self.catch_up()
        self.assertEqual(final.amount_total, 800)
        dispute = self.contest(down, final, reason="quantity")
        facts = dispute._get_order_facts()
        self.assertEqual([fact.orders for fact in facts], [order] * 3)
        flat = [text for line in self.texts(dispute, "order") for text in line]
        self.assertCountEqual(flat, ["Down payment", "Down payment, taken off here"])
        self.assertIn("Down payment", dispute.order_evidence)
        self.assert_proposed(dispute, "")

    def test_cancelled_order(self):
        order = self.order()
        move = self.invoice_order(order)
        order._action_cancel()
        self.assertIn(f"{order.name} is cancelled.", self.texts(self.contest(move))[0])


class TestOrderTwice(OrderCase):
    def test_same_order_line(self):
        order = self.order()
        first = self.invoice_order(order)
        second = first.copy({"invoice_date": self.today})
        second.invoice_line_ids.sale_line_ids = order.order_line
        second.action_post()
        self.catch_up()
        dispute = self.contest(second, reason="duplicate")
        self.assert_proposed(
            dispute, "invoiced_twice", f"The same goods are on {first.name} ({order.name})."
        )

    def test_line_without_order(self):
        order = self.order()
        first = self.invoice_order(order)
        second = first.copy({"invoice_date": self.today})
        second.action_post()
        self.catch_up()
        self.assertFalse(second.invoice_line_ids.sale_line_ids)
        dispute = self.contest(second, reason="duplicate")
        self.assert_proposed(dispute, "invoiced_twice", first.name)
        self.assertIn("No order is behind this line.", self.texts(dispute)[0])
        self.assertIn(first.name, dispute.order_evidence)

    def test_same_number_of_the_customer(self):
        first = self.invoice_order(self.order(client_order_ref="PO-77"))
        second = self.invoice_order(self.order(client_order_ref="PO-77"))
        self.assert_proposed(self.contest(second, reason="duplicate"), "invoiced_twice", first.name)

    def test_as_many_again(self):
        """Another order of the same is another order."""
        self.invoice_order(self.order(client_order_ref="PO-1"))
        second = self.invoice_order(self.order(client_order_ref="PO-2"))
        self.assert_proposed(self.contest(second, reason="duplicate"), "")

    def test_other_customer(self):
        stranger = self.foreign.partner_id
        self.invoice_order(self.order(client_order_ref="PO-77", partner_id=stranger.id))
        second = self.invoice_order(self.order(client_order_ref="PO-77"))
        self.assert_proposed(self.contest(second, reason="duplicate"), "")

    def test_taken_back(self):
        order = self.order(client_order_ref="PO-77")
        first = self.invoice_order(order)
        first._reverse_moves([{"invoice_date": self.today}], cancel=True)
        self.assertEqual(first.payment_state, "reversed")
        second = self.invoice_order(self.order(client_order_ref="PO-77"))
        self.assert_proposed(self.contest(second, reason="duplicate"), "")


class TestOrderNumber(OrderCase):
    def test_not_on_the_invoice(self):
        order = self.order({}, {"price_unit": 5}, client_order_ref="PO 4711")
        move = self.invoice_order(order, ref="")
        text = "The order bears the customer's number PO 4711, the invoice does not."
        dispute = self.contest(move, reason="missing_order_number")
        self.assert_proposed(dispute, "order_number", text)
        self.assertEqual(self.texts(dispute, "number"), [[text], []], "once for an invoice")

    def test_on_the_invoice(self):
        move = self.invoice_order(self.order(client_order_ref="PO 4711"), ref="po-4711")
        self.assert_proposed(
            self.contest(move, reason="missing_order_number"), "unfounded", "PO 4711"
        )

    def test_never_entered(self):
        move = self.invoice_order(self.order())
        dispute = self.contest(move, reason="missing_order_number")
        self.assert_proposed(dispute, "order_number", "No number of the customer's")
        dispute.reason_id = self.reasons["price"]
        self.assertFalse(self.texts(dispute, "number")[0], "no matter of the price")

    def test_of_no_interest(self):
        move = self.invoice_order(self.order(client_order_ref="PO 4711"), ref="")
        for reason in ("tax", "already_paid", "wrong_address", "price"):
            with self.subTest(reason):
                dispute = self.contest(move, reason=reason)
                self.assertNotEqual(self.proposed(dispute)[0], "order_number")
                dispute.action_cancel()


class TestOrderEvidence(OrderCase):
    def test_no_order(self):
        dispute = self.dispute({self.old: 200})
        self.assertIn("No order is behind these invoices", dispute.order_evidence)
        self.assert_proposed(dispute, "")

    def test_no_invoice(self):
        entry = self.opening(self.partner, 70)
        self.catch_up()
        dispute = self.contest(entry)
        self.assertIn("is no invoice with lines", dispute.order_evidence)

    def test_one_click(self):
        move = self.invoice_order(self.order(), price_unit=120)
        dispute = self.contest(move)
        seen = self.seen_by("collector", dispute)
        before = seen.message_ids
        seen.with_context(
            collect_proposed_cause=seen.proposed_cause_id.id
        ).action_take_proposed_cause()
        self.assertEqual(dispute.root_cause_id.code, "price_entered")
        notes = [note for note in seen.message_ids - before if note.body]
        self.assertTrue(any("200.00 too much" in note.body for note in notes))
        self.assertTrue(all(note.subtype_id.internal or note.is_internal for note in notes))
        self.assertFalse(dispute.talk_ids)

    def test_click_on_what_has_changed(self):
        order = self.order()
        move = self.invoice_order(order, price_unit=120)
        dispute = self.contest(move)
        shown = dispute.proposed_cause_id.id
        order.order_line.price_unit = 120
        with self.assertRaisesRegex(UserError, "have changed"):
            dispute.with_context(collect_proposed_cause=shown).action_take_proposed_cause()
        self.assertFalse(dispute.root_cause_id)

    def test_typed_text_is_escaped(self):
        order = self.order(client_order_ref="<img src=x onerror=alert(1)>")
        move = self.invoice_order(order, ref="", price_unit=120)
        move.invoice_line_ids.product_id.name = "<script>alert(1)</script>"
        dispute = self.contest(move)
        self.assertNotRegex(dispute.order_evidence, "<script>|<img")
        dispute.action_take_proposed_cause()
        self.assertIn("&lt;script&gt;", dispute.message_ids[0].body)

    def test_dialog_begins_with_the_evidence(self):
        move = self.invoice_order(self.order({"discount": 10}), discount=0)
        dispute = self.contest(move)
        wizard = self.env["ar.collect.dispute.resolve"].sudo()  # sudo: see CollectCase
        self.assertEqual(
            wizard.new({"dispute_id": dispute.id}).root_cause_id.code, "discount_forgotten"
        )
        other = self.dispute({self.old: 200})
        self.assertEqual(wizard.new({"dispute_id": other.id}).root_cause_id, self.cause)

    def test_form_follows_what_is_typed(self):
        order = self.order({}, {"price_unit": 50})
        move = self.invoice_order(order, price_unit=120)
        dispute = self.contest(move)
        with Form(dispute) as form:
            self.assertIn("too much", form.order_evidence)
            form.reason_id = self.reasons["tax"]
            self.assertFalse(form.proposed_cause_id)

    def test_many_lines(self):
        order = self.order(*({"price_unit": number} for number in range(1, 106)))
        dispute = self.contest(self.invoice_order(order))
        self.assertEqual(len(dispute._get_order_facts()), 100)
        self.assertIn("Only the first 100 lines", dispute.order_evidence.replace("\n", " "))

    def test_promised(self):
        order = self.order(commitment_date="2026-03-20 12:00:00")
        [fact] = self.contest(self.invoice_order(order))._get_order_facts()
        self.assertEqual(fact.promised, fields.Date.to_date("2026-03-20"))
        [fact] = self.contest(self.invoice_order(self.order()))._get_order_facts()
        self.assertIsNone(fact.promised)

    def test_day_where_the_company_is(self):
        self.company.partner_id.tz = "Pacific/Auckland"
        order = self.order(commitment_date="2026-03-20 22:00:00")
        [fact] = self.contest(self.invoice_order(order))._get_order_facts()
        self.assertEqual(fact.promised, fields.Date.to_date("2026-03-21"))

    def test_queries(self):
        """As many for ten lines of ten orders as for one."""

        def count(dispute):
            self.env.flush_all()
            self.env.invalidate_all()
            dispute.item_ids.line_id.move_id.mapped("name")
            before = self.env.cr.sql_log_count
            self.assertTrue(dispute.order_evidence)
            return self.env.cr.sql_log_count - before

        one = self.contest(self.invoice_order(self.order(client_order_ref="A")))
        many = self.contest(
            *(
                self.invoice_order(self.order(client_order_ref=str(number)), price_unit=110)
                for number in range(10)
            )
        )
        count(one), count(many)
        self.assertEqual(count(many), count(one))
