# Part of ar_collect. License LGPL-3.
"""What the tests of the credit hold share: a customer who is late, and a salesperson."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user

from .order_common import OrderCase


class HoldCase(OrderCase):
    """The own customer owes 1,200 and 300, both late; 30 days are held, 60 are stopped.

    The invoice of 1,200 is 40 days late.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "collect_hold_active": True,
                "collect_hold_tolerance": 10,
                "account_use_credit_limit": True,
            }
        )
        cls.seller = cls.new_seller("seller_h")
        cls.releases = cls.env["ar.collect.hold.release"].sudo()  # sudo: see CollectCase
        cls.manager = cls.users["manager"]
        cls.make_late(cls.old, 40)

    @classmethod
    def new_seller(cls, login, groups="sales_team.group_sale_salesman", **values):
        """A salesperson without any part in collections."""
        company = values.pop("company", cls.company)
        return new_test_user(
            cls.env,
            login=login,
            name=login.title(),
            email=f"{login}@example.com",
            groups=groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
            **values,
        )

    @classmethod
    def make_late(cls, line, days):
        """A journal item that is so many days late."""
        line.sudo().date_maturity = cls.day(-days)  # sudo: see CollectCase
        cls.catch_up()

    @classmethod
    def quote(cls, amount=1000, partner=None, **values):
        """A quotation of the own customer, by the salesperson."""
        company = values.pop("company", cls.company)
        return cls.orders.with_company(company).create(
            {
                "partner_id": (partner or cls.partner).id,
                "company_id": company.id,
                "user_id": cls.seller.id,
                "order_line": [Command.create(cls.line(product_uom_qty=1, price_unit=amount))],
                **values,
            }
        )

    def by(self, user, record):
        """The record as this user sees it, without any right of who made it."""
        self.env.flush_all()
        self.env.invalidate_all()
        return record.sudo(False).with_user(user)

    def assert_held(self, order, message="credit hold", user=None):
        """The order is not confirmed, and the message says why."""
        order = self.by(user or self.seller, order)
        with self.assertRaisesRegex(UserError, message), self.env.cr.savepoint():
            order.action_confirm()
        self.assertIn(order.state, ("draft", "sent"))

    def assert_passes(self, order, user=None):
        """The order is confirmed."""
        self.by(user or self.seller, order).action_confirm()
        self.assertEqual(order.state, "sale")

    def level(self, order):
        """What the salesperson sees on the order."""
        return self.by(self.seller, order).collect_hold_level

    def release(self, order=None, days=3, promise=None, amount=0, account=None, **values):
        """A release by the manager."""
        releases = self.by(self.manager, self.releases)
        return releases._give(
            (account or self.own).with_env(releases.env),
            "They will pay",
            self.day(days),
            promise and promise.with_env(releases.env),
            amount,
            order_id=order.id if order else False,
            **values,
        ).sudo()

    def pay_online(self, order, amount=None, state="done", **values):
        """An online payment of an order."""
        provider = self.env["payment.provider"].sudo()  # sudo: see CollectCase
        provider = provider.search([("company_id", "=", self.company.id)], limit=1) or (
            provider.create({"name": "Cards", "company_id": self.company.id})
        )
        method = self.env.ref("payment.payment_method_card").sudo()
        return (
            self.env["payment.transaction"]
            .sudo()  # sudo: see CollectCase
            .create(
                {
                    "amount": order.amount_total if amount is None else amount,
                    "currency_id": order.currency_id.id,
                    "partner_id": order.partner_id.id,
                    "payment_method_id": method.id,
                    "provider_id": provider.id,
                    "reference": f"{order.name}-{len(order.transaction_ids)}",
                    "sale_order_ids": [Command.set(order.ids)],
                    "state": state,
                    **values,
                }
            )
        )
