# Part of ar_collect. License LGPL-3.
"""Recording in a real browser: its fake microphone plays a real voice."""

from unittest.mock import patch

from odoo import Command
from odoo.http import request
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tests.common import ChromeBrowser

from odoo.addons.ar_collect.controllers.recording import RecordingController

from .company_stock import CompanyStockCase
from .recording_common import spoken, words


@tagged("post_install", "-at_install")
class TestRecorderTour(CompanyStockCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.company.collect_consent_text = "May I record our call?"
        cls.user = new_test_user(
            cls.env,
            login="collect_recorder",
            name="Rita Recorder",
            groups="ar_collect.group_collector",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.env["res.partner"].create({"name": "Anna Payable", "parent_id": cls.partner_a.id})
        # sudo: the accountant has no part in collections
        cls.account = (
            cls.env["ar.collect.account"]
            .sudo()
            .create(
                {
                    "partner_id": cls.partner_a.id,
                    "company_id": cls.company.id,
                    "currency_id": cls.company.currency_id.id,
                    "user_id": cls.user.id,
                }
            )
        )
        log = cls.env["ar.collect.activity"].with_user(cls.user)
        outcome = cls.env.ref("ar_collect.outcome_talked")
        cls.activity = log.create({"account_id": cls.account.id, "outcome_id": outcome.id})
        cls.url = f"/odoo/action-ar_collect.ar_collect_activity_action/{cls.activity.id}"

    def setUp(self):
        super().setUp()
        spawn = ChromeBrowser._spawn_chrome
        voice = [
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-audio-capture={spoken()}%noloop",
        ]

        def spawn_with_voice(browser, command):
            return spawn(browser, [command[0], *voice, *command[1:]])

        self.startPatcher(patch.object(ChromeBrowser, "_spawn_chrome", spawn_with_voice))

    def run_tour(self, name):
        self.start_tour(self.url, name, login="collect_recorder", timeout=120)
        # sudo: what has arrived, whoever may see it
        recording = (
            self.env["ar.collect.recording"].sudo().search([("account_id", "=", self.account.id)])
        )
        self.assertEqual(len(recording), 1)
        return recording

    def test_record_and_read(self):
        """The words that were spoken into the microphone are read on the screen."""
        recording = self.run_tour("ar_collect_record")
        self.assertRecordValues(
            recording,
            [
                {
                    "state": "uploaded",
                    "mimetype": "audio/webm",
                    "consent_name": "Anna Payable",
                    "consent_text": "May I record our call?",
                    "user_id": self.user.id,
                    "activity_id": self.activity.id,
                    "complete": True,
                }
            ],
        )
        self.assertGreater(recording.duration, 11)
        recording._process_transcriptions()
        self.assertEqual((recording.state, recording.error), ("done", False))
        self.assertLessEqual(
            {"tried", "failed", "no", "matter", "again"}, set(words(recording.transcript))
        )
        self.run_tour("ar_collect_transcript")

    def test_interrupted(self):
        """A server that is down, and a tab that is closed: what was said is all there."""
        taken = RecordingController.chunk.original_endpoint
        tries = []

        def chunk(controller, *args, **kwargs):
            tries.append(1)
            if len(tries) <= 2:
                return request.make_json_response({}, status=503)
            return taken(controller, *args, **kwargs)

        chunk.original_routing = RecordingController.chunk.original_routing
        with patch.object(RecordingController, "chunk", chunk):
            self.env.registry.clear_cache("routing")
            self.addCleanup(self.env.registry.clear_cache, "routing")
            recording = self.run_tour("ar_collect_record_interrupted")
        self.assertGreater(len(tries), 2)
        recording._process_transcriptions()
        self.assertEqual((recording.state, recording.error), ("done", False))
        self.assertIn("tried", words(recording.transcript))
