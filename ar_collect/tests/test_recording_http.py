# Part of ar_collect. License LGPL-3.
"""The routes of recordings, as a browser calls them."""

from odoo import Command
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from .company_stock import CompanyStockCase
from .recording_common import spoken


@tagged("post_install", "-at_install")
class TestRecordingRoutes(CompanyStockCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        for login, group in (
            ("collector", "ar_collect.group_collector"),
            ("colleague", "ar_collect.group_collector"),
            ("inquiry", "ar_collect.group_inquiry"),
            ("portal", "base.group_portal"),
        ):
            user = new_test_user(
                cls.env,
                login=f"rec_{login}",
                groups=group,
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            setattr(cls, login, user)
        # sudo: the accountant has no part in collections
        accounts = cls.env["ar.collect.account"].sudo()
        cls.account = accounts.create(
            {
                "partner_id": cls.partner_a.id,
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
                "user_id": cls.collector.id,
            }
        )
        cls.portal.partner_id.parent_id = cls.partner_a
        recordings = cls.env["ar.collect.recording"].with_user(cls.collector)
        cls.recording = recordings.create(
            {"account_id": cls.account.id, "consent": True, "consent_name": "Anna"}
        )
        cls.data = spoken().read_bytes()

    def post(self, sequence, data, **values):
        """Send a part as the user who is logged in."""
        return self.opener.post(
            f"{self.base_url()}/ar_collect/recording/{self.recording.id}/chunk",
            data={"csrf_token": Request.csrf_token(self), "sequence": sequence, **values},
            files={"data": ("part", data)},
            timeout=30,
        )

    def listen(self, **headers):
        """Ask for the sound as the user who is logged in."""
        return self.url_open(
            f"/ar_collect/recording/{self.recording.id}/audio",
            headers=headers,
            allow_redirects=False,
        )

    def keep(self):
        """The recording has arrived."""
        self.recording._add_chunk(0, self.data)
        self.recording.finish_recording(1)
        self.env.flush_all()

    def attachment(self):
        # sudo: to look at it from outside
        return self.env["ir.attachment"].sudo().search(self.recording._get_audio_domain())

    def test_parts(self):
        self.authenticate("rec_collector", "rec_collector")
        for _time in range(2):
            answer = self.post(0, self.data)
            self.assertEqual((answer.status_code, answer.json()), (200, {}))
        answer = self.post(0, self.data[:-1])
        self.assertEqual(answer.status_code, 422)
        self.assertIn("arrived already", answer.json()["error"])
        self.recording.finish_recording(1)
        self.assertEqual(self.attachment().raw, self.data)

    def test_what_is_refused(self):
        self.authenticate("rec_collector", "rec_collector")
        answer = self.post(0, b"Dear Sir")
        self.assertEqual(answer.status_code, 422)
        self.assertIn("is not an audio file", answer.json()["error"])
        for sequence, data in (("x", b"RIFF"), ("-1", b"RIFF"), ("", b"RIFF"), (0, b"")):
            with self.subTest(sequence):
                self.assertEqual(self.post(sequence, data).status_code, 422)
        self.assertEqual(self.post(0, bytes(9 * 1024 * 1024)).status_code, 413)
        self.recording.unlink()
        self.assertEqual(self.post(0, self.data).status_code, 404)

    def test_other_sites_cannot_send(self):
        self.authenticate("rec_collector", "rec_collector")
        with self.assertLogs("odoo.http", "WARNING"):
            answer = self.post(0, self.data, csrf_token="made up")
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.recording.sudo().chunk_ids)  # sudo: nobody else sees parts

    def test_others_cannot_send(self):
        for login in ("rec_colleague", "rec_inquiry", "rec_portal"):
            self.authenticate(login, login)
            with self.subTest(login):
                answer = self.post(0, self.data)
                self.assertEqual(answer.status_code, 403)
        self.assertFalse(self.recording.sudo().chunk_ids)  # sudo: see above

    def test_listening_from_any_second_on(self):
        self.keep()
        self.authenticate("rec_collector", "rec_collector")
        answer = self.listen()
        self.assertEqual((answer.status_code, answer.content), (200, self.data))
        self.assertEqual(answer.headers["Content-Type"], "audio/wav")
        self.assertIn("private", answer.headers["Cache-Control"])
        answer = self.listen(Range="bytes=1000-1999")
        self.assertEqual((answer.status_code, answer.content), (206, self.data[1000:2000]))
        self.assertEqual(answer.headers["Content-Range"], f"bytes 1000-1999/{len(self.data)}")

    def test_others_cannot_listen(self):
        self.keep()
        attachment = self.attachment()
        attachment.access_token = "known"
        raw_token = attachment._get_raw_access_token()
        other_doors = (
            f"/web/content/{attachment.id}",
            f"/web/content/{attachment.id}?access_token=known",
            f"/web/content/{attachment.id}?access_token={raw_token}",
            f"/web/content/ar.collect.recording/{self.recording.id}/audio",
        )
        self.authenticate("rec_collector", "rec_collector")
        self.assertEqual(self.url_open(other_doors[0]).content, self.data)
        for login in ("rec_colleague", "rec_inquiry", "rec_portal", None):
            self.authenticate(login, login)
            answer = self.listen()
            with self.subTest(login):
                self.assertIn(answer.status_code, (404, 303) if login is None else (404,))
            for door in other_doors:
                answer = self.url_open(door, allow_redirects=False)
                with self.subTest(f"{login} {door}"):
                    self.assertIn(answer.status_code, (303, 403, 404))
                    self.assertNotIn(self.data[:100], answer.content)

    def test_deleted_audio(self):
        self.keep()
        self.recording.sudo()._remove_audio()  # sudo: as the autovacuum does
        self.authenticate("rec_collector", "rec_collector")
        self.assertEqual(self.listen().status_code, 404)
