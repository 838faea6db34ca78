# Part of ar_collect. License LGPL-3.
"""The demo moves into the main company only where nobody works."""

from odoo import SUPERUSER_ID

from ..demo.masterdata import MasterData
from .common import CollectCase


class TestDemoCompany(CollectCase):
    def is_free(self, demo):
        """Whether the demo may live in the company.

        :param bool demo: whether Odoo's own demo entries are installed
        """
        self.env.ref("base.module_account").sudo().demo = demo
        return MasterData(self.env(su=True), {})._is_free(self.company)

    def book(self, user_id):
        # sudo: who installs the demo is the superuser, with the rights of one
        move = self.env["account.move"].with_user(user_id).sudo()
        move.with_company(self.company).create({"move_type": "entry"})

    def test_nothing_booked(self):
        self.assertTrue(self.is_free(demo=False))

    def test_demo_entries(self):
        self.book(SUPERUSER_ID)
        self.assertTrue(self.is_free(demo=True))
        self.assertFalse(self.is_free(demo=False))

    def test_entries_of_a_person(self):
        self.book(SUPERUSER_ID)
        self.book(self.env.uid)
        self.assertFalse(self.is_free(demo=True))

    def test_chart_of_a_country(self):
        self.company.chart_template = "de_skr03"
        self.assertFalse(self.is_free(demo=True))
