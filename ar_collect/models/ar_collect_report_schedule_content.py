# Part of ar_collect. License LGPL-3.
"""What scheduled reports say: the pages of the dashboards as mails, and spreadsheets."""

from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

from ..tools.sheet import Sheets, date_format
from .ar_collect_report_schedule import PERIODS

#: Measures of the spreadsheet of activities; the others are in the report.
ACTIVITY = (
    *("attempt_count", "call_count", "email_count", "contact_count", "right_party_count"),
    *("duration", "promise_count", "promise_amount", "judged_count", "kept_count", "kept_amount"),
    *("dispute_opened_count", "dispute_resolved_count", "notice_count", "cash_amount"),
    *("days_worked", "hours_worked"),
)


class ArCollectReportSchedule(models.Model):
    _inherit = "ar.collect.report.schedule"

    # === BUSINESS METHODS === #

    @api.model
    def _get_manager_mail(self, kind, interval):
        """The manager's page: key figures, targets, customers, causes."""
        page = self.env["ar.collect.dashboard"].get_page("manager", {"period": PERIODS[interval]})
        return self._render_page(
            page,
            self.env._("Receivables: %s", self._get_span(page["first"], page["last"])),
            "collections-manager",
        )

    @api.model
    def _get_sales_mail(self, kind, interval):
        """The salesperson's page and the news; nothing when none of the customers is late."""
        page = self.env["ar.collect.dashboard"].get_page("sales")
        news = self._get_sales_news(interval)
        if not (page["tables"][0]["rows"] or news):
            return None
        count = page["tables"][0]["count"]
        subject = (
            self.env._("1 of your customers is overdue")
            if count == 1
            else self.env._("%s of your customers are overdue", count)
        )
        subject = subject if count else news._get_subject()
        return self._render_page(page, subject, "collections-my-customers", news)

    @api.model
    def _render_page(self, page, subject, path, news=None):
        """A page of figures as a mail that reads without pictures.

        :param dict page: see ``ar.collect.dashboard.get_page``
        :param str path: of the page it is taken from
        :param recordset|None news: `ar.collect.sales.news` to be told above it
        :rtype: dict
        """
        body = self.env["ir.qweb"]._render(
            "ar_collect.mail_report_page",
            {
                "title": subject,
                "page": page,
                "tables": [table for table in page["tables"] if table["code"] != "figures"],
                "companies": ", ".join(page["companies"]),
                "format": self._format,
                "link": f"{self.get_base_url()}/odoo/{path}",
                **(news._get_values(self.env.user) if news else {}),
            },
        )
        return {"subject": subject, "body": body, "files": []}

    @api.model
    def _format(self, value, unit, currency_id=None):
        """A figure as it is read.

        :param unit: number, money, percent, days, date, or empty for a text
        :rtype: str
        """
        if value is None or value == "":
            return "-"
        if unit == "date":
            return format_date(self.env, value)
        if unit == "money":
            currency = self.env["res.currency"].browse(currency_id) or self.env.company.currency_id
            return formatLang(self.env, value, currency_obj=currency)
        if unit in ("percent", "days", "number") and isinstance(value, (int, float)):
            digits = 0 if float(value).is_integer() else 1
            text = formatLang(self.env, value, digits=digits)
            if unit == "days":
                return self.env._("%s days", text)
            return f"{text} %" if unit == "percent" else text
        return str(value)

    @api.model
    def _get_span(self, first, last):
        """A period in words."""
        if first == last:
            return format_date(self.env, first)
        return f"{format_date(self.env, first)} - {format_date(self.env, last)}"

    # --- spreadsheets

    @api.model
    def _get_aged_mail(self, kind, interval):
        """Aged receivables as of yesterday, the last day that is complete."""
        companies = self.env.companies
        day = companies[:1]._get_collect_today() - timedelta(days=1)
        raw = self.env["ar.collect.aged.report"]._render_xlsx(companies, day)
        subject = self.env._("Aged receivables as of %s", format_date(self.env, day))
        return self._get_file_mail(subject, f"{self.env._('Aged Receivables')} {day}.xlsx", raw)

    @api.model
    def _get_activity_mail(self, kind, interval):
        """Activities of the period by collector."""
        page = self.env["ar.collect.dashboard"]._get_request("team", {"period": PERIODS[interval]})
        raw = self._render_activity(self.env.companies, page.first, page.last)
        subject = self.env._("Activities: %s", self._get_span(page.first, page.last))
        return self._get_file_mail(subject, f"{self.env._('Activities')} {page.last}.xlsx", raw)

    @api.model
    def _get_file_mail(self, subject, name, raw):
        body = self.env["ir.qweb"]._render(
            "ar_collect.mail_report_file",
            {
                "title": subject,
                "companies": ", ".join(self.env.companies.mapped("name")),
                "name": name,
            },
        )
        return {"subject": subject, "body": body, "files": [(name, raw)]}

    @api.model
    def _render_activity(self, companies, first, last):
        """Who did what, as a spreadsheet: a page for each company, a row for each collector.

        :param recordset companies: `res.company`
        :param date first: first day
        :param date last: last day
        :return: the file
        :rtype: bytes
        """
        language = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        sheets = Sheets(date_format(language.date_format or ""))
        rows = self._read_activity(companies, first, last)
        for company in companies:
            self._write_activity(sheets, company, rows.get(company, []), (first, last))
        return sheets.finish()

    @api.model
    def _read_activity(self, companies, first, last):
        """The sums of all companies in one query.

        :return: dict by company of (name, *values) by collector
        """
        domain = Domain("company_id", "in", companies.ids)
        domain &= Domain("date", ">=", first) & Domain("date", "<=", last)
        found = self.env["ar.collect.activity.report"]._read_group(
            domain, ["company_id", "user_id"], [f"{name}:sum" for name in ACTIVITY]
        )
        rows = {}
        for company, user, *values in found:
            rows.setdefault(company, []).append((user.name or self.env._("Nobody"), *values))
        return {company: sorted(group, key=lambda row: row[0]) for company, group in rows.items()}

    @api.model
    def _write_activity(self, sheets, company, rows, days):
        """One page: headings that stay in sight, a row for each collector, totals by formula."""
        report = self.env["ar.collect.activity.report"].fields_get(ACTIVITY, ["string", "type"])
        sheets.start(company.name, [28] + [13] * len(ACTIVITY))
        sheets.add([company.name], bold=True)
        sheets.add([self.env._("Activities: %s", self._get_span(*days)), company.currency_id.name])
        sheets.add([])
        headings = [self.env._("Collector"), *(report[name]["string"] for name in ACTIVITY)]
        sheets.add(headings, bold=True, bottom=1, text_wrap=True)
        sheets.freeze()
        first, decimals = sheets.row, company.currency_id.decimal_places
        for name, *values in rows:
            cells = [
                int(value or 0) if report[column]["type"] == "integer" else float(value or 0)
                for column, value in zip(ACTIVITY, values, strict=True)
            ]
            sheets.add([name, *cells], decimals)
        sheets.filter(first - 1, len(headings))
        sums = [
            sheets.sum_of(number, first, float(sum(row[number] or 0 for row in rows)))
            for number in range(1, len(ACTIVITY) + 1)
        ]
        sheets.add([self.env._("Total"), *sums], decimals, bold=True, top=1)
