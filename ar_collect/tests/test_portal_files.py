# Part of ar_collect. License LGPL-3.
"""Statements for chosen dates and all open invoices, fetched on the portal."""

import io
import zipfile
from unittest.mock import patch

from odoo.addons.ar_collect.models import ar_collect_account_portal_files as files

from .portal_common import PortalCase
from .test_statement_print import ONE_PAGE


class TestPortalFiles(PortalCase):
    def setUp(self):
        super().setUp()
        self.printed = []

        def run(_self, bodies, **_kwargs):
            self.printed.append(str(bodies[0]))
            return ONE_PAGE

        reports = type(self.env["ir.actions.report"])
        self.startPatcher(patch.object(reports, "_run_wkhtmltopdf", run))
        self.startPatcher(
            patch.object(reports, "_render_qweb_pdf", lambda *_a, **_k: (b"A PDF", "pdf"))
        )
        self.log_in()

    def names(self, response):
        with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
            return archive.namelist()

    def test_statement(self):
        response = self.get(f"{self.base}/statement?ext=pdf")
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertIn(self.old.move_name, self.printed[-1])
        sheet = self.get(f"{self.base}/statement?ext=xlsx")
        self.assertTrue(sheet.content.startswith(b"PK"))
        self.assertIn("attachment", sheet.headers["Content-Disposition"])

    def test_statement_for_dates(self):
        self.get(f"{self.base}/statement?ext=pdf&date_from={self.day(-6)}&date_to={self.day(0)}")
        self.assertIn("Opening balance", self.printed[-1])
        self.assertIn(self.new.move_name, self.printed[-1])
        self.assertNotIn(self.old.move_name, self.printed[-1])

    def test_wrong_days(self):
        url = f"{self.base}/statement?ext=pdf&date_from={self.day(0)}&date_to={self.day(-6)}"
        response = self.get(url)
        self.assertEqual(response.status_code, 422)
        self.assertIn("after the last one", self.text(response))
        self.assertFalse(self.printed)

    def test_all_open_invoices(self):
        paid = self.invoice(self.partner, 10)
        self.payment(self.partner, 10, paid)
        names = self.names(self.get(f"{self.base}/invoices.zip"))
        self.assertEqual(len(names), 2)
        for line in (self.old, self.new):
            self.assertTrue(any(line.move_name.replace("/", "_") in name for name in names), names)

    def test_what_is_missing_is_named(self):
        with patch.object(files, "SECONDS", -1):
            self.assertEqual(self.names(self.get(f"{self.base}/invoices.zip")), ["README.txt"])
        move = type(self.env["account.move"])

        def broken(move):
            if move == self.old.move_id:
                raise ValueError("a broken layout")
            return {"filename": "new.pdf", "content": b"x"}

        with patch.object(move, "_get_collect_pdf", broken):
            response = self.get(f"{self.base}/invoices.zip")
        self.assertEqual(self.names(response), ["new.pdf", "README.txt"])
        with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
            self.assertIn(self.old.move_name, archive.read("README.txt").decode())

    def test_not_too_often(self):
        statuses = [self.get(f"{self.base}/invoices.zip").status_code for _time in range(11)]
        self.assertEqual(statuses, [200] * 10 + [429])
