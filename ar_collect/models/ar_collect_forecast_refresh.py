# Part of ar_collect. License LGPL-3.
"""Keeps the cash forecast in line with the ledger: of all customers once a day, of some at once."""

import logging

from odoo import api, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

#: Columns of a row, in the order of the SELECT of ``_get_query``; the first tell rows apart.
COLUMNS = (
    *("account_id", "company_id", "line_id", "promise_id", "kind", "week", "date_expected"),
    *("date_due", "amount", "amount_credit"),
)


class ArCollectForecastItem(models.Model):
    _inherit = "ar.collect.forecast.item"

    # === CRON METHODS === #

    @api.model
    def _cron_refresh(self):
        """Make the forecast of the companies whose customers were aged to a new day. It commits.

        With the first one of a week that forecast is kept, and with each one what came in since is
        counted.
        """
        companies = self._get_due_statuses().company_id
        accounts = self.env["ar.collect.account"]
        accounts._work_through(companies, self._process_company, self._note_failure)

    @api.model
    def _cron_refresh_dirty(self):
        """Refresh the rows of customers whose account was. Only called by ir.cron: it commits."""
        self.env["ar.collect.forecast.dirty"]._work_off(self._process_dirty)

    # === BUSINESS METHODS === #

    @api.model
    def _process_dirty(self):
        """Refresh one batch of the customers that were marked; never commits.

        :return int: how many marks were worked off
        """
        _pairs, taken = self.env["ar.collect.forecast.dirty"]._take_batch(self._refresh)
        return taken

    @api.model
    def _note_failure(self, company, error):
        """Say in the log that a company has no new forecast.

        :param Exception error: why
        """
        _logger.warning("Cash forecast of %s: not made", company.name, exc_info=error)

    @api.model
    def _get_due_statuses(self):
        """Whose customers were aged to a day of which there is no forecast yet.

        :rtype: recordset of `ar.collect.refresh.status`
        """
        statuses = self.env["ar.collect.refresh.status"].search([("aged_to", "!=", False)])
        return statuses.filtered(lambda status: status.forecast_to != status.aged_to)

    @api.model
    def _process_company(self, company):
        """Make the forecast of a company, keep that of a new week, count what came; no commit.

        :param recordset company: `res.company`, its customers refreshed today
        """
        self._refresh(companies=company)
        forecasts = self.env["ar.collect.forecast"]
        forecasts._keep(company)
        forecasts._count_received(company)
        status = self.env["ar.collect.refresh.status"]._for_companies(company)
        status.forecast_to = status.aged_to or company._get_collect_today()

    @api.model
    def _refresh(self, partners=None, companies=None):
        """Bring rows in line with the ledger and with what was promised and disputed.

        :param recordset partners: `res.partner`, any contact stands for its customer; None: all
        :param recordset companies: `res.company`; None: all
        """
        accounts = self.env["ar.collect.account"].sudo()  # sudo: a cache, the same for everybody
        self.env.flush_all()
        scope = accounts._get_refresh_scope(partners, companies)
        if not scope.companies:
            return
        if scope.partner_ids is None:
            accounts._tune_for_all()
        self.env.cr.execute(self._get_upsert_query(scope))
        self.invalidate_model(flush=False)

    @api.model
    def _get_upsert_query(self, scope):
        """SQL that writes the rows of which something has changed, and removes what is gone.

        :param RefreshScope scope: whose rows
        :rtype: SQL
        """
        columns = [SQL.identifier(name) for name in COLUMNS]
        same = SQL(
            """
            present.line_id = fresh.line_id AND present.kind = fresh.kind
            AND COALESCE(present.promise_id, 0) = COALESCE(fresh.promise_id, 0)
            """
        )
        return SQL(
            """
            WITH fresh AS MATERIALIZED (%(fresh)s),
            gone AS (
                DELETE FROM ar_collect_forecast_item present
                 WHERE present.company_id = ANY(%(companies)s::int4[]) AND %(partners)s
                   AND NOT EXISTS (SELECT FROM fresh WHERE %(same)s)
            )
            INSERT INTO ar_collect_forecast_item AS item (%(columns)s)
            SELECT %(changed)s
              FROM fresh
              LEFT JOIN ar_collect_forecast_item present ON %(same)s
             WHERE (%(old)s) IS DISTINCT FROM (%(changed)s)
            ON CONFLICT (line_id, kind, COALESCE(promise_id, 0)) DO UPDATE
            SET (%(columns)s) = ROW(%(excluded)s)
            """,
            fresh=self._get_query(scope),
            companies=scope.companies.ids,
            partners=SQL("TRUE")
            if scope.partner_ids is None
            else SQL(
                """
                present.account_id = ANY(ARRAY(
                    SELECT id FROM ar_collect_account WHERE partner_id = ANY(%s::int4[])))
                """,
                scope.partner_ids,
            ),
            same=same,
            columns=SQL(", ").join(columns),
            changed=SQL(", ").join(SQL("fresh.%s", column) for column in columns),
            old=SQL(", ").join(SQL("present.%s", column) for column in columns),
            excluded=SQL(", ").join(SQL("EXCLUDED.%s", column) for column in columns),
        )
