# Part of ar_collect. License LGPL-3.
"""Aged receivables as a spreadsheet and on paper."""

from itertools import groupby

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..models.ar_collect_account_statement_print import MARGINS
from ..models.inner_context import INNER
from ..models.ir_actions_report import STILL
from ..tools.page_numbers import number_pages
from ..tools.sheet import Sheets, date_format
from .ar_collect_aged_report import DAY, LIMITS

#: Rows of a spreadsheet's page, as the programs have it, less headings and totals.
MOST_ROWS = 1_048_000
#: Items and groups on paper: of more items there are the groups' totals only.
MOST_ITEMS, MOST_GROUPS = 2_000, 5_000
#: What files are grouped by: column of a row.
GROUPS = ("customer", "user", "currency", "company")
#: Columns of a row, before the buckets.
COLUMNS = (
    *("customer", "customer_id", "user", "document", "date", "due_date", "days_late"),
    *("currency", "residual_currency", "residual", "amount_credit", "bucket_0"),
)


class ArCollectAgedReport(models.Model):
    _inherit = "ar.collect.aged.report"

    # === ACTION METHODS === #

    def action_xlsx(self):
        """Download what is shown as a spreadsheet.

        :return: url action
        :rtype: dict
        """
        return self._get_ask().action_xlsx()

    def action_pdf(self):
        """Download what is shown as a PDF.

        :return: url action
        :rtype: dict
        """
        return self._get_ask().action_pdf()

    # === BUSINESS METHODS === #

    def _get_ask(self):
        """The question whose answer is on the screen: its rows, or those ticked.

        :rtype: ar.collect.aged.ask
        """
        domain = [("id", "in", self.ids)] if self else self.env.context.get("active_domain") or []
        ask = self.env["ar.collect.aged.ask"].create(
            {
                "aged_to": self._get_aged_to(),
                "limits": ", ".join(map(str, self._get_aged_limits())),
                "group_by": self.env.context.get("aged_group_by") or "customer",
            }
        )
        return ask.with_context(aged_domain=domain)

    @api.model
    def _render_xlsx(self, companies, day=None, limits=None, domain=None):
        """Aged receivables as a spreadsheet, a page for each company, as the user sees them.

        :param recordset companies: `res.company`
        :param date|None day: as of when; None: today
        :param limits: see :func:`aging.parse`; None: the default
        :param domain: on the rows; None: all
        :return: the file
        :rtype: bytes
        """
        here = self._with_day(day, limits)
        language = here.env["res.lang"]._get_data(code=here.env.lang or "en_US")
        sheets = Sheets(date_format(language.date_format or ""))
        for company in companies:
            here._write_sheet(sheets, company, domain)
        return sheets.finish()

    @api.model
    def _render_pdf(self, companies, day=None, limits=None, domain=None, group_by="customer"):
        """Aged receivables on paper, as the user sees them; see :meth:`_render_xlsx`.

        :param str group_by: one of ``GROUPS``
        :rtype: bytes
        """
        html = self._with_day(day, limits)._render_html(companies, domain, group_by)
        reports = self.env["ir.actions.report"].sudo()  # sudo: paper format and system settings
        reports = reports.with_company(companies[:1]).with_context(**{STILL: INNER})
        content = reports._run_wkhtmltopdf(
            [str(html)], landscape=True, specific_paperformat_args=MARGINS
        )
        return number_pages(content)

    @api.model
    def _with_day(self, day, limits):
        """The report as of a day; what was read as of another one is forgotten."""
        self.invalidate_model(flush=False)
        text = "-".join(map(str, limits)) if isinstance(limits, (tuple, list)) else limits or ""
        return self.with_context(**{DAY: day and fields.Date.to_string(day), LIMITS: text})

    @api.model
    def _fetch_rows(self, company, domain=None, group_by="customer"):
        """The rows of a company, names included, in the order of the file.

        :return: list of dicts
        """
        query = self._search(self._get_domain(company, domain))
        buckets = list(self._get_bucket_labels())
        names = (
            "customer_id",
            "user_id",
            "move_id",
            "currency_id",
            "date",
            "due_date",
            "days_late",
        )
        amounts = ("residual_currency", "residual", "amount_credit", "bucket_0", *buckets)
        picked = [SQL.identifier(query.table, name) for name in ("id", *names, *amounts)]
        key = {"user": SQL("owner.name"), "currency": SQL("currency.name")}.get(group_by)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(customer.complete_name, customer.name), item.customer_id,
                       owner.name, move.name, item.date, item.due_date, item.days_late,
                       currency.name, %(amounts)s
                  FROM (%(items)s) AS item
                  JOIN res_partner customer ON customer.id = item.customer_id
                  JOIN account_move move ON move.id = item.move_id
                  JOIN res_currency currency ON currency.id = item.currency_id
                  LEFT JOIN res_users collector ON collector.id = item.user_id
                  LEFT JOIN res_partner owner ON owner.id = collector.partner_id
                 ORDER BY %(key)s 1, 2, item.due_date, item.id
                """,
                amounts=SQL(", ").join(SQL.identifier("item", name) for name in amounts),
                items=query.select(*picked),
                key=SQL("%s,", key) if key else SQL(""),
            )
        )
        return [dict(zip((*COLUMNS, *buckets), row, strict=True)) for row in rows]

    # --- spreadsheet

    @api.model
    def _write_sheet(self, sheets, company, domain):
        """One page: headings that stay in sight, a row for each item, totals by formula."""
        labels = self._get_bucket_labels()
        rows = self._fetch_rows(company, domain)
        if len(rows) > MOST_ROWS:
            raise UserError(
                self.env._(
                    "%(company)s: %(count)s items are too many for a spreadsheet.",
                    company=company.name,
                    count=len(rows),
                )
            )
        sheets.start(company.name, [32, 20, 20, 12, 12, 9, 9, 14] + [14] * (len(labels) + 3))
        sheets.add([company.name], bold=True)
        sheets.add(
            [self._get_title(), None, None, None, None, None, None, company.currency_id.name]
        )
        sheets.add([])
        headings = self._get_headings(labels)
        sheets.add(headings, bold=True, bottom=1, text_wrap=True)
        sheets.freeze()
        first, decimals = sheets.row, company.currency_id.decimal_places
        amounts = ["residual", "bucket_0", *labels, "amount_credit"]
        for row in rows:
            sheets.add(self._get_cells(row, amounts), decimals)
        sheets.filter(first - 1, len(headings))
        start = len(headings) - len(amounts)
        sums = [
            sheets.sum_of(start + number, first, company.currency_id.round(sum_of(rows, name)))
            for number, name in enumerate(amounts)
        ]
        sheets.add([self.env._("Total"), *[None] * (start - 1), *sums], decimals, bold=True, top=1)

    @api.model
    def _get_headings(self, labels):
        """What the columns of the spreadsheet are called."""
        return [
            self.env._("Customer"),
            self.env._("Collector"),
            self.env._("Document"),
            self.env._("Booked On"),
            self.env._("Due"),
            self.env._("Days Past Due"),
            self.env._("Currency"),
            self.env._("Balance in Currency"),
            self.env._("Balance"),
            self.env._("Not Due"),
            *labels.values(),
            self.env._("Credits"),
        ]

    @staticmethod
    def _get_cells(row, amounts):
        texts = [row["customer"], row["user"], row["document"], row["date"], row["due_date"]]
        texts += [row["days_late"] or None, row["currency"], float(row["residual_currency"])]
        return [*texts, *(float(row[name]) for name in amounts)]

    # --- paper

    @api.model
    def _render_html(self, companies, domain, group_by):
        """The document that is printed.

        :rtype: Markup
        """
        if group_by not in GROUPS:
            raise UserError(self.env._("Items are not grouped by that."))
        labels = self._get_bucket_labels()
        amounts = ["residual", "bucket_0", *labels, "amount_credit"]
        blocks = [self._get_block(company, domain, group_by, amounts) for company in companies]
        direction = self.env["res.lang"]._get_data(code=self.env.lang or "en_US").direction
        values = {
            "title": self._get_title(),
            "direction": direction or "ltr",
            "lang": (self.env.lang or "en_US").replace("_", "-"),
            "labels": [self.env._("Balance"), self.env._("Not Due"), *labels.values()],
            "amounts": amounts,
            "blocks": [block for block in blocks if block["groups"]],
            "companies": companies,
        }
        # webp: the one kind of picture that the printing program does not know
        templates = self.env["ir.qweb"].with_context(webp_as_jpg=True)
        html = templates._render("ar_collect.report_aged", values)
        return Markup("<!DOCTYPE html>\n") + html

    @api.model
    def _get_block(self, company, domain, group_by, amounts):
        """The items of a company in groups, with their sums.

        :rtype: dict
        """
        rows = self._fetch_rows(company, domain, group_by)
        groups = []
        # sorted by that already, and never all of it in memory twice
        # pylint: disable-next=bad-builtin-groupby
        for (name, _key), members in groupby(rows, lambda row: self._get_key(row, group_by)):
            items = list(members)
            sums = self._get_sums(items, amounts, company)
            groups.append({"name": name, "count": len(items), "items": items, "sums": sums})
        if len(groups) > MOST_GROUPS:
            raise UserError(
                self.env._(
                    "%s customers are too many to print: take the spreadsheet, or choose some.",
                    len(groups),
                )
            )
        letterhead = company.sudo()  # sudo: its logo, whoever prints; a placeholder is none
        return {
            "company": company,
            "logo": not letterhead.uses_default_logo and letterhead.logo,
            "groups": groups,
            "with_items": len(rows) <= MOST_ITEMS,
            "sums": self._get_sums(rows, amounts, company),
            "count": len(rows),
        }

    @api.model
    def _get_key(self, row, group_by):
        """What a row is printed under: a name, and what tells two of the same name apart."""
        if group_by == "customer":
            return row["customer"], row["customer_id"]
        if group_by == "user":
            return row["user"] or self.env._("Nobody"), None
        return (row["currency"], None) if group_by == "currency" else (self.env._("Items"), None)

    @staticmethod
    def _get_sums(rows, amounts, company):
        return {name: company.currency_id.round(sum_of(rows, name)) for name in amounts}

    @api.model
    def _get_title(self):
        day = format_date(self.env, self._get_aged_to())
        return self.env._("Aged receivables as of %s", day)

    @api.model
    def _get_file_name(self, ext):
        """The name of the file.

        :param str ext: "pdf" or "xlsx"
        """
        return f"{self.env._('Aged Receivables')} {self._get_aged_to()}.{ext}"


def sum_of(rows, name):
    """The sum of a column."""
    return float(sum(row[name] for row in rows))
