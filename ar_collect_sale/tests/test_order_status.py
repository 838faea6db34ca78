# Part of ar_collect. License LGPL-3.
"""How it stands with the customer, on orders; and for whoever leads a sales team."""

from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.ar_collect.tests.escalation_common import EscalationCase


class TestOrderStatus(EscalationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sam, cls.tina, cls.boss = (
            new_test_user(
                cls.env,
                login=f"status_{name}",
                groups="sales_team.group_sale_salesman_all_leads",
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for name in ("sam", "tina", "boss")
        )
        cls.own.partner_id.user_id = cls.sam
        cls.foreign.partner_id.user_id = cls.tina
        # sudo: see CollectCase
        teams = cls.env["crm.team"].sudo()
        cls.team = teams.create(
            {
                "name": "North",
                "user_id": cls.boss.id,
                "company_id": cls.company.id,
                "crm_team_member_ids": [Command.create({"user_id": cls.sam.id})],
            }
        )
        # sudo: see CollectCase
        orders = cls.env["sale.order"].sudo().with_company(cls.company)
        cls.orders = {
            account: orders.create({"partner_id": account.partner_id.id, "user_id": False})
            for account in (cls.own, cls.foreign)
        }

    def seen(self, user, account):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.orders[account].sudo(False).with_user(user).with_company(self.company)

    def test_order(self):
        """Whoever sells to the customer reads it; whoever sees the order does not."""
        order = self.seen(self.sam, self.own)
        self.assertEqual((order.collect_status, order.collect_status_overdue), ("collection", 1200))
        self.assertTrue(order.action_collect_notes())
        order = self.seen(self.sam, self.foreign)
        self.assertFalse(order.collect_status)
        self.assertFalse(order.collect_status_overdue)
        self.assertFalse(order.collect_status_text)

    def test_company_of_the_order(self):
        """What the customer owes there, wherever the reader works; no other company's figures."""
        other = self.other_company("Second")
        self.sam.company_ids += other
        self.invoice(self.partner, 77, -41, company=other)
        self.catch_up()
        there = self.accounts.search(
            [("partner_id", "=", self.partner.id), ("company_id", "=", other.id)]
        )
        there.hold = True
        # sudo: see CollectCase
        orders = self.env["sale.order"].sudo().with_company(other)  # sudo: ~
        elsewhere = orders.create({"partner_id": self.partner.id})
        for companies in ((self.company, other), (other, self.company)):
            self.env.flush_all()
            self.env.invalidate_all()
            ids = [company.id for company in companies]
            mine = orders.sudo(False).with_user(self.sam).with_context(allowed_company_ids=ids)
            here, order = mine.browse([self.orders[self.own].id, elsewhere.id])
            self.assertEqual(
                (here.collect_status, here.collect_status_overdue), ("collection", 1200)
            )
            self.assertEqual((order.collect_status, order.collect_status_overdue), ("hold", 77))
            found = mine.search([("collect_status", "=", "hold")])
            self.assertEqual(found & (here | order), order)
            action = order.action_collect_notes()
            notes = mine.env[action["res_model"]].with_context(**action["context"])
            wizard = notes.create({"note": "They moved."})
            self.assertEqual((wizard.status, wizard.overdue), ("hold", 77))
            wizard.action_write()
        self.assertIn("They moved.", there.message_ids[0].body)
        self.assertNotIn("They moved.", self.talk(self.own))

    def test_leader(self):
        self.assertEqual(self.seen(self.boss, self.own).collect_status, "collection")
        self.assertFalse(self.seen(self.boss, self.foreign).collect_status)
        found = self.env["res.partner"].with_user(self.boss).with_company(self.company)
        found = found.search([("collect_status", "=", "collection")])
        self.assertEqual(found & (self.own | self.foreign).partner_id, self.partner)
        self.team.active = False
        self.assertFalse(self.seen(self.boss, self.own).collect_status)

    def test_dashboard_of_a_leader(self):
        """With the team: its members' customers, and nobody else's; of no team that ended."""
        dashboards = self.env["ar.collect.dashboard"].with_user(self.boss)

        def seen():
            page = dashboards.get_page("sales", {"with_led": True})
            return {row["id"] for row in page["tables"][0]["rows"]}

        self.env.flush_all()
        self.assertTrue(dashboards.get_page("sales")["leads"])
        self.assertIn(self.partner.id, seen())
        self.assertNotIn(self.foreign.partner_id.id, seen())
        self.team.active = False
        self.assertFalse(dashboards.get_page("sales")["leads"])
        self.assertFalse(seen())

    def test_news_of_a_leader(self):
        """A leader who wishes hears of the members' customers, each time when they hear too."""
        # sudo: see CollectCase
        news = self.env["ar.collect.sales.news"].sudo()  # sudo: ~
        news.search([]).unlink()
        self.boss.write({"email": "boss@us.example", "collect_sales_news": "now"})
        (self.own | self.foreign).hold = True
        self.assertNotIn(self.boss, news._get_due_users())
        self.assertTrue(self.boss.with_user(self.boss).collect_leads)
        self.assertFalse(self.sam.with_user(self.sam).collect_leads)
        self.boss.collect_sales_news_team = True
        self.assertIn(self.boss, news._get_due_users())
        mail = news._process(self.boss)
        self.assertIn(self.partner.name, mail.body_html)
        self.assertNotIn(self.foreign.partner_id.name, mail.body_html)
        self.assertEqual(news.search([("account_id", "=", self.own.id)]).told_ids, self.boss)

    def test_menu(self):
        menu = self.env.ref("ar_collect_sale.ar_collect_sale_menu_in_collection")
        self.assertIn(menu.id, self.env["ir.ui.menu"].with_user(self.sam)._visible_menu_ids())
