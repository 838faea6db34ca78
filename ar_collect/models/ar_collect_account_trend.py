# Part of ar_collect. License LGPL-3.
"""How late customers pay now, and how late the year before: kept each night for lists of many."""

from odoo import api, models
from odoo.tools import SQL

from .ar_collect_trend import TREND_COLUMNS
from .credit_query import CreditQuery
from .refresh_scope import RefreshScope


class ArCollectAccount(models.Model):
    _name = "ar.collect.account"
    _inherit = ["ar.collect.account", "ar.collect.trend"]

    # === BUSINESS METHODS === #

    @api.model
    def _process_company(self, company):
        """Override of `ar_collect` to work out the trends as well."""
        result = super()._process_company(company)
        self._refresh_trends(company)
        return result

    @api.model
    def _refresh_trends(self, companies):
        """Bring the trends of all customers in line with the ledger, in one statement.

        :param recordset companies: `res.company`
        """
        self.env.flush_all()
        scope = RefreshScope(companies)
        columns = [SQL.identifier(name) for name in TREND_COLUMNS]
        self.env.cr.execute(
            SQL(
                """
                UPDATE ar_collect_account account
                   SET (%(columns)s) = (%(fresh)s)
                  FROM (SELECT present.id, behaviour.late_now, behaviour.late_before,
                               COALESCE(behaviour.late_now_count, 0) AS late_now_count,
                               COALESCE(behaviour.late_before_count, 0) AS late_before_count
                          FROM ar_collect_account present
                          LEFT JOIN (%(behaviour)s) AS behaviour USING (partner_id, company_id)
                         WHERE present.company_id = ANY(%(companies)s::int4[])) AS fresh
                 WHERE fresh.id = account.id
                   AND (%(present)s) IS DISTINCT FROM (%(fresh)s)
                """,
                columns=SQL(", ").join(columns),
                fresh=SQL(", ").join(SQL("fresh.%s", column) for column in columns),
                present=SQL(", ").join(SQL("account.%s", column) for column in columns),
                behaviour=CreditQuery(scope).get_behaviour(),
                companies=companies.ids,
            )
        )
        self.invalidate_model(TREND_COLUMNS, flush=False)
