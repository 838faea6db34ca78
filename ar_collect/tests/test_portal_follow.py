# Part of ar_collect. License LGPL-3.
"""What customers follow: their own, what was said with them, and nothing that colleagues said."""

import io

from PIL import Image

from odoo import Command
from odoo.tests import new_test_user

from .portal_common import EVIL, PortalCase

NOTE = "He lies, we think"
PDF = b"%PDF-1.4 proof"


class TestPortalFollow(PortalCase):
    def setUp(self):
        super().setUp()
        self.ann.write({"name": "Ann", "email": "ann@own.example"})
        self.log_in()

    def talk(self, record):
        """Messages of all kinds on a record of the own customer."""
        collector = self.collector.partner_id
        here = record.with_context(mail_notify_force_send=False)
        here.message_post(
            body="Dear Ann",
            author_id=collector.id,
            partner_ids=self.ann.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        here.message_post(
            body="Dear us",
            author_id=self.ann.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        here.message_post(body=NOTE, author_id=collector.id, subtype_xmlid="mail.mt_note")
        here.message_post(
            body=f"{NOTE} too",
            author_id=collector.id,
            message_type="comment",
            partner_ids=self.users["manager"].partner_id.ids,
            subtype_xmlid="mail.mt_comment",
        )
        here.message_post(
            body=f"{NOTE} inside",
            author_id=collector.id,
            is_internal=True,
            message_type="comment",
            partner_ids=self.ann.ids,
            subtype_xmlid="mail.mt_comment",
        )
        here._message_log(body=f"{NOTE} logged")

    def test_disputes(self):
        mine = self.dispute({self.old: 200})
        gone = self.dispute({self.new: 50})
        gone.state = "cancelled"
        others = self.disputes.create(
            {
                "account_id": self.free.id,
                "reason_id": self.price.id,
                "item_ids": [Command.create({"line_id": self.of_others.id, "amount": 5})],
            }
        )
        page = self.text(self.get(f"{self.base}/disputes"))
        self.assertIn(mine.name, page)
        self.assertIn("We are looking into it", page)
        for hidden in (gone, others):
            self.assertNotIn(hidden.name, page)
            for url in (hidden.access_url, f"{hidden.access_url}/files/1"):
                self.assertEqual(self.get(url).status_code, 404)
        self.assertEqual(mine.access_url, f"/my/disputes/{mine.id}")
        for number in (0, 2**31, 10**20):
            self.assertEqual(self.get(f"/my/disputes/{number}").status_code, 404)

    def test_dispute_page(self):
        dispute = self.dispute({self.old: 200}, description=NOTE)
        self.talk(dispute)
        page = self.text(self.get(dispute.access_url))
        for part in ("Dear Ann", "Dear us", "$ 200.00", self.old.move_name, "You hear from"):
            self.assertIn(part, page)
        self.assertNotIn(NOTE, page)

    def test_answer(self):
        dispute = self.dispute({self.old: 200})
        dispute._wait_for_customer()
        self.assertIn("We wait for your answer", self.text(self.get(dispute.access_url)))
        for _time in range(2):
            page = self.post(
                dispute.access_url,
                {"text": f"Here it is\n{EVIL}"},
                files=[("files", ("proof.pdf", PDF))],
            )
        self.assertIn("Your message has been sent", self.text(page))
        self.assertNotIn(EVIL, page.text)
        self.assertIn(f"Here it is {EVIL}", self.text(page))
        self.assertEqual(dispute.stage_kind, "open", "it goes on")
        [message] = dispute.talk_ids.filtered(lambda message: message.author_id == self.ann)
        response = self.get(f"{dispute.access_url}/files/{message.attachment_ids.id}")
        self.assertEqual((response.status_code, response.content), (200, PDF))
        self.assertIn("attachment", response.headers["Content-Disposition"])
        self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
        # nor by the ways of the framework
        self.assertEqual(self.get(f"/web/content/{message.attachment_ids.id}").status_code, 404)

    def test_same_words_other_files(self):
        """Nothing that was sent is lost, and nothing is kept twice."""
        dispute = self.dispute({self.old: 200})
        for record, url in ((dispute, dispute.access_url), (self.own, f"{self.base}/messages")):
            for text in ("See attached", ""):
                for name, content in (
                    ("a.pdf", PDF),
                    ("a.pdf", PDF),
                    ("a.pdf", PDF + b" 2"),
                    ("b.pdf", PDF),
                    ("b.pdf", PDF),
                ):
                    page = self.post(url, {"text": text}, files=[("files", (name, content))])
                    self.assertIn("Your message has been sent", self.text(page))
                with self.subTest(record._name, text=text):
                    said = record.message_ids.filtered(
                        lambda message, text=text: (
                            message.author_id == self.ann
                            and (text in message.body if text else "See" not in message.body)
                        )
                    )
                    kept = [(file.name, file.raw) for file in said.attachment_ids]
                    sent = [("a.pdf", PDF), ("a.pdf", PDF + b" 2"), ("b.pdf", PDF)]
                    self.assertEqual(sorted(kept), sent)

    def test_large_picture_twice(self):
        """It is kept as it was sent, and so known again."""
        stream = io.BytesIO()
        Image.new("RGB", (2500, 2000)).save(stream, "PNG")
        for _time in range(2):
            files = [("files", ("photo.png", stream.getvalue()))]
            self.post(f"{self.base}/messages", {"text": ""}, files=files)
        file = self.own.log_ids.message_id.attachment_ids
        self.assertEqual((len(file), file.raw), (1, stream.getvalue()))

    def test_files_of_colleagues(self):
        dispute = self.dispute({self.old: 200})
        inside = (
            self.env["ir.attachment"]
            .sudo()
            .create(  # sudo: set up
                {
                    "name": "inside.txt",
                    "raw": b"x",
                    "res_model": dispute._name,
                    "res_id": dispute.id,
                }
            )
        )
        dispute.message_post(body=NOTE, attachment_ids=inside.ids, subtype_xmlid="mail.mt_note")
        page = self.get(dispute.access_url)
        self.assertNotIn("inside.txt", page.text)
        for number in (inside.id, 0, 2**31, 10**20):
            for base in (dispute.access_url, f"{self.base}/messages"):
                self.assertEqual(self.get(f"{base}/files/{number}").status_code, 404)

    def test_files_of_another_record(self):
        """Each file is asked for where it was said."""
        dispute, other = self.dispute({self.old: 200}), self.dispute({self.new: 50})
        self.post(dispute.access_url, {"text": "x"}, files=[("files", ("proof.pdf", PDF))])
        file = dispute.talk_ids.attachment_ids
        self.assertEqual(self.get(f"{other.access_url}/files/{file.id}").status_code, 404)
        self.assertEqual(self.get(f"{self.base}/messages/files/{file.id}").status_code, 404)

    def test_empty_answer(self):
        dispute = self.dispute({self.old: 200})
        for data, files in (({"text": " "}, None), ({"text": "a"}, [("files", ("a.exe", b"MZ"))])):
            self.assertEqual(self.post(dispute.access_url, data, files=files).status_code, 422)
        self.assertFalse(dispute.talk_ids)

    def test_answer_of_another_customer(self):
        dispute = self.dispute({self.old: 200})
        self.talk(self.own)
        new_test_user(self.env, "portal_b", "base.group_portal", company_id=self.company.id)
        self.log_in("portal_b")
        urls = [dispute.access_url, f"{dispute.access_url}/files/1"]
        urls += [f"{self.base}/{view}" for view in self.own._get_portal_views()]
        for url in (*urls, f"{self.base}/messages/files/1"):
            self.assertEqual(self.get(url).status_code, 404, url)
        self.assertEqual(self.post(dispute.access_url, {"text": "x"}, page="/my").status_code, 404)
        self.assertFalse(dispute.talk_ids)

    def test_promises(self):
        self.promise([self.new])
        self.promises.create(
            {"account_id": self.free.id, "amount": 77.77, "date_promised": self.day(4)}
        )
        page = self.text(self.get(f"{self.base}/promises"))
        for part in ("03/20/2026", "$ 300.00", self.new.move_name, "Open"):
            self.assertIn(part, page)
        self.assertNotIn("77.77", page)

    def test_messages(self):
        self.talk(self.own)
        page = self.text(self.get(f"{self.base}/messages"))
        self.assertLess(page.index("Dear Ann"), page.index("Dear us"))
        self.assertIn("Collector", page)
        self.assertNotIn(NOTE, page)

    def test_only_the_collector_is_named(self):
        manager = self.users["manager"]
        self.own.message_post(
            body="From the boss",
            author_id=manager.partner_id.id,
            message_type="comment",
            partner_ids=self.ann.ids,
            subtype_xmlid="mail.mt_comment",
        )
        page = self.text(self.get(f"{self.base}/messages"))
        self.assertIn("From the boss", page)
        self.assertNotIn(manager.name, page)

    def test_write(self):
        for _time in range(2):
            page = self.post(
                f"{self.base}/messages",
                {"text": f"Please call\n{EVIL}"},
                files=[("files", ("proof.pdf", PDF))],
            )
        self.assertNotIn(EVIL, page.text)
        self.assertIn("Please call", self.text(page))
        log = self.own.log_ids
        self.assertEqual((log.direction, log.channel, log.partner_id), ("in", "portal", self.ann))
        self.assertEqual(self.own.next_action_date, self.day(0))
        file = log.message_id.attachment_ids
        self.assertEqual(
            (file.name, file.res_model, file.res_id),
            ("proof.pdf", "ar.collect.account", self.own.id),
        )
        self.assertEqual(self.get(f"{self.base}/messages/files/{file.id}").content, PDF)
        self.assertEqual(self.get(f"/web/content/{file.id}").status_code, 404)

    def test_pages_of_many(self):
        for number in range(55):
            self.own.message_post(
                body=f"number {number}.",
                author_id=self.ann.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        page = self.text(self.get(f"{self.base}/messages"))
        self.assertIn("number 54.", page)
        self.assertNotIn("number 4.", page)
        self.assertIn("number 4.", self.text(self.get(f"{self.base}/messages?page=2")))
        for number in ("x", "-1", "0", "9" * 30):
            self.assertEqual(self.get(f"{self.base}/messages?page={number}").status_code, 200)

    def test_login_only(self):
        token = self.give()
        self.logout()
        dispute = self.dispute({self.old: 200})
        for path in ("disputes", "promises", "plans", "messages"):
            url = f"/collections/statement/{token}/{path}"
            self.assertEqual(self.get(url).status_code, 404)
            self.assertIn("/web/login", self.get(f"{self.base}/{path}").url)
        self.assertIn("/web/login", self.get(dispute.access_url).url)

    def test_of_another_company(self):
        second = self.other_company(name="Second Company")
        move = self.invoice(self.partner, 77, company=second)
        self.catch_up()
        account = self.account(self.partner, second)
        dispute = self.disputes.create(
            {
                "account_id": account.id,
                "reason_id": self.price.id,
                "item_ids": [Command.create({"line_id": self.items(move).id})],
            }
        )
        self.assertEqual(self.get(dispute.access_url).status_code, 404)

    def test_leads_there(self):
        self.dispute({self.old: 200})
        page = self.get(self.base)
        self.assertIn("Disputes (1)", self.text(page))
        self.assertIn(f"{self.base}/messages", page.text)
