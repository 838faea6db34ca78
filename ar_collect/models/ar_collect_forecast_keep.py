# Part of ar_collect. License LGPL-3.
"""Keeps the forecast of each week, and counts what came in."""

from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

from ..tools.forecast_error import monday
from .ar_collect_forecast_item import INFLOW

#: For how many weeks a forecast is kept, the present one included.
WEEKS = 13
#: For how many weeks that are over, what came in is counted anew: entries are still made in them.
OPEN_WEEKS = 5
WEEK = timedelta(days=7)


class ArCollectForecast(models.Model):
    _inherit = "ar.collect.forecast"

    # === BUSINESS METHODS === #

    @api.model
    def _get_day(self, company):
        """The day of a company's forecast: that to which its customers are aged.

        :rtype: date
        """
        status = self.env["ar.collect.refresh.status"]._for_companies(company)
        return status.aged_to or company._get_collect_today()

    # --- what is expected

    @api.model
    def _keep(self, company):
        """Keep the forecast of a company, once a week; a week that was missed stays without.

        :param recordset company: its forecast was just made
        :return: what was kept
        :rtype: recordset of `ar.collect.forecast`
        """
        today = self._get_day(company)
        week = monday(today)
        mine = Domain("company_id", "=", company.id)
        has_customers = self.env["ar.collect.account"].search_count(mine, limit=1)
        if not has_customers or self.search_count(mine & Domain("week_taken", "=", week), limit=1):
            return self.browse()
        amounts = self._get_expected(company, week)
        return self.create(
            [
                {
                    "company_id": company.id,
                    "week": week + number * WEEK,
                    "week_taken": week,
                    "date_taken": today,
                    "weeks_ahead": number,
                    **amounts[week + number * WEEK],
                }
                for number in range(WEEKS)
            ]
        )

    @api.model
    def _get_expected(self, company, week):
        """What is expected from a week on.

        :return dict: amount by name of the field, by Monday
        """
        kinds = (*INFLOW, "disputed")
        amounts = {
            week + number * WEEK: {f"amount_{kind}": 0 for kind in kinds} for number in range(WEEKS)
        }
        domain = Domain("company_id", "=", company.id) & Domain("kind", "in", kinds)
        domain &= Domain("week", "in", list(amounts))
        groups = self.env["ar.collect.forecast.item"]._read_group(
            domain, ["week:day", "kind"], ["amount:sum"]
        )
        for day, kind, amount in groups:
            amounts[day][f"amount_{kind}"] = amount
        return amounts

    # --- what came

    @api.model
    def _count_received(self, company):
        """Count what came in the weeks that are over, until nothing in them is likely to change.

        :param recordset company: `res.company`
        """
        today = self._get_day(company)
        week = monday(today)
        forecasts = self.search(
            Domain("company_id", "=", company.id)
            & Domain("week", "<", week)
            & (Domain("is_past", "=", False) | Domain("week", ">=", week - OPEN_WEEKS * WEEK))
        )
        if not forecasts:
            return
        days = self._get_received(company, min(forecasts.mapped("week")), week)
        for forecast in forecasts:
            first, last = forecast._get_period()
            received = sum(amount for day, amount in days.items() if first <= day <= last)
            forecast.write({"amount_received": received, "is_past": True, "date_counted": today})

    def _get_period(self):
        """First and last day on which money counts.

        What had come when the forecast was made was not open any more, and so not in it.

        :rtype: tuple of date
        """
        self.ensure_one()
        return max(self.week, self.date_taken), self.week + WEEK - timedelta(days=1)

    @api.model
    def _get_received(self, company, first, end):
        """The money of customers by the day of its entry, less what they got back.

        As promises are judged: posted items of bank, cash and card journals. Of trade receivables
        only, because nothing else is forecast.

        :param date first: first day
        :param date end: day after the last
        :return dict: amount in company currency by date
        """
        lines = self.env["account.move.line"].sudo()  # sudo: only the sums are told
        domain = self._get_cash_domain(company)
        domain &= Domain("date", ">=", first) & Domain("date", "<", end)
        groups = lines._read_group(domain, ["date:day"], ["balance:sum"])
        return {day: -balance for day, balance in groups}

    @api.model
    def _get_cash_domain(self, company):
        """The journal items that are money of customers, or money given back.

        :rtype: Domain
        """
        return self.env["account.move.line"]._get_collect_cash_domain(company) & Domain(
            [("account_id.non_trade", "=", False), ("partner_id", "!=", False)]
        )

    def _get_received_domain(self):
        """The journal items behind what was received.

        :rtype: Domain
        """
        first, last = self._get_period()
        return (
            self._get_cash_domain(self.company_id)
            & Domain("date", ">=", first)
            & Domain("date", "<=", last)
        )
