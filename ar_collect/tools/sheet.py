# Part of ar_collect. License LGPL-3.
"""Spreadsheets with real numbers and dates, and no text that a program would run."""

import io
from datetime import date
from typing import NamedTuple

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

#: How a text begins that becomes a formula when somebody edits the cell.
ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n")
#: Parts of a date as Odoo's languages write them, and as spreadsheets do.
DATE_PARTS = {
    "%d": "dd",
    "%m": "mm",
    "%Y": "yyyy",
    "%y": "yy",
    "%b": "mmm",
    "%B": "mmmm",
    "%-d": "d",
    "%-m": "m",
}
#: Longest name of a sheet.
LONGEST_NAME = 31


def date_format(pattern):
    """A language's date format as spreadsheets write it; ISO 8601 for one with other parts.

    >>> date_format("%d.%m.%Y"), date_format("%A %e"), date_format("%d/%m/%Y")
    ('dd.mm.yyyy', 'yyyy-mm-dd', 'dd/mm/yyyy')
    """
    for part in sorted(DATE_PARTS, key=len, reverse=True):
        pattern = pattern.replace(part, DATE_PARTS[part])
    return "yyyy-mm-dd" if "%" in pattern or not pattern else pattern


def number_format(decimals):
    """The format of amounts with so many decimals.

    >>> number_format(2), number_format(0)
    ('#,##0.00', '#,##0')
    """
    return "#,##0." + "0" * decimals if decimals else "#,##0"


class Formula(NamedTuple):
    """A formula of our own, and what it comes to for programs that do not calculate."""

    text: str
    value: float


class Sheets:
    """A workbook, written row by row: memory does not grow with the rows.

    :param str dates: see :func:`date_format`

    >>> sheets = Sheets("dd.mm.yyyy")
    >>> sheets.start("Open: items", [20, 10])
    >>> sheets.add(["=1+1", 12.5, date(2026, 3, 16)], decimals=2)
    >>> sheets.sum_of(1, 0, 12.5)
    Formula(text='=SUBTOTAL(109,B1:B1)', value=12.5)
    >>> sheets.start("open: ITEMS", [20])
    >>> sorted(sheets.names)
    ['open  items', 'open  items 2']
    >>> sheets.finish()[:2]
    b'PK'
    """

    def __init__(self, dates):
        self.file = io.BytesIO()
        # constant_memory: each row is written when the next one begins
        self.book = xlsxwriter.Workbook(
            self.file,
            {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
        )
        self.dates = dates
        self.formats = {}
        self.names = set()
        self.sheet, self.row = None, 0

    def start(self, name, widths, landscape=True):
        """Begin a sheet.

        :param str name: without the characters that no sheet may have
        :param list widths: of the columns, in characters
        """
        self.sheet = self.book.add_worksheet(self._get_name(name))
        self.row = 0
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)
        if landscape:
            self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)

    def _get_name(self, name):
        """A name that no other sheet has, upper and lower case being the same."""
        clean = "".join(" " if char in "[]:*?/\\" else char for char in name).strip(" '") or "-"
        found, number = clean[:LONGEST_NAME], 1
        while found.lower() in self.names:
            number += 1
            found = f"{clean[: LONGEST_NAME - len(str(number)) - 1]} {number}"
        self.names.add(found.lower())
        return found

    def sum_of(self, column, first, value):
        """The sum of a column from row ``first`` to the last one, of those that a filter leaves.

        :param int column: its number
        :param float value: what it comes to, unfiltered
        :rtype: Formula
        """
        name = xl_col_to_name(column)
        return Formula(f"=SUBTOTAL(109,{name}{first + 1}:{name}{max(self.row, first + 1)})", value)

    def add(self, values, decimals=2, **style):
        """Write a row: numbers and dates as such, everything else as text.

        :param list values: None leaves the cell empty; a :class:`Formula` is the only thing that runs
        :param int decimals: of the amounts in it; whole numbers have none
        :param style: of the cells, as `xlsxwriter` names it
        """
        for column, value in enumerate(values):
            self._write(column, value, decimals, style)
        self.row += 1

    def _write(self, column, value, decimals, style):
        if value is None or value == "":
            return
        if isinstance(value, Formula):
            form = self._get_format(num_format=number_format(decimals), **style)
            self.sheet.write_formula(self.row, column, value.text, form, value.value)
        elif isinstance(value, date):
            form = self._get_format(num_format=self.dates, align="left", **style)
            self.sheet.write_datetime(self.row, column, value, form)
        elif isinstance(value, float):
            form = self._get_format(num_format=number_format(decimals), **style)
            self.sheet.write_number(self.row, column, value, form)
        elif isinstance(value, int):
            self.sheet.write_number(self.row, column, value, self._get_format(**style))
        else:
            text = str(value)
            quote = {"quote_prefix": True} if text.startswith(ACTIVE) else {}
            self.sheet.write_string(self.row, column, text, self._get_format(**quote, **style))

    def freeze(self):
        """Keep what was written so far in sight."""
        self.sheet.freeze_panes(self.row, 0)

    def filter(self, first, columns):
        """Let people filter the rows from ``first`` (its headings) to the last one."""
        self.sheet.autofilter(first, 0, max(self.row - 1, first), columns - 1)

    def finish(self):
        """The file.

        :rtype: bytes
        """
        self.book.close()
        return self.file.getvalue()

    def _get_format(self, **style):
        key = tuple(sorted(style.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(style)
        return self.formats[key]
