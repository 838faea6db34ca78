# Part of ar_collect. License LGPL-3.
"""Disputes that customers open by themselves: what is theirs, as far as it is open, and once."""

import io
import zipfile

from odoo.tests import new_test_user
from odoo.tools import mute_logger

from odoo.addons.ar_collect.controllers import visitor as visitors

from .portal_common import EVIL, PortalCase

PDF = b"%PDF-1.4 a delivery note"


def archive(*names):
    """A zip file with these names in it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return stream.getvalue()


class DisputeFormCase(PortalCase):
    def setUp(self):
        super().setUp()
        self.ann.email = "ann@own.example"
        self.log_in()

    def send(self, amounts, files=(), base=None, **values):
        """Send the form; amounts by journal item as they are typed."""
        url = f"{base or self.base}/dispute"
        lines = list(amounts)
        data = {
            "line": [line.id for line in lines],
            "reason": self.price.id,
            **{f"amount_{line.id}": amount for line, amount in amounts.items()},
            **values,
        }
        files = [("files", (name, content)) for name, content in files] or None
        return self.post(url, data, files=files, page=f"{url}?{self.chosen(*lines)}")

    def found(self, account=None):
        return self.disputes.search([("account_id", "=", (account or self.own).id)])


class TestPortalDispute(DisputeFormCase):
    def test_dispute(self):
        response = self.send({self.old: "200", self.new: "300"}, text="Agreed\nwas less.")
        self.assertIn("Thank you for telling us", self.text(response))
        dispute = self.found()
        self.assertEqual(self.shares(dispute), {self.old: 200, self.new: 300})
        self.assertEqual(
            (dispute.reason_id, dispute.origin, dispute.partner_id, dispute.description),
            (self.price, "portal", self.ann, "Agreed\nwas less."),
        )
        self.assertEqual(dispute.user_id, self.collector)
        log = dispute.activity_id
        self.assertEqual(
            (log.channel, log.direction, log.outcome_id.code, log.line_ids),
            ("portal", "in", "disputed", self.old | self.new),
        )
        self.assertEqual(self.own.log_ids, log, "said once")
        self.assertEqual(self.own.amount_disputed, 500)
        self.assertEqual(dispute.stage_kind, "open")

    def test_form_shows_what_is_left(self):
        self.dispute({self.old: 200})
        self.dispute({self.new: 300})
        page = self.get(f"{self.base}/dispute?{self.chosen(self.old, self.new)}")
        self.assertIn('value="1000.00"', page.text)
        self.assertIn(f"told us already about: {self.new.move_name}", self.text(page))
        self.assertNotIn(f"amount_{self.new.id}", page.text)

    def test_an_emptied_amount_is_left_out(self):
        self.send({self.old: "200", self.new: ""})
        self.assertEqual(self.shares(self.found()), {self.old: 200})

    def test_what_is_wrong_is_said(self):
        for amount, values in (
            ("1200.01", {}),
            ("-5", {}),
            ("NaN", {}),
            ("1e3", {}),
            ("9" * 400, {}),
            ("", {}),
            ("0", {}),
            ("200", {"reason": ""}),
            ("200", {"reason": "999999"}),
            ("200", {"reason": "' OR 1=1 --"}),
        ):
            with self.subTest(amount[:10], **values):
                response = self.send({self.old: amount}, text="Typed before", **values)
                self.assertEqual(response.status_code, 422)
                self.assertIn("Typed before", self.text(response))
                self.assertFalse(self.found())

    def test_no_more_than_is_open_and_not_disputed(self):
        self.dispute({self.old: 1000})
        response = self.send({self.old: "201"})
        self.assertIn("An amount up to $ 200.00", self.text(response))
        self.assertEqual(len(self.found()), 1)

    def test_second_click(self):
        for _time in range(2):
            response = self.send({self.old: "200"}, text="Too much")
            self.assertIn("Thank you for telling us", self.text(response))
        self.assertEqual(len(self.found()), 1)
        self.send({self.new: "200"})
        self.assertEqual(len(self.found()), 2, "of another item it is another one")

    def test_second_complaint(self):
        """Only the very same is a second click: nothing else is thrown away."""
        files = [("note.pdf", PDF)]
        sent = [
            ("200", "Too much", files),
            ("100", "Too much", files),
            ("200", "Broken", files),
            ("200", "Too much", [("note.pdf", PDF + b" 2")]),
            ("200", "Too much", [("other.pdf", PDF)]),
            ("200", "Too much", ()),
            ("50", "", ()),
            ("50", "", files),
        ]
        for number, (amount, text, files) in enumerate(sent, start=1):
            for typed in (amount, f"{amount}.00"):
                response = self.send({self.old: typed}, text=text, files=files)
                self.assertIn("Thank you for telling us", self.text(response))
                self.assertEqual(len(self.found()), number, (amount, text))
        self.assertEqual(self.own.amount_disputed, 1200)

    def test_second_complaint_about_more_than_is_left(self):
        self.send({self.old: "1000"}, text="Too much")
        response = self.send({self.old: "1000"}, text="Broken")
        self.assertEqual(response.status_code, 422)
        self.assertIn("An amount up to $ 200.00", self.text(response))
        self.assertIn("Broken", self.text(response))
        self.assertEqual(len(self.found()), 1)

    def test_items_of_others(self):
        response = self.send({self.of_others: "5"})
        self.assertFalse(self.found())
        self.assertFalse(self.found(self.free))
        self.assertNotIn(self.of_others.move_name, response.text)

    def test_account_of_others(self):
        urls = [f"/my/receivables/{number}/dispute" for number in (self.free.id, 0, 2**31, 10**20)]
        self.assertEqual({self.get(url).status_code for url in urls}, {404})
        new_test_user(self.env, "portal_b", "base.group_portal", company_id=self.company.id)
        self.log_in("portal_b")
        self.assertEqual(self.get(f"{self.base}/dispute").status_code, 404)

    def test_a_colleague_with_a_contact_of_a_contact(self):
        child = self.env["res.partner"].create({"name": "Cy", "parent_id": self.ann.id})
        new_test_user(
            self.env, "cy", "base.group_portal", partner_id=child.id, company_id=self.company.id
        )
        self.log_in("cy")
        self.send({self.old: "200"})
        self.assertEqual(self.found().partner_id, child)

    def test_of_another_company(self):
        second = self.other_company(name="Second Company")
        move = self.invoice(self.partner, 77, company=second)
        self.catch_up()
        account = self.account(self.partner, second)
        self.assertEqual(self.get(f"/my/receivables/{account.id}/dispute").status_code, 404)
        self.send({self.items(move): "7"})
        self.assertFalse(self.found() | self.found(account))

    def test_files(self):
        files = [("../../Note 1.PDF", PDF), ("photo", b"\xff\xd8\xff..."), ("a.csv", b"a;b")]
        self.send({self.old: "200"}, files=files, text="See the note")
        dispute = self.found()
        kept = (
            self.env["ir.attachment"]
            .sudo()
            .search(  # sudo: whatever it belongs to
                [("res_model", "=", "ar.collect.dispute"), ("res_id", "=", dispute.id)]
            )
        )
        self.assertEqual(
            sorted(kept.mapped(lambda file: (file.name, file.mimetype, file.public))),
            [
                ("Note 1.pdf", "application/pdf", False),
                ("a.csv", "text/plain", False),
                ("photo.jpg", "image/jpeg", False),
            ],
        )
        [message] = dispute.talk_ids.filtered("attachment_ids")
        self.assertEqual((message.attachment_ids, message.author_id), (kept, self.ann))

    def test_files_that_are_not_taken(self):
        page = b"<html><script>alert(1)</script></html>"
        for files in (
            [("page.html", page)],
            [("page.pdf", page)],
            [("program.txt", b"MZ\x90\x00\x03")],
            [
                (
                    "macro.docx",
                    archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
                )
            ],
            [("any.zip", archive("a.txt"))],
            [("large.pdf", PDF + b"0" * 8 * 1024 * 1024)],
            [(f"{number}.pdf", PDF) for number in range(6)],
        ):
            with self.subTest(files[0][0]):
                response = self.send({self.old: "200"}, files=files, text="Kept")
                self.assertEqual(response.status_code, 422)
                self.assertIn("Kept", self.text(response))
                self.assertFalse(self.found())

    def test_texts_are_text(self):
        self.send({self.old: "200"}, text=EVIL, files=[(f"{EVIL}.pdf", PDF)])
        dispute = self.found()
        self.assertEqual(dispute.description, EVIL)
        bodies = (dispute.message_ids | self.own.message_ids).mapped("body")
        self.assertNotIn("<script", "".join(bodies))
        self.assertNotIn("<", dispute.talk_ids.attachment_ids.name)
        self.assertNotIn(EVIL, self.send({self.new: "x"}, text=EVIL).text)

    def test_acknowledged(self):
        self.send({self.old: "200"})
        dispute = self.found()
        self.assertEqual(dispute.acknowledged_to, "ann@own.example")
        [mail] = dispute.message_ids.filtered(
            lambda message: message.message_type == "auto_comment"
        )
        self.assertEqual(mail.partner_ids, self.ann)

    def test_not_acknowledged_where_nobody_wants_it(self):
        self.company.collect_dispute_acknowledge = False
        self.send({self.old: "200"})
        self.assertFalse(self.found().acknowledged_on)

    def test_not_too_often(self):
        self.patch(visitors.ACTS, "calls", 1)
        self.send({self.old: "x"})
        self.assertEqual(self.send({self.old: "200"}).status_code, 429)
        self.assertFalse(self.found())

    def test_only_from_our_page(self):
        with mute_logger("odoo.http"):
            response = self.url_open(f"{self.base}/dispute", data={"line": self.old.id})
        self.assertEqual(response.status_code, 400)

    def test_in_the_language_of_each(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.price.sudo().with_context(lang="fr_FR").name = "Prix"  # sudo: set up
        self.ann.lang = "fr_FR"
        page = self.get(
            f"{self.base}/dispute?{self.chosen(self.old)}", cookies={"frontend_lang": "fr_FR"}
        )
        self.assertIn("Prix", self.text(page))
        self.send({self.old: "200"})
        [note] = self.found().activity_id.mapped("note")
        self.assertIn("Contested on the portal", note)
        self.assertNotIn("Prix", note)
