# Part of ar_collect. License LGPL-3.
"""Disputes in a browser: from the complaint to the posted credit note, and as who resolves them."""

from odoo import Command
from odoo.tests import new_test_user, tagged

from .tour_common import CollectTourCase


@tagged("post_install", "-at_install")
class TestDisputeTour(CollectTourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accounts = cls.env["ar.collect.account"].sudo()  # sudo: see the fixture
        cls.own = cls.accounts.search([("user_id", "=", cls.user.id)])
        cls.user.group_ids += cls.env.ref("account.group_account_invoice")

    def test_complaint_to_credit_note(self):
        self.start_tour(
            f"/odoo/collections-call/{self.own.id}", "ar_collect_dispute", login="collect_tour"
        )
        [dispute] = self.own.dispute_ids
        self.assertEqual(dispute.description, "We agreed on less")
        [note] = dispute.credit_note_ids
        self.assertEqual((note.state, note.amount_total), ("posted", 200))
        self.env.invalidate_all()
        while self.accounts._process_dirty():
            continue
        self.assertEqual((dispute.state, dispute.outcome), ("closed", "accepted"))
        self.assertEqual(self.own.amount_chasable, 1000)
        self.env.flush_all()
        self.start_tour(
            f"/odoo/collections-disputes/{dispute.id}",
            "ar_collect_dispute_closed",
            login="collect_tour",
        )

    def test_resolver(self):
        """Who has no other right in collections or accounting."""
        resolver = new_test_user(
            self.env,
            login="tour_resolver",
            name="Rita Resolver",
            groups="ar_collect.group_resolver",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        disputes = self.env["ar.collect.dispute"].sudo()  # sudo: see the fixture
        reason = self.env.ref("ar_collect.dispute_reason_quality")
        made = disputes.browse()
        for account, user in ((self.own, resolver), (self.free(), self.user)):
            line = account._get_overdue_lines()[:1]
            made |= disputes.create(
                {
                    "account_id": account.id,
                    "reason_id": reason.id,
                    "resolver_id": user.id,
                    "item_ids": [Command.create({"line_id": line.id, "amount": 50})],
                }
            )
        self.start_tour("/odoo/my-disputes", "ar_collect_dispute_resolver", login="tour_resolver")
        self.assertEqual(made[0].outcome, "rejected")
        self.assertEqual(made[0].resolved_by_id, resolver)
        self.assertEqual(made[1].state, "open")

    def free(self):
        return self.accounts.search([("partner_id.name", "=", "Free Customer")], limit=1)
