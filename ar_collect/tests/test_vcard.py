# Part of ar_collect. License LGPL-3.
"""Electronic visiting cards: files of other programs, the preview, the import, the download."""

import base64
import unittest
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged

from odoo.addons.ar_collect.tools import vcard

from .contact_common import ContactCase

V3 = """BEGIN:VCARD
VERSION:3.0
N:Doe;Ann;;;
FN:Ann Doe
ORG:Own Customer;Finance
TITLE:Head, Finance
TEL;TYPE=fax:+1 555 000 0000
TEL;TYPE=home:+1 555 000 0001
TEL;TYPE=work,voice:+1 555 000 0002
EMAIL;TYPE=INTERNET:other@own.example
EMAIL;TYPE=INTERNET,pref:ann@own.example
ROLE:Accounts Payable
END:VCARD
"""
V4 = """begin:vcard
VERSION:4.0
FN:Jürgen Müller
TEL;VALUE=uri;PREF=1;TYPE="voice,work":tel:+49-30-555-5555;ext=12
TEL;TYPE=cell:+49 170 1234567
EMAIL;PREF=2:second@own.example
EMAIL;PREF=1:juergen@own.example
LANG:fr
CATEGORIES:Disputes,Friends
item1.TITLE:Buchhaltung\\, Mahnwesen
end:vcard
"""
V21 = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=BCrgen
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=BCrgen =
M=C3=BCller
TEL;WORK;VOICE:+49 30 1234567
TEL;FAX:+49 30 7654321
EMAIL;PREF;INTERNET:juergen@own.example
END:VCARD
"""


def card(name, **lines):
    """A card of version 3.0."""
    body = "".join(f"{key.upper()}:{value}\n" for key, value in lines.items())
    return f"BEGIN:VCARD\nVERSION:3.0\nFN:{name}\n{body}END:VCARD\n"


@unittest.skipUnless(vcard.vobject, "the library that reads cards is not installed")
class TestRead(ContactCase):
    def read(self, text, encoding="utf-8"):  # pylint: disable=method-required-super
        return vcard.read(text.encode(encoding))

    def test_version_3(self):
        [found] = self.read(V3)
        self.assertEqual(
            (found.name, found.function, found.phone, found.email, found.organisation),
            ("Ann Doe", "Head, Finance", "+1 555 000 0002", "ann@own.example", "Own Customer"),
        )
        self.assertEqual(found.labels, ["Accounts Payable"])

    def test_version_4(self):
        [found] = self.read(V4)
        self.assertEqual(
            (found.name, found.function, found.phone, found.email, found.lang),
            (
                "Jürgen Müller",
                "Buchhaltung, Mahnwesen",
                "+49-30-555-5555 ext. 12",
                "juergen@own.example",
                "fr",
            ),
        )
        self.assertEqual(found.labels, ["Disputes", "Friends"])

    def test_version_2_1(self):
        [found] = self.read(V21)
        self.assertEqual(found.name, "Jürgen Müller")
        self.assertEqual((found.phone, found.email), ("+49 30 1234567", "juergen@own.example"))

    def test_encodings(self):
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
            with self.subTest(encoding):
                [found] = self.read(V4, encoding)
                self.assertEqual(found.name, "Jürgen Müller")

    def test_line_ends(self):
        for ending in ("\r\n", "\r"):
            found = self.read((V3 + V4).replace("\n", ending))
            self.assertEqual([card.name for card in found], ["Ann Doe", "Jürgen Müller"])

    def test_a_fax_is_no_phone(self):
        text = card("Ann").replace("END:", "TEL;TYPE=fax:+1 555\nEND:")
        self.assertEqual(self.read(text)[0].phone, "")

    def test_broken_cards_do_not_hide_the_others(self):
        text = V3 + card("Bad").replace("END:", "nonsense\nEND:") + "BEGIN:VCARD\nFN:Cut\n" + V4
        found = self.read(text)
        self.assertEqual(
            [(card.number, card.name, card.error) for card in found],
            [
                (1, "Ann Doe", ""),
                (2, "Bad", "unreadable"),
                (3, "Cut", "not_closed"),
                (4, "Jürgen Müller", ""),
            ],
        )
        self.assertIn("nonsense", found[1].detail)

    def test_rubbish(self):
        for content in (b"", b"\x00\xff\xfe\x01" * 50, b"PK\x03\x04", b"BEGIN:VCARD"):
            with self.subTest(content):
                self.assertFalse([card for card in vcard.read(content) if not card.error])


@unittest.skipUnless(vcard.vobject, "the library that reads cards is not installed")
class TestImport(ContactCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann = cls.contact("Ann", email="ann@own.example", phone="+1 555 000 0002")

    def wizard(self, text, login="collector", account=None):
        wizards = self.collector(self.env["ar.collect.contact.import"], login)
        content = text if isinstance(text, bytes) else text.encode()
        return wizards.create(
            {
                "account_id": (account or self.own).id,
                "file": base64.b64encode(content),
                "filename": "people.vcf",
            }
        )

    def preview(self, text):
        wizard = self.wizard(text)
        wizard.action_preview()
        return wizard

    def actions(self, text):
        return self.preview(text).line_ids.mapped("action")

    def test_new_changed_same(self):
        same = card("Ann", email="ANN@own.example", tel="15550000002")
        wizard = self.preview(V3 + card("New One", email="new@own.example"))
        self.assertEqual(wizard.line_ids.mapped("action"), ["changed", "new"])
        self.assertIn("Name: Ann → Ann Doe", wizard.line_ids[0].message)
        self.assertNotIn("Phone", wizard.line_ids[0].message)
        self.assertEqual(wizard.summary, "Changed: 1, New: 1")
        self.assertEqual(self.actions(same), ["same"])

    def test_nothing_before_confirmation(self):
        self.preview(V3 + card("New One"))
        self.assertEqual(self.ann.name, "Ann")
        self.assertNotIn("New One", self.own.partner_id.child_ids.mapped("name"))

    def test_only_what_is_ticked(self):
        wizard = self.preview(V3 + card("One", email="one@own.example") + card("Two"))
        self.assertTrue(all(wizard.line_ids.mapped("selected")))
        wizard.line_ids[2].selected = False
        wizard.action_import()
        names = self.own.partner_id.child_ids.mapped("name")
        self.assertIn("One", names)
        self.assertNotIn("Two", names)
        self.assertEqual(self.ann.name, "Ann Doe")
        self.assertEqual(self.ann.function, "Head, Finance")
        self.assertEqual(self.ann.collect_role_ids.mapped("code"), ["accounts_payable"])

    def test_a_card_says_nothing_of_what_it_leaves_out(self):
        self.ann.function = "Accountant"
        self.preview(card("Ann D.", email="ann@own.example")).action_import()
        self.assertEqual((self.ann.name, self.ann.function), ("Ann D.", "Accountant"))
        self.assertEqual(self.ann.phone, "+1 555 000 0002")

    def test_by_phone(self):
        line = self.preview(card("Ann D.", tel="555 000 0002")).line_ids
        self.assertEqual((line.action, line.contact_id), ("changed", self.ann))

    def test_colleagues_share_a_switchboard(self):
        shared = card("Bob", email="bob@own.example", tel="+1 555 000 0002")
        self.assertEqual(self.actions(shared), ["new"])
        self.contact("Cid", phone="+1 555 000 0002")
        self.assertEqual(self.actions(card("Bob", tel="+1 555 000 0002")), ["new"])

    def test_the_customers_own_number_is_nobodys(self):
        self.assertEqual(self.actions(card("Bob", tel="+1 555 010 0000")), ["new"])

    def test_by_name(self):
        line = self.preview(card("ANN", email="ann.new@own.example")).line_ids
        self.assertEqual(line.contact_id, self.ann)
        self.assertIn("ann.new@own.example", line.message)

    def test_never_another_customers_contact(self):
        self.contact("Eve", account=self.free, email="eve@free.example")
        line = self.preview(card("Eve", email="eve@free.example")).line_ids
        self.assertEqual((line.action, line.contact_id.id), ("new", False))

    def test_twice_in_the_file(self):
        text = card("New", email="n@own.example") * 2 + V3 * 2
        self.assertEqual(self.actions(text), ["new", "duplicate", "changed", "duplicate"])

    def test_bad_cards_are_named(self):
        bad_mail = card("Zoe", email="nonsense")
        wizard = self.preview(V3 + bad_mail + "BEGIN:VCARD\nFN:Cut\n")
        self.assertEqual(wizard.line_ids.mapped("action"), ["changed", "error", "error"])
        self.assertIn("Card 2 (Zoe): has a wrong e-mail address", wizard.line_ids[1].message)
        self.assertIn("Card 3 (Cut): is cut off", wizard.line_ids[2].message)
        wizard.line_ids.selected = True  # whatever a client sends
        wizard.action_import()
        self.assertFalse({"Zoe", "Cut"} & set(self.own.partner_id.child_ids.mapped("name")))

    def test_bad_files(self):
        for content in (b"", b"no card", b"\x89PNG\r\n"):
            with self.subTest(content), self.assertRaises(UserError) as caught:
                self.preview(content)
            self.assertIn("people.vcf", str(caught.exception))
        with self.assertRaises(UserError):
            self.preview(b"BEGIN:VCARD\nNOTE:" + b"x" * 6 * 1024 * 1024)
        with patch.object(vcard, "read_card", side_effect=AssertionError("not one is read")):
            with self.assertRaisesRegex(UserError, "holds 10000 cards"):
                self.preview(card("A") * 10000)

    def test_without_the_library(self):
        with patch.object(vcard, "vobject", None), self.assertRaises(UserError) as caught:
            self.preview(V3)
        self.assertIn("vobject", str(caught.exception))

    def test_script_in_a_card_is_text(self):
        self.preview(card("<script>x</script>")).action_import()
        self.assertIn("&lt;script&gt;", self.last_note())

    def test_language_and_roles(self):
        self.preview(V4).action_import()
        contact = self.own.partner_id.child_ids.filtered(lambda c: c.name == "Jürgen Müller")
        self.assertEqual(contact.lang, "fr_FR")
        self.assertEqual(contact.collect_role_ids.mapped("code"), ["disputes"])

    def test_another_file(self):
        wizard = self.preview(V3)
        wizard.action_back()
        self.assertEqual((wizard.state, len(wizard.line_ids)), ("upload", 0))

    def test_who_may_not(self):
        for login in ("inquiry", "colleague"):
            with self.subTest(login), self.assertRaises(AccessError):
                self.wizard(V3, login).action_preview()

    def test_the_form_opens(self):
        with Form(self.preview(V3)) as form:
            self.assertEqual(form.state, "preview")


@tagged("post_install", "-at_install")
@unittest.skipUnless(vcard.vobject, "the library that writes cards is not installed")
class TestDownload(ContactCase, HttpCase):
    def download(self, login):
        user = self.users[login]
        user.sudo().password = f"{user.login}_pw"  # sudo: set up by the test
        self.authenticate(user.login, f"{user.login}_pw")
        return self.url_open(f"/ar_collect/account/{self.own.id}/contacts.vcf")

    def test_comes_back_as_the_same(self):
        self.contact(
            "Ann Müller",
            "accounts_payable",
            "approver",
            email="ann@own.example",
            phone="+1 555 000 0002",
            function="Head, Finance; EMEA",
        )
        gone = self.contact("Gone", email="gone@own.example", collect_left_date=self.today)
        response = self.download("inquiry")
        self.assertEqual(response.headers["Content-Type"], "text/vcard; charset=utf-8")
        self.assertNotIn(gone.name, response.text)
        wizards = self.collector(self.env["ar.collect.contact.import"])
        wizard = wizards.create(
            {"account_id": self.own.id, "file": base64.b64encode(response.content)}
        )
        wizard.action_preview()
        self.assertEqual(
            wizard.line_ids.mapped(lambda line: (line.name, line.action, line.message)),
            [("Ann Müller", "same", ""), ("Own Customer", "same", "")],
        )

    def test_only_of_customers_one_sees(self):
        self.assertEqual(self.download("colleague").status_code, 404)
