# Part of ar_collect. License LGPL-3.
"""Reports that are sent by themselves: once, to whom they are meant for, with what one may see."""

import io
from datetime import date
from unittest.mock import patch

from openpyxl import load_workbook

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, new_test_user
from odoo.tools import mute_logger

from .contact_log_common import ContactLogCase


@freeze_time("2026-03-16 12:00:00")
class TestReportSchedule(ContactLogCase):
    """Monday noon."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.role("manager")
        cls.manager.email = "manager@us.example"
        cls.collector.email = "collector@us.example"
        # sudo: see CollectCase
        cls.schedules = cls.env["ar.collect.report.schedule"].sudo().with_company(cls.company)
        cls.schedules.search([]).active = False

    def schedule(self, kind="manager", users=None, **values):
        """A report that is due today."""
        users = self.manager if users is None else users
        return self.schedules.create(
            {
                "kind": kind,
                "user_ids": [Command.set(users.ids)],
                "company_ids": [Command.set(self.company.ids)],
                "next_date": self.today,
                **values,
            }
        )

    def read_sheet(self, mail):
        """The rows of the first sheet attached to a mail."""
        book = load_workbook(io.BytesIO(mail.attachment_ids.raw))
        return book, [[cell.value for cell in row] for row in book.worksheets[0].rows]

    # --- when

    def test_once(self):
        schedule = self.schedule()
        self.assertEqual(len(schedule._process_due()), 1)
        self.assertEqual((schedule.last_date, schedule.next_date), (self.today, self.day(7)))
        self.assertFalse(schedule._process_due(), "not again on the same day")

    def test_not_before_its_day(self):
        schedule = self.schedule(next_date=self.day(1))
        self.assertFalse(schedule._process_due())
        self.company.partner_id.tz = "Pacific/Auckland"
        self.assertTrue(schedule._process_due(), "it is tomorrow there")

    def test_next_date(self):
        for day, interval, expected in (
            ("2026-03-16", "week", "2026-03-23"),
            ("2026-03-20", "week", "2026-03-23"),
            ("2026-03-31", "month", "2026-04-01"),
            ("2026-12-05", "month", "2027-01-01"),
            ("2026-03-19", "day", "2026-03-20"),
            ("2026-03-20", "day", "2026-03-23"),
            ("2026-03-21", "day", "2026-03-23"),
            ("2026-03-22", "day", "2026-03-23"),
        ):
            found = self.schedules._get_next(date.fromisoformat(day), interval)
            self.assertEqual(found, date.fromisoformat(expected), (day, interval))

    def test_missed(self):
        """After weeks without the scheduled action it comes once."""
        schedule = self.schedule(next_date=self.day(-21))
        self.assertEqual(len(schedule._process_due()), 1)
        self.assertEqual(schedule.next_date, self.day(7))

    def test_one_that_fails(self):
        """Says why, and leaves the others alone."""
        broken, good = self.schedule("aged"), self.schedule()
        report = type(self.env["ar.collect.aged.report"])
        with patch.object(report, "_render_xlsx", side_effect=ValueError("no disk")):
            mails = broken._process_due() + good._process_due()
        self.assertEqual(len(mails), 1)
        self.assertIn("no disk", broken.problem)
        self.assertEqual(broken.next_date, self.day(7))

    def test_one_recipient_that_fails(self):
        """The others get theirs."""
        schedule = self.schedule(users=self.collector | self.manager)
        get_content = type(schedule)._get_content

        def fail(schedule, user):
            if user == self.collector:
                schedule.env.cr.execute("SELECT 1 / 0")
            return get_content(schedule, user)

        with patch.object(type(schedule), "_get_content", fail), mute_logger("odoo.sql_db"):
            mails = schedule._process_due()
        self.assertEqual(mails.recipient_ids, self.manager.partner_id)
        self.assertIn(self.collector.name, schedule.problem)
        self.assertIn("division by zero", schedule.problem)
        self.assertEqual(schedule.next_date, self.day(7))

    # --- who

    def test_recipients(self):
        outsider = new_test_user(
            self.env, "log_out", groups="base.group_user", company_id=self.company.id
        )
        outsider.email = "outsider@us.example"
        silent = self.role("inquiry", "log_silent")
        silent.email = False
        schedule = self.schedule(users=self.manager | outsider | silent)
        mails = schedule._send()
        self.assertEqual(mails.recipient_ids, self.manager.partner_id)
        self.assertIn(outsider.name, schedule.problem)
        self.assertIn(silent.name, schedule.problem)

    def test_nobody(self):
        with self.assertRaises(ValidationError):
            self.schedule(users=self.manager.browse())

    def test_sees_what_one_may(self):
        """A collector's mail is about the own customers."""
        other = self.customer("Rosewood")
        self.invoice(other, 900, due=-30)
        self.catch_up()
        colleague = self.role("collector", "log_colleague")
        self.account(other).user_id = colleague
        mails = self.schedule(users=self.manager | self.collector)._send()
        bodies = {mail.recipient_ids: str(mail.body_html) for mail in mails}
        self.assertIn("Rosewood", bodies[self.manager.partner_id])
        self.assertNotIn("Rosewood", bodies[self.collector.partner_id])
        aged = self.schedule("aged", users=self.collector)._send()
        _book, rows = self.read_sheet(aged)
        self.assertNotIn("Rosewood", str(rows))

    def test_companies(self):
        """Nobody hears of a company one does not work in."""
        other = self.other_company("Elsewhere")
        both = new_test_user(
            self.env,
            "log_both",
            groups="ar_collect.group_manager",
            company_id=self.company.id,
            company_ids=[Command.set([self.company.id, other.id])],
            email="both@us.example",
        )
        schedule = self.schedule("aged", users=self.manager | both)
        schedule.company_ids += other
        names = {
            mail.recipient_ids: [sheet.title for sheet in self.read_sheet(mail)[0].worksheets]
            for mail in schedule._send()
        }
        self.assertEqual(names[self.manager.partner_id], [self.company.name])
        self.assertEqual(names[both.partner_id], [self.company.name, "Elsewhere"])
        seen = self.env["ar.collect.report.schedule"].with_user(self.manager).search([])
        self.assertNotIn(schedule, seen, "who does not work in both does not plan for both")

    def test_roles(self):
        schedule = self.schedule()
        for user in (self.collector, self.role("inquiry")):
            with self.assertRaises(AccessError):
                schedule.with_user(user).read(["kind"])
        schedule.with_user(self.manager).interval = "month"

    # --- what

    def test_manager_mail(self):
        with freeze_time("2026-03-10 12:00:00"):
            self.log("no_answer")
        mail = self.schedule()._send()
        self.assertIn("03/09/2026", mail.subject, "last week")
        self.assertIn("03/15/2026", mail.subject)
        self.assertIn(self.partner.name, mail.body_html)
        self.assertIn("/odoo/collections-manager", mail.body_html)
        self.assertIn("$ 100.00", str(mail.body_html).replace("\xa0", " "))

    def test_text_is_text(self):
        self.partner.name = "<script>alert(1)</script> =1+1"
        mail = self.schedule()._send()
        self.assertNotIn("<script>alert", mail.body_html)
        self.assertIn("&lt;script&gt;", mail.body_html)

    def test_sales_mail(self):
        """Whoever has a customer in trouble, without naming them; nobody else."""
        seller = new_test_user(
            self.env, "log_seller", groups="base.group_user", company_id=self.company.id
        )
        lucky = new_test_user(
            self.env, "log_lucky", groups="base.group_user", company_id=self.company.id
        )
        (seller | lucky).write({"email": "sales@us.example"})
        self.partner.user_id = seller
        self.customer("Well").user_id = lucky
        mails = self.schedule("sales", users=seller.browse())._send()
        self.assertEqual(mails.recipient_ids, seller.partner_id)
        self.assertIn(self.partner.name, mails.body_html)
        self.assertFalse(self.schedule("sales", users=lucky)._send(), "there is nothing to tell")

    def test_aged_sheet(self):
        mail = self.schedule("aged")._send()
        book, rows = self.read_sheet(mail)
        self.assertIn(100, [value for row in rows for value in row])
        self.assertTrue(book.worksheets[0].freeze_panes)

    def test_activity_sheet(self):
        """Numbers are numbers, totals are formulas, a name that begins with = is text."""
        self.collector.name = "=cmd"
        with freeze_time("2026-03-10 12:00:00"):
            self.log("no_answer")
            self.log("received", duration=0.5)
        with freeze_time("2026-03-16 12:00:00"):
            self.log("no_answer")  # this week
        mail = self.schedule("activity")._send()
        book, rows = self.read_sheet(mail)
        sheet = book.worksheets[0]
        [row] = [row for row in rows if row[0] == "=cmd"]
        self.assertEqual(row[1:3], [2, 2])
        self.assertEqual(sheet.cell(rows.index(row) + 1, 1).data_type, "s")
        self.assertTrue(str(rows[-1][1]).startswith("=SUBTOTAL(109,B"))
        self.assertTrue(sheet.freeze_panes)

    def test_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.manager.lang = "de_DE"
        mail = self.schedule()._send()
        self.assertIn("09.03.2026", mail.subject)

    def test_buttons(self):
        schedule = self.schedule(users=self.collector).with_user(self.manager)
        schedule.action_send_me()
        schedule.action_send()
        self.assertFalse(schedule.last_date, "the planned one still comes")


@freeze_time("2026-03-16 12:00:00")
class TestDigest(ContactLogCase):
    def digest(self, user):
        digest = self.env["digest.digest"].create(
            {"name": "Ours", "company_id": self.company.id, "periodicity": "daily"}
        )
        return digest.with_user(user).with_context(
            start_datetime=fields.Datetime.to_datetime("2026-03-15 00:00:00"),
            end_datetime=fields.Datetime.to_datetime("2026-03-16 00:00:00"),
        )

    def test_figures(self):
        """Of whole days, until yesterday."""
        manager = self.role("manager")
        self.log("received").date = "2026-03-15 09:00:00"
        self.log("received").date = "2026-03-16 09:00:00"
        self.payment(self.partner, 60, self.overdue, on=-1)
        self.payment(self.partner, 10, self.overdue)
        self.env.flush_all()
        digest = self.digest(manager)
        self.assertEqual(digest.kpi_collect_cash_value, 60)
        self.assertEqual(digest.kpi_collect_right_party_value, 1)
        self.assertEqual(digest.kpi_collect_promised_value, 0)
        actions = digest._compute_kpis_actions(self.company, manager)
        for name in ("kpi_collect_cash", "kpi_collect_right_party", "kpi_collect_promised"):
            self.assertTrue(self.env.ref(actions[name].split("?")[0]))

    def test_outsider(self):
        nobody = new_test_user(
            self.env, "log_nobody", groups="base.group_user", company_id=self.company.id
        )
        with self.assertRaises(AccessError):
            self.digest(nobody).sudo(False).kpi_collect_cash_value  # noqa: B018
