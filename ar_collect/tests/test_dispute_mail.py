# Part of ar_collect. License LGPL-3.
"""Complaints by mail, as the mail server hands them over: filed only where nothing is in doubt."""

import itertools
from email.message import EmailMessage

from odoo import SUPERUSER_ID, Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user
from odoo.tools import format_date, mute_logger

from .claims_common import ClaimsCase

GATEWAY = "odoo.addons.mail.models.mail_thread"
#: A mail server could not deliver.
BOUNCE = """From: Mail Delivery <mailer@own.example>
To: TO@company.example
Subject: Undelivered {number}
Message-Id: <1.report@own.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="part"

--part
Content-Type: text/plain

Nobody of that name is here.

--part
Content-Type: message/delivery-status

Reporting-MTA: dns; own.example

Final-Recipient: rfc822; someone@own.example
Action: failed
Status: 5.1.1

--part--
"""


class DisputeMailCase(ClaimsCase):
    """Dana writes for the own customer of the collector; `disputes@company.example` reads."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mails = cls.env["ar.collect.dispute.mail"].sudo()  # sudo: see CollectCase
        cls.domain = cls.env["mail.alias.domain"].sudo()  # sudo: set up by administrators
        cls.domain = cls.domain.create({"name": "company.example"})
        cls.company.sudo().alias_domain_id = cls.domain  # sudo: see above
        cls.company.sudo().collect_dispute_alias_name = "disputes"  # sudo: see above
        cls.company.collect_dispute_acknowledge = False  # see TestDisputeAcknowledged
        cls.dana = cls.env["res.partner"].create(
            {"name": "Dana", "parent_id": cls.partner.id, "email": "dana@own.example"}
        )
        cls.resolver = new_test_user(
            cls.env,
            login="mail_resolver",
            groups="ar_collect.group_resolver",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        other = cls.env.ref("ar_collect.dispute_reason_other").sudo()  # sudo: set by managers
        other.user_id = cls.resolver
        cls.numbers = itertools.count(1)

    def send(
        self,
        subject="Complaint",
        text="The goods are broken.",
        *,
        html=None,
        files=(),
        headers=None,
        sender="Dana <dana@own.example>",
        to="disputes@company.example",
        replies=0,
    ):
        """A mail as the server hands it over; what came of it is in `made` and `kept`.

        :param int replies: how many mails go out to others than colleagues
        """
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, to, subject
        mail["Message-Id"] = f"<{next(self.numbers)}.mail@own.example>"
        for name, value in (headers or {}).items():
            mail[name] = value
        mail.set_content(text)
        if html:
            mail.add_alternative(html, subtype="html")
        for name, content in files:
            mail.add_attachment(
                content, maintype="application", subtype="octet-stream", filename=name
            )
        disputes, kept = self.disputes.search([]), self.mails.search([])
        sent = self.sent()
        self.process(mail.as_bytes())
        self.made = self.disputes.search([]) - disputes
        self.kept = self.mails.search([]) - kept
        colleagues = self.env["res.users"].search([("share", "=", False)]).partner_id
        answers = (self.sent() - sent).filtered(
            lambda mail: mail.email_to or mail.recipient_ids - colleagues
        )
        self.assertEqual(len(answers), replies)
        return self.made or self.kept

    def process(self, raw):
        """Hand a mail over, as the scheduled action that fetches mails does."""
        with mute_logger(GATEWAY):
            self.env(user=SUPERUSER_ID)["mail.thread"].message_process(False, raw)

    def sent(self):
        """All mails to be sent, those to colleagues about their tasks included."""
        return self.env["mail.mail"].sudo().search([])  # sudo: the queue

    def letters(self, record):
        """The mails in a thread."""
        return record.message_ids.filtered(lambda message: message.message_type == "email")

    def assert_nothing_made(self):
        """The last mail went on somewhere, or was left out."""
        self.assertFalse(self.made)
        self.assertFalse(self.kept)

    def assert_kept(self, reason, account=None, customers=None):
        """The last mail waits for somebody to file it, and no dispute was made."""
        self.assertFalse(self.made)
        self.assertEqual(len(self.kept), 1)
        self.assertEqual((self.kept.reason, self.kept.state), (reason, "to_do"))
        self.assertEqual(self.kept.account_id, account or self.accounts.browse())
        self.assertEqual(self.kept.customer_ids, customers or self.env["res.partner"])
        self.assertEqual(len(self.letters(self.kept)), 1)
        return self.kept


class TestDisputeMailNew(DisputeMailCase):
    def test_number_in_subject(self):
        dispute = self.send(f"Complaint about {self.old.move_name}", files=[("photo.jpg", b"x")])
        self.assertEqual(dispute._name, "ar.collect.dispute")
        self.assertEqual((dispute.account_id, dispute.partner_id), (self.own, self.dana))
        self.assertEqual(self.shares(dispute), {self.old: 1200})
        self.assertEqual((dispute.origin, dispute.reason_id.code), ("email", "other"))
        self.assertEqual(dispute.description, "The goods are broken.")
        self.assertEqual(dispute.user_id, self.own.user_id)
        letter = self.letters(dispute)
        self.assertEqual((letter.author_id, letter.subject[:9]), (self.dana, "Complaint"))
        self.assertEqual(dispute.talk_ids, letter)
        self.assertEqual(letter.attachment_ids.mapped("name"), ["photo.jpg"])
        self.assertEqual(letter.attachment_ids.mapped("res_id"), dispute.ids)
        self.assertEqual(self.own.amount_disputed, 1200)

    def test_resolver_has_one_task(self):
        dispute = self.send(self.old.move_name)
        self.assertEqual(dispute.resolver_id, self.resolver)
        self.assertEqual(dispute.activity_ids.user_id, self.resolver)
        self.assertEqual(dispute.activity_ids.mapped("date_deadline"), [dispute.date_deadline])

    def test_number_in_text_however_written(self):
        for written in (
            self.old.move_name.lower(),
            self.old.move_name.replace("/", ""),
            self.old.move_name.replace("/", " - "),
            f"({self.old.move_name}),",
        ):
            with self.subTest(written), self.env.cr.savepoint() as savepoint:
                dispute = self.send("Broken", f"Invoice {written} is wrong.")
                self.assertEqual(self.shares(dispute), {self.old: 1200})
                savepoint.rollback()
                self.env.invalidate_all()

    def test_several_invoices(self):
        dispute = self.send(self.old.move_name, f"And {self.new.move_name} as well.")
        self.assertEqual(self.shares(dispute), {self.old: 1200, self.new: 300})

    def test_quoted_history(self):
        history = f"\n\nOn Monday, Marc wrote:\n> Please pay {self.new.move_name}"
        dispute = self.send("Re: dues", f"Broken: {self.old.move_name}" + history)
        self.assertEqual(self.shares(dispute), {self.old: 1200})
        self.assertNotIn("Please", dispute.description)
        dispute = self.send("Re: dues", "That is broken." + history)
        self.assertEqual(self.shares(dispute), {self.new: 300}, "only there")

    def test_part_of_a_longer_number(self):
        self.send("Complaint", f"{self.old.move_name}7")
        self.assert_kept("no_invoice", self.own)

    def test_markup(self):
        plain = self.send(self.old.move_name, "<script>alert(1)</script> <b>bad</b>")
        self.assertEqual(plain.description, "<script>alert(1)</script> <b>bad</b>")
        self.assertNotIn("<script", self.letters(plain).body)
        html = "<p>It is <b>bad</b></p><script>alert(1)</script><img src=x onerror=alert(1)>"
        rich = self.send(self.new.move_name, html=html)
        self.assertEqual(rich.description, "It is bad")
        for message in (rich | plain).message_ids | self.own.message_ids:
            self.assertNotRegex(message.body, r"<script|onerror=")

    def test_thirty_files(self):
        files = [(f"photo{number}.jpg", b"x%d" % number) for number in range(30)]
        dispute = self.send(self.old.move_name, files=files)
        found = (
            self.env["ir.attachment"]
            .sudo()
            .search(  # sudo: of the dispute
                [("res_model", "=", dispute._name), ("res_id", "=", dispute.id)]
            )
        )
        self.assertEqual({(file.name, file.raw) for file in found}, set(files))

    def test_company_address_is_of_no_person(self):
        twin = {"name": "Twin", "parent_id": self.partner.id, "email": self.dana.email}
        self.env["res.partner"].create(twin)
        self.assertEqual(self.send(self.old.move_name).partner_id, self.partner)

    def test_unassigned_customer_has_an_owner(self):
        boss = self.users["manager"]
        self.company.sudo().collect_dispute_manager_id = boss  # sudo: set up by administrators
        self.free.partner_id.email = "free@free.example"
        item = self.items(
            self.env["account.move"].search([("partner_id", "=", self.free.partner_id.id)])
        )
        dispute = self.send(item.move_name, sender="free@free.example")
        self.assertEqual(dispute.coordinator_id, boss)


class TestDisputeMailGoesOn(DisputeMailCase):
    def test_reply(self):
        dispute = self.dispute({self.old: None})
        question = dispute.message_post(body="Which part?", subtype_xmlid="mail.mt_comment")
        headers = {"In-Reply-To": question.message_id, "References": question.message_id}
        for to in ("disputes@company.example", "catchall@company.example"):
            self.send("Re: question", "The left one.", headers=headers, to=to)
            self.assert_nothing_made()
        self.assertEqual(len(self.letters(dispute)), 2)

    def test_number_of_the_dispute(self):
        dispute = self.dispute({self.old: None})
        self.send(f"more on {dispute.name.lower()}", f"See {self.new.move_name}")
        self.assert_nothing_made()
        self.assertEqual(self.letters(dispute).author_id, self.dana)
        self.assertIn("The customer has answered", dispute.activity_ids.mapped("summary"))

    def test_number_of_a_merged_one(self):
        first, second = self.dispute({self.old: None}), self.dispute({self.new: None})
        (first | second)._merge()
        self.send(f"Re: {second.name}")
        self.assertTrue(self.letters(first))

    def test_closed_one(self):
        dispute = self.dispute({self.old: None})
        dispute.write({"state": "closed", "stage_id": dispute._get_stage("closed").id})
        dispute.activity_ids.unlink()
        self.send(f"Re: {dispute.name}", "You are wrong.")
        self.assertEqual(len(self.letters(dispute)), 1)
        self.assertEqual(dispute.state, "closed")
        self.assertEqual(dispute.activity_ids.user_id, dispute.coordinator_id)

    def test_cancelled_one(self):
        dispute = self.dispute({self.old: None})
        dispute.action_cancel()
        self.send(f"Re: {dispute.name} {self.old.move_name}")
        self.assertEqual(self.shares(self.made), {self.old: 1200})
        self.assertFalse(self.letters(dispute))

    def test_same_invoice_again(self):
        dispute = self.dispute({self.old: 200})
        self.send(self.old.move_name, "When do you answer?")
        self.assert_nothing_made()
        self.assertTrue(self.letters(dispute))
        self.assertEqual(dispute.amount, 200)

    def test_another_customers_number(self):
        item = self.items(
            self.env["account.move"].search([("partner_id", "=", self.foreign.partner_id.id)])
        )
        dispute = self.dispute({item: None}, account_id=self.foreign.id)
        self.send(f"Re: {dispute.name} {self.old.move_name}")
        self.assert_kept("foreign_dispute", self.own)
        self.assertFalse(self.letters(dispute))

    def test_several(self):
        first, second = self.dispute({self.old: 100}), self.dispute({self.new: None})
        self.send(f"Re: {first.name} {second.name}")
        self.assert_kept("several_disputes", self.own)
        self.dispute({self.old: 100})
        self.send(self.old.move_name)
        self.assert_kept("several_disputes", self.own)

    def test_some_of_the_invoices(self):
        self.dispute({self.old: None})
        self.send(self.old.move_name, self.new.move_name)
        self.assert_kept("several_disputes", self.own)


class TestDisputeMailKept(DisputeMailCase):
    def test_unknown_sender(self):
        kept = self.send(
            f"[{self.old.move_name}]", sender="x@unknown.example", files=[("a.pdf", b"a")]
        )
        self.assert_kept("unknown_sender", customers=self.partner)
        self.assertFalse(self.letters(kept).author_id)
        self.assertEqual(self.letters(kept).attachment_ids.res_id, kept.id)
        self.assertEqual(kept.text, "The goods are broken.")
        self.send("Hello", sender="y@unknown.example")
        self.assert_kept("unknown_sender")

    def test_unknown_sender_names_a_dispute(self):
        dispute = self.dispute({self.old: None})
        self.send(f"Re: {dispute.name}", sender="x@unknown.example")
        self.assert_kept("unknown_sender", customers=self.partner)
        self.assertFalse(self.letters(dispute))

    def test_two_customers(self):
        self.foreign.partner_id.email = self.dana.email
        self.send(self.old.move_name)
        self.assert_kept("several_customers", customers=self.partner | self.foreign.partner_id)
        self.assertFalse(self.letters(self.kept).author_id, "not guessed either")

    def test_invoice_of_another_customer(self):
        item = self.items(
            self.env["account.move"].search([("partner_id", "=", self.foreign.partner_id.id)])
        )
        self.send(item.move_name)
        kept = self.assert_kept("no_invoice", self.own)
        self.assertEqual(self.letters(kept).author_id, self.dana)

    def test_invoice_paid(self):
        self.payment(self.partner, 300, self.new.move_id)
        self.send(self.new.move_name)
        self.assert_kept("no_invoice", self.own)

    def test_two_currencies(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 0.5)])
        item = self.items(self.invoice(self.partner, 100, currency=euro))
        self.send(self.old.move_name, item.move_name)
        self.assert_kept("currencies", self.own)

    def test_refused(self):
        def refuse(*_arguments):
            raise ValidationError("Not today")  # pylint: disable=translation-required

        self.patch(type(self.disputes), "_prepare_from_letter", refuse)
        kept = self.send(self.old.move_name)
        self.assert_kept("refused", self.own)
        self.assertEqual(kept.detail, "Not today")

    def test_task(self):
        kept = self.send("Hello")
        self.assertEqual(kept.activity_ids.user_id, self.users["collector"])
        boss = self.users["manager"]
        self.company.sudo().collect_dispute_manager_id = boss  # sudo: set up by administrators
        kept = self.send("Hello", sender="x@unknown.example")
        self.assertEqual(kept.activity_ids.user_id, boss)
        kept.action_dismiss()
        self.assertFalse(kept.activity_ids)

    def test_flood(self):
        for number in range(20):
            self.send(f"Hello {number}", sender="x@unknown.example")
            self.assertTrue(self.kept)
        last = self.kept
        self.send("Hello again", sender="x@unknown.example")
        self.assert_nothing_made()
        self.assertEqual(len(self.letters(last)), 2)
        self.send("Hello", sender="y@unknown.example")
        self.assertTrue(self.kept)


class TestDisputeMailMachines(DisputeMailCase):
    #: What machines say of themselves.
    MACHINES = (
        {"Auto-Submitted": "auto-replied"},
        {"Precedence": "auto_reply"},
        {"X-Autoreply": "yes"},
        {"Return-Path": "<>"},
    )

    def assert_left(self):
        """The last mail is kept, but nobody is asked to do anything."""
        self.assertFalse(self.made)
        self.assertEqual((self.kept.state, self.kept.reason), ("dismissed", "automatic"))
        self.assertFalse(self.kept.activity_ids)

    def test_automatic(self):
        for headers in self.MACHINES:
            for sender in ("dana@own.example", "x@unknown.example"):
                with self.subTest(headers, sender=sender):
                    self.send(self.old.move_name, headers=headers, sender=sender)
                    self.assert_left()

    def test_automatic_on_a_dispute(self):
        dispute = self.dispute({self.old: None})
        before = dispute.activity_ids
        for headers in self.MACHINES:
            self.send(f"Out of office: {dispute.name}", headers=headers)
            self.assert_nothing_made()
        self.assertEqual(len(self.letters(dispute)), len(self.MACHINES))
        self.assertEqual(dispute.activity_ids, before)

    def test_our_own_addresses(self):
        for sender in ("disputes", "catchall", "bounce", "notifications"):
            with self.subTest(sender):
                self.partner.email = f"{sender}@company.example"
                self.send(self.old.move_name, sender=f"{sender}@company.example")
                self.assert_left()

    def test_bounce(self):
        report = BOUNCE.format(number=self.old.move_name)
        for to in ("bounce", "disputes"):
            self.process(report.replace("TO@", f"{to}@").encode())
            self.assertFalse(self.disputes.search([("account_id", "=", self.own.id)]))
            self.assertFalse(self.mails.search([]))
        # the same in the words of a person
        self.process(report.replace("TO@", "disputes@").replace("/report", "/mixed").encode())
        self.assertTrue(self.mails.search([]))

    def test_same_mail_twice(self):
        number = next(self.numbers)
        self.patch(self, "numbers", itertools.repeat(number))
        self.assertTrue(self.send(self.old.move_name))
        self.send(self.new.move_name)
        self.assert_nothing_made()

    def test_loop(self):
        parameters = self.env["ir.config_parameter"].sudo()  # sudo: set up by administrators
        parameters.set_param("mail.gateway.loop.threshold", 1)
        self.send(self.old.move_name)
        self.send(self.new.move_name, replies=1)  # core says so to the sender
        self.assert_nothing_made()


class TestDisputeMailCompanies(DisputeMailCase):
    def test_customer_of_another_company(self):
        second = self.other_company()
        stranger = self.customer("Known There", email="there@there.example")
        item = self.items(self.invoice(stranger, 100, company=second))
        item.move_id.name = "THERE/2026/00001"
        self.catch_up()
        self.assertTrue(self.account(stranger, second))
        kept = self.send(f"{item.move_name}", sender="there@there.example")
        self.assert_kept("unknown_sender")
        self.assertEqual(kept.company_id, self.company)
        self.assertFalse(self.letters(kept).author_id)

    def test_customer_of_both(self):
        second = self.other_company()
        there = self.items(self.invoice(self.partner, 70, company=second))
        # the numbers are those of the company
        there.move_id.name = "THERE/2026/00001"
        self.catch_up()
        self.send("THERE/2026/00001")
        self.assert_kept("no_invoice", self.own)
        second.sudo().alias_domain_id = self.domain  # sudo: set up by administrators
        second.sudo().collect_dispute_alias_name = "disputes-second"  # sudo: see above
        second.collect_dispute_acknowledge = False
        dispute = self.send("THERE/2026/00001", to="disputes-second@company.example")
        self.assertEqual((dispute.company_id, dispute.item_ids.line_id), (second, there))

    def test_dispute_of_another_company(self):
        second = self.other_company()
        there = self.items(self.invoice(self.partner, 70, company=second))
        self.catch_up()
        dispute = self.dispute({there: None}, account_id=self.account(self.partner, second).id)
        self.send(f"Re: {dispute.name}")
        self.assert_kept("no_invoice", self.own)
        self.assertFalse(self.letters(dispute))


class TestDisputeMailAddress(DisputeMailCase):
    def test_address(self):
        company = self.company.sudo()  # sudo: set up by administrators
        alias = company.collect_dispute_alias_id
        self.assertEqual(alias.alias_full_name, "disputes@company.example")
        company.collect_dispute_alias_name = "Complaints "
        self.assertEqual(alias.alias_full_name, "complaints@company.example")
        other = self.domain.create({"name": "new.example"})
        company.alias_domain_id = other
        self.assertEqual(alias.alias_full_name, "complaints@new.example")
        company.collect_dispute_alias_name = False
        self.assertFalse(alias.exists() or company.collect_dispute_alias_id)

    def test_each_company_has_its_own(self):
        second = self.other_company().sudo()  # sudo: set up by administrators
        second.alias_domain_id = self.domain
        with self.assertRaises(UserError), self.env.cr.savepoint():
            second.collect_dispute_alias_name = "disputes"

    def test_settings(self):
        settings = self.env["res.config.settings"].sudo().create({})  # sudo: administrators
        self.assertEqual(settings.collect_dispute_alias_domain, "company.example")
        settings.collect_dispute_alias_name = "claims"
        settings.execute()
        alias = self.company.sudo().collect_dispute_alias_id  # sudo: see above
        self.assertEqual(alias.alias_name, "claims")

    def test_only_the_gateway(self):
        disputes = self.env["ar.collect.dispute"].with_user(self.users["collector"])
        said = {"email_from": "dana@own.example", "subject": self.old.move_name, "body": ""}
        with self.assertRaises(AccessError):
            disputes.message_new(said, {"company_id": self.company.id})


class TestDisputeMailFiling(DisputeMailCase):
    def open(self, mail, login="collector"):
        """The mail as a role sees it."""
        return self.seen_by(login, mail)

    def make(self, mail, login="collector"):
        """File a mail by the dialog of a new dispute, as the browser does."""
        action = self.open(mail, login).action_make_dispute()
        disputes = self.env["ar.collect.dispute"].with_user(self.users[login])
        disputes = disputes.with_context(**action["context"])
        defaults = disputes.default_get(["account_id", "item_ids", "description", "partner_id"])
        dispute = disputes.create({**defaults, "reason_id": self.price.id})
        self.env.invalidate_all()
        return dispute.sudo()  # sudo: to look at it

    def test_make(self):
        kept = self.send(
            self.old.move_name, sender="x@unknown.example", files=[("a.pdf", b"a"), ("b", b"b")]
        )
        with self.assertRaisesRegex(UserError, "Choose the customer"):
            self.open(kept).action_make_dispute()
        self.open(kept).account_id = self.own
        dispute = self.make(kept)
        self.assertEqual(self.shares(dispute), {self.old: 1200})
        self.assertEqual((dispute.origin, dispute.description), ("email", kept.text))
        self.assertEqual((kept.state, kept.dispute_id), ("filed", dispute))
        letter = self.letters(dispute)
        self.assertEqual(letter.attachment_ids.mapped("res_model"), [dispute._name] * 2)
        self.assertEqual(set(letter.attachment_ids.mapped("res_id")), {dispute.id})
        self.assertEqual(dispute.talk_ids, letter)
        self.assertFalse(self.letters(kept))
        with self.assertRaisesRegex(UserError, "filed or dismissed"):
            self.open(kept).action_make_dispute()

    def test_sender_becomes_known(self):
        self.foreign.partner_id.email = self.dana.email
        kept = self.send(self.old.move_name)
        self.open(kept).account_id = self.own
        dispute = self.make(kept)
        self.assertEqual(dispute.partner_id, self.dana)
        self.assertEqual(self.letters(dispute).author_id, self.dana)

    def test_add(self):
        dispute = self.dispute({self.old: None})
        kept = self.send("Hello", sender="x@unknown.example")
        mail = self.open(kept)
        with self.assertRaisesRegex(UserError, "Choose the dispute"):
            mail.action_add_to_dispute()
        mail.dispute_id = dispute
        mail.action_add_to_dispute()
        self.assertEqual(len(self.letters(dispute)), 1)
        self.assertEqual((kept.state, kept.account_id), ("filed", self.own))
        self.assertIn("The customer has answered", dispute.activity_ids.mapped("summary"))

    def test_answer_to_a_filed_mail(self):
        kept = self.send(self.old.move_name, sender="x@unknown.example")
        reference = self.letters(kept).message_id
        self.open(kept).account_id = self.own
        dispute = self.make(kept)
        self.send("Re: that", sender="x@unknown.example", headers={"References": reference})
        self.assert_nothing_made()
        self.assertEqual(len(self.letters(dispute)), 2)

    def test_dismiss(self):
        kept = self.send("Hello")
        self.open(kept).action_dismiss()
        self.assertEqual(kept.state, "dismissed")
        with self.assertRaisesRegex(UserError, "filed or dismissed"):
            self.open(kept).action_dismiss()
        self.open(kept).action_restore()
        self.assertEqual(kept.state, "to_do")

    def test_waiting_is_told_above_the_worklist(self):
        self.send("Hello", sender="x@unknown.example")
        oldest = self.kept
        self.send("Hello")
        for login, count in {"collector": 2, "colleague": 1, "manager": 2}.items():
            accounts = self.seen_by(login, self.own.browse())
            [problem] = accounts.retrieve_dashboard()["problems"]
            self.assertEqual((problem["model"], problem["id"]), (oldest._name, oldest.id))
            self.assertTrue(problem["text"].endswith(f": {count}."), login)
        self.assertFalse(self.seen_by("inquiry", self.own).retrieve_dashboard()["problems"])
        self.mails.search([]).action_dismiss()
        self.assertFalse(self.seen_by("manager", self.own).retrieve_dashboard()["problems"])

    def test_restore_filed(self):
        kept = self.send("Hello", sender="x@unknown.example")
        kept.dispute_id = self.dispute({self.old: None})
        kept.action_add_to_dispute()
        kept.action_restore()
        self.assertEqual(kept.state, "filed")

    def test_roles_on_the_own_customers(self):
        kept = self.send("Hello")
        self.assertEqual(kept.account_id, self.own)
        rights = {
            "inquiry": {"read"},
            "collector": {"read", "write"},
            "colleague": set(),
            "collector_all": {"read", "write"},
            "manager": {"read", "write", "unlink"},
        }
        for login, allowed in rights.items():
            for operation in ("read", "write", "unlink"):
                with self.subTest(operation, login=login):
                    seen = self.open(kept, login)
                    self.assertEqual(seen.has_access(operation), operation in allowed)
        self.assert_hidden(self.resolver, kept)
        for user in self.outsiders():
            self.assert_hidden(user, kept)

    def test_roles_on_unknown_ones(self):
        kept = self.send("Hello", sender="x@unknown.example")
        for login in ("collector", "colleague", "collector_all", "manager"):
            self.assertTrue(self.open(kept, login).has_access("write"), login)
        self.assertFalse(self.open(kept, "inquiry").has_access("write"))
        for method in ("action_dismiss", "action_restore", "action_make_dispute"):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(self.open(kept, "inquiry"), method)()

    def test_made_up(self):
        kept = self.send("Hello", sender="x@unknown.example")
        for values in ({"state": "filed"}, {"email_from": "dana@own.example"}, {"name": "Bye"}):
            with self.subTest(values), self.assertRaises(AccessError):
                self.open(kept).write(values)
        with self.assertRaises(AccessError):
            self.env[kept._name].with_user(self.users["collector"]).create(
                {"company_id": self.company.id, "reason": "no_invoice"}
            )

    def test_filed_where_one_may_not(self):
        item = self.items(
            self.env["account.move"].search([("partner_id", "=", self.foreign.partner_id.id)])
        )
        dispute = self.dispute({item: None}, account_id=self.foreign.id)
        kept = self.send("Hello", sender="x@unknown.example")
        kept.dispute_id = dispute
        with self.assertRaises(AccessError):
            self.open(kept).action_add_to_dispute()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            # another's mail by id
            hers = self.send("Hello")
            hers.account_id = self.foreign
            self.own.dispute_ids.with_user(self.users["collector"]).create(
                {
                    "account_id": self.own.id,
                    "reason_id": self.price.id,
                    "item_ids": [Command.create({"line_id": self.new.id})],
                    "intake_id": hers.id,
                }
            )

    def test_dispute_of_another_company(self):
        second = self.other_company()
        there = self.items(self.invoice(self.partner, 70, company=second))
        self.catch_up()
        dispute = self.dispute({there: None}, account_id=self.account(self.partner, second).id)
        kept = self.send("Hello", sender="x@unknown.example")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            kept.dispute_id = dispute
        with self.assertRaises(UserError), self.env.cr.savepoint():
            kept._file(dispute)


class TestDisputeAcknowledged(DisputeMailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.collect_dispute_acknowledge = True

    def answer(self):
        """The acknowledgement of the last dispute."""
        mail = self.sent().filtered(lambda mail: self.dana in mail.recipient_ids)
        return mail.sorted("id")[-1:]

    def test_told_who_and_by_when(self):
        dispute = self.send(self.old.move_name, replies=1)
        mail = self.answer()
        self.assertEqual(mail.recipient_ids, self.dana)
        self.assertEqual(mail.state, "outgoing")
        for said in (dispute.name, self.resolver.name, "Dana"):
            self.assertIn(said, mail.body_html)
        self.assertIn(format_date(self.env, dispute.date_deadline), mail.body_html)
        self.assertNotIn("1,200", mail.body_html)
        self.assertIn("'Auto-Submitted': 'auto-generated'", mail.headers)
        self.assertEqual(dispute.acknowledged_to, "dana@own.example")
        self.assertEqual(dispute.stage_kind, "open")

    def test_language_of_the_sender(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("ar_collect.mail_template_dispute_acknowledged")
        template = template.sudo()  # sudo: set up by managers
        template.with_context(lang="fr_FR").subject = "Reçu {{ object.name }}"
        self.dana.lang = "fr_FR"
        dispute = self.send(self.old.move_name, replies=1)
        self.assertEqual(self.answer().subject, f"Reçu {dispute.name}")

    def test_off(self):
        self.company.collect_dispute_acknowledge = False
        self.assertFalse(self.send(self.old.move_name, replies=0).acknowledged_on)

    def test_once_a_day(self):
        self.send(self.old.move_name, replies=1)
        other = self.send(self.new.move_name, replies=0)
        self.assertEqual(self.shares(other), {self.new: 300})
        with freeze_time("2026-03-17 13:00:00"):
            extra = self.items(self.invoice(self.partner, 40, due=-3))
            self.send(extra.move_name, replies=1)

    def test_further_mails_are_not(self):
        dispute = self.send(self.old.move_name, replies=1)
        with freeze_time("2026-03-18 13:00:00"):
            self.send(f"Re: {dispute.name}", replies=0)
            self.send(self.old.move_name, replies=0)
            called = self.dispute({self.new: None}, partner_id=self.dana.id)
            self.send(f"Re: {called.name}", "I forgot to say", replies=0)

    def test_not_in_triage(self):
        for sender, subject in (
            ("x@unknown.example", self.old.move_name),
            ("Dana <dana@own.example>", "Something is wrong"),
        ):
            self.send(subject, sender=sender, replies=0)
            self.assertTrue(self.kept)

    def test_no_machine_is_answered(self):
        for headers in (
            {"List-Id": "<news.example>"},
            {"Precedence": "bulk"},
            {"X-Auto-Response-Suppress": "OOF, AutoReply"},
        ):
            with self.subTest(headers), self.env.cr.savepoint() as savepoint:
                self.assertTrue(self.send(self.old.move_name, headers=headers, replies=0))
                self.assertTrue(self.made, "but a complaint it is")
                savepoint.rollback()
                self.env.invalidate_all()
        self.dana.email = "no-reply@own.example"
        self.send(self.old.move_name, sender="Dana <no-reply@own.example>", replies=0)
        self.assertTrue(self.made)

    def test_auto_reply_to_the_acknowledgement(self):
        dispute = self.send(self.old.move_name, replies=1)
        answer = self.answer()
        self.send(
            f"Out of office: {answer.subject}",
            headers={"Auto-Submitted": "auto-replied", "In-Reply-To": answer.message_id},
            replies=0,
        )
        self.assert_nothing_made()
        self.assertEqual(dispute.stage_kind, "open")

    def test_two_contacts_of_one_address(self):
        """The customer's own address is another one: nobody there has written."""
        self.partner.email = "head@own.example"
        twin = {"name": "Twin", "parent_id": self.partner.id, "email": self.dana.email}
        self.env["res.partner"].create(twin)
        dispute = self.send(self.old.move_name, replies=0)
        self.assertEqual(dispute.partner_id, self.partner)
