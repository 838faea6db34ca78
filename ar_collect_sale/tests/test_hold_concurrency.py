# Part of ar_collect. License LGPL-3.
"""Two salespeople who use up the same limit, or the same release, at the same moment."""

import threading
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.ar_collect.tests.committed_common import PATIENCE, TransactionsCase

#: Of the company, while these run.
SETTINGS = {
    "account_use_credit_limit": True,
    "collect_hold_active": True,
    "collect_hold_group": True,
}


@tagged("post_install", "-at_install")
class TestHoldConcurrency(TransactionsCase):
    """What is left of a limit, or a release, is enough for one of two orders.

    In the company that is there: a new one could not be deleted any more where there are stocks.
    """

    def setUp(self):
        super().setUp()
        self.addCleanup(self.forget)
        self.customer_ids, self.order_ids = [], []
        with self.transaction() as env:
            self.former = env.company.read(list(SETTINGS))[0]
            env.company.write(SETTINGS)
            self.product_id = (
                env["product.product"].create({"name": "Concurrent desk", "type": "service"}).id
            )

    def forget(self):
        """Remove what was ordered, released and made."""
        with self.transaction() as env:
            orders = env["sale.order"].browse(self.order_ids)
            orders._action_cancel()
            orders.unlink()
            env["product.product"].browse(self.product_id).product_tmpl_id.unlink()
            customers = env["res.partner"].browse(reversed(self.customer_ids))
            env["ar.collect.account"].search([("partner_id", "in", customers.ids)]).unlink()
            for customer in customers:
                customer.unlink()
            env.company.write({name: self.former[name] for name in SETTINGS})
            env.flush_all()
            env.cr.execute(
                "DELETE FROM ar_collect_dirty WHERE partner_ref = ANY(%s)", [self.customer_ids]
            )

    def customer(self, env, limit=0, parent_id=False):
        """A customer who owes nothing, and the credit limit."""
        customer = env["res.partner"].create(
            {"name": "Concurrent", "is_company": True, "parent_id": parent_id}
        )
        customer.credit_limit = limit
        self.customer_ids.append(customer.id)
        return customer.id

    def quotes(self, *customer_ids):
        """Quotations of 600 each."""
        line = {"product_id": self.product_id, "price_unit": 600, "tax_ids": [Command.clear()]}
        with self.transaction() as env:
            orders = env["sale.order"].create(
                [
                    {"partner_id": customer_id, "order_line": [Command.create(line)]}
                    for customer_id in customer_ids
                ]
            )
            self.order_ids = orders.ids
        return self.order_ids

    def assert_one_passes(self, order_ids):
        """Of two orders that are confirmed at once the first passes, and the second is held."""
        first, second = self.open_transaction(), self.open_transaction()
        one, other = order_ids
        first["sale.order"].browse(one).action_confirm()
        first.flush_all()
        saving = threading.Timer(0.5, first.cr.commit)
        saving.start()
        with (
            mute_logger("odoo.sql_db", "odoo.service.model"),
            patch("odoo.service.model.random.uniform", lambda _low, _high: 0.01),
            self.assertRaisesRegex(UserError, "credit hold"),
        ):
            retrying(second["sale.order"].browse(other).action_confirm, second)
        saving.join(PATIENCE)
        second.cr.rollback()
        with self.transaction() as env:
            states = env["sale.order"].browse(order_ids).mapped("state")
        self.assertEqual(states, ["sale", "draft"])

    def test_limit_of_a_customer(self):
        with self.transaction() as env:
            customer_id = self.customer(env, limit=1000)
        self.assert_one_passes(self.quotes(customer_id, customer_id))

    def test_limit_of_a_group(self):
        """Two companies of the group, which have no limit themselves."""
        with self.transaction() as env:
            top_id = self.customer(env, limit=1000)
            daughters = [self.customer(env, parent_id=top_id) for _number in range(2)]
        self.assert_one_passes(self.quotes(*daughters))

    def test_release_up_to_an_amount(self):
        with self.transaction() as env:
            customer_id = self.customer(env)
            customer = env["res.partner"].browse(customer_id)
            account = env["ar.collect.account"]._get_or_make(customer, env.company)
            account.hold = True
            until = fields.Date.today() + timedelta(days=3)
            env["ar.collect.hold.release"].create({"account_id": account.id})._decide(
                {"state": "released", "reason": "Once", "date_until": until, "amount": 1000}
            )
        self.assert_one_passes(self.quotes(customer_id, customer_id))
