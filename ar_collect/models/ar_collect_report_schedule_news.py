# Part of ar_collect. License LGPL-3.
"""The report on customers in trouble carries the news of those who hear as often: one mail."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

#: How far ahead a report may be planned that somebody's news wait for (days).
AHEAD = {"day": 4, "week": 7}


class ArCollectSalesNews(models.Model):
    _inherit = "ar.collect.sales.news"

    # === BUSINESS METHODS === #

    @api.model
    def _get_reported_companies(self, user):
        """The companies whose news somebody gets with the report on customers in trouble.

        Nobody waits for a report that was not sent on its day, or that had a problem last time.

        :param recordset user: `res.users`
        :rtype: recordset of `res.company`
        """
        frequency = user._get_collect_sales_news()
        if frequency not in AHEAD:
            return self.env["res.company"]
        today = user.company_id._get_collect_today()
        schedules = self.env["ar.collect.report.schedule"].search(
            Domain("kind", "=", "sales")
            & Domain("interval", "=", frequency)
            & Domain("next_date", "<=", today + timedelta(days=AHEAD[frequency]))
            & Domain("problem", "in", [False, ""])
            & (Domain("user_ids", "=", False) | Domain("user_ids", "in", user.ids))
        )
        return schedules.filtered(
            lambda schedule: schedule.next_date >= schedule.company_ids[:1]._get_collect_today()
        ).company_ids

    @api.model
    def _take_for_report(self, user, companies, interval):
        """The news that go into a report of somebody; none for who hears otherwise.

        :param recordset user: `res.users`
        :param recordset companies: `res.company` of the report
        :param str interval: of the report
        :return: as superuser, oldest first
        """
        if user._get_collect_sales_news() != interval or interval not in AHEAD:
            return self.browse()
        reader = self.env["ar.collect.sales.reader"]._take(user)
        if not reader:
            return self.browse()
        news = self._take(user, companies & user.company_ids, fields.Datetime.now())
        if news:
            reader.told_at = fields.Datetime.now()
        return news


class ArCollectReportSchedule(models.Model):
    _inherit = "ar.collect.report.schedule"

    # === BUSINESS METHODS === #

    def _get_recipients(self):
        """Override of `ar_collect`: without recipients, also who has but news to hear."""
        found = super()._get_recipients()
        if self.user_ids or self.kind != "sales":
            return found
        news = self.env["ar.collect.sales.news"].sudo()  # sudo: who has something to hear
        waiting = dict(self.env.execute_query(news._get_waiting_query()))
        users = self.env["res.users"].search(
            Domain("share", "=", False)
            & (Domain("id", "in", list(waiting)) | Domain("collect_sales_news_team", "=", True))
        )
        return found | users.filtered(
            lambda user: (
                user.company_ids & self.company_ids
                and user._get_collect_sales_news() == self.interval
            )
        )

    @api.model
    def _get_sales_news(self, interval):
        """The news for the recipient, to be shown above the figures of the report."""
        # sudo: what is told, and marked as told, is looked up by the system
        news = self.env["ar.collect.sales.news"].sudo()  # sudo: see above
        taken = news._take_for_report(self.env.user, self.env.companies, interval)
        return taken.with_context(lang=self.env.lang, tz=self.env.tz)
