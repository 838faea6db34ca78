# Part of ar_collect. License LGPL-3.
import logging
from datetime import timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import scoring

_logger = logging.getLogger(__name__)


class ArCollectRefreshStatus(models.Model):
    """Per company: how far its collection accounts are refreshed and what they are measured by.

    The figures that one customer's rank takes from all customers (share paid late, mean delay,
    scale of the expected gain) stand here, so that a row is always a function of the ledger and of
    this record, whether it was refreshed alone or with all others.
    """

    _name = "ar.collect.refresh.status"
    _description = "Refresh Status"
    _rec_name = "company_id"
    _order = "company_id"

    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="cascade"
    )
    aged_to = fields.Date(readonly=True, help="The day of the aging, in the company's time zone.")
    refreshed_at = fields.Datetime(string="Last Full Refresh", readonly=True)
    problem = fields.Text(readonly=True, help="What is wrong with this company, and what to do.")
    customer_count = fields.Integer(string="Customers", readonly=True)
    paid_count = fields.Integer(string="Paid Items", readonly=True)
    late_share = fields.Float(readonly=True, help="Share of the paid items that were paid late.")
    mean_delay_days = fields.Float(string="Mean Delay (days)", readonly=True)
    gain_mean = fields.Float(
        string="Typical Expected Gain", readonly=True, help="Company currency, series 1-2-5."
    )
    gain_top = fields.Float(
        string="Largest Expected Gain", readonly=True, help="Company currency, series 1-2-5."
    )

    _company_unique = models.Constraint("UNIQUE (company_id)", "A company has one refresh status.")

    # === BUSINESS METHODS === #

    @api.model
    def _for_companies(self, companies):
        """The status of each company; made when missing.

        :param recordset companies: `res.company`
        """
        found = self.search([("company_id", "in", companies.ids)], order="id")
        missing = companies - found.company_id
        return found + self.create([{"company_id": company.id} for company in missing])

    @api.model
    def _get_today(self, companies):
        """Today's date in each company's time zone: that of its address, else of its work hours.

        :return dict: date by company id
        """
        now = fields.Datetime.now().replace(tzinfo=timezone.utc)
        return {
            company.id: now.astimezone(self._get_time_zone(company)).date() for company in companies
        }

    @api.model
    def _get_time_zone(self, company):
        """The company's time zone; UTC for a name nobody knows."""
        try:
            return ZoneInfo(self._get_time_zone_name(company))
        except (KeyError, ValueError, OSError):
            return ZoneInfo("UTC")

    @api.model
    def _get_zone_rows(self, companies):
        """SQL rows (company id, name of its time zone)."""
        return SQL(", ").join(
            SQL("(%s, %s)", company.id, self._get_time_zone(company).key) for company in companies
        )

    @api.model
    def _get_time_zone_name(self, company):
        return company.partner_id.tz or company.resource_calendar_id.tz or "UTC"

    @api.model
    def _get_problem(self, company):
        """What a manager should mend for this company, in words; empty when all is well."""
        name = self._get_time_zone_name(company)
        problems = []
        if self._get_time_zone(company).key != name:
            problems.append(
                self.env._(
                    "%(company)s: the time zone %(tz)s is unknown, so UTC decides what is overdue."
                    " Choose a time zone on the company's contact.",
                    company=company.name,
                    tz=name,
                )
            )
        problems += self._get_accounting_problems(company)
        return "\n".join(problems)

    @api.model
    def _get_accounting_problems(self, company):
        root = company.root_id
        if not root.chart_template and not self.env["account.account"].search_count(
            [("company_ids", "in", root.ids)], limit=1
        ):
            return [
                self.env._(
                    "%s: there is no chart of accounts, so there is nothing to collect."
                    " Choose one in the accounting settings.",
                    company.name,
                )
            ]
        if not self.env["account.account"].search_count(
            [("company_ids", "in", root.ids), ("account_type", "=", "asset_receivable")], limit=1
        ):
            return [
                self.env._(
                    "%s: there is no receivable account, so no invoice can be collected."
                    " Add one to the chart of accounts.",
                    company.name,
                )
            ]
        return []

    @api.model
    def _note_full_refresh(self, scope):
        """Write down that all customers of these companies are aged to their today."""
        for status in self._for_companies(scope.companies):
            problem = self._get_problem(status.company_id)
            if problem:
                _logger.info("Collections: %s", problem)
            status.write(
                {
                    "aged_to": scope.today[status.company_id.id],
                    "refreshed_at": fields.Datetime.now(),
                    "problem": problem or False,
                }
            )

    @api.model
    def _note_failure(self, company, error):
        """Say on the status of a company why its customers could not be refreshed."""
        _logger.warning("Collections of %s could not be refreshed: %s", company.name, error)
        self._for_companies(company).problem = self.env._(
            "%(company)s: the customers could not be refreshed, the next attempt is within the"
            " hour. %(error)s",
            company=company.name,
            error=error,
        )

    # --- what a company's customers are measured by

    def _is_small(self):
        """Whether measuring all customers costs too little to be put off."""
        return self.customer_count <= scoring.EXACT_SHARE_LIMIT

    def _measure(self, scope):
        """Measure the company's customers anew.

        :param RefreshScope scope: for the company's date
        :return bool: whether a figure has changed, so that all its customers rank anew
        """
        self.ensure_one()
        behaviour_changed = self._measure_behaviour()
        gain_changed = self._measure_gain(scope)
        return behaviour_changed or gain_changed

    def _measure_behaviour(self):
        [(customers, paid, late, delay)] = self.env.execute_query(
            SQL(
                """
                SELECT COUNT(*), COALESCE(SUM(paid_count), 0), COALESCE(SUM(late_count), 0),
                       COALESCE(SUM(delay_days_total), 0)
                  FROM ar_collect_account WHERE company_id = %s
                """,
                self.company_id.id,
            )
        )
        paid, late, delay = int(paid), int(late), int(delay)
        return self._update_changed(
            {
                "customer_count": customers,
                "paid_count": paid,
                "late_share": scoring.rounded_share(late / paid, paid) if paid else 0.5,
                "mean_delay_days": scoring.rounded_share(delay / paid, paid) if paid else 0.0,
            },
            telling={"late_share", "mean_delay_days"},
        )

    def _measure_gain(self, scope):
        accounts = self.env["ar.collect.account"]
        domain = [("company_id", "=", self.company_id.id), ("amount_chasable", ">", 0)]
        [(mean, top)] = self.env.execute_query(
            SQL(
                "SELECT COALESCE(AVG(amount), 0), COALESCE(MAX(amount), 0) FROM (%s) AS expected",
                accounts._get_gain_query(self, scope, domain),
            )
        )
        return self._update_changed(
            {"gain_mean": scoring.round_up_125(mean), "gain_top": scoring.round_up_125(top)},
            telling={"gain_mean", "gain_top"},
        )

    def _update_changed(self, values, telling):
        """Write the values that differ.

        :param dict values: new value by field
        :param set telling: the fields whose change matters to every customer
        :return bool: whether one of these has changed
        """
        changed = {name: value for name, value in values.items() if self[name] != value}
        if changed:
            self.write(changed)
        return not telling.isdisjoint(changed)
