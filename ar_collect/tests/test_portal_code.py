# Part of ar_collect. License LGPL-3.
"""Codes: who only has a link says nothing in the contact's name, and nobody guesses one."""

import re
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tools import SQL, mute_logger

from odoo.addons.ar_collect.models.ar_collect_link_code import (
    CODE_ATTEMPTS,
    CODES_A_DAY,
    CODES_AN_HOUR,
)
from odoo.addons.mail.tests.common import MailCommon

from .portal_common import PortalCase


class TestPortalCode(PortalCase, MailCommon):
    def setUp(self):
        super().setUp()
        self.ann.write({"name": "Ann", "email": "ann@own.example"})
        self.link_token = self.give()
        self.link = self.own.link_ids
        self.link_base = f"/collections/statement/{self.link_token}"

    def code_page(self, **data):
        with self.mock_mail_gateway():
            return self.post(f"{self.link_base}/code", {"next": "dispute", **data})

    def ask_code(self):
        """The code that is mailed."""
        with self.mock_mail_gateway():
            self.assertIsNone(self.link._send_code())
        [mail] = self._new_mails
        self.assertEqual(mail.email_to, self.ann.email_formatted)
        return re.search(r"\b(\d{6})\b", mail.body_html)[1]

    def test_asked_for(self):
        for path in ("dispute", "ask", "plan", "contacts"):
            with self.subTest(path):
                page = self.get(f"{self.link_base}/{path}?{self.chosen(self.old)}")
                self.assertTrue(page.url.split("?")[0].endswith("/code"), page.url)
                self.assertIn("Is it you, Ann?", self.text(page))
                self.assertNotIn("ann@own.example", page.text)

    def test_nothing_is_said_without(self):
        for path, data in (
            ("dispute", {"reason": self.price.id, f"amount_{self.old.id}": "200"}),
            ("ask", {"wish": "delivery"}),
        ):
            data |= {"line": self.old.id}
            page = self.post(f"{self.link_base}/{path}", data, page=f"{self.link_base}/code")
            self.assertIn("/code?", page.url)
        self.assertFalse(self.own.log_ids)
        self.assertFalse(self.own.dispute_ids)

    def test_the_way(self):
        with self.mock_mail_gateway():
            page = self.post(
                f"{self.link_base}/code", {"next": "ask", "step": "send", "line": self.old.id}
            )
        self.assertIn("We have sent a code to a…@own.example", self.text(page))
        [mail] = self._new_mails
        self.assertEqual(mail.state, "outgoing")
        code = re.search(r"\b(\d{6})\b", mail.body_html)[1]
        self.assertFalse(mail.model or mail.res_id)
        data = {
            "next": "ask",
            "step": "check",
            "line": self.old.id,
            "code": f" {code[:3]} {code[3:]} ",
        }
        page = self.post(f"{self.link_base}/code", data)
        self.assertIn("What do you need?", self.text(page))
        self.assertIn(f"line={self.old.id}", page.url)
        page = self.post(f"{self.link_base}/ask", {"wish": "delivery", "line": self.old.id})
        self.assertIn("Thank you", self.text(page))
        self.assertEqual(self.own.log_ids.partner_id, self.ann)
        # elsewhere the link is a link alone
        self.opener.cookies.clear()
        self.assertIn("/code?", self.get(f"{self.link_base}/ask").url)

    def test_dispute_with_it(self):
        self.code_page(step="check", code=self.ask_code())
        url = f"{self.link_base}/dispute"
        data = {"reason": self.price.id, "line": self.old.id, f"amount_{self.old.id}": "200"}
        page = self.post(url, data, page=f"{url}?{self.chosen(self.old)}")
        self.assertIn("Thank you for telling us", self.text(page))
        self.assertEqual(self.own.dispute_ids.partner_id, self.ann)

    def test_files_are_read_with_it_alone(self):
        """Who has typed no code sends no large files, nor who typed that of another link."""
        url = f"{self.link_base}/dispute"
        data = {"reason": self.price.id, "line": self.old.id, f"amount_{self.old.id}": "200"}
        files = [("files", ("note.pdf", b"%PDF-1.4" + b"0" * 2**20))]
        other = f"/collections/statement/{self.give()}"
        with mute_logger("odoo.http"):
            page = self.post(url, data, files=files, page=f"{self.link_base}/code")
            self.assertEqual(page.status_code, 413)
            self.code_page(step="check", code=self.ask_code())
            page = self.post(f"{other}/dispute", data, files=files, page=url)
            self.assertEqual(page.status_code, 413)
        self.assertFalse(self.own.dispute_ids)
        page = self.post(url, data, files=files)
        self.assertIn("Thank you for telling us", self.text(page))
        self.assertEqual(self.own.dispute_ids.talk_ids.attachment_ids.name, "note.pdf")

    def test_good_for_this_link_alone(self):
        other = self.give()
        self.code_page(step="check", code=self.ask_code())
        self.assertNotIn("/code", self.get(f"{self.link_base}/ask").url)
        self.assertIn("/code", self.get(f"/collections/statement/{other}/ask").url)

    def test_good_for_two_hours(self):
        with patch("odoo.addons.ar_collect.controllers.visitor.PROVED_SECONDS", -1):
            self.code_page(step="check", code=self.ask_code())
        self.assertIn("/code", self.get(f"{self.link_base}/ask").url)

    def test_good_once(self):
        code = self.ask_code()
        self.assertTrue(self.link._check_code(code))
        self.assertFalse(self.link._check_code(code))

    def test_good_for_a_quarter_of_an_hour(self):
        code = self.ask_code()
        self.link.code_expires = fields.Datetime.now()
        self.assertFalse(self.link._check_code(code))

    def test_a_new_one_ends_the_old_one(self):
        old, new = self.ask_code(), self.ask_code()
        if old != new:
            self.assertFalse(self.link._check_code(old))
        self.assertTrue(self.link._check_code(new))

    def test_not_guessed(self):
        code = self.ask_code()
        wrong = "000000" if code != "000000" else "000001"
        for _time in range(CODE_ATTEMPTS):
            response = self.code_page(step="check", code=wrong)
            self.assertEqual(response.status_code, 422)
        self.assertFalse(self.link._check_code(code), "not even the right one any more")
        for text in ("", "0", code + "0", "é" * 6, "' OR 1=1 --"):
            self.assertFalse(self.link._check_code(text))

    def test_before_one_was_sent(self):
        for text in ("", "000000", "False", "None"):
            self.assertFalse(self.link._check_code(text))

    def test_not_mailed_too_often(self):
        sent = [self.code_page(step="send").status_code for _time in range(CODES_AN_HOUR + 1)]
        self.assertEqual(sent, [200] * CODES_AN_HOUR + [422])
        later = fields.Datetime.now() - timedelta(hours=2)
        self.link.code_times = [fields.Datetime.to_string(later)] * CODES_A_DAY
        self.assertEqual(self.link._send_code(), "often")
        long_ago = fields.Datetime.now() - timedelta(hours=25)
        self.link.code_times = [fields.Datetime.to_string(long_ago)] * CODES_A_DAY
        self.assertIsNone(self.link._send_code())
        self.assertEqual(len(self.link.code_times), 1)

    def test_not_stored(self):
        code = self.ask_code()
        self.env.flush_all()
        [row] = self.env.execute_query(SQL("SELECT * FROM ar_collect_link"))
        self.assertNotIn(code, [str(value) for value in row])

    def test_in_the_contacts_language(self):
        template = self.env.ref("ar_collect.mail_template_link_code").sudo()  # sudo: set up
        self.env["res.lang"]._activate_lang("fr_FR")
        template.with_context(lang="fr_FR").subject = "Votre code"
        self.ann.lang = "fr_FR"
        self.ask_code()
        self.assertEqual(self._new_mails.subject, "Votre code")

    def test_without_an_address(self):
        self.ann.email = False
        page = self.code_page(step="send")
        self.assertIn("no e-mail address", self.text(page))
        self.assertFalse(self._new_mails)

    def test_of_a_link_that_does_not_work(self):
        self.code_page(step="check", code=self.ask_code())
        self.link.revoked = True
        for path in ("code", "ask", "dispute"):
            self.assertEqual(self.get(f"{self.link_base}/{path}").status_code, 404)

    def test_goes_nowhere_else(self):
        page = self.get(f"{self.link_base}/code?next=https://elsewhere.example")
        self.assertNotIn("elsewhere", page.text.split("<body")[0].split("canonical")[0])
        self.code_page(step="check", code=self.ask_code())
        page = self.get(f"{self.link_base}/code?next=//elsewhere.example")
        self.assertTrue(page.url.startswith(f"{self.base_url()}{self.link_base}/"), page.url)

    def test_shows_no_more_than_the_statement(self):
        """Nor who is logged in on this machine."""
        self.code_page(step="check", code=self.ask_code())
        page = self.get(self.link_base)
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("/my/", page.text.split("</head>")[1])
