# Part of ar_collect. License LGPL-3.
"""Deliveries to customers who came on hold after their order was confirmed."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from odoo.addons.ar_collect_sale.tests.hold_common import HoldCase


class TestDeliveryHold(HoldCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls.new_product("Desk", type="consu", invoice_policy="order")
        cls.packer = new_test_user(
            cls.env,
            login="packer_h",
            groups="stock.group_stock_user",
            company_id=cls.company.id,
            company_ids=[cls.company.id],
        )
        cls.company.collect_hold_delivery = "stop"

    def late_order(self, **values):
        """A confirmed order of a customer who came on hold afterwards.

        :return: `stock.picking` of it
        """
        partner = self.customer("Late")
        order = self.quote(partner=partner, **values)
        order.action_confirm()
        self.invoice(partner, 500, due=-40)
        return order.picking_ids

    def validate(self, picking, user=None):
        """Let all of it leave, as somebody in the warehouse."""
        picking.move_ids.write({"quantity": 1, "picked": True})
        return self.by(user or self.packer, picking).button_validate()

    def assert_leaves(self, picking):
        self.validate(picking)
        self.assertEqual(picking.state, "done")

    def assert_stays(self, picking):
        with self.assertRaisesRegex(UserError, "on credit hold"), self.env.cr.savepoint():
            self.validate(picking)
        self.assertNotEqual(picking.state, "done")

    def test_off_by_default(self):
        fresh = self.other_company("Fresh")
        self.assertEqual(fresh.collect_hold_delivery, "off")
        self.company.collect_hold_delivery = "off"
        picking = self.late_order()
        self.assertFalse(self.by(self.packer, picking).collect_hold_text)
        self.assert_leaves(picking)

    def test_warning(self):
        self.company.collect_hold_delivery = "warn"
        picking = self.late_order()
        seen = self.by(self.packer, picking)
        self.assertIn("ask Seller_H", seen.collect_hold_text)
        self.assertNotIn("500", seen.collect_hold_text)
        self.assertFalse(seen.collect_is_held)
        self.assert_leaves(picking)

    def test_stopped_and_released(self):
        """The salesperson sees it on the order, asks, and the goods leave."""
        picking = self.late_order()
        order = picking.sale_id
        self.assertTrue(self.by(self.packer, picking).collect_is_held)
        self.assert_stays(picking)
        self.assertEqual(self.level(order), "approve")
        request = self.by(self.seller, order)._request_release("The truck is waiting")
        self.by(self.manager, request)._release("All right", self.day(2), amount=1000)
        self.assert_leaves(picking)

    def test_no_way_around(self):
        """Neither by the moves nor by a list of deliveries."""
        picking = self.late_order()
        picking.move_ids.write({"quantity": 1, "picked": True})
        moves = self.by(self.packer, picking).move_ids
        with self.assertRaises(UserError), self.env.cr.savepoint():
            moves._action_done()
        good = self.quote(partner=self.customer("Good"))
        good.action_confirm()
        good.picking_ids.move_ids.write({"quantity": 1, "picked": True})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.by(self.packer, picking | good.picking_ids).button_validate()
        self.assert_leaves(good.picking_ids)

    def test_paid_online(self):
        picking = self.late_order()
        self.pay_online(picking.sale_id)
        self.assert_leaves(picking)

    def test_invoiced_and_paid(self):
        picking = self.late_order()
        move = self.invoice_order(picking.sale_id)
        self.assert_stays(picking)
        self.payment(move.partner_id, 1000, move)
        self.assert_leaves(picking)

    def test_what_comes_back(self):
        picking = self.late_order()
        self.company.collect_hold_delivery = "off"
        self.assert_leaves(picking)
        self.company.collect_hold_delivery = "stop"
        wizard = self.env["stock.return.picking"].sudo()  # sudo: see OrderCase
        wizard = wizard.with_context(active_id=picking.id, active_model="stock.picking").create({})
        wizard.product_return_moves.quantity = 1
        self.assert_leaves(picking.browse(wizard.action_create_returns()["res_id"]))

    def test_as_many_queries_for_many(self):
        counts = []
        for number in (2, 2, 20):
            pickings = self.env["stock.picking"].sudo()  # sudo: see OrderCase
            pickings = pickings.concat(*(self.late_order() for _index in range(number)))
            pickings = self.by(self.packer, pickings)
            before = self.env.cr.sql_log_count
            pickings.mapped("collect_hold_text")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts[1:])

    def test_others_read_nothing(self):
        plain = new_test_user(self.env, login="plain_h", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.by(plain, self.late_order()).read(["collect_hold_text"])
