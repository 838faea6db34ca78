# Part of ar_collect. License LGPL-3.
"""A credit review in a browser: begun from the list by a collector, decided by a manager."""

from odoo import Command
from odoo.tests import new_test_user, tagged

from .tour_common import CollectTourCase


@tagged("post_install", "-at_install")
class TestCreditReviewTour(CollectTourCase):
    def test_review(self):
        new_test_user(
            self.env,
            login="tour_manager",
            name="Mary Manager",
            groups="ar_collect.group_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.company.account_use_credit_limit = True
        accounts = self.env["ar.collect.account"].sudo()  # sudo: see the fixture
        own = accounts.search([("user_id", "=", self.user.id)])
        customer = own.partner_id.with_company(self.company)
        customer.credit_limit = 1000
        self.env.flush_all()
        path = "/odoo/collections-credit-to-review"
        self.start_tour(path, "ar_collect_credit_review_begin", login="collect_tour")
        [review] = own.review_ids
        self.assertEqual((review.state, review.user_id), ("draft", self.user))
        self.assertEqual((customer.credit_limit, own.risk_class), (1000, False))

        self.start_tour(path, "ar_collect_credit_review_decide", login="tour_manager")
        self.assertEqual(own.review_ids, review)
        self.assertEqual((review.state, review.decided_by_id.login), ("decided", "tour_manager"))
        customer.invalidate_recordset(["credit_limit"])
        self.assertEqual(customer.credit_limit, 1500)
        self.assertEqual((own.risk_class, review.former_limit), (review.decided_class, 1000))
        self.assertIn("They pay in full each spring", own.message_ids[0].body)
