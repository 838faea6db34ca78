# Part of ar_collect. License LGPL-3.
"""Statements as people read them: in words, on paper, in several languages."""

import logging
import re

from markupsafe import Markup

from odoo import api, models
from odoo.tools import format_date, formatLang

from ..tools.evidence_archive import safe_name
from ..tools.page_numbers import number_pages
from .inner_context import INNER
from .ir_actions_report import STILL

_logger = logging.getLogger(__name__)

#: The body holds the letterhead: no room for a header that is printed apart.
MARGINS = {"data-report-margin-top": 12, "data-report-margin-bottom": 12}
#: Bank accounts named for one currency.
MOST_BANKS = 3


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === BUSINESS METHODS === #

    # --- as a PDF

    def _render_statement_pdf(
        self, lang=None, url=None, data=None, contact=None, date_from=None, date_to=None
    ):
        """The statement of one customer on paper.

        It is one document that needs nothing from a server: no style sheet, no script, no picture.
        So it looks the same in a nightly job, and there is nothing to wait for.

        :param str|None lang: code of the language; None: the customer's
        :param str|None url: of the page on which the customer sees the same; None: not mentioned
        :param dict|None data: of `_get_statement_data`, where many are read at once
        :param recordset|None contact: `res.partner` it is for; None: the customer
        :param date|None date_from: see `_get_statement_data`
        :param date|None date_to: see `_get_statement_data`
        :return: the file
        :rtype: bytes
        """
        html = self._render_statement_html(lang, url, data, contact, date_from, date_to)
        reports = self.env["ir.actions.report"].sudo()  # sudo: paper format and system settings
        reports = reports.with_company(self.sudo().company_id)  # sudo: its paper format
        content = reports.with_context(**{STILL: INNER})._run_wkhtmltopdf(
            [str(html)], specific_paperformat_args=MARGINS
        )
        return number_pages(content)

    def _render_statement_html(
        self, lang=None, url=None, data=None, contact=None, date_from=None, date_to=None
    ):
        """The statement as a document of its own; see :meth:`_render_statement_pdf`.

        :rtype: Markup
        """
        self.ensure_one()
        if data is None:
            data = self._get_statement_data(date_from, date_to)
        here = self._get_statement_reader(contact, lang)
        values = {
            **here._get_statement_values(data[self.id], contact),
            "url": url,
            "direction": here.env["res.lang"]._get_data(code=here.env.lang).direction or "ltr",
        }
        html = here.env["ir.qweb"]._render("ar_collect.report_statement", values)
        return Markup("<!DOCTYPE html>\n") + html

    def _get_statement_reader(self, contact=None, lang=None):
        """This account as read for the customer: in their language, for our company.

        :param recordset|None contact: `res.partner` it is for; None: the customer
        :param str|None lang: code of the language; None: that of whom it is for
        """
        here = self.sudo()  # sudo: name, logo and bank accounts of the company, whoever prints
        found = lang or (contact or here.partner_id).lang or here.partner_id.lang
        found = found or here.company_id.partner_id.lang
        if not here.env["res.lang"]._get_data(code=found):
            found = "en_US"
        # webp: the one kind of picture that the printing program does not know
        return here.with_context(lang=found, webp_as_jpg=True).with_company(here.company_id)

    def _get_statement_values(self, statement, contact=None):
        """What the templates of a statement are given.

        :param dict statement: one of `_get_statement_data`
        :param recordset|None contact: `res.partner` it is for
        :rtype: dict
        """
        company = self.company_id
        return {
            "account": self,
            "customer": self.partner_id.with_env(self.env),
            "contact": (contact or self.partner_id).sudo().with_env(self.env),  # sudo: see reader
            "company": company,
            "color": self._get_statement_color(),
            # a company without a logo of its own has a placeholder
            "logo": not company.uses_default_logo and company.logo,
            "person": self._get_statement_person(),
            "statement": statement,
            "title": self._get_statement_title(statement),
            "kinds": self._get_statement_kinds(),
            "aging_labels": self._get_statement_aging_labels(),
            "get_marks": self._get_statement_marks,
            "get_match": self._get_statement_match,
            "ways": {
                block["currency"].id: self._get_statement_ways(block)
                for block in statement["blocks"]
                if block["balance"] > 0
            },
        }

    def _get_statement_color(self):
        """The colour of the company's documents; a dark grey for none that a style sheet knows."""
        color = self.company_id.primary_color or ""
        return color if re.fullmatch(r"#[0-9a-fA-F]{3,8}", color) else "#495057"

    # --- how to pay

    def _get_statement_ways(self, block, text=None):
        """How what is open in a currency can be paid.

        :param str|None text: what a transfer should say; None: whose it is
        :return: ``amount``: what is due now, or else all; ``banks``: `res.partner.bank`, the best
            first; ``qr``: address of a picture, None where core offers none
        :rtype: dict
        """
        amount = block["due"] or block["balance"]
        banks = self._get_statement_banks(block["currency"])
        return {
            "amount": amount,
            "banks": banks,
            "qr": self._get_statement_qr(banks[:1], amount, block["currency"], text),
        }

    def _get_statement_banks(self, currency):
        """The company's bank accounts for a currency; a branch without any uses its parent's.

        :rtype: recordset of `res.partner.bank`
        """
        for company in reversed(self.company_id.parent_ids):
            banks = company.partner_id.bank_ids.filtered(
                lambda bank, company=company: bank.company_id in (company, company.browse())
            )
            fitting = banks.filtered(
                lambda bank: not bank.currency_id or bank.currency_id == currency
            )
            if banks:
                chosen = fitting or banks
                return chosen.sorted(
                    lambda bank: (bank.currency_id != currency, not bank.allow_out_payment)
                )[:MOST_BANKS]
        return self.env["res.partner.bank"]

    def _get_statement_qr(self, bank, amount, currency, text=None):
        """The picture of a code to pay with, as core makes it for some countries and currencies.

        :return: data address, None where there is none
        :rtype: str|None
        """
        if not bank or amount <= 0:
            return None
        text = text or self.partner_id.ref or self.partner_id.name or ""
        asked = (amount, text, None, currency)
        for draw in (bank.build_qr_code_base64, bank._draw_collect_qr):
            try:
                return draw(*asked, self.partner_id)
            except Exception as error:  # noqa: BLE001
                # data that a code cannot hold, or no library to draw it: the account is named anyway
                _logger.info("No code to pay with for %s: %s", bank.acc_number, error)
        return None

    def _get_statement_person(self):
        """Whom the customer turns to: the collector, else nobody by name.

        :return: `res.partner`, empty when nobody collects
        """
        return (self.acting_user_id or self.user_id).partner_id

    # --- in words

    def _get_statement_title(self, statement):
        """What the statement is about, with its dates."""
        if statement["kind"] == "open":
            return self.env._("Open items as of %s", format_date(self.env, statement["date"]))
        last = format_date(self.env, statement["date_to"])
        if not statement["date_from"]:
            return self.env._("Activity until %s", last)
        first = format_date(self.env, statement["date_from"])
        return self.env._("Activity from %(first)s to %(last)s", first=first, last=last)

    @api.model
    def _get_statement_kinds(self):
        """What each kind of item is called."""
        return {
            "invoice": self.env._("Invoice"),
            "credit_note": self.env._("Credit note"),
            "receipt": self.env._("Receipt"),
            "payment": self.env._("Payment"),
            "repayment": self.env._("Repayment"),
            "entry": self.env._("Other"),
            "match": self.env._("Conversion"),
        }

    @api.model
    def _get_statement_aging_labels(self):
        """What each bucket of days past due is called."""
        return {
            "not_due": self.env._("Not due"),
            "1_30": self.env._("1-30 days"),
            "31_60": self.env._("31-60 days"),
            "61_90": self.env._("61-90 days"),
            "91_plus": self.env._("91+ days"),
        }

    def _get_statement_marks(self, item, currency):
        """What is said of an open item.

        :return: list of (code, text)
        """
        marks = []
        if item["disputed"]:
            if currency.compare_amounts(item["disputed"], item["open"]) >= 0:
                marks.append(("disputed", self.env._("disputed")))
            else:
                amount = formatLang(self.env, item["disputed"], currency_obj=currency)
                marks.append(("disputed", self.env._("%s disputed", amount)))
        if item["promise_date"]:
            day = format_date(self.env, item["promise_date"])
            text = self.env._("promised for %s", day)
            if item["in_plan"]:
                text = self.env._("in instalments, the next on %s", day)
            marks.append(("promised", text))
        if item["in_payment"]:
            marks.append(("in_payment", self.env._("payment being processed")))
        return marks

    def _get_statement_match(self, row):
        """What a row of the activity says that is no document of its own."""
        if not row["other"]:
            return self.env._("settled otherwise")
        if row["amount"] < 0:
            return self.env._("paid by %s", row["other"])
        return self.env._("used for %s", row["other"])

    def _get_statement_file_name(self, ext, date_from=None, date_to=None):
        """The name of the file.

        :param str ext: "pdf" or "xlsx"
        :rtype: str
        """
        self.ensure_one()
        days = self.sudo()._get_statement_days(date_to)  # sudo: the company's time zone
        texts = [self.env._("Statement"), self.sudo().partner_id.name or ""]  # sudo: see above
        texts += [str(day) for day in (date_from, days[self.id]) if day]
        return f"{safe_name(' '.join(texts))}.{ext}"
