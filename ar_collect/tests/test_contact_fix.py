# Part of ar_collect. License LGPL-3.
"""Contacts to fix: what is wrong, in the order of the money, and what helps; and who asks."""

from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from odoo.addons.ar_collect.models.inner_context import INNER
from odoo.addons.ar_collect.models.mail_thread import AUTOMATIC

from .contact_common import ContactCase

LEFT = "Dana Wolf is no longer with the company. Please write to tom@own.example."


#: Of a mail server, about a mail to Dana.
REPORT = """Return-Path: <>
To: {to}
From: MAILER-DAEMON@mx.example
Subject: Report
Message-Id: <report-{number}@mx.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="PART"

--PART
Content-Type: text/plain; charset=us-ascii

What became of your mail.

--PART
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; Dana@own.example
Action: {action}
Status: {status}

--PART--
"""


class ContactFixCase(ContactCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dana = cls.contact("Dana Wolf", "accounts_payable", email="dana@own.example")
        cls.collector = cls.users["collector"]

    @property
    def rows(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["ar.collect.contact.fix"].sudo()  # sudo: see CollectCase

    def of(self, account=None, user=None, **values):
        """The problems of a customer, as a user sees them."""
        domain = [("account_id", "=", (account or self.own).id)]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.rows.sudo(False).with_user(user or self.collector).search(domain)

    def problems(self, account=None, **values):
        found = self.of(account, self.users["manager"], **values)
        return {(row.partner_id.name, row.problem) for row in found}

    def receive(self, text, author=None, automatic=True):
        """A mail of a contact, written by a machine or a person."""
        account = self.own.with_context(**{AUTOMATIC: INNER}) if automatic else self.own
        author = author or self.dana
        account.message_post(
            body=text,
            message_type="email",
            author_id=author.id,
            email_from=author.email,
            subtype_xmlid="mail.mt_comment",
        )
        # sudo: see CollectCase
        return self.env["ar.collect.contact.hint"].sudo().search([], order="id")


class TestContactFix(ContactFixCase):
    # --- what is wrong

    def test_problems(self):
        self.assertFalse(self.problems())
        self.dana.message_bounce = 2
        self.assertEqual(self.problems(), {("Dana Wolf", "bounced")})
        self.contact("Ken", phone="+1 555 0100", collect_wrong_number_date=self.today)
        self.contact("Nemo")
        self.assertEqual(
            self.problems(),
            {("Dana Wolf", "bounced"), ("Ken", "wrong_number"), ("Nemo", "missing")},
        )
        self.dana.email = "dana.wolf@own.example"
        self.assertNotIn(("Dana Wolf", "bounced"), self.problems())

    def test_who_has_left_needs_no_help(self):
        self.dana.write({"message_bounce": 2, "collect_left_date": self.today})
        self.assertFalse(self.problems())

    def test_nobody(self):
        self.dana.email = False
        self.own.partner_id.write({"phone": False, "email": False})
        names = {problem for _name, problem in self.problems()}
        self.assertEqual(names, {"nobody", "missing"})

    def test_doubles(self):
        self.contact("Dana W.", email="Dana@Own.example")
        self.contact("Dana  wolf", phone="+1 (555) 7", email="a@own.example")
        self.contact("Jo", phone="+1 555 7", email="jo@own.example")
        self.contact("No Mail", phone="1-555-7")
        self.contact("Info", email="info@own.example")  # the company's own
        rows = self.of(problem="double")
        self.assertEqual(
            {(row.partner_id.name, row.twin_id.name) for row in rows},
            {("Dana W.", "Dana Wolf"), ("No Mail", "Dana  wolf")},
        )
        other = self.contact("Dana Wolf", email="dana@own.example", account=self.free)
        self.assertFalse(self.of(self.free, partner_id=other.id), "of another customer")

    def test_doubles_by_number(self):
        """The same number, however it is dialled; an extension is none."""
        self.contact("Ann", phone="+49 30 1234567")
        self.contact("Ann", phone="030/123 45 67")
        self.contact("Ben", phone="0049 (0)30 7654321", email="ben@own.example")
        self.contact("Ben B.", phone="+49 30 7654321")
        self.contact("Cleo", phone="123")
        self.contact("cleo", phone="+49 30 999123")
        rows = self.of(problem="double")
        self.assertEqual(
            {(row.partner_id.name, row.twin_id.name) for row in rows},
            {("Ann", "Ann"), ("Ben B.", "Ben")},
        )

    def test_order(self):
        """The most money comes first; what is settled is not listed."""
        small = self.contact("Small", account=self.foreign)
        large = self.contact("Large")
        rows = self.rows.search([("partner_id", "in", (small | large).ids)])
        self.assertEqual(rows.partner_id.ids, (large | small).ids)
        self.assertEqual(rows.mapped("amount_overdue"), [1200, 500])
        partner = self.own.partner_id
        self.payment(partner, 1200, partner.invoice_ids)
        self.catch_up()
        self.assertFalse(self.problems())

    def test_ids_stay(self):
        """A button acts on the row that was seen, whatever came in between."""
        row = self.rows.search([("partner_id", "=", self.contact("Large").id)])
        self.contact("Other")
        self.assertEqual(row, self.rows.search([("partner_id", "=", row.partner_id.id)]))
        self.assertEqual(self.rows.browse(row.id).partner_id.name, "Large")

    def test_queries(self):
        self.contact("First")

        def count():
            rows = self.rows
            before = self.env.cr.sql_log_count
            rows.search([]).read(["partner_id", "problem", "detail", "twin_id", "amount_overdue"])
            return self.env.cr.sql_log_count - before

        few = count()
        for number in range(10):
            self.contact(f"No. {number}")
        self.assertEqual(count(), few)

    # --- what helps

    def test_fix_opens_the_contact(self):
        self.dana.message_bounce = 1
        action = self.of().action_fix()
        self.assertEqual(action["res_model"], "ar.collect.contact.edit")
        self.assertEqual(action["context"]["default_contact_id"], self.dana.id)
        self.assertEqual(self.of().action_ask()["res_model"], "ar.collect.contact.ask")
        self.assertEqual(self.of().action_open_account()["res_id"], self.own.id)

    def test_merge(self):
        twin = self.contact("Dana W.", email="dana@own.example")
        with self.assertRaisesRegex(UserError, "needs the right"):
            self.of().action_fix()
        # sudo: see CollectCase
        self.collector.sudo().group_ids += self.env.ref("base.group_partner_manager")
        action = self.of().action_fix()
        self.assertEqual(set(action["context"]["active_ids"]), {self.dana.id, twin.id})

    def test_dismiss(self):
        self.dana.message_bounce = 1
        row = self.of()
        row.action_dismiss()
        row.action_dismiss()
        self.assertFalse(self.of(is_dismissed=False))
        self.assertEqual(self.of(is_dismissed=True), row)
        row.action_undo()
        self.assertEqual(self.of(is_dismissed=False), row)
        self.of().action_dismiss()
        self.dana.message_bounce = 2
        self.assertEqual(self.of(is_dismissed=False), row, "it has bounced once more")

    # --- who has left

    def test_left(self):
        hint = self.receive(LEFT)
        self.assertEqual((hint.partner_id, hint.kind), (self.dana, "left"))
        self.assertFalse(self.dana.collect_left_date, "only proposed")
        self.assertEqual(self.receive(LEFT), hint, "proposed once")
        row = self.of(problem="left")
        self.assertEqual(row.detail, "Dana Wolf is no longer with the company")
        form = row.action_fix()
        self.assertEqual(form["context"]["default_email"], "tom@own.example")
        self.assertEqual(form["context"]["default_contact_id"], False)
        self.assertEqual(self.dana.collect_left_date, self.today)
        self.assertFalse(self.of(problem="left"))
        hint.sudo(False).with_user(self.collector).action_undo()
        self.assertFalse(self.dana.collect_left_date)
        self.assertTrue(self.of(problem="left"))

    def test_successor_in_the_form(self):
        self.receive(LEFT)
        form = self.of(problem="left").action_fix()
        wizard = self.env[form["res_model"]].with_user(self.collector)
        wizard = wizard.with_context(**form["context"]).create({"name": "Tom"})
        self.assertEqual(wizard.email, "tom@own.example")

    def test_out_of_office(self):
        self.assertFalse(self.receive("I am out of the office until Friday."))
        self.assertFalse(self.receive("I have left the office for today."))

    def test_said_by_a_colleague(self):
        """A person speaks of whom they name, not of themselves."""
        tom = self.contact("Tom", email="tom@own.example")
        self.assertFalse(self.receive("Somebody has left the company.", tom, automatic=False))
        hint = self.receive(LEFT, tom, automatic=False)
        self.assertEqual(hint.partner_id, self.dana)

    def test_said_by_another_mailbox(self):
        """What a shared mailbox answers by itself is of whom it names, not of its owner."""
        shared = self.contact("Accounting", email="ap@own.example")
        self.assertEqual(self.receive(LEFT, shared).partner_id, self.dana)

    # --- what mail servers say

    def test_reports_of_mail_servers(self):
        """Only a mail that failed came back; one that is late, or has arrived, did not."""
        # sudo: a setting of the system
        domain = self.env["mail.alias.domain"].sudo().create({"name": "reports.example"})
        for number, (action, status, bounces) in enumerate(
            (
                ("delayed", "4.4.1", 0),
                ("delivered", "2.0.0", 0),
                ("relayed", "2.0.0", 0),
                ("failed", "5.1.1", 1),
                ("Failed", "4.4.7", 2),
            )
        ):
            report = REPORT.format(
                to=domain.bounce_email, number=number, action=action, status=status
            )
            # sudo: the mail gateway
            self.env["mail.thread"].sudo().message_process(None, report)
            with self.subTest(action, status=status):
                self.assertEqual(self.dana.message_bounce, bounces)
                self.assertEqual(bool(self.problems()), bool(bounces))

    def test_company_address_does_not_leave(self):
        """It speaks of whom it names, never of itself."""
        self.assertFalse(self.receive("I have left the company.", self.own.partner_id))
        self.assertEqual(self.receive(LEFT, self.own.partner_id).partner_id, self.dana)

    def test_what_others_write(self):
        """A mistake in what is still to be written does not pass for a hint that is there."""
        hints = self.env["ar.collect.contact.hint"].sudo()  # sudo: as found by the system
        tom, una = self.contact("Tom Ray"), self.contact("Una Ray")
        hints._propose(self.own, self.dana, "left", "Gone")
        other = hints._propose(self.own, tom, "left", "Gone")
        self.env.flush_all()
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            other.partner_id = self.dana
            hints._create_once({"account_id": self.own.id, "partner_id": una.id, "kind": "left"})

    def test_dismissed_hint(self):
        self.receive(LEFT)
        self.of(problem="left").action_dismiss()
        self.assertFalse(self.of(is_dismissed=False))
        self.receive(LEFT)
        self.assertFalse(self.of(is_dismissed=False), "the same again")

    # --- other sources

    def test_enrichment(self):
        account = self.own.with_user(self.collector)
        with self.assertRaisesRegex(UserError, "switched off"):
            account.action_enrich_contacts()
        # sudo: see CollectCase
        self.company.sudo().collect_contact_enrich = True
        account.action_enrich_contacts()
        self.assertFalse(self.of(), "without a source nothing is found")
        found = {"phone": "+1 555 9", "email": self.dana.email, "name": "Eve", "function": "AP"}
        with patch.object(
            self.registry["res.partner"],
            "_get_collect_enrichment",
            lambda contacts: {self.dana: ("The Directory", found)},
        ):
            account.action_enrich_contacts()
        row = self.of(problem="found")
        self.assertEqual(row.detail, "The Directory: +1 555 9, AP")
        self.assertEqual(row.hint_id.proposed, {"phone": "+1 555 9", "function": "AP"})
        self.assertFalse(self.dana.phone, "only proposed")
        hint = row.hint_id
        self.assertFalse(row.action_fix())
        self.assertEqual((self.dana.phone, self.dana.name), ("+1 555 9", "Dana Wolf"))
        hint.action_undo()
        self.assertFalse(self.dana.phone or self.dana.function)

    def test_no_source_of_our_own(self):
        self.assertEqual(self.dana._get_collect_enrichment(), {})


class TestContactQuestions(ContactFixCase):
    """The question to customers, once a year."""

    def ask(self):
        """The questions that the night asks."""
        while self.accounts._process_contact_questions():
            pass
        # sudo: see CollectCase
        return self.env["ar.collect.contact.request"].sudo().search([])

    def test_off_by_default(self):
        self.assertFalse(self.company.sudo().collect_contact_yearly)
        self.assertFalse(self.ask())

    def test_once_a_year(self):
        self.company.sudo().collect_contact_yearly = True
        request = self.ask()
        self.assertEqual(request.account_id, self.own, "the others have no address")
        self.assertEqual((request.partner_id, request.state), (self.dana, "sent"))
        self.assertEqual(request.user_id, self.collector)
        self.assertEqual(self.own.contact_asked_date, self.today)
        self.assertEqual(self.ask(), request, "not twice")
        self.accounts.search([]).contact_asked_date = fields.Date.subtract(self.today, months=12)
        request.date_sent -= timedelta(days=367)
        self.assertEqual(len(self.ask()), 2)

    def test_confirmed(self):
        """Whom somebody has confirmed or asked about is left in peace."""
        self.company.sudo().collect_contact_yearly = True
        self.dana.collect_confirmed_date = self.day(-300)
        self.assertFalse(self.ask())
        self.dana.collect_confirmed_date = self.day(-400)
        self.accounts.search([]).contact_asked_date = False
        self.assertTrue(self.ask())

    def test_batches(self):
        self.company.sudo().collect_contact_yearly = True
        self.assertEqual(self.accounts._process_contact_questions(limit=2), 2)
        self.assertEqual(self.accounts._process_contact_questions(limit=2), 1)
        self.assertEqual(self.accounts._process_contact_questions(limit=2), 0)


class TestContactFixAccess(ContactFixCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact("Mine")
        cls.contact("Nobody's", account=cls.free)
        cls.contact("Theirs", account=cls.foreign)

    def seen(self, user):
        rows = self.rows.sudo(False).with_user(user)
        return set(rows.search([("problem", "=", "missing")]).sudo().mapped("partner_id.name"))

    def test_roles(self):
        everything = {"Mine", "Nobody's", "Theirs"}
        for login, names in (
            ("collector", {"Mine", "Nobody's"}),
            ("colleague", {"Theirs", "Nobody's"}),
            ("collector_all", everything),
            ("manager", everything),
            ("inquiry", everything),
        ):
            with self.subTest(login):
                self.assertEqual(self.seen(self.users[login]), names)

    def test_others_see_nothing(self):
        for login, group in (
            ("fix_user", "base.group_user"),
            ("fix_portal", "base.group_portal"),
            ("fix_accountant", "account.group_account_invoice"),
        ):
            user = new_test_user(self.env, login, group)
            for name in ("fix", "hint", "dismissal"):
                with self.subTest(f"{login} {name}"), self.assertRaises(AccessError):
                    self.env[f"ar.collect.contact.{name}"].with_user(user).search([])

    def test_other_company(self):
        second = self.other_company()
        user = new_test_user(
            self.env,
            "fix_second",
            "ar_collect.group_manager",
            company_id=second.id,
            company_ids=[Command.set(second.ids)],
        )
        self.assertFalse(self.seen(user))

    def test_only_who_works_on_the_customer_changes(self):
        hint = self.receive(LEFT)
        row = self.rows.search([("problem", "=", "left")])
        for login in ("inquiry", "colleague"):
            user = self.users[login]
            for method in ("action_fix", "action_dismiss", "action_enrich_contacts"):
                target = row if method != "action_enrich_contacts" else self.own
                with self.subTest(f"{login} {method}"), self.assertRaises(AccessError):
                    getattr(target.sudo(False).with_user(user), method)()
            for method in ("action_apply", "action_undo"):
                if method == "action_undo":
                    hint.state = "applied"
                with self.subTest(f"{login} {method}"), self.assertRaises(AccessError):
                    getattr(hint.sudo(False).with_user(user), method)()
            hint.state = "open"
        for name in ("hint", "dismissal"):
            model = self.env[f"ar.collect.contact.{name}"].with_user(self.users["manager"])
            with self.subTest(name), self.assertRaises(AccessError):
                model.create({"account_id": self.own.id, "partner_id": self.dana.id})
