# Part of ar_collect. License LGPL-3.
"""The worklist in a browser."""

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .tour_common import CollectTourCase


@tagged("post_install", "-at_install")
class TestWorklistTour(CollectTourCase):
    def test_worklist(self):
        """A collector without rights in accounting works through the screens."""
        self.start_tour("/odoo/collections", "ar_collect_worklist", login="collect_tour")
        account = self.env["ar.collect.account"].sudo().search([("user_id", "=", self.user.id)])
        self.assertEqual(account.next_action, "Call on Tuesday")

    def test_notes_only(self):
        """Who may only read finds no button that would be refused, and leaves a note."""
        new_test_user(
            self.env,
            login="collect_tour_inquiry",
            groups="ar_collect.group_inquiry",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        account = self.env["ar.collect.account"].sudo().search([("user_id", "=", self.user.id)])
        self.start_tour(
            f"/odoo/collections/{account.id}",
            "ar_collect_notes_only",
            login="collect_tour_inquiry",
        )
        self.assertIn("They moved to Lyon", account.message_ids[0].body)

    def test_worklist_without_debtors(self):
        """An empty list says what to expect, and breaks nothing."""
        # sudo: see above
        self.env["account.move"].sudo().search(
            [("company_id", "=", self.company.id)]
        ).button_draft()
        self.env["ar.collect.account"].sudo()._refresh(companies=self.company)
        self.browser_js(
            "/odoo/collections",
            "console.log('test successful')",
            ready="document.querySelector('.o_view_nocontent')"
            "?.textContent.includes('Nothing to chase today.')",
            login="collect_tour",
        )


@tagged("post_install", "-at_install")
class TestWorklistUnits(HttpCase):
    def test_hoot(self):
        """The unit tests of the addon's own components."""
        self.browser_js(
            "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000"
            f"&id={self.job('@ar_collect')}",
            "",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
        )

    @staticmethod
    def job(name):
        """The id the test runner gives a suite: a 32 bit string hash."""
        code = 0
        for char in name:
            code = ((code << 5) - code + ord(char)) & 0xFFFFFFFF
        return f"{code:08x}"
