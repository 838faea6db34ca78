# Part of ar_collect. License LGPL-3.
"""A dashboard in a browser: filters in the address, figures that open, and the way back."""

from odoo.tests import tagged

from .tour_common import CollectTourCase


@tagged("post_install", "-at_install")
class TestDashboardTour(CollectTourCase):
    def test_team(self):
        self.start_tour(
            "/odoo/collections-team?period=month", "ar_collect_dashboard_team", login="collect_tour"
        )

    def test_manager(self):
        """Comes up with a figure in every card that has one, and no error."""
        self.browser_js(
            "/odoo/collections-manager",
            "console.log('test successful')",
            ready="!!document.querySelector('[data-chart=aging] canvas')",
            login="collect_tour",
        )
