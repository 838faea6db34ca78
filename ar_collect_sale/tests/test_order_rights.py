# Part of ar_collect. License LGPL-3.
"""Who sees what orders say: whoever sees the dispute, and of its documents alone."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .order_common import OrderCase


class TestOrderRights(OrderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sold = cls.order(client_order_ref="PO-1")
        cls.move = cls.invoice_order(cls.sold, price_unit=120)

    def seen(self, dispute, user):
        self.env.flush_all()
        self.env.invalidate_all()
        return dispute.sudo(False).with_user(user)

    def test_resolver(self):
        """No rights in sales: the evidence shows, and leads nowhere."""
        dispute = self.contest(self.move, resolver_id=self.resolver.id)
        seen = self.seen(dispute, self.resolver)
        self.assertFalse(self.env["sale.order"].with_user(self.resolver).has_access("read"))
        self.assertIn(self.sold.name, seen.order_evidence)
        self.assertNotIn("href", seen.order_evidence)
        seen.action_take_proposed_cause()
        self.assertEqual(dispute.root_cause_id.code, "price_entered")

    def test_resolver_of_others(self):
        dispute = self.contest(self.move)
        seen = self.seen(dispute, self.resolver)
        for name in ("order_evidence", "proposed_evidence"):
            with self.assertRaises(AccessError):
                seen.read([name])
        with self.assertRaises(AccessError):
            seen.action_take_proposed_cause()

    def test_nothing_of_other_invoices(self):
        other = self.order(client_order_ref="PO-2")
        self.invoice_order(other, price_unit=500)
        dispute = self.contest(self.move, resolver_id=self.resolver.id)
        seen = self.seen(dispute, self.resolver)
        self.assertNotIn(other.name, seen.order_evidence)

    def test_salesperson_may_open_the_order(self):
        both = new_test_user(
            self.env,
            login="sells_and_resolves",
            groups="ar_collect.group_resolver,sales_team.group_sale_salesman_all_leads",
            company_id=self.company.id,
            company_ids=[self.company.id],
        )
        dispute = self.contest(self.move, resolver_id=both.id)
        self.assertIn(
            f'href="/odoo/sale.order/{self.sold.id}"', self.seen(dispute, both).order_evidence
        )

    def test_only_who_may_write_takes_it(self):
        dispute = self.contest(self.move)
        seen = self.seen_by("inquiry", dispute)
        self.assertTrue(seen.proposed_cause_id)
        with self.assertRaises(AccessError):
            seen.action_take_proposed_cause()

    def test_order_of_another_company(self):
        other = self.other_company(name="Elsewhere")
        self.env.flush_all()
        # linked by hand, past all checks
        self.env.cr.execute(
            "UPDATE sale_order_line SET company_id = %s WHERE order_id = %s",
            [other.id, self.sold.id],
        )
        self.env.invalidate_all()
        dispute = self.contest(self.move)
        self.assertNotIn(self.sold.name, dispute.order_evidence)

    def test_collections_open_invoices_of_orders(self):
        """An invoice's lines name the order's: reading it asks for these, and for no others."""
        other = self.order(client_order_ref="PO-2")
        for role in ("inquiry", "collector", "collector_all", "manager"):
            with self.subTest(role):
                user = new_test_user(
                    self.env,
                    login=f"order_{role}",
                    groups=f"ar_collect.group_{role}",
                    company_id=self.company.id,
                    company_ids=[self.company.id],
                )
                line = self.seen(self.move.invoice_line_ids, user)
                self.assertEqual(
                    line.read(["sale_line_ids"])[0]["sale_line_ids"], line.sale_line_ids.ids
                )
                self.assertTrue(line.sale_line_ids)
                orders = self.env["sale.order"].with_user(user)
                self.assertEqual(orders.search([]) & (self.sold | other), self.sold)
                self.assertFalse(self.seen(self.sold, user).has_access("write"))
                with self.assertRaises(AccessError):
                    self.seen(other, user).read(["amount_total"])
