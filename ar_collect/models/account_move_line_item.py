# Part of ar_collect. License LGPL-3.
"""Journal items as a collector sees them: how late, and why left out."""

from odoo import api, fields, models
from odoo.fields import Domain

from .account_journal import CASH_JOURNAL_TYPES
from .account_move import NOT_CHASED_STATES


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    collect_due_date = fields.Date(
        string="Due",
        compute="_compute_collect_due_date",
        help="Due date; the date of the entry where there is none.",
    )
    collect_days_late = fields.Integer(
        string="Days Late",
        compute="_compute_collect_days_late",
        help="Days past due today, in the company's time zone; due today is not late.",
    )
    collect_excluded_reason = fields.Char(
        string="Why Excluded",
        compute="_compute_collect_excluded_reason",
        help="Why nobody is asked to pay this item; empty when it is chased.",
    )

    # === COMPUTE METHODS === #

    @api.depends("date_maturity", "date")
    def _compute_collect_due_date(self):
        for line in self:
            line.collect_due_date = line.date_maturity or line.date

    @api.depends("collect_due_date", "amount_residual", "company_id")
    def _compute_collect_days_late(self):
        today = self.env["ar.collect.refresh.status"]._get_today(self.company_id)
        for line in self:
            late = 0
            if line.amount_residual > 0 and line.collect_due_date:
                late = max((today[line.company_id.id] - line.collect_due_date).days, 0)
            line.collect_days_late = late

    @api.depends(
        "no_followup",
        "account_id.non_trade",
        "amount_residual_currency",
        "move_id.payment_state",
        "move_id.amount_residual_signed",
    )
    def _compute_collect_excluded_reason(self):
        # most share theirs, which is none: each write takes its time
        by_reason = self.grouped(lambda line: line._get_collect_excluded_reason())
        for reason, lines in by_reason.items():
            lines.collect_excluded_reason = reason

    # === BUSINESS METHODS === #

    def _get_collect_excluded_reason(self):
        """Why this item is not chased, in words.

        :return: the reason, False for an item that is chased
        :rtype: str | bool
        """
        self.ensure_one()
        if self.account_id.non_trade:
            return self.env._("Not a trade receivable")
        move = self.move_id
        if move.payment_state in NOT_CHASED_STATES and move.amount_residual_signed:
            if move.payment_state == "blocked":
                return self.env._("Payment blocked")
            if move.payment_state == "invoicing_legacy":
                return self.env._("From a former system")
            if self.currency_id.is_zero(self.amount_residual_currency):
                return self.env._("Paid; the rest is an exchange difference")
            return self.env._("In payment")
        return self.no_followup and self.env._("Excluded from follow-up")

    @api.model
    def _get_collect_open_domain(self, partners, companies):
        """The open trade items of customers, on themselves and on their contacts.

        :param recordset partners: `res.partner`, commercial ones
        :param recordset companies: `res.company`
        :rtype: Domain
        """
        return Domain(
            [
                ("partner_id.commercial_partner_id", "in", partners.ids),
                ("company_id", "in", companies.ids),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual", "!=", 0),
            ]
        )

    @api.model
    def _get_collect_cash_domain(self, companies):
        """The posted items of customers that are money, or money given back.

        :param recordset companies: `res.company`
        :rtype: Domain
        """
        return Domain(
            [
                ("company_id", "in", companies.ids),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("journal_id.type", "in", CASH_JOURNAL_TYPES),
            ]
        )

    @api.model
    def _get_collect_idle_domain(self):
        """Items whose credits are not netted either: being paid, blocked, or not trade."""
        return Domain("account_id.non_trade", "=", True) | Domain(
            [
                ("move_id.payment_state", "in", NOT_CHASED_STATES),
                ("move_id.amount_residual_signed", "!=", 0),
            ]
        )

    @api.model
    def _get_collect_excluded_domain(self):
        """Items that nobody is asked to pay.

        :rtype: Domain
        """
        return Domain("no_followup", "=", True) | self._get_collect_idle_domain()

    @api.model
    def _get_collect_late_domain(self, today, first=1, last=None):
        """Debits past due by a number of days.

        :param date today: in the company's time zone
        :param int first: at least this many days
        :param int|None last: at most this many days; None: no limit
        :rtype: Domain
        """
        return Domain("amount_residual", ">", 0) & self._get_collect_due_domain(today, first, last)

    @api.model
    def _get_collect_due_domain(self, today, first, last):
        def between(field):
            domain = Domain(field, "<=", fields.Date.subtract(today, days=first))
            if last is not None:
                domain &= Domain(field, ">=", fields.Date.subtract(today, days=last))
            return domain

        undated = Domain("date_maturity", "=", False) & between("date")
        return between("date_maturity") | undated
