# Part of ar_collect. License LGPL-3.
"""What is ordered uses the credit limit in the list of those to review, and on the review."""

from .hold_common import HoldCase


class TestCreditWatchOrder(HoldCase):
    def test_orders_use_the_limit(self):
        self.company.write({"collect_review_months": 0, "collect_review_days": 0})
        partner = self.customer("Limited")
        partner.with_company(self.company).sudo().credit_limit = 1000  # sudo: see CollectCase
        self.invoice(partner, 400, due=20)
        self.catch_up()
        watch = self.by(self.manager, self.env["ar.collect.credit.watch"])
        self.assertFalse(watch.search([]))
        order = self.quote(550, partner)
        self.assert_passes(order)
        row = self.by(self.manager, self.env["ar.collect.credit.watch"]).search([])
        self.assertEqual((row.customer_id, row.near_limit), (partner, True))
        self.assertEqual((row.amount_exposure, row.limit_use), (950, 95))
        account = self.by(self.manager, self.account(partner))
        review = account.env["ar.collect.credit.review"]._make(account)
        self.assertEqual((review.amount_exposure, review.limit_use), (950, 95))
        self.company.collect_hold_orders = False
        self.assertFalse(self.by(self.manager, watch).search([]))
