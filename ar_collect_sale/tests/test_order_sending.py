# Part of ar_collect. License LGPL-3.
"""Salespeople see how often their own invoices were sent, and of no others."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .order_common import OrderCase


class TestOrderSending(OrderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_seller("sells_own", "sales_team.group_sale_salesman")
        cls.mine, cls.free, cls.others = (
            cls.send_invoice(user)
            for user in (cls.seller, cls.env["res.users"], cls.make_seller("sells_else"))
        )

    @classmethod
    def make_seller(cls, login, group="sales_team.group_sale_salesman"):
        return new_test_user(
            cls.env,
            login=login,
            groups=group,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def send_invoice(cls, seller):
        """The sending of an invoice of a salesperson."""
        partner = cls.customer("Customer", email="customer@example.com")
        move = cls.invoice(partner, 100)
        move.sudo().invoice_user_id = seller  # sudo: an invoice that was posted
        cls.env["account.move.send"]._generate_and_send_invoices(move, sending_methods={"email"})
        # sudo: see CollectCase
        return cls.env["ar.collect.sending"].sudo().search([("move_id", "=", move.id)])

    def seen(self, user):
        rows = self.mine | self.free | self.others
        return rows.with_user(user).search([("id", "in", rows.ids)]).sudo()

    def test_own(self):
        self.assertEqual(len(self.mine | self.free | self.others), 3)
        self.assertEqual(self.seen(self.seller), self.mine | self.free)
        with self.assertRaises(AccessError):
            self.others.with_user(self.seller).read(["recipients"])
        with self.assertRaises(AccessError):
            self.mine.with_user(self.seller).write({"state": "failed"})

    def test_as_the_invoice(self):
        """What is seen of the rows is what is seen of the invoices."""
        leader = self.make_seller("sells_all", "sales_team.group_sale_salesman_all_leads")
        moves = (self.mine | self.free | self.others).move_id
        for user in (self.seller, leader):
            found = moves.with_user(user).search([("id", "in", moves.ids)]).sudo()
            self.assertEqual(self.seen(user).move_id, found)
        self.assertEqual(self.seen(leader).move_id, moves)

    def test_count_and_list(self):
        move = self.mine.move_id.with_user(self.seller)
        self.assertEqual(move.collect_sent_text, "On its way.")
        action = move.action_collect_sendings()
        rows = self.env[action["res_model"]].with_user(self.seller).search(action["domain"])
        self.assertEqual(rows.sudo(), self.mine)
        self.assertFalse(rows.answered_at)
        view = self.env["account.move"].with_user(self.seller).get_view(view_type="form")
        self.assertIn("action_collect_sendings", view["arch"])
