# Part of ar_collect. License LGPL-3.
"""Whose credit is to be looked at, and why; those first who owe the most."""

from odoo import fields, models
from odoo.tools import SQL

from ..models.ar_collect_account_trend import TREND_COLUMNS
from ..models.ar_collect_credit_review import RISK_CLASSES
from ..models.refresh_scope import RefreshScope
from ..tools.credit_review import MIN_ITEMS

#: Why, in the order of their numbers, which are part of the id of a row.
REASONS = [
    ("limit", "Limit Nearly Used"),
    ("worse", "Pays Later Than Before"),
    ("due", "Review Is Due"),
]
#: Days after a review for which limit and trend are known.
KNOWN_DAYS = 30


class ArCollectCreditWatch(models.Model):
    """A row for each reason of each customer, in each company.

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
        "ar.collect.credit.review": ["account_id", "state", "date"],
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
    reason = fields.Selection(REASONS, readonly=True)
    # not summed up: a customer stands here as often as there are reasons
    amount_exposure = fields.Monetary(
        string="Exposure",
        readonly=True,
        aggregator=None,
        help="What is owed, and what is ordered and not invoiced; in company currency.",
    )
    amount_limit = fields.Monetary(
        string="Credit Limit", readonly=True, aggregator=None, help="0: no limit."
    )
    limit_use = fields.Float(string="Limit Used (%)", readonly=True, aggregator="avg")
    late_now = fields.Float(
        string="Days Late Now",
        readonly=True,
        aggregator="avg",
        help="Of the last 90 days, as of last night.",
    )
    late_before = fields.Float(
        string="Days Late Before", readonly=True, aggregator="avg", help="Of the year before."
    )
    last_review = fields.Date(readonly=True)
    draft_id = fields.Many2one(
        comodel_name="ar.collect.credit.review", string="Begun", readonly=True
    )

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
        """A row for each reason, see :data:`REASONS`.

        :rtype: SQL
        """
        # pylint: disable=no-search-all
        # sudo: of all companies, the rules decide whose rows are seen
        companies = self.env["res.company"].sudo().search([])  # sudo: see above
        scope = RefreshScope(companies)
        return SQL(
            """
            WITH company (id, today, percent, days, months, amount, has_limits) AS (
                VALUES %(companies)s
            ),
            customer AS (%(customers)s)
            SELECT customer.account_id::int8 * 8 + reason.number AS id, customer.account_id,
                   customer.company_id, customer.partner_id AS customer_id, customer.user_id,
                   customer.risk_class, reason.code AS reason,
                   customer.exposure AS amount_exposure, customer.credit_limit AS amount_limit,
                   (100 * customer.exposure / NULLIF(customer.credit_limit, 0))::float8
                       AS limit_use,
                   customer.late_now, customer.late_before, customer.last_review,
                   customer.draft_id
              FROM customer
              JOIN company ON company.id = customer.company_id
             CROSS JOIN LATERAL (VALUES %(reasons)s) AS reason (number, code, holds)
             WHERE reason.holds
            """,
            companies=SQL(", ").join(
                self._get_company_row(company, scope.today[company.id]) for company in companies
            ),
            customers=self._get_customers(scope),
            reasons=self._get_reasons(),
        )

    def _get_company_row(self, company, today):
        """SQL of what a company watches.

        :param date today: where the company is
        """
        return SQL(
            "(%s, %s::date, %s, %s, %s, %s, %s)",
            company.id,
            today,
            company.collect_review_percent,
            company.collect_review_days,
            company.collect_review_months,
            company.collect_review_amount,
            bool(company.account_use_credit_limit),
        )

    def _get_reasons(self):
        """SQL rows: number, code, whether it holds; a limit of 0 in the settings never does."""
        rested = SQL(
            "customer.last_review IS NULL OR customer.last_review <= company.today - %s", KNOWN_DAYS
        )
        conditions = {
            "limit": SQL(
                "company.percent > 0 AND customer.credit_limit > 0"
                " AND 100 * customer.exposure > company.percent * customer.credit_limit"
                " AND (%s)",
                rested,
            ),
            "worse": SQL(
                "company.days > 0 AND customer.balance > 0"
                " AND customer.late_now - customer.late_before > company.days"
                " AND LEAST(customer.late_now_count, customer.late_before_count) >= %s AND (%s)",
                MIN_ITEMS,
                rested,
            ),
            "due": SQL(
                "company.months > 0 AND customer.balance > company.amount"
                " AND (customer.last_review IS NULL OR customer.last_review"
                " <= company.today - MAKE_INTERVAL(months => company.months))"
            ),
        }
        return SQL(", ").join(
            SQL("(%s, %s, %s)", number, code, conditions[code])
            for number, (code, _label) in enumerate(REASONS)
        )

    def _get_customers(self, scope):
        """SELECT of the figures of each account that owes something, or has ordered.

        :param RefreshScope scope: of all customers
        """
        hold = self.env["ar.collect.hold"].sudo()  # sudo: figures, the rules decide who sees them
        return SQL(
            """
            SELECT account.id AS account_id, account.company_id, account.partner_id,
                   account.user_id, account.risk_class, draft.id AS draft_id,
                   COALESCE(owed.amount, 0) AS balance,
                   COALESCE(owed.amount, 0) + COALESCE(ordered.amount, 0) AS exposure,
                   CASE WHEN company.has_limits
                        THEN GREATEST(0, COALESCE(
                             (partner.credit_limit ->> company.id::text)::numeric, %(limit)s, 0))
                        ELSE 0 END AS credit_limit,
                   account.late_now, account.late_before, account.late_now_count,
                   account.late_before_count, decided.date AS last_review
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
              LEFT JOIN (SELECT account_id, MAX(date) AS date FROM ar_collect_credit_review
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
