# Part of ar_collect. License LGPL-3.
"""Whose credit is to be looked at, and why; those first who owe the most."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..models.ar_collect_credit_review import RISK_CLASSES
from ..models.ar_collect_trend import TREND_COLUMNS
from ..models.refresh_scope import RefreshScope
from ..tools.credit_review import MIN_ITEMS

#: Days after a review for which limit and trend are known.
KNOWN_DAYS = 30


class ArCollectCreditWatch(models.Model):
    """A row for each customer in each company whose credit is to be looked at.

    What was reviewed rests for a month; then it stands here again if it still holds. What is owed
    is of this moment, how late they pay is of last night.
    """

    _name = "ar.collect.credit.watch"
    _description = "Credit to Review"
    _auto = False
    _order = "amount_exposure DESC, account_id, id"
    _rec_name = "customer_id"
    _depends = {
        "ar.collect.account": [
            *("partner_id", "company_id", "user_id", "risk_class"),
            *TREND_COLUMNS,
        ],
        "ar.collect.credit.review": ["account_id", "state", "decided_on"],
        "account.move": ["payment_state", "state", "amount_residual_signed"],
        "account.move.line": [
            *("account_id", "company_id", "partner_id", "parent_state", "amount_residual"),
            *("date", "date_maturity", "no_followup"),
        ],
        "res.partner": ["commercial_partner_id", "credit_limit"],
    }

    account_id = fields.Many2one(comodel_name="ar.collect.account", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    customer_id = fields.Many2one(comodel_name="res.partner", readonly=True)
    user_id = fields.Many2one(comodel_name="res.users", string="Collector", readonly=True)
    risk_class = fields.Selection(RISK_CLASSES, readonly=True)
    near_limit = fields.Boolean(
        string="Limit Nearly Used", readonly=True, help="More is used than the settings allow."
    )
    pays_later = fields.Boolean(
        string="Pays Later Than Before",
        readonly=True,
        help="By more days than the settings allow, compared with the year before.",
    )
    is_due = fields.Boolean(
        string="Review Is Due",
        readonly=True,
        help="Owes more than the settings allow, and was not reviewed for so many months.",
    )
    reasons = fields.Char(string="Why", compute="_compute_reasons")
    amount_exposure = fields.Monetary(
        string="Exposure",
        readonly=True,
        help="What is owed, and what is ordered and not invoiced; in company currency.",
    )
    amount_limit = fields.Monetary(string="Credit Limit", readonly=True, help="0: no limit.")
    limit_use = fields.Float(string="Limit Used (%)", readonly=True, aggregator="avg")
    late_now = fields.Float(
        string="Days Late Now",
        readonly=True,
        aggregator="avg",
        help="Of the items paid in the last 90 days, and of what is past due and still open; as of"
        " last night.",
    )
    late_now_count = fields.Integer(string="Items Now", readonly=True)
    late_before = fields.Float(
        string="Days Late Before", readonly=True, aggregator="avg", help="Of the year before."
    )
    late_before_count = fields.Integer(string="Items Before", readonly=True)
    last_review = fields.Date(readonly=True, help="The day it was decided.")
    draft_id = fields.Many2one(
        comodel_name="ar.collect.credit.review", string="Begun", readonly=True
    )

    # === COMPUTE METHODS === #

    @api.depends("near_limit", "pays_later", "is_due")
    @api.depends_context("lang")
    def _compute_reasons(self):
        texts = {
            "near_limit": self.env._("Limit nearly used"),
            "pays_later": self.env._("Pays later than before"),
            "is_due": self.env._("Review is due"),
        }
        for row in self:
            row.reasons = " · ".join(text for name, text in texts.items() if row[name])

    # === ACTION METHODS === #

    def action_review(self):
        """Begin the reviews of these customers, or go on with them.

        :rtype: dict
        """
        return self.account_id.action_review()

    def action_open_account(self):
        """Open the customer."""
        return self.ensure_one().account_id.action_open_page()

    # === BUSINESS METHODS === #

    @property
    def _table_query(self):
        """A row for each customer for whom one of the reasons holds.

        :rtype: SQL
        """
        # pylint: disable=no-search-all
        # sudo: of all companies, the rules decide whose rows are seen
        companies = self.env["res.company"].sudo().search([])  # sudo: see above
        scope = RefreshScope(companies)
        return SQL(
            """
            WITH company (id, today, zone, percent, days, months, amount, has_limits) AS (
                VALUES %(companies)s
            ),
            customer AS (%(customers)s)
            SELECT customer.account_id AS id, customer.account_id, customer.company_id,
                   customer.partner_id AS customer_id, customer.user_id, customer.risk_class,
                   reason.near_limit, reason.pays_later, reason.is_due,
                   customer.exposure AS amount_exposure, customer.credit_limit AS amount_limit,
                   (100 * customer.exposure / NULLIF(customer.credit_limit, 0))::float8
                       AS limit_use,
                   customer.late_now, customer.late_now_count, customer.late_before,
                   customer.late_before_count, customer.last_review, customer.draft_id
              FROM customer
              JOIN company ON company.id = customer.company_id
             CROSS JOIN LATERAL (
                   SELECT COALESCE(%(near_limit)s, FALSE) AS near_limit,
                          COALESCE(%(pays_later)s, FALSE) AS pays_later,
                          %(is_due)s AS is_due) AS reason
             WHERE reason.near_limit OR reason.pays_later OR reason.is_due
            """,
            companies=SQL(", ").join(
                self._get_company_row(company, scope.today[company.id]) for company in companies
            ),
            customers=self._get_customers(scope),
            **self._get_reasons(),
        )

    def _get_company_row(self, company, today):
        """SQL of what a company watches.

        :param date today: where the company is
        """
        return SQL(
            "(%s, %s::date, %s, %s, %s, %s, %s, %s)",
            company.id,
            today,
            self.env["ar.collect.refresh.status"]._get_time_zone(company).key,
            company.collect_review_percent,
            company.collect_review_days,
            company.collect_review_months,
            company.collect_review_amount,
            bool(company.account_use_credit_limit),
        )

    def _get_reasons(self):
        """SQL conditions by column; a limit of 0 in the settings never holds.

        :rtype: dict
        """
        rested = SQL(
            "(customer.last_review IS NULL OR customer.last_review <= company.today - %s)",
            KNOWN_DAYS,
        )
        return {
            "near_limit": SQL(
                "company.percent > 0 AND customer.credit_limit > 0"
                " AND 100 * customer.exposure > company.percent * customer.credit_limit"
                " AND %s",
                rested,
            ),
            "pays_later": SQL(
                "company.days > 0 AND customer.balance > 0"
                " AND customer.late_now - customer.late_before > company.days"
                " AND LEAST(customer.late_now_count, customer.late_before_count) >= %s AND %s",
                MIN_ITEMS,
                rested,
            ),
            "is_due": SQL(
                "(company.months > 0 AND customer.balance > company.amount"
                " AND (customer.last_review IS NULL OR customer.last_review"
                " <= company.today - MAKE_INTERVAL(months => company.months)))"
            ),
        }

    def _get_customers(self, scope):
        """SELECT of the figures of each account that owes something, or has ordered.

        :param RefreshScope scope: of all customers
        """
        hold = self.env["ar.collect.hold"].sudo()  # sudo: figures, the rules decide who sees them
        return SQL(
            """
            SELECT account.id AS account_id, account.company_id, account.partner_id,
                   account.user_id, account.risk_class,
                   COALESCE(owed.amount, 0) AS balance,
                   COALESCE(owed.amount, 0) + COALESCE(ordered.amount, 0) AS exposure,
                   CASE WHEN company.has_limits
                        THEN GREATEST(0, COALESCE(
                             (partner.credit_limit ->> company.id::text)::numeric, %(limit)s, 0))
                        ELSE 0 END AS credit_limit,
                   account.late_now, account.late_before, account.late_now_count,
                   account.late_before_count, draft.id AS draft_id,
                   (decided.moment AT TIME ZONE 'UTC' AT TIME ZONE company.zone)::date
                       AS last_review
              FROM ar_collect_account account
              JOIN company ON company.id = account.company_id
              JOIN res_partner partner ON partner.id = account.partner_id
              LEFT JOIN (SELECT partner_id, company_id, SUM(residual) AS amount
                           FROM (%(receivable)s) AS receivable
                          GROUP BY partner_id, company_id) AS owed
                     ON owed.partner_id = account.partner_id
                    AND owed.company_id = account.company_id
              LEFT JOIN (%(unbilled)s) AS ordered (partner_id, company_id, amount)
                     ON ordered.partner_id = account.partner_id
                    AND ordered.company_id = account.company_id
              LEFT JOIN (SELECT account_id, MAX(decided_on) AS moment FROM ar_collect_credit_review
                          WHERE state = 'decided' GROUP BY account_id) AS decided
                     ON decided.account_id = account.id
              LEFT JOIN ar_collect_credit_review draft
                     ON draft.account_id = account.id AND draft.state = 'draft'
             WHERE COALESCE(owed.amount, 0) + COALESCE(ordered.amount, 0) > 0
            """,
            limit=self.env["ar.collect.account"]._get_default_credit_limit(SQL("company.id")),
            receivable=hold._get_receivable_query(scope),
            unbilled=hold._get_unbilled_query(scope),
        )
