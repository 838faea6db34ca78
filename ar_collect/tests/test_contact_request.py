# Part of ar_collect. License LGPL-3.
"""Asking the customer to confirm contacts: the link, the form, the answer, the review."""

import re
from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.ar_collect.controllers import visitor as visitors
from odoo.addons.ar_collect.models.ar_collect_contact_request import MAX_ATTEMPTS
from odoo.addons.mail.tests.common import MailCommon

from .contact_common import ContactCase

EVIL = "<script>alert(1)</script>"


class RequestCase(ContactCase, MailCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann = cls.contact(
            "Ann",
            "accounts_payable",
            function="Accountant",
            phone="+1 555 010 0001",
            email="ann@own.example",
            lang="en_US",
        )
        cls.bob = cls.contact("Bob", phone="+1 555 010 0002", email="bob@own.example")
        cls.secret = cls.contact("Sec Ret", email="secret@own.example", comment="Internal note")

    def ask(self, recipient=None, contacts=None, days=14, account=None, message=None):
        """A question that was sent, as the superuser."""
        account = account or self.own
        recipient = recipient or self.ann
        contacts = self.ann + self.bob if contacts is None else contacts
        login = "collector" if account == self.own else "manager"
        with self.mock_mail_gateway():
            request = self.collector(self.env["ar.collect.contact.request"], login)._ask(
                self.collector(account, login),
                self.collector(recipient, login),
                self.collector(contacts, login),
                days,
                message,
            )
        return request.sudo()  # sudo: the test looks at all of it

    def line(self, request, contact):
        return request.line_ids.filtered(lambda line: line.contact_id == contact)

    def answer(self, request, **values):
        """Let the customer answer; ``ann_phone="1"`` is the phone of Ann."""
        answer, errors = request._read_answer(self.form(request, **values))
        self.assertFalse(errors)
        request._receive(answer)

    def form(self, request, **values):
        """The form as a browser would send it: shown values, and what was typed over them."""
        form = FakeForm()
        for block in request._get_form_blocks():
            form.update({f"{block['key']}_{name}": block["values"][name] for name in FORM_NAMES})
            form[f"{block['key']}_roles"] = [str(role) for role in block["values"]["roles"]]
            form[f"{block['key']}_roles_shown"] = "1"
        keys = {line.contact_id.name.lower(): f"c{line.id}" for line in request.line_ids}
        for name, value in values.items():
            key, _sep, field = name.partition("_")
            form[f"{keys.get(key, key)}_{field}" if field else key] = value
        return form


FORM_NAMES = ("name", "function", "phone", "email", "time", "lang")


class FakeForm(dict):
    """The part of a multi-value dict that is used."""

    def getlist(self, key):
        value = self.get(key, [])
        return value if isinstance(value, list) else [value]


class TestAsk(RequestCase):
    def test_the_email_goes_through_the_queue(self):
        request = self.ask(message="We moved <b>too</b>")
        [mail] = self._new_mails.filtered(lambda mail: mail.model == "ar.collect.account")
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.recipient_ids, self.ann)
        self.assertIn(request._get_link(), mail.body_html)
        self.assertIn("We moved &lt;b&gt;too&lt;/b&gt;", mail.body_html)
        self.assertEqual(request.state, "sent")

    def test_the_link_is_not_in_the_chatter(self):
        self.ask()
        bodies = "".join(self.own.sudo().message_ids.mapped("body"))
        self.assertIn("please check the contacts", bodies)
        self.assertNotIn("/collections/contacts/", bodies)

    def test_in_the_recipients_language(self):
        template = self.env.ref("ar_collect.mail_template_contact_request").sudo()
        template.with_context(lang="fr_FR").subject = "Vos contacts"
        self.ann.lang = "fr_FR"
        self.env.flush_all()  # core reads it from the table
        self.ask()
        [mail] = self._new_mails.filtered(lambda mail: mail.model == "ar.collect.account")
        self.assertEqual(mail.subject, "Vos contacts")
        self.assertIn('lang="fr-FR"', mail.body_html)

    def test_nobody_else_chooses_the_link(self):
        """The button in our mails leads to our form, whatever a browser sends."""
        keys = {"collect_contact_link": "https://elsewhere.example"}
        with self.mock_mail_gateway():
            self.collector(self.own).with_context(**keys).message_post(
                body="Dear customer", partner_ids=self.ann.ids
            )
        self.assertTrue(self._new_mails)
        self.assertNotIn("elsewhere", "".join(self._new_mails.mapped("body_html")))

    def test_followers_get_no_link(self):
        manager = self.users["manager"].partner_id
        notes = self.env.ref("mail.mt_note")
        self.own.sudo().message_subscribe(manager.ids, notes.ids)
        self.ask()
        self.assertEqual(self._new_mails.recipient_ids, self.ann)

    def test_a_new_question_withdraws_the_old_one(self):
        old, new = self.ask(), self.ask()
        self.assertEqual(old.state, "cancelled")
        self.assertEqual(new.state, "sent")

    def test_only_own_contacts(self):
        foreign = self.contact("Eve", account=self.free, email="eve@free.example")
        with self.assertRaises(UserError):
            self.ask(contacts=self.ann + foreign)
        with self.assertRaises(UserError):
            self.ask(recipient=foreign)
        with self.assertRaises(UserError):
            self.ask(recipient=self.contact("No mail"))

    def test_who_may_ask(self):
        requests = self.env["ar.collect.contact.request"]
        portal = new_test_user(self.env, "e_portal", "base.group_portal")
        plain = new_test_user(self.env, "e_plain", "base.group_user")
        for user in (self.users["inquiry"], self.users["colleague"], portal, plain):
            with self.subTest(user.login), self.assertRaises(AccessError):
                requests.sudo(False).with_user(user)._ask(
                    self.own.sudo(False).with_user(user), self.ann, self.ann, 14
                )

    def test_wizard(self):
        left = self.contact("Gone", email="gone@own.example", collect_left_date=self.today)
        delivery = self.contact("Dock", type="delivery", email="dock@own.example")
        wizards = self.collector(self.env["ar.collect.contact.ask"])
        with Form(wizards.with_context(default_account_id=self.own.id)) as form:
            self.assertEqual(form.recipient_id, self.ann)
            asked = form.contact_ids[:]
            self.assertFalse(asked & (left + delivery + self.own.partner_id))
            self.assertTrue(self.ann + self.bob <= asked)
            self.assertFalse(form.recipient_warning)
            self.bob.message_bounce = 1
            form.recipient_id = self.bob
            self.assertEqual(form.recipient_warning, "The last e-mail bounced")
            form.days = 5
        with self.mock_mail_gateway():
            form.record.action_send()
        request = self.own.sudo().contact_request_ids
        self.assertEqual(request.partner_id, self.bob)
        self.assertEqual(request.date_expiry - request.date_sent, timedelta(days=5))

    def test_wizard_opens_in_the_browser(self):
        wizards = self.collector(self.env["ar.collect.contact.ask"])
        values = wizards.with_context(default_account_id=self.own.id).onchange(
            {},
            [],
            {"account_id": {}, "contact_ids": {"fields": {"display_name": {}}}, "recipient_id": {}},
        )["value"]
        self.assertIn(self.bob.id, [command[1] for command in values["contact_ids"]])

    def test_wizard_refuses_odd_questions(self):
        wizards = self.collector(self.env["ar.collect.contact.ask"])
        values = {"account_id": self.own.id, "recipient_id": self.ann.id}
        for odd in ({"days": 0}, {"days": 91}, {"contact_ids": [Command.set([])], "days": -1}):
            with self.subTest(odd), self.assertRaises(UserError):
                wizards.create({**values, **odd}).action_send()

    def test_records_by_role(self):
        request = self.ask()
        other = self.ask(
            self.contact("F", account=self.foreign, email="f@f.example"),
            self.env["res.partner"],
            account=self.foreign,
        )
        second = self.other_company()
        elsewhere = new_test_user(
            self.env,
            "e_out",
            "ar_collect.group_manager",
            company_id=second.id,
            company_ids=[Command.set(second.ids)],
        )
        users = {**self.users, "elsewhere": elsewhere}
        both = request + other
        seen = {
            login: both.sudo(False)
            .with_user(user)
            .with_context(allowed_company_ids=user.company_ids.ids)
            .search([("id", "in", both.ids)], order="id")
            for login, user in users.items()
        }
        self.assertEqual(
            seen,
            {
                "inquiry": both,
                "collector": request,
                "colleague": other,
                "collector_all": both,
                "manager": both,
                "elsewhere": request.browse(),
            },
        )
        for login, user in users.items():
            for record in (request, request.line_ids):
                record = record.sudo(False).with_user(user)
                for operation in ("write", "create", "unlink"):
                    with self.subTest(login, operation=operation):
                        self.assertFalse(record.browse().has_access(operation))
        with self.assertRaises(AccessError):
            request.sudo(False).with_user(self.users["manager"]).read(["nonce"])
        for group in ("base.group_user", "base.group_portal"):
            user = new_test_user(self.env, f"e_{group[-4:]}", group)
            self.assertFalse(request.sudo(False).with_user(user).has_access("read"))
            self.assertFalse(request.line_ids.sudo(False).with_user(user).has_access("read"))

    def test_lines_by_role(self):
        request = self.ask()
        lines = request.line_ids.sudo(False)
        self.assertTrue(lines.with_user(self.users["collector"]).has_access("read"))
        self.assertFalse(lines.with_user(self.users["colleague"]).has_access("read"))

    def test_withdraw(self):
        request = self.ask()
        with self.assertRaises(AccessError):
            self.collector(request, "inquiry").action_cancel()
        self.collector(request).action_cancel()
        self.assertEqual(request.state, "cancelled")
        self.assertIn("withdrawn", self.last_note())

    def test_a_merge_of_customers_keeps_it(self):
        request = self.ask()
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo()  # sudo: an administrator
        partners = self.own.partner_id + self.free.partner_id
        wizard.create({})._merge(partners.ids, self.free.partner_id)
        self.assertEqual(request.exists().account_id, self.free)


class TestLink(RequestCase):
    def token(self, request):
        return request._get_link().rsplit("/", 1)[1]

    def found(self, token):
        return self.env["ar.collect.contact.request"].sudo(False)._get_by_token(token)

    def test_leads_to_its_request_alone(self):
        request, other = self.ask(), self.ask(self.bob)
        self.assertEqual(self.found(self.token(request)), request)
        self.assertEqual(self.found(self.token(other)), other)

    def test_no_other_text_leads_anywhere(self):
        token = self.token(self.ask())
        changed = ("A" if token[30] != "A" else "B").join((token[:30], token[31:]))
        for guess in ("", "x", "..", "%00", "é", changed, token[:-4], "A" * 400, "AQ"):
            with self.subTest(guess):
                self.assertFalse(self.found(guess))

    def test_of_another_request_by_its_number(self):
        request, other = self.ask(), self.ask(self.bob)
        token = self.token(request)
        with patch.object(type(request), "nonce", "same"):
            self.assertNotEqual(token, self.token(other))
        other.nonce = request.nonce
        self.assertEqual(self.found(self.token(other)), other)
        request.nonce = "another"
        self.assertFalse(self.found(token))

    def test_expires(self):
        request = self.ask(days=2)
        self.assertTrue(request._is_open())
        with freeze_time("2026-03-18 12:00:01"):
            self.assertFalse(request._is_open())
            self.assertFalse(self.found(self.token(request)))
            self.env["ar.collect.contact.request"]._process_expired()
            self.assertEqual(request.state, "expired")

    def test_the_signature_ends_with_the_time(self):
        request = self.ask(days=2)
        token = self.token(request)
        request.date_expiry = "2027-01-01 00:00:00"
        with freeze_time("2026-03-18 12:00:01"):
            self.assertFalse(self.found(token))

    def test_cancelled_is_closed(self):
        request = self.ask()
        request.state = "cancelled"
        self.assertFalse(request._is_open())


class TestAnswer(RequestCase):
    def setUp(self):
        super().setUp()
        self.request = self.ask()

    def errors(self, **values):
        return self.request._read_answer(self.form(self.request, **values))[1]

    def read(self, **values):  # pylint: disable=method-required-super
        return self.request._read_answer(self.form(self.request, **values))[0]

    def test_kinds_of_answers(self):
        self.answer(
            self.request,
            ann_status="confirmed",
            bob_status="left",
            n1_name="Cid",
            n1_email="cid@own.example",
        )
        self.assertEqual(self.request.state, "answered")
        lines = self.request.line_ids
        self.assertEqual(lines.mapped("answer"), ["confirmed", "left", "new"])
        self.assertEqual(set(lines.mapped("state")), {"pending"})

    def test_nothing_is_applied(self):
        before = self.ann.read(["name", "phone", "email"]), len(self.own.partner_id.child_ids)
        self.answer(self.request, ann_phone="+1 555 9999", bob_status="left", n1_name="Cid")
        after = self.ann.read(["name", "phone", "email"]), len(self.own.partner_id.child_ids)
        self.assertEqual(before, after)
        self.assertFalse(self.bob.collect_left_date)

    def test_corrected_though_called_right(self):
        answer = self.read(ann_status="confirmed", ann_phone="+1 555 9999")
        [line] = answer["lines"].values()
        self.assertEqual(line["answer"], "changed")
        self.assertEqual(line["proposed"], {"phone": "+1 555 9999"})

    def test_no_answer_is_no_confirmation(self):
        answer = self.read(ann_status="confirmed")
        self.assertEqual(list(answer["lines"]), self.line(self.request, self.ann).ids)

    def test_nothing_answered(self):
        self.assertIn("form", self.errors())

    def test_bad_values_are_named_at_their_field(self):
        ann = f"c{self.line(self.request, self.ann).id}"
        errors = self.errors(
            ann_email="ann at own",
            ann_phone="call me",
            ann_name=" ",
            bob_function="x" * 129,
            n1_email="new@own.example",
            comment="x" * 2001,
        )
        bob = f"c{self.line(self.request, self.bob).id}"
        self.assertEqual(
            set(errors),
            {
                f"{ann}_email",
                f"{ann}_phone",
                f"{ann}_name",
                f"{bob}_function",
                "n1_name",
                "comment",
            },
        )

    def test_two_addresses_in_one_field(self):
        self.assertTrue(self.errors(ann_email="a@own.example, b@own.example"))

    def test_roles_not_asked_about_stay(self):
        approver, payable = self.role("approver"), self.role("accounts_payable")
        hidden = self.role("escalation")
        hidden.question = False
        self.ann.collect_role_ids = payable + hidden
        request = self.ask()
        form = self.form(request, ann_roles=[str(approver.id), "999999", "x", "9" * 5000])
        [line] = request._read_answer(form)[0]["lines"].values()
        proposed = line["proposed"]["collect_role_ids"]
        self.assertEqual(set(proposed), set((approver + hidden).ids))
        [ann, *_others] = request._get_form_blocks(form)
        self.assertEqual(ann["values"]["roles"], approver.ids, "shown again as ticked")

    def test_language_must_be_one_we_have(self):
        self.assertFalse(self.read(ann_lang="xx_XX")["lines"])
        [line] = self.read(ann_lang="fr_FR")["lines"].values()
        self.assertEqual(line["proposed"], {"lang": "fr_FR"})

    def test_control_characters_and_line_ends_go(self):
        [line] = self.read(ann_name="An\x00n\r\nBcc: x")["lines"].values()
        self.assertEqual(line["proposed"]["name"], "An n Bcc: x")

    def test_a_field_that_was_not_sent_is_not_emptied(self):
        form = FakeForm({f"c{self.line(self.request, self.ann).id}_status": "confirmed"})
        [line] = self.request._read_answer(form)[0]["lines"].values()
        self.assertEqual(line, {"answer": "confirmed", "proposed": {}})

    def test_the_collector_is_told(self):
        with self.mock_mail_gateway():
            self.answer(self.request, ann_phone="+1 555 9999", comment=f"Call {EVIL}")
        activity = self.own.sudo().activity_ids.filtered(
            lambda activity: "answered" in activity.summary
        )
        self.assertEqual(activity.user_id, self.users["collector"])
        note = self.last_note()
        self.assertIn("Ann answered about the contacts", note)
        self.assertIn("Changed: 1", note)
        self.assertIn("&lt;script&gt;", note)
        self.assertFalse(self._new_mails)

    def test_roles_of_another_customers_line_are_not_read(self):
        other = self.ask(
            self.contact("F", account=self.free, email="f@f.example"),
            self.contact("G", account=self.free, email="g@f.example"),
            account=self.free,
        )
        form = self.form(self.request)
        form[f"c{other.line_ids.id}_status"] = "left"
        answer, errors = self.request._read_answer(form)
        self.assertFalse(answer["lines"])
        self.assertIn("form", errors)


class TestReview(RequestCase):
    def setUp(self):
        super().setUp()
        self.request = self.ask()
        self.answer(
            self.request,
            ann_phone="+1 555 9999",
            ann_name=f"Ann {EVIL}",
            bob_status="left",
            n1_name="Cid",
            n1_email="cid@own.example",
            n1_roles=[str(self.role("approver").id)],
        )

    def test_old_and_new_side_by_side(self):
        line = self.collector(self.line(self.request, self.ann))
        self.assertIn("Phone: +1 555 010 0001 → +1 555 9999", line.changes)
        self.assertIn(f"Name: Ann → Ann {EVIL}", line.changes)
        left = self.collector(self.line(self.request, self.bob)).changes
        self.assertEqual(left, "Left On: 03/16/2026")
        new = self.collector(self.request.line_ids[-1]).changes
        self.assertIn("Email: cid@own.example", new)
        self.assertIn("Collection Roles: Approver", new)

    def test_one_line(self):
        line = self.line(self.request, self.ann)
        self.collector(line).action_apply()
        self.assertEqual(self.ann.phone, "+1 555 9999")
        self.assertEqual(self.ann.collect_confirmed_date, self.today)
        self.assertFalse(self.bob.collect_left_date)
        self.assertEqual(line.state, "applied")
        self.assertIn("→ +1 555 9999", line.changes)
        self.assertEqual(self.request.state, "answered")
        note = self.last_note()
        self.assertIn("Phone: +1 555 010 0001 → +1 555 9999", note)
        self.assertIn("&lt;script&gt;", note)

    def test_only_what_the_customer_changed_is_written(self):
        self.ann.function = "Chief Accountant"
        self.collector(self.line(self.request, self.ann)).action_apply()
        self.assertEqual(self.ann.function, "Chief Accountant")

    def test_all(self):
        self.collector(self.request).action_apply_all()
        self.assertEqual(self.request.state, "applied")
        self.assertEqual(self.bob.collect_left_date, self.today)
        cid = self.own.partner_id.child_ids.filtered(lambda contact: contact.name == "Cid")
        self.assertEqual(cid.collect_role_ids.mapped("code"), ["approver"])
        self.assertEqual(cid.collect_health, "confirmed")
        self.assertEqual(self.request.line_ids[-1].contact_id, cid)
        self.assertFalse(
            self.own.sudo().activity_ids.filtered(lambda activity: "answered" in activity.summary)
        )

    def test_not_twice(self):
        self.collector(self.request).action_apply_all()
        count = len(self.own.partner_id.child_ids)
        self.collector(self.request).action_apply_all()
        self.assertEqual(len(self.own.partner_id.child_ids), count)

    def test_dismiss(self):
        self.collector(self.line(self.request, self.bob)).action_reject()
        self.assertFalse(self.bob.collect_left_date)
        self.collector(self.request).action_reject_all()
        self.assertEqual(self.request.state, "applied")
        self.assertEqual(self.ann.phone, "+1 555 010 0001")

    def test_who_may_review(self):
        for login in ("inquiry", "colleague"):
            for record in (self.request, self.request.line_ids):
                for action in ("action_apply", "action_reject"):
                    name = action if record == self.request.line_ids else f"{action}_all"
                    with self.subTest(login, action=name), self.assertRaises(AccessError):
                        getattr(self.collector(record, login), name)()
        self.assertEqual(self.request.pending_count, 3)

    def test_the_form_opens(self):
        with Form(self.collector(self.request)) as form:
            self.assertEqual(form.state, "answered")


@tagged("post_install", "-at_install")
class TestPage(RequestCase, HttpCase):
    """The page in a browser's eyes, logged out."""

    def setUp(self):
        super().setUp()
        visitors.CALLS.forget()
        self.addCleanup(visitors.CALLS.forget)
        self.request = self.ask()
        self.path = "/" + self.request._get_link().split("/", 3)[3]

    def open(self, path=None, data=None):
        with self.mock_mail_gateway():
            return self.url_open(path or self.path, data=data)

    def csrf(self, page):
        return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[1]

    def send(self, **values):
        page = self.open()
        form = {**self.form(self.request, **values), "csrf_token": self.csrf(page)}
        return self.open(data=form)

    def test_shows_what_is_asked_and_nothing_else(self):
        self.ann.write({"street": "Hidden Street 1", "vat": "BE0477472701", "ref": "REF77"})
        page = self.open()
        self.assertEqual(page.status_code, 200)
        for text in ("Ann", "Accountant", "+1 555 010 0001", "ann@own.example", "Bob"):
            self.assertIn(text, page.text)
        for text in ("Sec Ret", "secret@own.example", "Hidden Street", "BE0477", "REF77", "1,200"):
            self.assertNotIn(text, page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertIn("noindex", page.headers["X-Robots-Tag"])

    def test_every_field_has_a_label(self):
        text = self.open().text
        fields = re.findall(
            r'<(?:input|select|textarea)[^>]*\bid="(c\d+_\w+|n\d+_\w+|comment)"', text
        )
        labels = set(re.findall(r'<label[^>]*\bfor="([^"]+)"', text))
        self.assertGreater(len(fields), 30)
        self.assertEqual(set(fields) - labels, set())

    def test_in_the_recipients_language(self):
        self.ann.lang = "fr_FR"
        self.assertIn('lang="fr-FR"', self.open().text)

    @mute_logger("odoo.http")  # a forged token is told in the log
    def test_answer_then_thanks_then_no_more(self):
        page = self.send(ann_status="confirmed", bob_phone="+1 555 8888")
        self.assertIn("Thank you", page.text)
        self.assertEqual(self.request.state, "answered")
        again = self.open()
        self.assertIn("Thank you", again.text)
        self.assertNotIn("ann@own.example", again.text)
        self.open(data={"csrf_token": "x", "comment": "again"})
        self.assertFalse(self.request.comment)

    def test_bad_address_is_told_at_the_field_and_nothing_is_lost(self):
        page = self.send(
            ann_email="nonsense", ann_function=EVIL, bob_status="left", n2_name="Cid", comment="Hi!"
        )
        ann = f"c{self.line(self.request, self.ann).id}"
        self.assertRegex(page.text, f'aria-describedby="{ann}_email_error"')
        self.assertRegex(page.text, f'id="{ann}_email_error"[^>]*>This is not an e-mail address')
        for text in ('value="nonsense"', 'value="Cid"', ">Hi!</textarea>"):
            self.assertIn(text, page.text)
        self.assertNotIn(EVIL, page.text)
        self.assertIn("&lt;script&gt;", page.text)
        bob = f"c{self.line(self.request, self.bob).id}"
        self.assertRegex(page.text, rf'id="{bob}_left"[^>]*checked')
        self.assertEqual(self.request.state, "sent")

    @mute_logger("odoo.http")  # see above
    def test_without_its_own_csrf_token_nothing_is_taken(self):
        self.open()
        page = self.open(data={"comment": "forged"})
        self.assertEqual(page.status_code, 400)
        self.assertEqual(self.request.state, "sent")

    def assert_closed(self, path=None):
        page = self.open(path)
        self.assertEqual(page.status_code, 404)
        self.assertIn("does not work any more", page.text)
        for text in ("Ann", "own.example", "Own Customer"):
            self.assertNotIn(text, page.text)

    def test_withdrawn(self):
        self.request.state = "cancelled"
        self.assert_closed()

    def test_expired(self):
        self.request.date_expiry = "2026-03-01 00:00:00"
        self.assert_closed()

    def test_guessed(self):
        for path in ("/collections/contacts/x", self.path[:-3], f"{self.path}A" * 1):
            with self.subTest(path):
                self.assert_closed(path)

    def test_too_many_attempts(self):
        self.request.attempt_count = MAX_ATTEMPTS
        page = self.send(ann_status="confirmed")
        self.assertEqual(page.status_code, 404)
        self.assertEqual(self.request.state, "cancelled")

    def test_not_too_often(self):
        self.patch(visitors.CALLS, "calls", 2)
        pages = [self.open(path) for path in (None, "/collections/contacts/x", None)]
        self.assertEqual([page.status_code for page in pages], [200, 404, 429])
        self.assertNotIn("ann@own.example", pages[-1].text)

    def test_too_large(self):
        page = self.send(comment="x" * 300_000)
        self.assertEqual(page.status_code, 413)
        self.assertEqual(self.request.state, "sent")

    def test_logged_in_as_somebody_else_changes_nothing(self):
        new_test_user(self.env, "e_portal", "base.group_portal", password="e_portal_pw")
        self.authenticate("e_portal", "e_portal_pw")
        self.assertIn("ann@own.example", self.open().text)
        self.assertIn("Thank you", self.send(ann_status="confirmed").text)
        self.assertEqual(self.request.state, "answered")
