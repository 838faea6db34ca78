# Part of ar_collect. License LGPL-3.
"""Who may decide on a credit review, and when."""

from datetime import timedelta

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

#: Days for which figures are good enough to decide by.
FRESH_DAYS = 7


class ArCollectCreditReview(models.Model):
    _inherit = "ar.collect.credit.review"

    # === BUSINESS METHODS === #

    def _check_manager(self):
        """Refuse who may not decide.

        :raise AccessError: for all but managers of collections, and of other companies' customers
        """
        if not self.env.user.has_group("ar_collect.group_manager"):
            raise AccessError(self.env._("Only a collections manager decides on credit."))
        self.check_access("write")

    def _check_seen(self):
        """Refuse to decide what somebody else has entered while the page was open."""
        context = self.env.context
        limit = context.get("seen_limit", self.decided_limit)
        if (
            self.currency_id.compare_amounts(limit, self.decided_limit)
            or context.get("seen_class", self.decided_class) != self.decided_class
        ):
            raise UserError(
                self.env._("Limit or class were changed in this draft meanwhile: load it again.")
            )

    def _check_figures(self):
        """Refuse to decide by figures that do not hold any more."""
        company = self.company_id.sudo()  # sudo: a setting of accounting
        if self.uses_limit != company.account_use_credit_limit:
            raise UserError(
                self.env._("Credit limits were switched on or off since: update the figures.")
            )
        if self.date < company._get_collect_today() - timedelta(days=FRESH_DAYS):
            raise UserError(
                self.env._("The figures are of %s: update them.", format_date(self.env, self.date))
            )
        limit = max(0.0, self.sudo()._get_limit())  # sudo: the limit is accounting's
        if self.uses_limit and self.currency_id.compare_amounts(limit, self.amount_limit):
            raise UserError(
                self.env._("The customer's limit was changed since: update the figures.")
            )

    def _check_decision(self):
        """Refuse a decision without a class, or without a reason where it takes one."""
        if not self.decided_class:
            raise UserError(self.env._("Choose a risk class."))
        other = self.decided_class != self.proposed_class
        if self.uses_limit:
            other |= bool(self.currency_id.compare_amounts(self.decided_limit, self.proposed_limit))
        if (self.note or "").strip():
            return
        if other:
            raise UserError(self.env._("This is not what is proposed: note why."))
        if self._is_risky_without_limit():
            raise UserError(self.env._("A risky customer without any limit: note why."))

    def _check_undo(self):
        """Refuse to put back what has changed again since."""
        review = self.sudo()  # sudo: the limit is accounting's
        account = review.account_id
        draft = account.review_ids.filtered(lambda other: other.state == "draft")
        if draft:
            raise UserError(self.env._("Another review was begun since: discard that first."))
        latest = account.review_ids.sorted("decided_on")[-1:]
        limit = review._get_limit()
        if (
            latest != review
            or account.risk_class != review.decided_class
            or (review.limit_set and review.currency_id.compare_amounts(limit, self.decided_limit))
        ):
            raise UserError(
                self.env._("Limit or class were changed again since: begin a new review.")
            )
