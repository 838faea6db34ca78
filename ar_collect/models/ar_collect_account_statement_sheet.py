# Part of ar_collect. License LGPL-3.
"""Statements as spreadsheets, for customers who match them with their own books."""

from odoo import models

from ..tools.sheet import Sheets, date_format

#: Widths of the columns of the open items, and of the activity.
ITEM_WIDTHS = [10, 14, 22, 24, 12, 12, 10, 14, 14, 36]
ROW_WIDTHS = [10, 12, 14, 26, 24, 12, 14, 14]


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === BUSINESS METHODS === #

    def _render_statement_xlsx(
        self, lang=None, data=None, contact=None, date_from=None, date_to=None
    ):
        """The statement of one customer as a spreadsheet; see `_render_statement_pdf`.

        :return: the file
        :rtype: bytes
        """
        self.ensure_one()
        if data is None:
            data = self._get_statement_data(date_from, date_to)
        here = self._get_statement_reader(contact, lang)
        statement = data[self.id]
        # sudo: formats of the language, which belong to nobody
        language = here.env["res.lang"]._get_data(code=here.env.lang)
        sheets = Sheets(date_format(language.date_format))
        if statement["kind"] == "activity":
            here._write_statement_activity(sheets, statement)
        else:
            here._write_statement_items(sheets, statement)
        here._write_statement_summary(sheets, statement)
        return sheets.finish()

    def _write_statement_head(self, sheets, statement, headings):
        """Who, whose, what and of when, and the headings of the columns.

        :return: row of the headings
        :rtype: int
        """
        sheets.add([self.company_id.name], bold=True)
        sheets.add([self.partner_id.name], bold=True)
        sheets.add([self._get_statement_title(statement)])
        sheets.add([])
        sheets.add(headings, bold=True, bottom=1)
        sheets.freeze()
        return sheets.row - 1

    def _write_statement_items(self, sheets, statement):
        """What is open: one row for each item, the not allocated ones included."""
        sheets.start(self.env._("Open items"), ITEM_WIDTHS)
        kinds = self._get_statement_kinds()
        headings = [
            self.env._("Currency"),
            self.env._("Kind"),
            self.env._("Document"),
            self.env._("Your reference"),
            self.env._("Date"),
            self.env._("Due"),
            self.env._("Days late"),
            self.env._("Amount"),
            self.env._("Open"),
            self.env._("Remark"),
        ]
        first = self._write_statement_head(sheets, statement, headings)
        for block in statement["blocks"]:
            currency = block["currency"]
            for item in block["items"] + block["credits"]:
                marks = [text for _code, text in self._get_statement_marks(item, currency)]
                if item["open"] < 0:
                    marks.append(self.env._("not yet allocated"))
                sheets.add(
                    [
                        currency.name,
                        kinds[item["kind"]],
                        item["name"],
                        item["ref"],
                        item["date"],
                        item["due_date"],
                        item["days_late"] or None,
                        float(item["amount"]),
                        float(item["open"]),
                        ", ".join(marks),
                    ],
                    currency.decimal_places,
                )
        sheets.filter(first, len(headings))

    def _write_statement_activity(self, sheets, statement):
        """What happened: one row for each item, between the balance before and after."""
        sheets.start(self.env._("Activity"), ROW_WIDTHS)
        kinds = self._get_statement_kinds()
        headings = [
            self.env._("Currency"),
            self.env._("Date"),
            self.env._("Kind"),
            self.env._("Document"),
            self.env._("Your reference"),
            self.env._("Due"),
            self.env._("Amount"),
            self.env._("Balance"),
        ]
        self._write_statement_head(sheets, statement, headings)
        for block in statement["blocks"]:
            name, decimals = block["currency"].name, block["currency"].decimal_places
            opening = [name, statement["date_from"], None, self.env._("Opening balance"), None]
            sheets.add([*opening, None, None, float(block["opening"])], decimals, bold=True)
            for row in block["rows"]:
                text = row["name"]
                if row["kind"] == "match":
                    text = f"{text} {self._get_statement_match(row)}"
                due = row["due_date"] if row["kind"] in ("invoice", "receipt") else None
                figures = [float(row["amount"]), float(row["balance"])]
                sheets.add(
                    [name, row["date"], kinds[row["kind"]], text, row["ref"], due, *figures],
                    decimals,
                )
            closing = [name, statement["date_to"], None, self.env._("Closing balance"), None]
            sheets.add([*closing, None, None, float(block["closing"])], decimals, bold=True)

    def _write_statement_summary(self, sheets, statement):
        """By age and currency, and where to pay."""
        labels = self._get_statement_aging_labels()
        sheets.start(self.env._("Summary"), [14] + [16] * (len(labels) + 2))
        headings = [
            self.env._("Currency"),
            *labels.values(),
            self.env._("Credits"),
            self.env._("Balance"),
        ]
        self._write_statement_head(sheets, statement, headings)
        for block in statement["blocks"]:
            amounts = [*block["aging"].values(), block["amount_credit"], block["balance"]]
            sheets.add(
                [block["currency"].name, *map(float, amounts)], block["currency"].decimal_places
            )
        sheets.add([])
        for block in statement["blocks"]:
            for bank in self._get_statement_banks(block["currency"]):
                texts = [bank.acc_number, bank.bank_id.name, bank.bank_bic]
                text = ", ".join(text for text in texts if text)
                sheets.add([block["currency"].name, self.env._("Pay to %s", text)])
