# Part of ar_collect. License LGPL-3.
"""A salesperson reaches the own customers in trouble from the sales app, without any role."""

from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestSalesMenu(TransactionCase):
    def test_salesperson(self):
        menu = self.env.ref("ar_collect_sale.ar_collect_sale_menu_my_customers")
        seller = new_test_user(self.env, "menu_seller", groups="sales_team.group_sale_salesman")
        nobody = new_test_user(self.env, "menu_nobody", groups="base.group_user")
        menus = self.env["ir.ui.menu"]
        self.assertIn(menu.id, menus.with_user(seller)._visible_menu_ids())
        self.assertNotIn(menu.id, menus.with_user(nobody)._visible_menu_ids())
        self.assertEqual(menu.action.tag, "ar_collect.dashboard_sales")
        page = self.env["ar.collect.dashboard"].with_user(seller).get_page("sales")
        self.assertFalse(page["tables"][0]["rows"])
