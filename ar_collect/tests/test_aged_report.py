# Part of ar_collect. License LGPL-3.
"""Aged receivables as of any day: against plain Python, against snapshots, and who sees what."""

import io
import random
from base64 import b64encode
from datetime import date, timedelta

from openpyxl import load_workbook
from PIL import Image

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form

from .common import CollectCase
from .kpi_oracle import Ledger
from .ledger_monkey import LedgerMonkey
from .test_property import LedgerProperty, tracing
from .worklist_common import WorklistCase

BUCKETS = [f"bucket_{number}" for number in range(8)]
LIMIT_CHOICES = [(30, 60, 90), (15,), (7, 14, 21, 30, 60, 120), (1, 2)]


def aged(env, day, limits=(30, 60, 90)):
    """The report as of a day."""
    return env["ar.collect.aged.report"]._with_day(day, limits)


def cents(amount):
    return round(amount * 100)


class TestAgedProperty(LedgerProperty):
    STEPS = 40

    def check(self, day, limits):
        """Every item and bucket, as plain Python has it."""
        expected = Ledger(self.env).aging(day, limits)
        # sudo: the accountant who books here has no part in collections
        rows = aged(self.env, day, limits).sudo().with_context(active_test=False).search([])
        self.assertEqual(set(rows.ids), set(expected), f"items open on {day}")
        for row in rows:
            found = {
                "company": row.company_id.id,
                "customer": row.customer_id.id,
                "late": row.days_late,
                "residual": cents(row.residual),
                "in_currency": cents(row.residual_currency),
                "credit": cents(row.amount_credit),
                "columns": [cents(row[name]) for name in BUCKETS[: len(limits) + 2]],
            }
            self.assertEqual(found, expected[row.id], f"{row.line_id.display_name} on {day}")
            unused = BUCKETS[len(limits) + 2 :]
            self.assertFalse(any(row[name] for name in unused))

    def test_any_day_of_any_ledger(self):
        for seed in self.seeds():
            with self.subTest(seed=seed), self.seeded():
                monkey = LedgerMonkey(self, self.places, self.currencies, seed)
                with tracing(monkey):
                    for _number in range(self.STEPS):
                        monkey.step()
                    for past in (-20, 0, 1, 45, 90, 170):
                        limits = monkey.rng.choice(LIMIT_CHOICES)
                        self.check(self.today - timedelta(days=past), limits)


class TestAgedForward(LedgerProperty):
    """Days pass; each evening the accounts are refreshed and their buckets kept."""

    DAYS = 14
    SNAPSHOT = ("amount_not_due", "amount_1_30", "amount_31_60", "amount_61_90", "amount_91_plus")

    def work(self, rng, partners):
        """What happens on a day: documents of that day, money of that day for older ones."""
        for _number in range(rng.randint(0, 3)):
            place = rng.choice(self.places)
            currency = rng.choice(self.currencies[place])
            partner, amount = rng.choice(partners), round(rng.uniform(1, 900), 2)
            kind = rng.choice(["invoice", "invoice", "credit", "pay", "pay", "part", "account"])
            if kind == "invoice":
                due = rng.randint(0, 20)
                self.invoice(partner, amount, due, on=0, company=place, currency=currency)
            elif kind == "credit":
                self.credit_note(partner, amount, 0, on=0, company=place, currency=currency)
            elif kind == "account":
                self.payment(partner, amount, company=place, currency=currency)
            elif line := self.some_open(rng):
                share = 1 if kind == "pay" else 0.4
                amount = line.currency_id.round(line.amount_residual_currency * share)
                if amount:
                    payment = self.payment(
                        line.partner_id,
                        amount,
                        company=line.company_id,
                        currency=line.currency_id,
                    )
                    (self.items(payment.move_id) + line).reconcile()

    def some_open(self, rng):
        lines = self.env["account.move.line"].search(
            [
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("amount_residual_currency", ">", 0),
                ("company_id", "in", [place.id for place in self.places]),
            ],
            order="id",
        )
        return rng.choice(lines) if lines else None

    def snapshot(self):
        """The buckets of the accounts as they are."""
        return {
            key: {name: cents(row[name]) for name in (*self.SNAPSHOT, "amount_credit")}
            for key, row in self.cached((*self.SNAPSHOT, "amount_credit")).items()
            if any(row.values())
        }

    def as_of(self, day):
        """The same from the report."""
        # sudo: see TestAgedProperty
        groups = (
            aged(self.env, day)
            .sudo()
            ._read_group(
                [],
                ["customer_id", "company_id"],
                [*(f"bucket_{number}:sum" for number in range(5)), "amount_credit:sum"],
            )
        )
        names = (*self.SNAPSHOT, "amount_credit")
        found = {
            (partner.id, company.id): dict(zip(names, map(cents, sums), strict=True))
            for partner, company, *sums in groups
        }
        return {key: row for key, row in found.items() if any(row.values())}

    def test_each_past_day_is_what_was_seen_that_day(self):
        for seed in self.seeds():
            with self.subTest(seed=seed), self.seeded():
                rng = random.Random(seed)
                partners = [self.customer(f"Customer {number}") for number in range(3)]
                seen = {}
                for _day in range(self.DAYS):
                    self.work(rng, partners)
                    self.catch_up()
                    self.accounts._refresh()
                    seen[self.today] = self.snapshot()
                    self.advance(rng.choice([1, 1, 2, 9]))
                self.assertGreater(len(seen), self.DAYS - 2)
                for day, expected in seen.items():
                    self.assertEqual(self.as_of(day), expected, f"seed {seed}, {day}")


class TestAgedReport(CollectCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.customer("=Formula & Sons")
        cls.move = cls.invoice(cls.partner, 100, due=-40, on=-70)

    def rows(self, number, limits=(30, 60, 90)):
        # sudo: see TestAgedProperty
        return (
            aged(self.env, self.day(number), limits)
            .sudo()
            .search([("customer_id", "=", self.partner.id)])
        )

    def test_due_that_day_is_not_past_due(self):
        for number, column, late in ((-41, 0, 0), (-40, 0, 0), (-39, 1, 1), (-10, 1, 30)):
            row = self.rows(number)
            self.assertEqual(row[f"bucket_{column}"], 100, number)
            self.assertEqual(row.days_late, late, number)
        self.assertEqual(self.rows(-9).bucket_2, 100)
        self.assertFalse(self.rows(-71), "not booked yet")

    def test_situation(self):
        """The same whatever the limits are."""
        credit = self.credit_note(self.partner, 30, due=-5, on=-5)
        for number, expected in ((-40, "not_due"), (-39, "past_due"), (50, "past_due")):
            for limits in ((30, 60, 90), (200,)):
                [row] = self.rows(number, limits).filtered(lambda row: row.move_id == self.move)
                self.assertEqual(row.situation, expected, number)
        situations = {row.move_id: row.situation for row in self.rows(51)}
        self.assertEqual(situations, {self.move: "at_risk", credit: "credit"})

    def test_own_limits(self):
        row = self.rows(0, (39, 40))
        self.assertEqual([row.bucket_1, row.bucket_2, row.bucket_3], [0, 100, 0])
        labels = aged(self.env, self.today, (39, 40)).sudo().fields_get(BUCKETS, ["string"])
        self.assertEqual(
            [labels[f"bucket_{number}"]["string"] for number in (0, 1, 2, 3)],
            ["Not Due", "1-39 Days", "40-40 Days", "41+ Days"],
        )
        arch = aged(self.env, self.today, (39, 40)).sudo().get_view(view_type="list")["arch"]
        self.assertIn("41+ Days", arch)
        self.assertNotIn("bucket_4", arch)
        arch = aged(self.env, self.today).sudo().get_view(view_type="list")["arch"]
        self.assertIn("91+ Days", arch)

    def test_limits_that_are_none(self):
        for wrong in ("60, 30", "x", "0", "1,2,3,4,5,6,7"):
            with self.assertRaises(UserError):
                self.rows(0, wrong)
            with self.assertRaises(ValidationError):
                # sudo: see TestAgedProperty
                self.env["ar.collect.aged.ask"].sudo().create({"limits": wrong})
        with self.assertRaises(UserError):
            aged(self.env, None).sudo().with_context(aged_to="yesterday").search([])

    def test_un_reconciled_since_was_never_matched(self):
        payment = self.payment(self.partner, 100, self.move, on=-30)
        self.assertFalse(self.rows(-20))
        payment.move_id.line_ids.remove_move_reconcile()
        invoice, credit = self.rows(-20).sorted("residual", reverse=True)
        self.assertEqual((invoice.residual, credit.amount_credit), (100, -100))

    def test_matched_with_what_is_a_draft_again(self):
        payment = self.payment(self.partner, 60, self.move, on=-30)
        payment.action_draft()
        self.assertEqual(
            sum(self.rows(0).mapped("residual")),
            sum(self.items(self.move).mapped("amount_residual")),
        )

    def test_another_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 0.5)])
        self.invoice(self.partner, 30, due=-5, on=-5, currency=euro)
        row = self.rows(0).filtered(lambda row: row.currency_id == euro)
        self.assertEqual((row.residual, row.residual_currency), (60, 30))

    def test_spreadsheet(self):
        other = self.other_company(f"{self.company.name}:")
        content = (
            aged(self.env, None)
            .sudo()
            ._render_xlsx(  # sudo: see TestAgedProperty
                self.company | other, self.day(-10), (30, 60)
            )
        )
        book = load_workbook(io.BytesIO(content))
        self.assertEqual(len(book.sheetnames), 2, "two companies of one name")
        sheet = book.worksheets[0]
        headings = [cell.value for cell in sheet[4]]
        self.assertEqual(
            headings[-5:], ["Not Due", "1-30 Days", "31-60 Days", "61+ Days", "Credits"]
        )
        values = dict(zip(headings, [cell.value for cell in sheet[5]], strict=True))
        self.assertEqual(values["Customer"], "=Formula & Sons")
        self.assertEqual(sheet["A5"].data_type, "s", "text, not a formula")
        self.assertEqual(values["Due"].date(), self.day(-40))
        self.assertEqual((values["1-30 Days"], values["Days Past Due"]), (100, 30))
        self.assertEqual(sheet["A6"].value, "Total")
        self.assertEqual(sheet["I6"].value, "=SUBTOTAL(109,I5:I5)")
        self.assertEqual(sheet.freeze_panes, "A5")
        self.assertEqual(sheet.auto_filter.ref, "A4:N5")
        calculated = load_workbook(io.BytesIO(content), data_only=True).worksheets
        self.assertEqual([page["I6"].value for page in calculated][:1], [100])

    def test_paper(self):
        self.credit_note(self.partner, 30.05, due=-5, on=-5)
        # sudo: see TestAgedProperty
        report = aged(self.env, self.today).sudo()
        html = report._render_html(self.company, None, "customer")
        self.assertIn("=Formula &amp; Sons", html)
        self.assertIn("69.95", html)
        self.assertIn("31-60 Days", html)
        nothing = aged(self.env, date(2001, 1, 1)).sudo()  # sudo: see above
        self.assertIn("Nothing was open.", nothing._render_html(self.company, None, "customer"))
        self.assertEqual(report._render_pdf(self.company)[:4], b"%PDF")

    def test_letterhead(self):
        """The logo of the company whose figures they are; a placeholder is none."""
        other = self.other_company()
        self.invoice(self.partner, 50, due=-5, on=-5, company=other)
        report = aged(self.env, self.today).sudo()  # sudo: see TestAgedProperty
        stream = io.BytesIO()
        Image.new("RGB", (40, 20), "teal").save(stream, "PNG")
        self.company.logo, other.logo = False, b64encode(stream.getvalue())
        self.assertTrue(self.company.uses_default_logo)
        self.assertNotIn("<img", report._render_html(self.company, None, "customer"))
        both = report._render_html(self.company | other, None, "customer")
        self.assertEqual(both.count("<img"), 1)
        self.assertIn("data:image/png;base64,", both)

    def test_query_count(self):
        def count():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            # sudo: see TestAgedProperty
            report = aged(self.env, self.today).sudo()
            report.web_read_group([], ["customer_id"], ["residual:sum", "bucket_1:sum"])
            report._render_html(self.company, None, "customer")
            report._render_xlsx(self.company)
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for number in range(12):
            self.invoice(self.customer(f"More {number}"), 10, due=-3)
        self.env.flush_all()
        self.assertEqual(count(), few)


class TestAgedAccess(WorklistCase):
    def customers(self, login):
        """Whose items a role sees."""
        self.env.flush_all()
        report = self.env["ar.collect.aged.report"].with_user(self.users[login])
        report = report.with_company(self.company).with_context(
            allowed_company_ids=self.company.ids
        )
        ours = {account.partner_id.id: account.partner_id.name for account in self.rows}
        return sorted(
            ours[row.customer_id.id] for row in report.search([]) if row.customer_id.id in ours
        )

    def test_each_role(self):
        self.rows = self.own | self.free | self.foreign
        everybody = ["Foreign Customer", "Free Customer", "Own Customer"]
        for login in ("inquiry", "collector_all", "manager"):
            self.assertEqual(self.customers(login), everybody, login)
        self.assertEqual(self.customers("collector"), ["Free Customer", "Own Customer"])
        self.assertEqual(self.customers("colleague"), ["Foreign Customer", "Free Customer"])

    def test_files_hold_what_one_sees(self):
        report = self.env["ar.collect.aged.report"].with_user(self.users["collector"])
        names = {row["customer"] for row in report._fetch_rows(self.company)}
        self.assertIn("Own Customer", names)
        self.assertNotIn("Foreign Customer", names)

    def test_outsiders(self):
        outsider = self.env["res.users"].create({"name": "Outsider", "login": "aged_outsider"})
        with self.assertRaises(AccessError):
            self.env["ar.collect.aged.report"].with_user(outsider).search([])
        with self.assertRaises(AccessError):
            self.env["ar.collect.aged.ask"].with_user(outsider).create({})

    def test_who_exports(self):
        """Whoever but reads collections sees and prints it all, and takes no spreadsheet along."""
        inquirer = self.users["inquiry"]
        for model in ("ar.collect.aged.ask", "ar.collect.aged.report"):
            records = self.env[model].with_user(inquirer)
            ask = records.create({}) if records._transient else records
            self.assertTrue(ask.action_pdf()["url"])
            view = self.env[model].with_user(inquirer).get_view(view_type="form" if ask else "list")
            self.assertNotIn("action_xlsx", view["arch"])
            with self.assertRaisesRegex(AccessError, "right to export"):
                ask.action_xlsx()
        inquirer.group_ids += self.env.ref("base.group_allow_export")
        self.assertTrue(ask.action_xlsx()["url"])

    def test_another_company(self):
        other = self.other_company("Elsewhere")
        partner = self.customer("Customer Elsewhere")
        self.invoice(partner, 10, due=-3, company=other)
        self.env.flush_all()
        report = self.env["ar.collect.aged.report"].with_user(self.users["manager"])
        self.assertFalse(report.search([("customer_id", "=", partner.id)]))
        self.assertFalse(report._fetch_rows(other))

    def test_asking(self):
        ask = Form(self.env["ar.collect.aged.ask"].with_user(self.users["collector"]))
        ask.aged_to, ask.limits = self.day(-20), "10; 20"
        found = ask.save()
        action = found.action_show()
        self.assertEqual(action["context"]["aged_limits_view_ref"], "10-20")
        self.assertEqual(action["context"]["aged_to"], str(self.day(-20)))
        self.assertTrue(action["context"]["search_default_group_customer"])
        report = self.env["ar.collect.aged.report"].with_user(self.users["collector"])
        report = report.with_context(**action["context"])
        row = report.search([*action["domain"], ("customer_id", "=", self.own.partner_id.id)])
        self.assertEqual((row.days_late, row.bucket_3), (21, 1200))
        attachment = found.action_xlsx()["url"].split("/")[3].split("?")[0]
        attachment = (
            self.env["ir.attachment"].sudo().browse(int(attachment))
        )  # sudo: reads the file
        self.assertEqual(attachment.raw[:2], b"PK")
        # the buttons above the list make a file of what is shown
        shown = report.with_context(active_domain=[("customer_id", "=", self.own.partner_id.id)])
        url = shown.action_xlsx()["url"]
        attachment = attachment.browse(int(url.split("/")[3].split("?")[0]))
        sheet = load_workbook(io.BytesIO(attachment.raw)).worksheets[0]
        self.assertEqual([sheet["A5"].value, sheet["A6"].value], ["Own Customer", "Total"])
