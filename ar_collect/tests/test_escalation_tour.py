# Part of ar_collect. License LGPL-3.
"""An escalation in a browser: asked on the call page, answered by the salesperson, and back."""

from odoo import Command
from odoo.tests import new_test_user, tagged

from .tour_common import CollectTourCase


@tagged("post_install", "-at_install")
class TestEscalationTour(CollectTourCase):
    def test_round_trip(self):
        sam = new_test_user(
            self.env,
            login="tour_sam",
            name="Sam Sales",
            groups="base.group_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        accounts = self.env["ar.collect.account"].sudo()  # sudo: see the fixture
        own = accounts.search([("user_id", "=", self.user.id)])
        own.partner_id.user_id = sam
        foreign = accounts.search([("partner_id.name", "=", "Foreign Customer")])
        foreign._ask_for_help(
            self.env.user,
            {"recipient": "user", "reason": "Other", "question": "?", "deadline_days": 1},
        )
        self.env.flush_all()
        self.start_tour(
            f"/odoo/collections-call/{own.id}", "ar_collect_escalate", login="collect_tour"
        )
        [escalation] = own.escalation_ids
        self.assertEqual((escalation.user_id, escalation.requester_id), (sam, self.user))
        self.start_tour(
            "/odoo/collections-asked-of-me", "ar_collect_escalation_answer", login="tour_sam"
        )
        self.assertEqual((escalation.state, escalation.outcome), ("answered", "will_pay"))
        self.start_tour(
            f"/odoo/action-ar_collect.ar_collect_account_action_customers/{own.id}",
            "ar_collect_escalation_back",
            login="collect_tour",
        )
