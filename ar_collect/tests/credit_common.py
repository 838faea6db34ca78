# Part of ar_collect. License LGPL-3.
"""What the tests of credit reviews share: items paid long ago, and drafts that a role begins."""

from odoo.tests import freeze_time, tagged

from .claims_common import ClaimsCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 12:00:00")
class CreditReviewCase(ClaimsCase):
    """The own customer owes 1,200 since 41 days and 300 since 5; see `ClaimsCase`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.account_use_credit_limit = True
        # sudo: see CollectCase
        cls.reviews = cls.env["ar.collect.credit.review"].sudo()

    @classmethod
    def paid(cls, partner, amount, on, due, paid):
        """An invoice of one day, due on another, and paid on a third.

        :return: the invoice
        """
        move = cls.invoice(partner, amount, due=due, on=on)
        cls.payment(partner, amount, move, on=paid)
        return move

    def review(self, account=None, login="collector"):
        """A draft, as a role begins it."""
        self.catch_up()
        seen = self.seen_by(login, account or self.own)
        return seen.env["ar.collect.credit.review"]._make(seen)

    def limit(self, account=None, company=None):
        partner = (account or self.own).partner_id.with_company(company or self.company)
        return partner.sudo().credit_limit  # sudo: accounting's

    def decide(self, draft, login="manager", **values):
        """Decide on a draft, as a role."""
        seen = self.seen_by(login, draft)
        if values:
            seen.write(values)
        seen.action_decide()
