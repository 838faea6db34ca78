# Part of ar_collect. License LGPL-3.
"""Who leads a salesperson: the leader of the sales team."""

from odoo import Command
from odoo.tests import new_test_user, tagged
from odoo.tests.common import TransactionCase


@tagged("post_install", "-at_install")
class TestEscalationLeader(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.sam, cls.boss = (
            new_test_user(cls.env, login, groups="sales_team.group_sale_salesman")
            for login in ("leader_sam", "leader_boss")
        )
        cls.team = cls.env["crm.team"].create(
            {
                "name": "North",
                "user_id": cls.boss.id,
                "company_id": cls.company.id,
                "crm_team_member_ids": [
                    Command.create({"user_id": user.id}) for user in (cls.sam, cls.boss)
                ],
            }
        )

    def leaders(self, *users, company=None):
        everybody = self.env["res.users"].concat(*users)
        escalations = self.env["ar.collect.escalation"]
        return escalations._get_leaders(everybody, company or self.company)

    def test_leader(self):
        self.assertEqual(self.leaders(self.sam), {self.sam.id: self.boss})

    def test_nobody_leads_oneself(self):
        self.assertFalse(self.leaders(self.boss))

    def test_team_that_ended(self):
        self.team.active = False
        self.assertFalse(self.leaders(self.sam))

    def test_team_of_another_company(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.assertFalse(self.leaders(self.sam, company=other))

    def test_team_without_leader(self):
        self.team.user_id = False
        self.assertFalse(self.leaders(self.sam))

    def test_menu(self):
        """Salespeople find what is asked of them, without a role of collections."""
        menu = self.env.ref("ar_collect_sale.ar_collect_sale_menu_asked_of_me")
        self.assertIn(menu.id, self.env["ir.ui.menu"].with_user(self.sam)._visible_menu_ids())
