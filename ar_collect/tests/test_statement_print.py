# Part of ar_collect. License LGPL-3.
"""Statements on paper, as spreadsheets, in several languages; the dialog that makes them."""

import io
from base64 import b64decode, b64encode
from datetime import datetime
from unittest.mock import patch

import openpyxl
from lxml import etree, html
from PIL import Image
from pypdf import PdfReader, PdfWriter

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from odoo.addons.ar_collect.models.inner_context import INNER
from odoo.addons.ar_collect.models.ir_actions_report import STILL
from odoo.addons.ar_collect.wizard import ar_collect_statement_ask

from .statement_common import StatementCase

EVIL = "<script>alert(1)</script>{{ 7 * 7 }}"
FORMULAS = ("=HYPERLINK(1)", "+1", "-1", "@SUM(1)")


class PrintCase(StatementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.ann = cls.env["res.partner"].create(
            {"name": "Ann", "parent_id": cls.partner.id, "email": "ann@own.example"}
        )

    def page(self, account=None, **values):
        """The statement as a tree of elements."""
        return html.fromstring(str((account or self.own)._render_statement_html(**values)))

    def text(self, account=None, **values):
        """What is to be read of it; all white space is one."""
        [body] = self.page(account, **values).iter("body")
        return " ".join(body.text_content().split())


class TestStatementPaper(PrintCase):
    def test_what_is_to_be_read(self):
        self.partner.ref = "C-1001"
        self.old.move_id.ref = "PO 4711"
        self.promise(self.new)
        self.dispute({self.old: 200})
        self.payment(self.partner, 20)
        text = self.text()
        for part in (
            "Open items as of 03/16/2026",
            self.old.move_name,
            "PO 4711",
            "$ 200.00 disputed",
            "promised for 03/20/2026",
            "$ 1,200.00",
            "Payments and credits not yet allocated",
            "C-1001",
            "Due now: $ 1,280.00",
            "31-60 days",
        ):
            with self.subTest(part):
                self.assertIn(part, text.replace("\N{NO-BREAK SPACE}", " "))

    def test_activity(self):
        self.payment(self.partner, 500, self.old.move_id, on=-3)
        text = self.text(date_from=self.day(-10), date_to=self.day(0))
        for part in ("Opening balance", "Closing balance", "03/06/2026 to 03/16/2026"):
            self.assertIn(part, text)

    def test_in_the_customers_language(self):
        self.partner.lang = "fr_FR"
        page = self.page()
        self.assertEqual(page.get("lang"), "fr-FR")
        text = " ".join(page.text_content().split()).replace("\N{NO-BREAK SPACE}", " ")
        self.assertIn("16/03/2026", text)
        self.assertIn("1 200,00", text.replace("\N{NARROW NO-BREAK SPACE}", " "))
        self.assertIn("03/16/2026", self.text(lang="en_US"), "or in the one that was chosen")
        self.ann.lang = "en_US"
        self.assertIn("03/16/2026", self.text(contact=self.ann), "or that of whom it is for")

    def test_a_language_that_is_gone(self):
        self.partner.lang = "fr_FR"
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET lang = 'xx_XX'")  # nobody may do so any more
        self.env.invalidate_all()
        self.assertEqual(self.page().get("lang"), "en-US")

    def test_names_are_text(self):
        self.partner.name = EVIL
        self.old.move_id.ref = EVIL
        self.company.report_footer = "<p>Bye</p>"
        page = self.page()
        self.assertFalse(list(page.iter("script")))
        self.assertEqual(page.text_content().count(EVIL), 2)

    def test_it_needs_nothing_from_elsewhere(self):
        self.company.logo = self.company_logo("red")
        page = self.page(url="https://own.example/x")
        for element in page.iter("img", "link", "script", "iframe", "object"):
            self.assertEqual(element.tag, "img")
            self.assertTrue(element.get("src").startswith("data:image/"))
        self.assertFalse([e for e in page.iter() if "url(" in (e.text or "")])
        [link] = page.iter("a")
        self.assertEqual(link.get("href"), "https://own.example/x")

    def company_logo(self, color):
        file = io.BytesIO()
        Image.new("RGB", (8, 8), color).save(file, "PNG")
        return b64encode(file.getvalue())

    def test_logo_and_bank_of_its_own_company(self):
        second = self.other_company(name="Second Company")
        banks = self.env["res.partner.bank"]
        for company, color in ((self.company, "red"), (second, "blue")):
            company.logo = self.company_logo(color)
            company.email = f"{color}@example.com"
            banks.create({"acc_number": f"BANK {color}", "partner_id": company.partner_id.id})
        self.invoice(self.partner, 77, company=second)
        self.catch_up()
        there = self.account(self.partner, second)
        both = [self.company.id, second.id]
        for account, own, other, logo, foreign in (
            (self.own, "red", "blue", self.company.logo, second.logo),
            (there, "blue", "red", second.logo, self.company.logo),
        ):
            # whichever company the user has in front
            for first in (both, both[::-1]):
                printed = account.with_context(allowed_company_ids=first)._render_statement_html()
                text = str(printed)
                self.assertIn(logo.decode(), text)
                self.assertNotIn(foreign.decode(), text)
                self.assertIn(f"BANK {own}", text)
                self.assertNotIn(f"BANK {other}", text)
                self.assertNotIn(f"{other}@example.com", text)

    def test_banks(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 0.5)])
        partner = self.company.partner_id
        partner.bank_ids.unlink()
        make = self.env["res.partner.bank"].create
        plain = make({"acc_number": "1", "partner_id": partner.id})
        in_euro = make({"acc_number": "2", "partner_id": partner.id, "currency_id": euro.id})
        self.assertEqual(self.own._get_statement_banks(euro), in_euro | plain)
        self.assertEqual(self.own._get_statement_banks(self.company.currency_id), plain)
        branch = self.branch()
        self.invoice(self.partner, 5, company=branch)
        self.catch_up()
        beneath = self.account(self.partner, branch)
        self.assertEqual(beneath._get_statement_banks(euro), in_euro | plain, "the parent's")

    def test_code_to_pay_with(self):
        banks = type(self.env["res.partner.bank"])
        make = self.env["res.partner.bank"].create
        make({"acc_number": "1", "partner_id": self.company.partner_id.id})
        self.assertFalse([e for e in self.page().iter("img") if "105px" in e.get("style")])
        asked = []

        def build(_bank, amount, *args, **_kwargs):
            asked.append((amount, args[2]))
            return "data:image/png;base64,AAAA"

        with patch.object(banks, "build_qr_code_base64", build):
            page = self.page()
        self.assertEqual(asked, [(1500, self.company.currency_id)])
        self.assertTrue([e for e in page.iter("img") if e.get("src").endswith("AAAA")])

        for error in (ValueError("no code for this"), RuntimeError("no program to draw it")):
            with (
                self.subTest(error),
                patch.object(banks, "build_qr_code_base64", side_effect=error),
            ):
                self.assertIn("How to pay", self.text())

    def test_code_without_a_library_for_pixels(self):
        banks = self.env["res.partner.bank"]
        bank = banks.create({"acc_number": "1", "partner_id": self.company.partner_id.id})
        asked = []

        def values(_bank, *args, **_kwargs):
            asked.append(args)
            return {"qr_method": "own"}

        params = {"barcode_type": "QR", "width": 128, "height": 128, "value": "pay 1,500"}
        self.startPatcher(
            patch.object(type(banks), "build_qr_code_base64", side_effect=OSError("no library"))
        )
        self.startPatcher(patch.object(type(banks), "_build_qr_code_vals", values))
        make = self.startPatcher(
            patch.object(type(banks), "_get_qr_code_generation_params", return_value=params)
        )
        [image] = [e for e in self.page().iter("img") if "105px" in e.get("style")]
        kind, content = image.get("src").split(",")
        self.assertEqual(kind, "data:image/svg+xml;base64")
        drawing = etree.fromstring(b64decode(content))
        self.assertGreater(len(list(drawing.iter("{*}rect"))), 100, "the dots of the code")
        currency = self.company.currency_id
        self.assertEqual(asked[0], (1500, self.partner.name, None, currency, self.partner))

        for other in (None, {**params, "barcode_type": "Code128"}, {**params, "mask": "ch_cross"}):
            with self.subTest(other):
                make.return_value = other
                self.assertIsNone(bank._draw_collect_qr(*asked[0]))

    def test_printed(self):
        """For real: the letterhead is in the body, and there is no waiting for scripts."""
        self.company.name = "Printing Company"
        content = self.own._render_statement_pdf()
        self.assertEqual(content[:4], b"%PDF")
        reader = PdfReader(io.BytesIO(content))
        text = " ".join("".join(page.extract_text() for page in reader.pages).split())
        self.assertIn(self.old.move_name, text)
        self.assertIn("Printing Company", text)

    def test_pages_are_numbered(self):
        reports = type(self.env["ir.actions.report"])
        with patch.object(reports, "_run_wkhtmltopdf", lambda *_args, **_kwargs: make_pages(3)):
            content = self.own._render_statement_pdf()
        texts = [page.extract_text().strip() for page in PdfReader(io.BytesIO(content)).pages]
        self.assertEqual(texts, ["1 / 3", "2 / 3", "3 / 3"])

    def test_only_ours_is_not_waited_for(self):
        reports = self.env["ir.actions.report"].sudo()
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("report.print_delay", "1234")
        paper = reports.get_paperformat()

        def delay(**context):
            command = reports.with_context(**context)._build_wkhtmltopdf_args(paper, False)
            return command[command.index("--javascript-delay") + 1]

        self.assertEqual(delay(), "1234")
        self.assertEqual(delay(**{STILL: True}), "1234", "a browser could have written this")
        self.assertEqual(delay(**{STILL: INNER}), "0")

    def test_file_name(self):
        self.partner.name = "../A/B: “C”"
        name = self.own._get_statement_file_name("pdf")
        self.assertTrue(name.endswith("2026-03-16.pdf"))
        self.assertNotIn("/", name)
        name = self.own._get_statement_file_name("xlsx", self.day(-10), self.day(-1))
        self.assertTrue(name.endswith("2026-03-06 2026-03-15.xlsx"), name)


class TestStatementSheet(PrintCase):
    def book(self, account=None, **values):
        content = (account or self.own)._render_statement_xlsx(**values)
        return openpyxl.load_workbook(io.BytesIO(content))

    def rows(self, sheet, first=6):
        return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=first)]

    def test_what_is_open(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 0.5)])
        self.invoice(self.partner, 99.95, currency=euro)
        self.credit_note(self.partner, 50)
        self.promise(self.new)
        statement = self.statement()
        book = self.book()
        expected = [
            (
                block["currency"].name,
                item["name"],
                datetime.combine(item["due_date"], datetime.min.time()),
                item["days_late"] or None,
                item["open"],
            )
            for block in statement["blocks"]
            for item in block["items"] + block["credits"]
        ]
        rows = self.rows(book.worksheets[0])
        self.assertEqual([(r[0], r[2], r[5], r[6], r[8]) for r in rows], expected)
        self.assertEqual(len(rows), 4)
        self.assertEqual(rows[1][9], "promised for 03/20/2026")
        by_currency = {row[0]: row[1:8] for row in self.rows(book.worksheets[1])[:2]}
        for block in statement["blocks"]:
            self.assertEqual(
                by_currency[block["currency"].name],
                [*block["aging"].values(), block["amount_credit"], block["balance"]],
            )

    def test_numbers_and_dates_are_such(self):
        row = self.book().worksheets[0][6]
        self.assertEqual([cell.data_type for cell in row[4:9]], ["d", "d", "n", "n", "n"])
        self.assertEqual(row[8].number_format, "#,##0.00")
        self.assertEqual(row[5].number_format, "mm/dd/yyyy")

    def test_no_formula(self):
        for formula in FORMULAS:
            with self.subTest(formula):
                self.old.move_id.ref = formula
                self.partner.name = formula
                sheet = self.book().worksheets[0]
                for cell in (sheet["D6"], sheet["A2"]):
                    self.assertEqual((cell.value, cell.data_type), (formula, "s"))
                    self.assertTrue(cell.quotePrefix, "it stays a text when it is edited")

    def test_activity(self):
        self.payment(self.partner, 500, self.old.move_id, on=-3)
        dates = {"date_from": self.day(-10), "date_to": self.day(0)}
        block = self.block(**dates)
        rows = self.rows(self.book(**dates).worksheets[0])
        self.assertEqual(
            [(row[6], row[7]) for row in rows],
            [
                (None, block["opening"]),
                *((row["amount"], row["balance"]) for row in block["rows"]),
                (None, block["closing"]),
            ],
        )

    def test_in_the_customers_language(self):
        self.partner.lang = "fr_FR"
        self.assertEqual(self.book().worksheets[0]["F6"].number_format, "dd/mm/yyyy")

    def test_nothing_is_open(self):
        self.payment(self.partner, 1500, self.old.move_id, self.new.move_id)
        self.assertEqual(self.rows(self.book().worksheets[0]), [])


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 12:00:00")
class TestStatementDialog(PrintCase):
    def setUp(self):
        super().setUp()
        # a real one takes a quarter of a second, and test_printed makes one
        self.printed = []

        def run(_self, bodies, **_kwargs):
            self.printed.append(str(bodies[0]))
            return ONE_PAGE

        self.startPatcher(
            patch.object(type(self.env["ir.actions.report"]), "_run_wkhtmltopdf", run)
        )

    def ask(self, login="collector", accounts=None, **values):
        accounts = self.seen_by(login, accounts or self.own)
        action = accounts.action_statement()
        asks = accounts.env[action["res_model"]].with_context(**action["context"])
        return asks.create(values)

    def file(self, action):
        attachment = int(action["url"].split("/")[3].split("?")[0])
        return self.env["ir.attachment"].sudo().browse(attachment)

    def test_form(self):
        account = self.seen_by("collector", self.own)
        action = account.action_statement()
        asks = account.env[action["res_model"]].with_context(**action["context"])
        with Form(asks) as form:
            self.assertEqual(form.partner_id, self.ann)
            self.assertEqual(form.kind, "open")
            self.assertTrue(form.with_link)
            form.kind = "activity"
            form.date_from = self.day(-10)
        self.assertEqual(form.record.account_id, self.own)

    def test_pdf(self):
        action = self.ask(with_link=False).action_pdf()
        file = self.file(action)
        self.assertEqual(file.raw, ONE_PAGE)
        self.assertIn("Own Customer", file.name)
        self.assertTrue(file.name.endswith("2026-03-16.pdf"))
        self.assertFalse(self.own.link_ids)
        self.assertIn(self.old.move_name, self.printed[0])

    def test_pdf_with_a_link(self):
        self.ask().action_pdf()
        self.assertEqual(self.own.link_ids.partner_id, self.ann)
        self.assertIn("/collections/statement/", self.printed[0])

    def test_xlsx(self):
        file = self.file(self.ask(kind="activity", date_from=self.day(-10)).action_xlsx())
        book = openpyxl.load_workbook(io.BytesIO(file.raw))
        self.assertEqual(book.sheetnames, ["Activity", "Summary"])

    def test_send(self):
        self.ann.lang = "fr_FR"
        action = self.ask().action_send()
        context = action["context"]
        self.assertEqual(context["default_partner_ids"], self.ann.ids)
        [attachment] = self.env["ir.attachment"].browse(context["default_attachment_ids"])
        self.assertEqual(attachment.raw, ONE_PAGE)
        self.assertIn("16/03/2026", context["default_subject"])
        [link] = self.own.link_ids
        self.assertEqual(link.partner_id, self.ann)
        self.assertIn("/collections/statement/", str(context["default_body"]))
        composer = self.env[action["res_model"]].with_user(self.users["collector"])
        composer.with_context(**context).create({})._action_send_mail()
        [message] = self.own.message_ids.filtered("attachment_ids")
        self.assertEqual(message.partner_ids, self.ann)

    def test_send_without_an_address(self):
        self.ann.email = False
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            self.ask().action_send()

    def test_who_may_what(self):
        ask = self.ask("inquiry")
        self.assertFalse(ask.can_send)
        self.assertTrue(ask.action_pdf()["url"])
        self.assertTrue(self.ask("inquiry", with_link=True).action_pdf()["url"])
        self.assertFalse(self.own.link_ids, "who may only read gives no links")
        with self.assertRaises(AccessError):
            ask.action_send()
        with self.assertRaises(AccessError):
            self.ask("collector", self.foreign)
        asks = self.env["ar.collect.statement.ask"].sudo(False)
        foreign = self.ask("collector")
        foreign.sudo().account_ids = self.foreign  # sudo: it went to a colleague meanwhile
        for act in ("action_pdf", "action_xlsx", "action_send"):
            with self.subTest(act), self.assertRaises(UserError):
                getattr(foreign, act)()
        with self.assertRaises(UserError):
            foreign.print_part(self.foreign.ids)
        portal = new_test_user(self.env, "s_portal", "base.group_portal")
        with self.assertRaises(AccessError):
            asks.with_user(portal).create({"account_ids": [Command.set(self.own.ids)]})

    def test_nobody_elses(self):
        ask = self.ask("collector")
        theirs = ask.with_user(self.users["colleague"])
        for act in ("action_pdf", "print_all"):
            with self.subTest(act), self.assertRaises(AccessError):
                getattr(theirs, act)()

    def test_somebody_elses_contact(self):
        """A contact of another customer gets no link, whatever the browser sends."""
        stranger = self.free.partner_id
        self.ask(partner_id=stranger.id).action_pdf()
        self.assertFalse(self.env["ar.collect.link"].sudo().search([]))
        self.assertNotIn(stranger.name, self.printed[0])

    def test_several(self):
        accounts = self.own | self.free
        ask = self.ask("manager", accounts)
        action = ask.action_pdf()
        self.assertEqual(action["params"]["account_ids"], ask.account_ids.ids)
        self.assertEqual(ask.print_part(self.own.ids), 1)
        self.assertEqual(ask.print_part(self.free.ids + self.foreign.ids), 1, "only the chosen")
        file = self.file(ask.print_all())
        self.assertEqual(len(PdfReader(io.BytesIO(file.raw)).pages), 2)
        rest = self.env["ir.attachment"].sudo().search([("res_model", "=", ask._name)])
        self.assertEqual(rest, file, "the parts are gone")
        with self.assertRaises(UserError):
            ask.action_xlsx()

    def test_too_many(self):
        with patch.object(ar_collect_statement_ask, "MOST_STATEMENTS", 1):
            ask = self.ask("manager", self.own | self.free)
            with self.assertRaisesRegex(UserError, "up to 1 customers"):
                ask.action_pdf()

    def test_dates(self):
        ask = self.ask(kind="activity", date_from=self.day(1), date_to=self.day(0))
        with self.assertRaisesRegex(UserError, "before the first"):
            ask.action_pdf()
        ask = self.ask(kind="activity", date_from=False, date_to=self.day(0))
        self.assertTrue(ask.action_pdf())


def make_pages(number):
    """A document of empty pages."""
    writer, file = PdfWriter(), io.BytesIO()
    for _page in range(number):
        writer.add_blank_page(100, 100)
    writer.write(file)
    return file.getvalue()


ONE_PAGE = make_pages(1)
