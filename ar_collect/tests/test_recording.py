# Part of ar_collect. License LGPL-3.
"""Recordings arrive completely or say why not, with consent, for those they are for."""

import base64
import json
from tempfile import mkdtemp

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user

from .recording_common import RecordingCase, encoded, spoken, tone

SECRET = "sk-very-secret"


class TestRecording(RecordingCase):
    # --- consent

    def test_no_consent_no_recording(self):
        recordings = self.seen_by("collector", self.recordings)
        for values in (
            {},
            {"consent": False, "consent_name": "Anna"},
            {"consent": True},
            {"consent": True, "consent_name": "  "},
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, "No consent"):
                recordings.start_recording(self.own.id, values)
            with self.subTest(values), self.assertRaisesRegex(UserError, "No consent"):
                recordings.create({"account_id": self.own.id, **values})
        self.assertFalse(self.own.recording_ids)

    def test_consent_is_on_record(self):
        self.company.collect_consent_text = "May I record?"
        recording = self.start(consent_partner_id=self.contact.id, consent_name=False)
        self.company.collect_consent_text = "Another notice"
        self.assertRecordValues(
            recording,
            [
                {
                    "consent_partner_id": self.contact.id,
                    "consent_name": "Anna Payable",
                    "consent_user_id": self.users["collector"].id,
                    "consent_date": fields.Datetime.now(),
                    "consent_text": "May I record?",
                    "state": "recording",
                }
            ],
        )

    def test_consent_of_somebody_elses_contact(self):
        stranger = self.free.partner_id
        with self.assertRaisesRegex(UserError, "not a contact of"):
            self.start(consent_partner_id=stranger.id)

    def test_what_happened_cannot_be_set_by_hand(self):
        recording = self.start()
        for values in (
            {"consent_name": "Somebody"},
            {"state": "done"},
            {"transcript": "I will pay"},
            {"audio": b"AAAA"},
            {"user_id": self.users["colleague"].id},
        ):
            with self.subTest(values), self.assertRaisesRegex(AccessError, "set by hand"):
                recording.write(values)
            values = {"consent_date": "2020-01-01", "consent_name": "Anna", **values}
            with self.subTest(values), self.assertRaisesRegex(AccessError, "set by hand"):
                recording.create({"account_id": self.own.id, "consent": True, **values})

    def test_switched_off(self):
        recording = self.start()
        self.company.collect_recording_allowed = False
        with self.assertRaisesRegex(UserError, "switched off"):
            recording._add_chunk(0, spoken().read_bytes())
        with self.assertRaisesRegex(UserError, "switched off"):
            self.start()
        self.assertFalse(recording.get_page_data(self.own.id)["can_record"])

    # --- arriving

    def test_parts_become_one_file(self):
        """In any order, twice each, and nothing of them is left."""
        data = encoded("audio/webm").read_bytes()
        recording = self.start()
        pieces = [data[start : start + 5000] for start in range(0, len(data), 5000)]
        for sequence in reversed(range(len(pieces))):
            recording._add_chunk(sequence, pieces[sequence])
            recording._add_chunk(sequence, pieces[sequence])
        self.assertEqual(recording.finish_recording(len(pieces), 10), {"missing": []})
        self.assertEqual(self.audio_of(recording).raw, data)
        self.assertFalse(recording.sudo().chunk_ids)  # sudo: parts are nobody's to see
        self.assertRecordValues(
            recording,
            [
                {
                    "state": "uploaded",
                    "mimetype": "audio/webm",
                    "audio_size": len(data),
                    "duration": 10,
                    "filename": "2026-03-16 12-00.webm",
                }
            ],
        )
        # the answer got lost: all of it once more
        recording._add_chunk(0, pieces[0])
        self.assertEqual(recording.finish_recording(len(pieces)), {"missing": []})
        self.assertEqual(self.audio_of(recording).raw, data)

    def test_missing_part_is_asked_for(self):
        data = spoken().read_bytes()
        recording = self.start()
        recording._add_chunk(0, data[:1000])
        recording._add_chunk(2, data[2000:])
        self.assertEqual(recording.finish_recording(3), {"missing": [1]})
        self.assertEqual(recording.state, "recording")
        recording._add_chunk(1, data[1000:2000])
        self.assertEqual(recording.finish_recording(3), {"missing": []})
        self.assertEqual(self.audio_of(recording).raw, data)

    def test_same_number_with_something_else(self):
        recording = self.start()
        recording._add_chunk(0, spoken().read_bytes()[:1000])
        with self.assertRaisesRegex(UserError, "arrived already"):
            recording._add_chunk(0, spoken().read_bytes()[:999])

    def test_closed_tab(self):
        """What has arrived is a recording; what comes later makes it complete."""
        data = spoken().read_bytes()
        recording = self.start()
        recording._add_chunk(0, data[:200000])
        self.assertFalse(self.recordings._finish_abandoned())
        with freeze_time("2026-03-16 12:31:00"):
            self.assertEqual(self.recordings._finish_abandoned(), recording)
        self.assertEqual(recording.state, "uploaded")
        self.assertEqual(self.audio_of(recording).raw, data[:200000])
        recording._add_chunk(1, data[200000:])
        self.assertEqual(recording.state, "recording")
        recording.finish_recording(2)
        self.assertEqual(self.audio_of(recording).raw, data)
        self.assertFalse(recording.sudo().chunk_ids)  # sudo: see above

    def test_recording_that_goes_on_is_not_finished(self):
        recording = self.start()
        with freeze_time("2026-03-16 12:29:00"):
            recording._add_chunk(0, spoken().read_bytes()[:1000])
        with freeze_time("2026-03-16 12:58:00"):
            self.assertFalse(self.recordings._finish_abandoned())

    # --- bad input

    def test_no_seconds(self):
        recording = self.start()
        self.assertEqual(recording.finish_recording(0), {"missing": []})
        self.assertEqual(recording.state, "failed")
        self.assertIn("0 seconds", recording.error)

    def test_text_named_mp3(self):
        recording = self.start(filename="call.mp3")
        with self.assertRaisesRegex(UserError, "“call.mp3” is not an audio file"):
            recording._add_chunk(0, b"Dear Sir, please find enclosed")
        self.assertFalse(recording.sudo().chunk_ids)  # sudo: see above

    def test_text_is_refused_before_anything_is_kept(self):
        for head in (b"Dear Sir, please find enclosed", b""):
            with (
                self.subTest(head),
                self.assertRaisesRegex(UserError, "“call.mp3” is not an audio"),
            ):
                self.start(filename="call.mp3", size=30, head=base64.b64encode(head).decode())
        self.assertFalse(self.own.recording_ids)
        head = base64.b64encode(spoken().read_bytes()[:64]).decode()
        self.assertTrue(self.start(filename="call.wav", head=head))

    def test_length_that_nobody_can_talk(self):
        for told, kept in ((float("inf"), 86400), (float("nan"), 0), (-5, 0)):
            recording = self.start()
            recording._add_chunk(0, spoken().read_bytes())
            recording.finish_recording(1, told)
            self.assertEqual(recording.duration, kept)

    def test_file_of_300_megabytes(self):
        size = 300 * 1024 * 1024
        with self.assertRaisesRegex(UserError, "300.00 Mb.*200.00 Mb"):
            self.start(filename="long.wav", size=size)

    def test_size_that_was_not_announced(self):
        self.company.collect_recording_megabytes = 1
        recording = self.start(size=10)
        data = spoken().read_bytes()
        for sequence in range(3):
            recording._add_chunk(sequence, data)
        with self.assertRaisesRegex(UserError, "1.00 Mb"):
            recording._add_chunk(3, data)
        # what was there before is still there
        self.assertEqual(recording.finish_recording(3), {"missing": []})

    def test_part_without_data(self):
        recording = self.start()
        for sequence, data in ((0, b""), (-1, b"RIFF"), (43200, b"RIFF")):
            with self.subTest(sequence), self.assertRaisesRegex(UserError, "A part of"):
                recording._add_chunk(sequence, data)

    def test_contact_of_another_customer(self):
        outcome = self.env.ref("ar_collect.outcome_no_answer")
        log = self.env["ar.collect.activity"].sudo()  # sudo: whoever logged it
        here = log.create({"account_id": self.own.id, "outcome_id": outcome.id})
        there = log.create({"account_id": self.free.id, "outcome_id": outcome.id})
        recording = self.start()
        recording.activity_id = here
        self.assertEqual(here.recording_ids, recording)
        with self.assertRaisesRegex(ValidationError, "another customer"):
            recording.activity_id = there

    # --- who may what

    def test_roles(self):
        """Letters: read, write, unlink; and whether one can listen."""
        recording = self.upload(spoken())
        new_test_user(self.env, "rec_plain", "base.group_user")
        new_test_user(self.env, "rec_portal", "base.group_portal")
        outsider = self.other_company("Elsewhere")
        new_test_user(
            self.env,
            "rec_outsider",
            "ar_collect.group_manager",
            company_id=outsider.id,
            company_ids=[Command.set(outsider.ids)],
        )
        for login, rights, listens in (
            ("collect_inquiry", "r", False),
            ("collect_collector", "rwu", True),
            ("collect_colleague", "", False),
            ("collect_collector_all", "rw", True),
            ("collect_manager", "rwu", True),
            ("rec_plain", "", False),
            ("rec_portal", "", False),
            ("rec_outsider", "", False),
        ):
            with self.subTest(login):
                user = self.env["res.users"].search([("login", "=", login)])
                self.env.invalidate_all()
                seen = recording.with_user(user).with_context(
                    allowed_company_ids=user.company_ids.ids
                )
                found = "".join(
                    operation[0]
                    for operation in ("read", "write", "unlink")
                    if seen.has_access(operation)
                )
                self.assertEqual(found, rights)
                attachment = self.audio_of(recording).with_env(seen.env)
                self.assertEqual(attachment.has_access("read"), listens)
                if listens:
                    self.assertTrue(seen.audio)
                else:
                    with self.assertRaises(AccessError):
                        seen.read(["audio"])

    def test_transcripts_are_kept_from_inquiry(self):
        """Where the company wants it: neither read, found, quoted nor shown; collectors go on."""
        recording = self.start("collector").sudo()  # sudo: the engine writes what was said
        answer = self.seen_by("collector", self.own).log_contact(
            {"outcome_id": self.env.ref("ar_collect.outcome_received").id, "note": "Short call"}
        )
        said = "Zebras pay on Friday"
        segments = [{"start": 0, "end": 1, "text": said}]
        recording.write({"transcript": said, "segments": segments, "state": "done"})
        recording.activity_id = answer["log_id"]
        suggestions = self.env["ar.collect.suggestion"].sudo()  # sudo: made by the extraction
        heard, noted = suggestions.create(
            [
                {
                    "account_id": self.own.id,
                    "currency_id": self.own.currency_id.id,
                    "kind": "promise",
                    "quote": "Zebras pay",
                    "source_key": f"test {number}",
                    "recording_id": number == 0 and recording.id,
                }
                for number in range(2)
            ]
        )
        for is_allowed in (True, False):
            self.company.collect_inquiry_transcripts = is_allowed
            for login, reads in (("inquiry", is_allowed), ("collector", True)):
                with self.subTest(login, is_allowed=is_allowed):
                    seen = self.seen_by(login, recording)
                    self.assertEqual(seen.has_access("read"), reads)
                    account = self.seen_by(login, self.own)
                    self.assertEqual(bool(account.search_log("zebras")["count"]), reads)
                    self.assertTrue(account.search_log("short call")["count"])
                    self.assertEqual(self.seen_by(login, heard).has_access("read"), reads)
                    self.assertTrue(self.seen_by(login, noted).has_access("read"))
                    page = account.env["ar.collect.recording"].get_page_data(self.own.id)
                    self.assertEqual("Zebras" in str(page), reads)

    def test_who_records(self):
        for login, allowed in (
            ("inquiry", False),
            ("collector", True),
            ("colleague", False),
            ("collector_all", True),
            ("manager", True),
        ):
            with self.subTest(login):
                if allowed:
                    self.assertTrue(self.start(login))
                else:
                    with self.assertRaises(AccessError):
                        self.start(login)

    def test_parts_of_others(self):
        recording = self.start("collector")
        for login in ("inquiry", "colleague"):
            seen = self.seen_by(login, recording)
            with self.subTest(login), self.assertRaises(AccessError):
                seen._add_chunk(0, spoken().read_bytes())
            with self.subTest(login), self.assertRaises(AccessError):
                seen.finish_recording(0)
            with self.subTest(login), self.assertRaises(AccessError):
                seen.action_retry()

    def test_parts_are_read_by_nobody(self):
        recording = self.start()
        recording._add_chunk(0, spoken().read_bytes())
        chunk = recording.sudo().chunk_ids  # sudo: to look at it from outside
        for login in self.users:
            self.assertFalse(self.seen_by(login, chunk).has_access("read"), login)

    def test_audio_is_not_published(self):
        """Not by its own attachment: that would open it to whoever knows a link."""
        attachment = self.audio_of(self.upload(spoken()))
        for values in (
            {"public": True},
            {"access_token": "known"},
            {"res_model": "res.partner", "res_id": self.own.partner_id.id, "res_field": False},
        ):
            for login in ("collector", "manager"):
                with self.subTest(values), self.assertRaises(AccessError):
                    self.seen_by(login, attachment).write(values)
        attachment.sudo().access_token = "known"  # sudo: as the portal does by itself
        self.assertFalse(attachment._can_return_content("raw", "known"))

    def test_audio_is_not_exchanged(self):
        """Nor deleted without its recording: by its attachment it could be."""
        recording = self.upload(spoken())
        attachment = self.audio_of(recording)
        forged = {"name": "forged.wav", "res_model": recording._name, "res_id": recording.id}
        for login in ("collector", "collector_all", "manager"):
            seen = self.seen_by(login, attachment)
            with self.subTest(login), self.assertRaises(AccessError):
                seen.unlink()
            for field in ("audio", False):
                with self.subTest(login), self.assertRaises(AccessError):
                    seen.create({**forged, "res_field": field, "raw": b"RIFF"})
        self.assertEqual(self.audio_of(recording), attachment)

    # --- keeping

    def test_audio_goes_and_text_stays(self):
        self.company.collect_audio_days = 30
        recording = self.upload(spoken())
        recording.sudo().write({"state": "done", "transcript": "I pay on Friday"})
        attachment = self.audio_of(recording)
        with freeze_time("2026-04-15 11:00:00"):
            self.recordings._gc_audio()
            self.assertTrue(attachment.exists())
        with freeze_time("2026-04-15 13:00:00"):
            self.recordings._gc_audio()
            [shown] = recording.get_page_data(self.own.id)["recordings"]
        self.assertFalse(attachment.exists())
        self.assertEqual(recording.transcript, "I pay on Friday")
        self.assertEqual(recording.state, "done")
        self.assertFalse(shown["audio_url"])
        self.assertIn("The audio was deleted on 04/15/2026", shown["audio_note"])
        with self.assertRaisesRegex(UserError, "no audio left"):
            recording.action_retry()

    def test_audio_without_text_goes_too(self):
        recording = self.upload(spoken())
        unfinished = self.start()
        unfinished._add_chunk(0, spoken().read_bytes())
        with freeze_time("2026-09-01 12:00:00"):
            self.recordings._gc_audio()
        self.assertFalse(self.audio_of(recording))
        self.assertFalse(unfinished.sudo().chunk_ids)  # sudo: see above
        for record in recording + unfinished:
            self.assertEqual(record.state, "failed")
            self.assertIn("before it could be transcribed", record.error)

    def test_audio_for_ever(self):
        self.company.collect_audio_days = 0
        recording = self.upload(spoken())
        with freeze_time("2036-03-16 12:00:00"):
            self.recordings._gc_audio()
        self.assertTrue(self.audio_of(recording))

    def test_parts_that_wait_in_vain(self):
        recording = self.start()
        recording._add_chunk(0, spoken().read_bytes())
        with freeze_time("2026-03-16 13:00:00"):
            self.recordings._finish_abandoned()
        with freeze_time("2026-03-22 12:00:00"):
            self.recordings._gc_chunks()
            self.assertTrue(recording.sudo().chunk_ids)  # sudo: see above
        with freeze_time("2026-03-24 12:00:00"):
            self.recordings._gc_chunks()
        self.assertFalse(recording.sudo().chunk_ids)  # sudo: see above
        self.assertTrue(self.audio_of(recording))

    def test_deleted_with_its_audio(self):
        recording = self.upload(spoken())
        attachment = self.audio_of(recording)
        recording.discard_recording()
        self.assertFalse(attachment.exists())
        recording.discard_recording()  # the answer got lost

    def test_recordings_follow_a_merge(self):
        recording = self.upload(spoken(), account=self.own)
        self.own._merge_into(self.free)
        self.assertEqual(recording.account_id, self.free)

    # --- what browsers get

    def test_page_data(self):
        self.company.write(
            {
                "collect_engine": "endpoint",
                "collect_engine_url": "http://speech.example",
                "collect_engine_key": SECRET,
            }
        )
        recording = self.upload(spoken())
        other = self.upload(tone(f"{mkdtemp()}/tone.wav", 1))
        log = self.env["ar.collect.activity"].sudo()  # sudo: whoever logged it
        outcome = self.env.ref("ar_collect.outcome_no_answer")
        contact = log.create({"account_id": self.own.id, "outcome_id": outcome.id})
        other.activity_id = log.create({"account_id": self.own.id, "outcome_id": outcome.id})
        data = recording.get_page_data(self.own.id, contact.id)
        self.assertEqual([item["id"] for item in data["recordings"]], recording.ids)
        self.assertEqual(data["contacts"], [{"id": self.contact.id, "name": "Anna Payable"}])
        self.assertTrue(data["can_record"])
        self.assertFalse(data["problems"])
        text = json.dumps(data)
        self.assertNotIn(SECRET, text)
        self.assertNotIn("speech.example", text)
        [item] = data["recordings"]
        self.assertIn(f"/ar_collect/recording/{recording.id}/audio", item["audio_url"])
        self.assertIn("deleted after 90 days", item["audio_note"])
        self.assertEqual(item["started"], "2026-03-16 12:00:00")  # as browsers take it

    def test_page_data_of_inquiry(self):
        recording = self.upload(spoken())
        recording.sudo().write(
            {"state": "done", "segments": [{"start": 0, "end": 1, "text": "Hi"}]}
        )
        seen = self.seen_by("inquiry", self.recordings)
        data = seen.get_page_data(self.own.id)
        [item] = data["recordings"]
        self.assertFalse(data["can_record"])
        self.assertFalse(item["audio_url"])
        self.assertFalse(item["can_retry"] or item["can_delete"])
        self.assertEqual(item["segments"][0]["text"], "Hi")

    def test_page_data_of_somebody_elses_customer(self):
        with self.assertRaises(AccessError):
            self.seen_by("colleague", self.recordings).get_page_data(self.own.id)

    def test_query_count(self):
        """As many queries for 2 recordings as for 20."""
        counts = []
        for number in (2, 18):
            for _number in range(number):
                self.start()
            recordings = self.seen_by("collector", self.recordings)
            recordings.get_page_data(self.own.id)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            recordings.get_page_data(self.own.id)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    # --- settings

    def test_key_is_the_administrators(self):
        self.company.collect_engine_key = SECRET
        for login in self.users:
            company = self.seen_by(login, self.company)
            with self.subTest(login), self.assertRaises(AccessError):
                company.read(["collect_engine_key"])

    def test_key_is_written_and_never_shown(self):
        settings = self.env["res.config.settings"].sudo()  # sudo: an administrator's
        first = settings.create({"collect_engine_key": SECRET})
        first.set_values()
        self.assertEqual(self.company.sudo().collect_engine_key, SECRET)  # sudo: see above
        self.assertFalse(first.collect_engine_key)
        second = settings.create({})
        self.assertNotIn(SECRET, json.dumps(second.read(), default=str))
        self.assertTrue(second.collect_engine_has_key)
        second.set_values()
        self.assertEqual(self.company.sudo().collect_engine_key, SECRET)  # sudo: see above
        second.action_collect_forget_key()
        self.assertFalse(self.company.sudo().collect_engine_key)  # sudo: see above

    def test_engine_is_tested_from_the_settings(self):
        settings = self.env["res.config.settings"].sudo()  # sudo: an administrator's
        action = settings.create({}).action_collect_test_engine()
        self.assertIn("The engine works", action["params"]["message"])
        with self.assertRaisesRegex(UserError, "address of the transcription endpoint is not set"):
            settings.create({"collect_engine": "endpoint"}).action_collect_test_engine()
        refused = settings.create({"collect_engine_url": "http://127.0.0.1:9"})
        with self.assertRaisesRegex(UserError, "cannot be reached"):
            refused.action_collect_test_engine()
        with self.assertRaisesRegex(UserError, "begin with http"):
            settings.create({"collect_engine_url": "file:///etc"}).action_collect_test_engine()
