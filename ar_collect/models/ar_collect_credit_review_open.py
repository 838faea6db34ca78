# Part of ar_collect. License LGPL-3.
"""The records behind the figures of a credit review."""

from datetime import timedelta

from odoo import models
from odoo.fields import Domain

from .credit_query import BEFORE, NOW, YEAR, CreditQuery
from .refresh_scope import RefreshScope


class ArCollectCreditReview(models.Model):
    _inherit = "ar.collect.credit.review"

    # === ACTION METHODS === #

    def action_open_account(self):
        """Open the customer's collection account."""
        return self.ensure_one().account_id.action_open_page()

    def action_open_balance(self):
        """Open what is owed today."""
        return self.ensure_one().account_id.action_open_items("balance")

    def action_open_overdue(self):
        """Open what is overdue today."""
        return self.ensure_one().account_id.action_open_items("overdue")

    def action_open_promises(self):
        """Open the customer's promises."""
        return {**self.ensure_one().account_id.action_open_promises(), "context": {}}

    def action_open_disputes(self):
        """Open the disputes of the 12 months."""
        self.ensure_one()
        action = self.account_id.action_open_disputes()
        domain = Domain(action["domain"]) & self._get_days_domain("date_opened", 0, YEAR)
        return {
            **action,
            "domain": list(domain & Domain("state", "!=", "cancelled")),
            "context": {"active_test": False},
        }

    def action_open_sales(self):
        """Open the invoices and credit notes of the 12 months."""
        self.ensure_one()
        domain = self._get_line_domain() & self._get_days_domain("date", 0, YEAR)
        domain &= Domain("journal_id.type", "=", "sale")
        return self._get_lines_action(self.env._("Sales of 12 Months"), domain)

    def action_open_written_off(self):
        """Open the invoices of which something was written off in the 12 months."""
        name = self.env._("Written Off")
        return self._get_query_action(name, CreditQuery.get_written_off_ids, 0, YEAR)

    def action_open_paid_now(self):
        """Open what was paid in the last 90 days; what is still open is under Overdue."""
        return self._get_paid_action(0, NOW)

    def action_open_paid_before(self):
        """Open what was paid in the year before."""
        return self._get_paid_action(NOW, NOW + BEFORE)

    def action_open_reviews(self):
        """Open all reviews of the customer."""
        return self.ensure_one().account_id.action_open_reviews()

    # === BUSINESS METHODS === #

    def _get_days_domain(self, name, until, after):
        """Records of the days before that of the figures.

        :param str name: of a date
        :param int until: days before, the first ones that count
        :param int after: days before, that do not count any more
        :rtype: Domain
        """
        last, before = (self.date - timedelta(days=days) for days in (until, after))
        return Domain(name, "<=", last) & Domain(name, ">", before)

    def _get_line_domain(self):
        """The customer's items of trade receivables.

        :rtype: Domain
        """
        return Domain(
            [
                ("partner_id.commercial_partner_id", "=", self.customer_id.id),
                ("company_id", "=", self.company_id.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("account_id.non_trade", "=", False),
                ("parent_state", "=", "posted"),
            ]
        )

    def _get_paid_action(self, until, after):
        """The settled items for which the last money came in some days; see `_get_days_domain`."""
        name = self.env._("Paid Items")
        return self._get_query_action(name, CreditQuery.get_paid_ids, until, after)

    def _get_query_action(self, name, get_ids, until, after):
        """Items that a query finds for some days; see `_get_days_domain`.

        :param get_ids: of :class:`CreditQuery`
        """
        self.ensure_one()
        self.check_access("read")
        review = self.sudo()  # sudo: checked above; who reads it need not see matches
        first = review.date - timedelta(days=after - 1)
        last = review.date - timedelta(days=until)
        query = CreditQuery(RefreshScope(review.company_id, review.customer_id.ids))
        self.env.flush_all()
        ids = [id_ for (id_,) in self.env.execute_query(get_ids(query, first, last))]
        return self._get_lines_action(name, Domain("id", "in", ids))

    def _get_lines_action(self, name, domain):
        """A list of journal items.

        :rtype: dict
        """
        self.check_access("read")
        items = self.account_id.action_open_items("balance")
        return {
            **items,
            "name": f"{self.customer_id.display_name}: {name}",
            "domain": list(domain),
        }
