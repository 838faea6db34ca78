# Part of ar_collect. License LGPL-3.
"""The page behind a link, as strangers, customers and machines call it."""

import re
from unittest.mock import patch

from lxml import html

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.ar_collect.controllers import statement as controller

from .test_link import LinkCase
from .test_statement_print import ONE_PAGE

EVIL = "<script>alert(1)</script>"


@tagged("post_install", "-at_install")
class TestStatementPage(LinkCase, HttpCase):
    def setUp(self):
        super().setUp()
        for limit in (controller.CALLS, controller.FILES):
            limit.forget()
            self.addCleanup(limit.forget)
        self.printed = []

        def run(_self, bodies, **_kwargs):
            self.printed.append(str(bodies[0]))
            return ONE_PAGE

        self.startPatcher(
            patch.object(type(self.env["ir.actions.report"]), "_run_wkhtmltopdf", run)
        )
        self.link_token = self.give()
        self.link = self.own.link_ids

    def get(self, token=None, suffix="", **values):
        self.env.flush_all()
        self.env.invalidate_all()
        token = self.link_token if token is None else token
        return self.url_open(f"/collections/statement/{token}{suffix}", **values)

    def text(self, response):
        return " ".join(html.fromstring(response.text).text_content().split())

    def test_shows_the_account(self):
        self.promise(self.new)
        self.dispute({self.old: 200})
        self.credit_note(self.partner, 50)
        self.env["res.partner.bank"].create(
            {"acc_number": "BANK 4711", "partner_id": self.company.partner_id.id}
        )
        response = self.get()
        self.assertEqual(response.status_code, 200)
        text = self.text(response).replace("\N{NO-BREAK SPACE}", " ")
        for part in (
            "Own Customer",
            self.old.move_name,
            "$ 200.00 disputed",
            "promised for 03/20/2026",
            "41 days late",
            "not yet allocated",
            "BANK 4711",
            "Collector",
            "made for",
            "Ann",
        ):
            with self.subTest(part):
                self.assertIn(part, text)

    def test_nobody_elses(self):
        moves = self.env["account.move"].search([("partner_id", "=", self.free.partner_id.id)])
        text = self.get().text
        self.assertNotIn(self.free.partner_id.name, text)
        self.assertNotIn(moves.name, text)
        # nor for who is logged in as another customer
        new_test_user(self.env, "page_portal", "base.group_portal")
        self.authenticate("page_portal", "page_portal")
        self.assertIn(self.old.move_name, self.get().text)

    def test_neither_kept_nor_found_nor_told(self):
        headers = self.get().headers
        self.assertIn("no-store", headers["Cache-Control"])
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")
        self.assertIn("noindex", headers["X-Robots-Tag"])
        self.assertEqual(headers["X-Frame-Options"], "DENY")

    def test_it_leads_nowhere_else(self):
        tree = html.fromstring(self.get().text)
        for element in tree.iter("a"):
            href = element.get("href")
            self.assertTrue(
                href.startswith(("#", "tel:", "mailto:", "/collections/statement/")), href
            )
        for form in tree.iter("form"):  # what is asked for there stays on this page as well
            self.assertTrue(form.get("action").startswith("/collections/statement/"))
        self.assertFalse(list(tree.iter("iframe")))

    def test_in_the_contacts_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.ann.lang = "fr_FR"
        response = self.get(headers={"Accept-Language": "en"})
        self.assertEqual(html.fromstring(response.text).get("lang"), "fr-FR")
        self.assertIn("16/03/2026", response.text)

    def test_names_are_text(self):
        self.partner.name = self.ann.name = EVIL
        self.old.move_id.ref = EVIL
        response = self.get()
        self.assertNotIn(EVIL, response.text)
        self.assertIn(EVIL, html.fromstring(response.text).text_content())

    def test_one_answer_to_all_that_does_not_work(self):
        """Nobody learns whether there ever was such a link, or of whom."""
        revoked, expired, archived, other = (self.give() for _time in range(4))
        links = self.own.link_ids.sorted("id")[1:]
        links[0].revoked = True
        links[1].expires = "2026-03-16 11:59:59"
        links[2].partner_id = self.env["res.partner"].create(
            {"name": "Gone", "parent_id": self.partner.id, "active": False}
        )
        links[3].customer_id = self.free.partner_id
        bodies = set()
        for token in (revoked, expired, archived, other, "unknown", "A" * 32, "%3Cscript%3E"):
            for suffix in ("", "/pdf"):
                with self.subTest(token[:10], suffix=suffix):
                    response = self.get(token, suffix)
                    self.assertEqual(response.status_code, 404)
                    self.assertIn("no-store", response.headers["Cache-Control"])
                    self.assertNotIn("Own Customer", response.text)
                    # all of the page, but for what is drawn by lot for each of them
                    bodies.add(re.sub(r'csrf_token: "\w+"', "", response.text))
        self.assertEqual(len(bodies), 1)
        self.assertFalse(self.printed)

    def test_visits_are_counted(self):
        self.assertFalse(self.link.visit_count)
        self.get()
        self.get()
        self.link.invalidate_recordset()
        self.assertEqual(self.link.visit_count, 2)
        self.assertTrue(self.link.first_visit)

    def test_what_is_no_visit(self):
        self.env.flush_all()
        response = self.opener.head(self.base_url() + f"/collections/statement/{self.link_token}")
        self.assertEqual((response.status_code, response.text), (200, ""))
        self.assertIn("no-store", response.headers["Cache-Control"])
        self.assertEqual(
            self.opener.head(self.base_url() + "/collections/statement/x").status_code, 404
        )
        self.get(suffix="/pdf")
        self.link.invalidate_recordset()
        self.assertFalse(self.link.visit_count)

    def test_only_to_be_read(self):
        for method in ("post", "put", "delete", "patch"):
            with self.subTest(method), mute_logger("odoo.http"):
                response = getattr(self.opener, method)(
                    self.base_url() + f"/collections/statement/{self.link_token}"
                )
                self.assertEqual(response.status_code, 405)

    def test_file(self):
        response = self.get(suffix="/pdf")
        self.assertEqual((response.status_code, response.content), (200, ONE_PAGE))
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertIn("Own%20Customer", response.headers["Content-Disposition"])
        self.assertIn("no-store", response.headers["Cache-Control"])
        self.assertIn(self.old.move_name, self.printed[0])

    def test_not_too_often(self):
        codes = [self.get(suffix="/pdf").status_code for _time in range(controller.FILES.calls + 1)]
        self.assertEqual(codes, [200] * controller.FILES.calls + [429])
        self.assertEqual(self.get().status_code, 200, "the page is still there")
        with patch.object(controller.CALLS, "calls", 0):
            for token in (self.link_token, "unknown"):
                response = self.get(token)
                self.assertEqual(response.status_code, 429)
                self.assertNotIn("Own Customer", response.text)

    def test_of_another_company(self):
        second = self.other_company(name="Second Company")
        move = self.invoice(self.partner, 77, company=second)
        self.old.move_id.ref = "OF THE FIRST"
        self.catch_up()
        token = self.give(self.account(self.partner, second))
        text = self.text(self.get(token))
        self.assertIn("Your account with Second Company", text)
        self.assertIn(move.name, text)
        self.assertNotIn("OF THE FIRST", text)
        self.assertNotIn(self.company.name, text)

    def test_nothing_is_open(self):
        self.payment(self.partner, 1500, self.old.move_id, self.new.move_id)
        self.assertIn("Nothing is open", self.get().text)
