# Part of ar_collect. License LGPL-3.
"""The evidence file: what it tells, in which order, of whom, and to whom."""

import csv
import hashlib
import io
import zipfile
from unittest.mock import patch

from markupsafe import Markup

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from odoo.addons.ar_collect.models import ar_collect_evidence_archive
from odoo.addons.ar_collect.wizard import ar_collect_evidence_ask

from .claims_common import ClaimsCase

SCRIPT = "<script>alert(1)</script>"


class EvidenceCase(ClaimsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.env["res.partner"].create(
            {"name": "Dana", "parent_id": cls.partner.id, "email": "dana@own.example"}
        )

    def setUp(self):
        super().setUp()
        # the story is HTML in tests, and so would the invoices be
        self.startPatcher(
            patch.object(
                type(self.env["account.move"]),
                "_get_collect_pdf",
                lambda move: {"filename": f"{move.name}.pdf", "content": move.name.encode()},
            )
        )

    def written(self, record, internal=False, login="collector"):
        """The archive of a record, as a role makes it.

        :rtype: zipfile.ZipFile
        """
        self.catch_up()
        record = self.seen_by(login, record)
        # as for a download: all companies of the user
        record = record.with_context(allowed_company_ids=record.env.user.company_ids.ids)
        file = io.BytesIO()
        record.with_context(tz="UTC")._write_evidence(file, internal)
        return zipfile.ZipFile(file)

    def manifest(self, archive):
        """The rows of the manifest, without its header."""
        text = archive.read("manifest.csv").decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline="")))[1:]

    def story(self, archive):
        """The story; HTML in tests."""
        return archive.read("Evidence.pdf").decode()

    def titles(self, record, internal=False):
        """What is told, in order."""
        self.catch_up()
        entries = record.with_context(tz="UTC")._get_evidence_entries(internal)
        return [entry.title for entry in ar_collect_evidence_archive.in_order(entries)]

    def say(self, record, body, **values):
        """A message of a record to the contact."""
        return record.message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.contact.ids,
            **values,
        )

    def attach(self, values):
        """A file without a message."""
        # sudo: the accountant who books here has no part in collections
        return self.env["ir.attachment"].sudo().create(values)

    def call(self, note, date="2026-03-13 09:00:00", **values):
        """A call that was logged."""
        return (
            self.env["ar.collect.activity"]
            .sudo()  # sudo: see CollectCase
            .create(
                {
                    "account_id": self.own.id,
                    "outcome_id": self.env.ref("ar_collect.outcome_promised").id,
                    "partner_id": self.contact.id,
                    "user_id": self.users["collector"].id,
                    "date": date,
                    "note": note,
                    **values,
                }
            )
        )


class TestEvidence(EvidenceCase):
    # --- what it tells

    def test_order_of_time(self):
        self.payment(self.partner, 200, self.old.move_id, on=-2)
        with freeze_time("2026-03-15 10:00:00"):
            self.promise([self.new])
        self.call("Will look into it", line_ids=self.old.ids)
        self.dispute({self.old: 100}, date_opened=self.day(-1))
        self.say(self.own, "Please pay")
        self.call("Have you seen it?", date="2026-03-16 12:30:00")
        titles = self.titles(self.own)
        starts = ["Invoice", "Invoice", "Call", "Payment", "Promise", "Dispute", "Message", "Call"]
        self.assertEqual([title.split()[0] for title in titles], starts)
        self.assertIn("INV/2026", titles[0])
        self.assertIn("200.00", titles[3])
        self.assertIn("300.00", titles[4])

    def test_what_became_of_it(self):
        self.payment(self.partner, 200, self.old.move_id, on=-2)
        promise = self.promise([self.new])
        dispute = self.dispute({self.old: 100})
        dispute._resolve("rejected")
        promise.action_cancel()
        story = self.story(self.written(self.own))
        for text in (
            "200.00 settled on 03/14/2026",
            "open: $\N{NO-BREAK SPACE}1,000.00",
            "What became of it: Cancelled",
            "decided: Rejected",
            "Accepted: $\N{NO-BREAK SPACE}0.00",
        ):
            self.assertIn(text, story)

    def test_plan(self):
        plan = self.env["ar.collect.payment.plan"].sudo()  # sudo: see CollectCase
        plan = plan.create(
            {
                "account_id": self.own.id,
                "item_ids": [Command.create({"line_id": self.new.id})],
                "instalment_ids": [Command.create({"date": self.day(4), "amount": 300})],
            }
        )
        plan.action_agree()
        titles = self.titles(self.own)
        self.assertIn(f"Payment plan {plan.name} over $\N{NO-BREAK SPACE}300.00", titles)
        self.assertFalse([title for title in titles if title.startswith("Promise")])

    def test_transcript(self):
        call = self.call("Talked")
        # sudo: see CollectCase
        recording = self.env["ar.collect.recording"].sudo()
        recording.create(
            {
                "account_id": self.own.id,
                "activity_id": call.id,
                "consent": True,
                "consent_name": "Dana",
                "transcript": "We pay on Friday.",
            }
        )
        self.assertIn("We pay on Friday.", self.story(self.written(self.own)))

    def test_messages_not_notes(self):
        self.say(self.own, "Please pay")
        said = {"message_type": "comment"}
        self.own.message_post(body="They are broke", subtype_xmlid="mail.mt_note", **said)
        self.say(self.own, "Hidden", is_internal=True)
        story = self.story(self.written(self.own))
        self.assertIn("Please pay", story)
        self.assertIn("To: Dana &lt;dana@own.example&gt;", story)
        for secret in ("They are broke", "Hidden"):
            self.assertNotIn(secret, story)
            self.assertIn(secret, self.story(self.written(self.own, internal=True)))
        self.assertIn("not for the other side", self.story(self.written(self.own, internal=True)))

    def test_not_delivered(self):
        message = self.say(self.own, "Please pay")
        # sudo: the mail server says so
        message.sudo().notification_ids.notification_status = "bounce"
        self.assertIn("Not delivered to: Dana", self.story(self.written(self.own)))

    def test_colleagues_are_not_named(self):
        self.own.message_subscribe(self.users["manager"].partner_id.ids)
        self.say(self.own, "Please pay")
        story = self.story(self.written(self.own))
        self.assertIn("Dana", story)
        self.assertNotIn(self.users["manager"].partner_id.name, story)

    def test_quoted_history_is_kept_as_a_file(self):
        body = Markup("<p>We pay.</p><blockquote>Please pay</blockquote>")
        self.say(self.own, body)
        archive = self.written(self.own)
        [name] = [name for name in archive.namelist() if name.startswith("Messages/")]
        self.assertIn("Please pay", archive.read(name).decode())
        self.assertIn(name, self.story(archive))

    def test_everything_is_escaped(self):
        self.partner.name = f"Own {SCRIPT}"
        self.promise([self.new], note=SCRIPT)
        self.dispute({self.old: 100}, description=SCRIPT)
        self.call(SCRIPT)
        self.say(self.own, SCRIPT, subject=SCRIPT, attachments=[(f"{SCRIPT}.txt", b"x")])
        story = self.story(self.written(self.own, internal=True))
        self.assertNotIn("<script>alert", story)
        self.assertGreaterEqual(story.count("&lt;script&gt;alert(1)"), 5)

    def test_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        record = self.own.with_context(lang="de_DE")
        titles = self.titles(record)
        self.assertIn("1.200,00", titles[0])

    def test_of_a_dispute(self):
        dispute = self.dispute({self.old: 100}, description="Too dear")
        self.dispute({self.new: 10}, description="Another one")
        self.call("About the old one", line_ids=self.old.ids)
        self.call("About the new one", line_ids=self.new.ids)
        self.say(dispute, "What is wrong?")
        self.say(self.own, "At large")
        note = self.credit_note(self.partner, 30)
        self.items(note, self.old.move_id).reconcile()
        archive = self.written(dispute)
        story = self.story(archive)
        for text in (
            "Too dear",
            "About the old one",
            "What is wrong?",
            note.name,
            self.old.move_name,
        ):
            self.assertIn(text, story)
        for text in ("Another one", "About the new one", "At large", self.new.move_name):
            self.assertNotIn(text, story)
        names = [name for name in archive.namelist() if name.startswith("Invoices/")]
        self.assertEqual(len(names), 2)

    def test_of_nobody_else(self):
        second = self.other_company()
        self.invoice(self.partner, 77, company=second)
        self.users["collector"].company_ids = self.company | second
        others = self.foreign.partner_id
        payment = self.payment(others, 50, self.old.move_id)
        story = self.story(self.written(self.own))
        self.assertNotIn(others.name, story)
        # that of another customer is named as what settled the invoice, and told no further
        self.assertEqual(story.count(payment.move_id.name), 1)
        self.assertNotIn("77.00", story)

    # --- the files

    def test_manifest(self):
        self.say(self.own, "Look", attachments=[("slip.txt", b"Delivered"), ("slip.txt", b"Twice")])
        archive = self.written(self.own)
        rows = self.manifest(archive)
        self.assertEqual({row[0] for row in rows} | {"manifest.csv"}, set(archive.namelist()))
        for name, _day, _what, checksum in rows:
            self.assertEqual(hashlib.sha256(archive.read(name)).hexdigest(), checksum, name)
        contents = {archive.read(f"Attachments/{name}") for name in ("slip.txt", "slip (2).txt")}
        self.assertEqual(contents, {b"Delivered", b"Twice"})
        story = self.story(archive)
        for row in rows:
            self.assertEqual(row[0] in story, row[0] != "Evidence.pdf")
        [row] = [row for row in rows if row[0].startswith(f"Invoices/{self.old.move_name[-5:]}")]
        self.assertEqual(row[1:3], [str(self.old.move_id.invoice_date), self.old.move_name])

    def test_names_lead_nowhere_else(self):
        names = [
            "../../../etc/passwd",
            "..\\..\\boot.ini",
            "/etc/shadow",
            "=1+1.csv",
            "a\u202eb\n.txt",
        ]
        self.say(self.own, "Look", attachments=[(name, b"x") for name in names])
        archive = self.written(self.own)
        found = {name for name in archive.namelist() if name.startswith("Attachments/")}
        files = ("passwd", "boot.ini", "shadow", "=1+1.csv", "ab.txt")
        self.assertEqual(found, {f"Attachments/{name}" for name in files})

    def test_files_of_notes_stay(self):
        dispute = self.dispute({self.old: 100})
        values = {"attachments": [("secret.txt", b"x")], "message_type": "comment"}
        dispute.message_post(body="Among us", subtype_xmlid="mail.mt_note", **values)
        self.attach(
            {"name": "photo.png", "raw": b"x", "res_model": dispute._name, "res_id": dispute.id}
        )
        for record in (dispute, self.own):
            names = self.written(record).namelist()
            self.assertIn("Attachments/photo.png", names)
            self.assertNotIn("Attachments/secret.txt", names)
            self.assertIn("Attachments/secret.txt", self.written(record, internal=True).namelist())

    def test_unreadable_files_stay(self):
        hidden = self.attach(
            {"name": "hidden.txt", "raw": b"x", "res_model": "ir.cron", "res_id": 1}
        )
        message = self.say(self.own, "Look")
        # sudo: somebody attached what not all may read
        message.sudo().attachment_ids = hidden
        names = self.written(self.own, login="collector").namelist()
        self.assertNotIn("Attachments/hidden.txt", names)

    def test_left_out_is_said(self):
        self.say(self.own, "Look", attachments=[("slip.txt", b"Delivered")])
        self.attach(
            {
                "type": "url",
                "url": "https://x.example/a",
                "name": "link",
                "res_model": self.own._name,
                "res_id": self.own.id,
            }
        )
        with (
            patch.object(ar_collect_evidence_archive, "MOST_RENDERED", 1),
            patch.object(ar_collect_evidence_archive, "LARGEST", 8),
        ):
            archive = self.written(self.own)
        rows = {row[0]: row for row in self.manifest(archive)}
        self.assertIn("Left out: it has no PDF yet", rows[self.new.move_name][2])
        self.assertIn("Left out: the files are too large", rows["slip.txt"][2])
        self.assertIn("https://x.example/a", rows["link"][2])
        story = self.story(archive)
        self.assertIn("the files are too large", story)
        invoices = [name for name in archive.namelist() if name.startswith("Invoices/")]
        self.assertEqual(len(invoices), 1)

    def test_invoice_that_cannot_be_made(self):
        def fail(move):
            raise UserError("No layout")  # pylint: disable=translation-required

        with patch.object(type(self.env["account.move"]), "_get_collect_pdf", fail):
            archive = self.written(self.own)
        self.assertIn("No layout", self.story(archive))

    def test_stored_invoice_is_taken_as_it_is(self):
        self.old.move_id.invoice_pdf_report_file = "U1RPUkVE"
        self.env["ir.attachment"].search(
            [("res_field", "=", "invoice_pdf_report_file"), ("res_id", "=", self.old.move_id.id)]
        ).name = "sent.pdf"
        archive = self.written(self.own, login="collector")
        self.assertEqual(archive.read("Invoices/sent.pdf"), b"STORED")

    # --- how much it takes

    def count_queries(self, partner):
        account = self.seen_by("manager", self.account(partner))
        before = self.env.cr.sql_log_count
        account.with_context(tz="UTC")._write_evidence(io.BytesIO())
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def big_customer(self, size):
        partner = self.customer(f"Customer of {size}")
        for number in range(size):
            move = self.invoice(partner, 100 + number, due=-5 - number)
            move.invoice_pdf_report_file = "U1RPUkVE"
            self.payment(partner, 10, move)
            move.message_post(body="Sent", subtype_xmlid="mail.mt_comment")
        self.catch_up()
        for line in self.items(
            *self.env["account.move"].search(
                [("partner_id", "=", partner.id), ("move_type", "=", "out_invoice")]
            )
        ):
            self.dispute({line: 5}, account_id=self.account(partner).id)
        self.catch_up()
        return partner

    def test_as_many_queries_for_many(self):
        few, many = self.big_customer(3), self.big_customer(12)
        self.count_queries(few)
        self.assertEqual(self.count_queries(many), self.count_queries(few))

    # --- who may

    def test_roles(self):
        dispute = self.dispute({self.old: 100})
        expected = {
            "inquiry": False,
            "collector": True,
            "colleague": False,
            "collector_all": True,
            "manager": True,
        }
        for login, allowed in expected.items():
            for record in (self.own, dispute):
                with self.subTest(login, record=record):
                    if allowed:
                        self.assertIn(
                            self.old.move_name, self.story(self.written(record, login=login))
                        )
                        continue
                    with self.assertRaises(AccessError):
                        self.written(record, login=login)
                    with self.assertRaises(AccessError):
                        self.seen_by(login, record).action_evidence()

    def test_noted(self):
        self.written(self.own, login="collector", internal=True)
        note = self.own.message_ids[0]
        self.assertIn("downloaded, with internal notes", note.body)
        self.assertEqual(note.author_id, self.users["collector"].partner_id)

    def test_dialog(self):
        action = self.seen_by("collector", self.own).action_evidence()
        ask = self.env["ar.collect.evidence.ask"].with_user(self.users["collector"])
        ask = ask.with_context(**action["context"]).create({"internal": True})
        url = ask.action_download()["url"]
        self.assertEqual(url, f"/ar_collect/evidence/account/{self.own.id}?lang=en_US&internal=1")
        found = (ask.document_count, ask.missing_count, ask.made_count)
        self.assertEqual(found, (2, 2, 2))
        ask.res_model = "res.users"
        with self.assertRaises(UserError):
            ask.action_download()

    def test_dialog_says_what_will_be_missing(self):
        report = {"name": "sent.pdf", "res_model": "account.move", "res_id": self.old.move_id.id}
        report |= {"res_field": "invoice_pdf_report_file", "raw": b"%PDF"}
        self.env["ir.attachment"].create(report)
        for number in range(3):
            self.invoice(self.partner, 10 + number)
        self.catch_up()
        ask = self.env["ar.collect.evidence.ask"].with_user(self.users["collector"])
        with patch.object(ar_collect_evidence_ask, "MOST_RENDERED", 2):
            ask = ask.create({"res_model": self.own._name, "res_id": self.own.id})
            found = (ask.document_count, ask.missing_count, ask.made_count)
        self.assertEqual(found, (5, 4, 2))


@tagged("post_install", "-at_install")
class TestEvidenceRoute(EvidenceCase, HttpCase):
    def get(self, user, record, kind="account", **params):
        """The answer to a user."""
        self.catch_up()
        self.authenticate(user.login, user.login)
        return self.url_open(f"/ar_collect/evidence/{kind}/{record.id}", params=params)

    def test_download(self):
        dispute = self.dispute({self.old: 100})
        for record, kind in ((self.own, "account"), (dispute, "dispute")):
            answer = self.get(self.users["collector"], record, kind)
            self.assertEqual(answer.headers["Content-Type"], "application/zip")
            self.assertIn(".zip", answer.headers["Content-Disposition"])
            self.assertEqual(int(answer.headers["Content-Length"]), len(answer.content))
            archive = zipfile.ZipFile(io.BytesIO(answer.content))
            self.assertFalse(archive.testzip())
            self.assertIn(self.old.move_name, self.story(archive))

    def test_who_may_not(self):
        dispute = self.dispute({self.old: 100}, resolver_id=self.users["inquiry"].id)
        users = [self.users["inquiry"], self.users["colleague"]]
        users.append(
            new_test_user(self.env, login="collect_resolver", groups="ar_collect.group_resolver")
        )
        dispute.resolver_id = users[-1]
        for user in (*users, *self.outsiders()):
            for record, kind in ((self.own, "account"), (dispute, "dispute")):
                with self.subTest(user.login, kind=kind):
                    self.assertEqual(self.get(user, record, kind).status_code, 404)
        self.assertEqual(self.get(self.users["manager"], self.own, "users").status_code, 404)
        gone = self.own.browse(2**30)
        self.assertEqual(self.get(self.users["manager"], gone).status_code, 404)

    def test_language_of_the_address(self):
        self.env["res.lang"]._activate_lang("de_DE")
        for lang, amount in (("de_DE", "1.200,00"), ("xx_XX", "1,200.00")):
            answer = self.get(self.users["collector"], self.own, lang=lang)
            archive = zipfile.ZipFile(io.BytesIO(answer.content))
            story = [
                name for name in archive.namelist() if name.endswith(".pdf") and "/" not in name
            ]
            self.assertIn(amount, archive.read(story[0]).decode())
