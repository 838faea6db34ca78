# Part of ar_collect. License LGPL-3.
"""Orders of customers on credit hold that are settled at a till."""

from uuid import uuid4

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user

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

    def sell(self, order, *lines, method=None):
        """What the till sends when the cashier has sold something of an order.

        :param lines: price and quantity by line of the order; None: a down payment
        """
        till = self.till.with_user(self.cashier).sudo(False)
        amount = sum(price * quantity for _line, price, quantity in lines)
        down = self.till.down_payment_product_id
        orders = till.env["pos.order"]
        return orders.sync_from_ui(
            [
                {
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
            ]
        )

    def settle(self, order, **values):
        return self.sell(order, (order.order_line[0], 1000, 1), **values)

    def sold(self, order):
        """How many times tills have sold something of an order."""
        return len(order.sudo().pos_order_line_ids.order_id)

    def test_paid_at_the_till(self):
        """It is paid in advance: confirmed, as it is without us."""
        order = self.quote()
        self.assertEqual(self.level(order), "approve")
        self.settle(order)
        self.assertEqual((order.state, self.sold(order)), ("sale", 1))
        self.assertFalse(self.releases.search([("order_id", "=", order.id)]))

    def test_part_of_it(self):
        """The till books what it has; the order waits, and its salesperson is told."""
        order = self.quote()
        self.sell(order, (None, 300, 1))
        self.assertEqual((order.state, self.sold(order)), ("draft", 1))
        request = self.releases.search([("order_id", "=", order.id)])
        self.assertEqual((request.state, request.requested_by_id), ("requested", self.seller))
        self.assertIn("at the till", order.message_ids[0].body)
        self.assert_held(order)
        self.sell(order, (None, 700, 1))
        self.assertEqual(order.state, "sale")

    def test_part_that_is_enough(self):
        self.company.prepayment_percent = 0.3
        order = self.quote(require_payment=True, prepayment_percent=0.3)
        self.sell(order, (None, 300, 1))
        self.assertEqual(order.state, "sale")

    def test_on_account(self):
        """Nothing is paid yet: a till is no way around."""
        order = self.quote()
        self.settle(order, method=self.on_account)
        self.assertEqual((order.state, self.sold(order)), ("draft", 1))
        self.assert_held(order)

    def test_brought_back(self):
        """What was given back does not count."""
        order = self.quote()
        self.sell(order, (None, 900, 1))
        self.sell(order, (None, -900, 1))
        self.sell(order, (None, 100, 1))
        self.assertEqual(order.state, "draft")

    def test_good_customers(self):
        order = self.quote(partner=self.customer("Good"))
        self.sell(order, (None, 300, 1))
        self.assertEqual(order.state, "sale")

    def test_not_waiting_for_an_invoice(self):
        """What a till has sold uses no more of the limit than it did."""
        partner = self.customer("Limited")
        partner.with_company(self.company).sudo().credit_limit = 1000  # sudo: see CollectCase
        order = self.quote(partner=partner)
        self.sell(order, (None, 400, 1))
        standings = self.env["ar.collect.hold"]._get_standings(partner, self.company)
        self.assertEqual(standings[partner.id, self.company.id].exposure, 600)

    def test_the_till_is_not_claimed(self):
        """That a till is at work cannot be said over the network."""
        order = self.by(self.seller, self.quote())
        with self.assertRaises(UserError):
            order.with_context(ar_collect_at_till=True).action_confirm()
