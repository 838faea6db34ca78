# Part of ar_collect. License LGPL-3.
"""When goods were delivered or sent back, beside the complaint."""

from datetime import date

from odoo.tests import Form, freeze_time, new_test_user

from odoo.addons.ar_collect_sale.tests.order_common import OrderCase


class TestDeliveryEvidence(OrderCase):
    """Goods promised for Friday the 20th, day 4."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls.new_product("Desk", type="consu", invoice_policy="delivery")
        cls.promised = {"commitment_date": "2026-03-20 12:00:00"}

    def deliver(self, order, quantity, day):
        """A delivery of a day, the rest in another one.

        :return: `stock.picking`
        """
        picking = order.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        with freeze_time(f"{self.day(day)} 12:00:00"):
            picking.move_ids.write({"quantity": quantity, "picked": True})
            picking.with_context(
                skip_backorder=True, picking_ids_not_to_backorder=False
            ).button_validate()
        self.assertEqual(picking.state, "done")
        return picking

    def send_back(self, picking, quantity, day, refund=True):
        """The customer returns goods.

        :return: `stock.picking`
        """
        wizard = self.env["stock.return.picking"].sudo()  # sudo: see OrderCase
        wizard = Form(wizard.with_context(active_id=picking.id, active_model="stock.picking"))
        wizard = wizard.save()
        wizard.product_return_moves.write({"quantity": quantity, "to_refund": refund})
        back = picking.browse(wizard.action_create_returns()["res_id"])
        with freeze_time(f"{self.day(day)} 12:00:00"):
            back.move_ids.write({"quantity": quantity, "picked": True})
            back.button_validate()
        return back

    def test_in_time(self):
        order = self.order(**self.promised)
        picking = self.deliver(order, 10, day=4)
        dispute = self.contest(self.invoice_order(order), reason="late_delivery")
        [fact] = dispute._get_order_facts()
        self.assertEqual((fact.promised, fact.completed), (date(2026, 3, 20), date(2026, 3, 20)))
        self.assertEqual((fact.delivered, fact.pickings), (10, [picking]))
        self.assert_proposed(
            dispute, "unfounded", "Promised for 03/20/2026, delivered on 03/20/2026."
        )

    def test_late(self):
        order = self.order(**self.promised)
        self.deliver(order, 10, day=7)
        dispute = self.contest(self.invoice_order(order), reason="late_delivery")
        self.assert_proposed(dispute, "delivered_late", "delivered on 03/23/2026 (days late: 3).")

    def test_late_says_nothing_of_the_price(self):
        order = self.order(**self.promised)
        self.deliver(order, 10, day=7)
        dispute = self.contest(self.invoice_order(order), reason="price")
        self.assert_proposed(dispute, "unfounded", "Invoiced as quoted")

    def test_by_lead_time(self):
        order = self.order({"customer_lead": 3})
        self.deliver(order, 10, day=4)
        dispute = self.contest(self.invoice_order(order), reason="late_delivery")
        self.assert_proposed(dispute, "delivered_late", "(days late: 1)")

    def test_never_promised(self):
        order = self.order()
        self.deliver(order, 10, day=40)
        dispute = self.contest(self.invoice_order(order), reason="late_delivery")
        self.assert_proposed(dispute, "")

    def test_day_where_the_company_is(self):
        self.company.partner_id.tz = "Pacific/Auckland"
        order = self.order(commitment_date="2026-03-20 10:00:00")
        self.deliver(order, 10, day=4)  # early on the 21st there
        dispute = self.contest(self.invoice_order(order), reason="late_delivery")
        self.assert_proposed(dispute, "delivered_late", "03/21/2026 (days late: 1")

    def test_not_delivered(self):
        desk = self.new_product("Desk in Advance", type="consu", invoice_policy="order")
        order = self.order({"product_id": desk.id}, **self.promised)
        dispute = self.contest(self.invoice_order(order), reason="not_delivered")
        [fact] = dispute._get_order_facts()
        self.assertEqual((fact.delivered, fact.completed), (0, None))
        self.assertIn("(to do)", dispute.order_evidence)
        self.assert_proposed(
            dispute, "not_delivered", "Of 10 Units on this invoice, nothing was delivered."
        )
        dispute.reason_id = self.reasons["late_delivery"]
        self.assert_proposed(dispute, "not_delivered")

    def test_first_delivery_is_of_the_first_invoice(self):
        order = self.order(**self.promised)
        self.deliver(order, 6, day=3)
        first = self.invoice_order(order)
        self.deliver(order, 4, day=9)
        second = self.invoice_order(order)
        self.assertEqual(second.invoice_line_ids.quantity, 4)
        self.assert_proposed(self.contest(first, reason="late_delivery"), "unfounded")
        self.assert_proposed(
            self.contest(second, reason="late_delivery"), "delivered_late", "(days late: 5)"
        )

    def test_units_out_dozens_invoiced(self):
        order = self.order({"product_uom_id": self.dozen.id, "product_uom_qty": 2})
        each = 12 if order.picking_ids.move_ids.product_uom == self.unit else 1
        self.deliver(order, each, day=1)
        self.deliver(order, each, day=3)
        move = self.invoice_order(order)
        self.assertEqual(move.invoice_line_ids.product_uom_id, self.dozen)
        [fact] = self.contest(move)._get_order_facts()
        self.assertEqual((fact.ordered, fact.delivered, fact.quantity), (2, 2, 2))
        self.assertEqual(fact.completed, self.day(3), "not after the first twelve")

    def test_sent_back(self):
        order = self.order()
        picking = self.deliver(order, 10, day=1)
        move = self.invoice_order(order)
        back = self.send_back(picking, 3, day=5)
        dispute = self.contest(move, reason="quality")
        [fact] = dispute._get_order_facts()
        self.assertEqual((fact.delivered, fact.returned), (7, 3))
        self.assert_proposed(
            dispute, "defect", f"Sent back: 3 Units on 03/21/2026 with {back.name}."
        )
        dispute.reason_id = self.reasons["quantity"]
        self.assert_proposed(dispute, "quantity_invoiced", "7 Units delivered")

    def test_sent_back_to_be_replaced(self):
        """What is replaced is still delivered, as far as the order is concerned."""
        order = self.order()
        picking = self.deliver(order, 10, day=1)
        move = self.invoice_order(order)
        self.send_back(picking, 3, day=5, refund=False)
        dispute = self.contest(move, reason="quality")
        [fact] = dispute._get_order_facts()
        self.assertEqual((fact.delivered, fact.returned), (10, 3))
        self.assert_proposed(dispute, "defect")

    def test_deliveries_can_be_opened_by_who_may(self):
        order = self.order()
        picking = self.deliver(order, 10, day=1)
        store = new_test_user(
            self.env,
            login="stores_and_resolves",
            groups="ar_collect.group_resolver,stock.group_stock_user",
            company_id=self.company.id,
            company_ids=[self.company.id],
        )
        move = self.invoice_order(order)
        for user, opens in ((self.resolver, False), (store, True)):
            dispute = self.contest(move, resolver_id=user.id)
            self.env.flush_all()
            self.env.invalidate_all()
            seen = dispute.sudo(False).with_user(user).order_evidence
            self.assertIn(picking.name, seen)
            self.assertEqual(f'href="/odoo/stock.picking/{picking.id}"' in seen, opens)
            dispute.action_cancel()

    def test_queries(self):
        """As many for ten delivered orders as for one."""

        def count(dispute):
            self.env.flush_all()
            self.env.invalidate_all()
            dispute.item_ids.line_id.move_id.mapped("name")
            before = self.env.cr.sql_log_count
            self.assertTrue(dispute.order_evidence)
            return self.env.cr.sql_log_count - before

        moves = []
        for number in range(11):
            order = self.order(client_order_ref=str(number), **self.promised)
            self.deliver(order, 10, day=6)
            moves.append(self.invoice_order(order))
        one, many = self.contest(moves[0]), self.contest(*moves[1:])
        count(one), count(many)
        self.assertEqual(count(many), count(one))

    def test_lines_of_services_beside_goods(self):
        hours = self.new_product("Assembly")
        order = self.order({}, {"product_id": hours.id, "product_uom_qty": 3}, **self.promised)
        self.deliver(order, 10, day=6)
        move = self.invoice_order(order)
        dispute = self.contest(move, reason="late_delivery")
        by_name = {fact.line.product_id: fact for fact in dispute._get_order_facts()}
        self.assertEqual(by_name[self.desk].completed, self.day(6))
        self.assertIsNone(by_name[hours].completed)
        self.assertIsNone(by_name[hours].delivered, "nobody writes it down")
        self.assert_proposed(dispute, "delivered_late")
