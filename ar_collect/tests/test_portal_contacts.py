# Part of ar_collect. License LGPL-3.
"""Contacts on the portal: seen as far as they are the customer's business, changed after a look."""

from odoo.tests import new_test_user

from .portal_common import EVIL, PortalCase


class TestPortalContacts(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        roles = cls.env["ar.collect.contact.role"].sudo().search([])  # sudo: set up
        cls.payable = roles.filtered(lambda role: role.code == "accounts_payable")
        cls.reader = roles.filtered(lambda role: role.code == "statements")
        partners = cls.env["res.partner"].sudo()  # sudo: roles have a group
        cls.ben, cls.hidden, cls.others = partners.create(
            [
                {
                    "name": "Ben",
                    "parent_id": cls.partner.id,
                    "email": "ben@own.example",
                    "collect_role_ids": cls.payable.ids,
                    "comment": "Difficult",
                },
                {"name": "Hidden", "parent_id": cls.partner.id, "email": "hidden@own.example"},
                {
                    "name": "Foreigner",
                    "parent_id": cls.free.partner_id.id,
                    "collect_role_ids": cls.payable.ids,
                },
            ]
        )

    def setUp(self):
        super().setUp()
        self.ann.write({"name": "Ann", "email": "ann@own.example"})
        self.requests = self.env["ar.collect.contact.request"].sudo()  # sudo: see CollectCase
        self.log_in()

    def send(self, contact=None, base=None, **values):
        """Send the form with changes of a contact."""
        key = f"p{(contact or self.ben).id}"
        names = {"status", "name", "function", "phone", "email", "time", "lang", "roles"}
        data = {f"{key}_{name}" if name in names else name: value for name, value in values.items()}
        return self.post(f"{base or self.base}/contacts", data)

    def found(self):
        return self.requests.search([("account_id", "=", self.own.id)])

    def test_page(self):
        page = self.text(self.get(f"{self.base}/contacts"))
        for part in ("Ann", "Ben", "ben@own.example", "Pays our invoices"):
            self.assertIn(part, page)
        for part in ("Hidden", "Difficult", "Foreigner"):
            self.assertNotIn(part, page)
        self.assertFalse(self.found(), "looking leaves nothing")

    def test_reviewed(self):
        page = self.send(status="changed", email="new@own.example", roles=[self.reader.id], p_x="1")
        self.assertIn("We look at it", self.text(page))
        self.assertEqual(self.ben.email, "ben@own.example")
        request = self.found()
        self.assertEqual((request.state, request.partner_id), ("answered", self.ann))
        line = request.line_ids.filtered("answer")
        self.assertEqual((line.contact_id, line.state), (self.ben, "pending"))
        self.assertEqual(line.proposed, {"email": "new@own.example"}, "without roles shown")
        [log] = self.own.log_ids
        self.assertEqual((log.direction, log.channel, log.partner_id), ("in", "portal", self.ann))
        kind = self.env.ref("ar_collect.mail_activity_type_contact_answer")
        self.assertIn(kind, self.own.activity_ids.activity_type_id)
        line.action_apply()
        self.assertEqual(self.ben.email, "new@own.example")

    def test_roles(self):
        key = f"p{self.ben.id}"
        self.send(status="changed", roles=[self.reader.id, 999999], **{f"{key}_roles_shown": "1"})
        line = self.found().line_ids.filtered("answer")
        self.assertEqual(line.proposed, {"collect_role_ids": self.reader.ids})

    def test_at_once(self):
        self.company.collect_portal_contact_review = False
        page = self.send(status="changed", email="new@own.example", phone="+1 555 010 7777")
        self.assertIn("We have changed it", self.text(page))
        self.assertEqual((self.ben.email, self.ben.phone), ("new@own.example", "+1 555 010 7777"))
        self.assertEqual(self.found().state, "applied")
        notes = "".join(self.own.message_ids.mapped("body"))
        self.assertIn("new@own.example", notes)

    def test_who_can_log_in_is_looked_at(self):
        """Who changes an address gets the mail with which a password is set."""
        self.company.collect_portal_contact_review = False
        new_test_user(self.env, "ben", "base.group_portal", partner_id=self.ben.id)
        self.ben.email = "ben@own.example"
        self.send(status="changed", email="evil@own.example", phone="+1 555 010 7777")
        self.assertEqual(self.ben.email, "ben@own.example")
        self.assertEqual(self.found().state, "answered")

    def test_who_can_log_in_leaves_after_a_look(self):
        self.company.collect_portal_contact_review = False
        new_test_user(self.env, "ben", "base.group_portal", partner_id=self.ben.id)
        self.send(status="left")
        self.assertFalse(self.ben.collect_left_date)
        self.assertEqual(self.found().state, "answered")

    def test_new_and_left(self):
        self.company.collect_portal_contact_review = False
        self.send(status="left", n1_name=f"Cy {EVIL}", n1_email="cy@own.example")
        self.assertTrue(self.ben.collect_left_date)
        new = self.partner.child_ids.filtered(lambda one: one.email == "cy@own.example")
        self.assertEqual(new.name, f"Cy {EVIL}")
        self.assertNotIn("<script", "".join(self.own.message_ids.mapped("body")))
        self.assertNotIn(EVIL, self.get(f"{self.base}/contacts").text)

    def test_second_click(self):
        for review in (True, False):
            with self.subTest(review=review):
                self.company.collect_portal_contact_review = review
                before = len(self.found())
                for _time in range(2):
                    page = self.send(status="changed", phone=f"+1 555 010 888{int(review)}")
                    self.assertIn("Thank you", self.text(page))
                self.assertEqual(len(self.found()), before + 1)

    def test_what_is_wrong_is_said(self):
        for values in ({"email": "nobody"}, {"phone": "x"}, {"name": " "}, {"name": "x" * 200}):
            with self.subTest(**values):
                page = self.send(status="changed", comment="Typed before", **values)
                self.assertEqual(page.status_code, 422)
                self.assertIn("Typed before", page.text)
        self.assertEqual(self.send().status_code, 422)
        self.assertFalse(self.found())
        self.assertFalse(self.own.log_ids)

    def test_contacts_of_others(self):
        self.company.collect_portal_contact_review = False
        for contact in (self.others, self.hidden, self.collector.partner_id):
            email = contact.email
            self.assertEqual(
                self.send(contact, status="changed", email="e@x.example").status_code, 422
            )
            self.assertEqual(contact.email, email)
        self.assertEqual(self.get(f"/my/receivables/{self.free.id}/contacts").status_code, 404)
        new_test_user(self.env, "portal_b", "base.group_portal", company_id=self.company.id)
        self.log_in("portal_b")
        self.assertEqual(self.get(f"{self.base}/contacts").status_code, 404)

    def test_hours(self):
        windows = self.env["ar.collect.contact.window"].sudo()  # sudo: see CollectCase
        url = f"{self.base}/contacts"
        for _time in range(2):
            page = self.post(url, {"step": "hours", "day": ["0", "2", "9"], "start": 8, "end": 12})
        self.assertIn("Thank you", self.text(page))
        found = windows.search([("partner_id", "=", self.ann.id)])
        self.assertEqual(
            found.mapped(lambda one: (one.dayofweek, one.hour_from, one.hour_to, one.is_best)),
            [("0", 8, 12, True), ("2", 8, 12, True)],
        )
        self.assertEqual(len(self.own.log_ids), 1)
        for data in ({"start": 12, "end": 12}, {"start": "x", "end": 9}, {"start": 1, "end": 99}):
            self.assertEqual(self.post(url, {"step": "hours", "day": "0", **data}).status_code, 422)
        self.post(url, {"step": "hours", "start": 8, "end": 12})
        self.assertFalse(windows.search([("partner_id", "=", self.ann.id)]))
        self.assertIn("at any time", self.own.log_ids[0].note)

    def test_by_link(self):
        token = self.give()
        self.logout()
        base = f"/collections/statement/{token}"
        self.assertIn("/code?", self.get(f"{base}/contacts").url)
        page = self.post(
            f"{base}/contacts",
            {f"p{self.ben.id}_status": "left"},
            page=f"{base}/code",
        )
        self.assertIn("/code?", page.url)
        self.assertFalse(self.found())
