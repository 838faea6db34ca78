# Part of ar_collect. License LGPL-3.
"""The days to come in a browser: looked at, left out, taken back, put off, approved."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .tour_common import CollectTourCase


@tagged("post_install", "-at_install")
class TestNoticeTour(CollectTourCase):
    def test_calendar(self):
        # sudo: see the fixture
        company = self.company.sudo()
        company.write({"collect_notice_active": True, "collect_notice_require_sent": False})
        steps = self.env["ar.collect.strategy.step"].sudo().search([])  # sudo: see the fixture
        steps.automatic = False
        # sudo: see the fixture
        accounts = self.env["ar.collect.account"].sudo().search([("company_id", "=", company.id)])
        for account in accounts:
            name = account.partner_id.name.split()[0].lower()
            account.partner_id.email = f"{name}@example.com"
        notices = self.env["ar.collect.notice"].sudo()  # sudo: see the fixture
        notices._process_plan(company)
        self.env.flush_all()
        self.start_tour(
            "/odoo/collections-notices", "ar_collect_notice_calendar", login="collect_tour"
        )
        own, free = (
            notices.search([("account_id.partner_id.name", "=", name)])
            for name in ("Own Customer", "Free Customer")
        )
        self.assertEqual((own.state, own.approver_id), ("planned", self.user))
        self.assertEqual(
            (free.state, free.date_planned),
            ("to_approve", fields.Date.today() + timedelta(days=1)),
        )
