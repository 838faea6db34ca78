# Part of ar_collect. License LGPL-3.
"""Orders of customers on credit hold that are settled at a till."""

from copy import deepcopy
from uuid import uuid4

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user
from odoo.tools import SQL

from odoo.addons.ar_collect_sale.tests.hold_common import HoldCase


class TestTillHold(HoldCase):
    """The own customer is on hold; the cashier has no part in collections."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cashier = new_test_user(
            cls.env,
            login="cashier_h",
            groups="point_of_sale.group_pos_user,sales_team.group_sale_salesman_all_leads",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        # sudo: the accountant who books here has no part in tills
        env = cls.env(su=True, context={"allowed_company_ids": cls.company.ids})
        methods = env["pos.payment.method"].create(
            [
                {"name": "Card", "journal_id": cls.company_data["default_journal_bank"].id},
                {"name": "On account", "split_transactions": True},
            ]
        )
        cls.card, cls.on_account = methods
        cls.till = env["pos.config"].create(
            {
                "name": "Till",
                "down_payment_product_id": cls.new_product("Down payment").id,
                "payment_method_ids": [Command.set(methods.ids)],
            }
        )
        cls.till.open_ui()

    def sell(self, order, *lines, **values):
        """The cashier sells something of an order; see :meth:`values`."""
        return self.send(self.values(order, *lines, **values))

    def send(self, *values):
        """What tills have sold arrives."""
        till = self.till.with_user(self.cashier).sudo(False)
        return till.env["pos.order"].sync_from_ui(deepcopy(list(values)))

    def values(self, order, *lines, method=None):
        """What the till sends when the cashier has sold something of an order.

        :param lines: price and quantity by line of the order; None: a down payment
        """
        amount = sum(price * quantity for _line, price, quantity in lines)
        down = self.till.down_payment_product_id
        return {
            "amount_paid": amount,
            "amount_return": 0,
            "amount_tax": 0,
            "amount_total": amount,
            "date_order": fields.Datetime.to_string(fields.Datetime.now()),
            "partner_id": order.partner_id.id,
            "lines": [
                Command.create(
                    {
                        "price_unit": price,
                        "price_subtotal": price * quantity,
                        "price_subtotal_incl": price * quantity,
                        "product_id": line.product_id.id if line else down.id,
                        "qty": quantity,
                        "sale_order_line_id": line and line.id,
                        "sale_order_origin_id": order.id,
                        "tax_ids": [],
                    }
                )
                for line, price, quantity in lines
            ],
            "payment_ids": [
                Command.create(
                    {
                        "amount": amount,
                        "name": fields.Datetime.now(),
                        "payment_method_id": (method or self.card).id,
                    }
                )
            ],
            "session_id": self.till.current_session_id.id,
            "user_id": self.cashier.id,
            "uuid": str(uuid4()),
        }

    def settle(self, order, **values):
        return self.sell(order, (order.order_line[0], 1000, 1), **values)

    def sold(self, order):
        """How many times tills have sold something of an order."""
        return len(order.sudo().pos_order_line_ids.order_id)

    def told(self, order):
        """The notes that it was sold to a customer on hold."""
        return order.message_ids.filtered(lambda message: "at the till" in message.body)

    def limited(self, limit):
        """A customer with a credit limit, who owes nothing yet."""
        partner = self.customer("Limited")
        partner.with_company(self.company).sudo().credit_limit = limit  # sudo: see CollectCase
        return partner

    def exposure(self, partner):
        """What a customer uses of the limit."""
        standings = self.env["ar.collect.hold"]._get_standings(partner, self.company)
        return standings[partner.id, self.company.id].exposure

    def close(self):
        """The session is closed, and booked."""
        self.till.current_session_id.action_pos_session_closing_control()
        self.catch_up()

    def test_paid_at_the_till(self):
        """It is paid in advance: confirmed, as it is without us."""
        order = self.quote()
        self.assertEqual(self.level(order), "approve")
        self.settle(order)
        self.assertEqual((order.state, self.sold(order)), ("sale", 1))
        self.assertFalse(self.releases.search([("order_id", "=", order.id)]))
        self.assertFalse(self.told(order))

    def test_part_of_it(self):
        """What a till has sold is done; who answers for it is told, and nobody is asked."""
        order = self.quote()
        self.sell(order, (None, 300, 1))
        self.assertEqual((order.state, self.sold(order)), ("sale", 1))
        self.assertFalse(self.releases.search([("order_id", "=", order.id)]))
        self.assertEqual(len(self.told(order)), 1)
        self.assertLessEqual(
            (self.seller | self.manager).partner_id, self.told(order).notified_partner_ids
        )
        self.sell(order, (None, 700, 1))
        self.assertEqual(len(self.told(order)), 1, "it is paid")

    def test_told_once(self):
        """When more is sold on credit; not when it is sent again, or brought back."""
        order = self.quote()
        values = self.values(order, (None, 300, 1))
        self.send(values)
        self.send(values)
        self.assertEqual((len(self.told(order)), self.sold(order)), (1, 1))
        self.sell(order, (None, -100, 1))
        self.assertEqual(len(self.told(order)), 1)
        self.sell(order, (None, 200, 1))
        self.assertEqual(len(self.told(order)), 2)

    def test_release_is_used(self):
        """A release lets the till's order pass like any other: there is nothing to tell."""
        order = self.quote()
        release = self.release(order)
        self.sell(order, (None, 300, 1))
        self.assertEqual(order.collect_release_id, release)
        self.assertFalse(self.told(order))

    def test_goods_leave_once(self):
        """What the till has handed over is not delivered again."""
        if "picking_ids" not in self.orders._fields:
            self.skipTest("Deliveries of orders are not installed")
        chair = self.new_product("Chair", type="consu", is_storable=True)
        line = self.line(product_id=chair.id, product_uom_qty=1, price_unit=1000)
        order = self.quote(order_line=[Command.create(line)])
        self.settle(order, method=self.on_account)
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.order_line[0].qty_delivered, 1)
        self.assertFalse(order.picking_ids.filtered(lambda picking: picking.state != "cancel"))

    def test_part_that_is_enough(self):
        self.company.prepayment_percent = 0.3
        order = self.quote(require_payment=True, prepayment_percent=0.3)
        self.sell(order, (None, 300, 1))
        self.assertEqual(order.state, "sale")

    def test_on_account(self):
        """Nothing is paid yet: done, and told."""
        order = self.quote()
        self.settle(order, method=self.on_account)
        self.assertEqual((order.state, self.sold(order)), ("sale", 1))
        self.assertEqual(len(self.told(order)), 1)
        self.assertEqual(order._get_paid_amounts(), {order.id: 0})

    def test_on_account_uses_the_limit(self):
        """Before the session is closed nothing is in the ledger; afterwards nothing counts twice."""
        partner = self.limited(1500)
        order = self.quote(partner=partner)
        self.settle(order, method=self.on_account)
        self.assertEqual(order.invoice_status, "invoiced")
        self.assertEqual(self.exposure(partner), 1000)
        self.assert_held(self.quote(partner=partner))
        self.close()
        self.assertEqual(self.exposure(partner), 1000)

    def test_down_payment_on_account(self):
        """It is owed as it was before, until the session is closed, and then to accounting."""
        partner = self.limited(5000)
        order = self.quote(partner=partner)
        self.sell(order, (None, 400, 1), method=self.on_account)
        self.assertEqual(self.exposure(partner), 1000)
        self.close()
        self.assertEqual(self.exposure(partner), 1000)

    def test_on_account_is_not_paid(self):
        """An order that tills have sold to the end is not paid in full by that."""
        order = self.quote()
        self.settle(order, method=self.on_account)
        self.close()
        self.assertFalse(order._filtered_paid_by_invoice())
        paid = self.quote()
        self.till.open_ui()
        self.settle(paid)
        self.assertTrue(paid._filtered_paid_by_invoice())

    def test_paid_online(self):
        """What is paid at the till by phone is not on account."""
        if "is_online_payment" not in self.on_account._fields:
            self.skipTest("Online payments at tills are not installed")
        order = self.quote()
        self.settle(order, method=self.on_account)
        # there is no provider here to pay with
        self.env.cr.execute(
            "UPDATE pos_payment_method SET is_online_payment = TRUE WHERE id = %s",
            [self.on_account.id],
        )
        self.assertEqual(order._get_paid_amounts(), {order.id: 1000})

    def test_indexes(self):
        """Orders are looked up by what they are linked to, however many lines tills have sold."""
        self.settle(self.quote())
        line = self.env["pos.order.line"].sudo().search([], limit=1)  # sudo: see CollectCase
        self.env.flush_all()
        # so many, all of them returns, that it matters how they are looked up
        self.env.cr.execute(
            """
            INSERT INTO pos_order_line (order_id, product_id, name, price_subtotal,
                                        price_subtotal_incl, refunded_orderline_id)
            SELECT order_id, product_id, name, 0, 0, CURRVAL('pos_order_line_id_seq')
              FROM pos_order_line, GENERATE_SERIES(1, 5000) WHERE pos_order_line.id = %s;
            ANALYZE pos_order_line
            """,
            [line.id],
        )
        rows = self.env.execute_query(
            SQL(
                "EXPLAIN SELECT till.* FROM sale_order sold JOIN LATERAL (%s) AS till ON TRUE"
                " WHERE sold.id = 1",
                self.env["ar.collect.hold"]._get_till_query(),
            )
        )
        plan = "\n".join(row for (row,) in rows)
        self.assertEqual(plan.count("(sale_order_origin_id = "), 2, plan)
        self.assertIn("(refunded_orderline_id = ", plan)
        self.assertNotIn("Seq Scan on pos_order_line", plan)

    def test_brought_back(self):
        """What was given back does not count."""
        order = self.quote()
        self.sell(order, (None, 900, 1))
        self.sell(order, (None, -900, 1))
        self.sell(order, (None, 100, 1))
        self.assertEqual(self.by(self.seller, order)._get_paid_amounts(), {order.id: 100})
        self.assertEqual(len(self.told(order)), 2)

    def test_good_customers(self):
        order = self.quote(partner=self.customer("Good"))
        self.sell(order, (None, 300, 1))
        self.assertEqual(order.state, "sale")

    def test_not_waiting_for_an_invoice(self):
        """What a till has sold uses no more of the limit than it did."""
        partner = self.limited(1000)
        self.sell(self.quote(partner=partner), (None, 400, 1))
        self.assertEqual(self.exposure(partner), 600)

    def test_the_till_is_not_claimed(self):
        """That a till is at work cannot be said over the network."""
        order = self.by(self.seller, self.quote())
        with self.assertRaises(UserError):
            order.with_context(ar_collect_at_till=True).action_confirm()
