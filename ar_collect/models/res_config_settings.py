# Part of ar_collect. License LGPL-3.
import math
import struct
import tempfile
import time
import wave
from dataclasses import replace

from odoo import fields, models
from odoo.exceptions import UserError

from ..transcription import TranscriptionError

#: Seconds, samples per second and pitch of the sound of a test.
TEST_SECONDS = 1
TEST_RATE = 16000
TEST_PITCH = 440
#: Seconds a test may take: somebody is waiting.
TEST_LIMIT = 20


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collect_recording_allowed = fields.Boolean(
        related="company_id.collect_recording_allowed", readonly=False
    )
    collect_inquiry_transcripts = fields.Boolean(
        related="company_id.collect_inquiry_transcripts", readonly=False
    )
    collect_consent_text = fields.Text(related="company_id.collect_consent_text", readonly=False)
    collect_audio_days = fields.Integer(related="company_id.collect_audio_days", readonly=False)
    collect_recording_megabytes = fields.Integer(
        related="company_id.collect_recording_megabytes", readonly=False
    )
    collect_engine = fields.Selection(related="company_id.collect_engine", readonly=False)
    collect_engine_url = fields.Char(related="company_id.collect_engine_url", readonly=False)
    # written and never shown: what is typed in replaces the key
    collect_engine_key = fields.Char(string="Key", groups="base.group_system")
    collect_engine_model = fields.Char(related="company_id.collect_engine_model", readonly=False)
    collect_engine_has_key = fields.Boolean(compute="_compute_collect_engine_has_key")
    collect_engine_problem = fields.Text(compute="_compute_collect_engine_problem")

    # === COMPUTE METHODS === #

    def _compute_collect_engine_has_key(self):
        for settings in self:
            company = settings.company_id.sudo()  # sudo: only whether there is one
            settings.collect_engine_has_key = bool(company.collect_engine_key)

    def _compute_collect_engine_problem(self):
        for settings in self:
            problems = settings.company_id._get_engine_problems()
            settings.collect_engine_problem = "\n".join(
                " ".join(filter(None, (problem["text"], problem.get("command"))))
                for problem in problems
            )

    # === CRUD METHODS === #

    def set_values(self):
        """Override of `base`: a key that is typed in replaces the one there is."""
        result = super().set_values()
        if key := (self.collect_engine_key or "").strip():
            self.company_id.collect_engine_key = key
            self.collect_engine_key = False
        return result

    # === ACTION METHODS === #

    def action_collect_forget_key(self):
        """Delete the endpoint's key."""
        self.company_id.collect_engine_key = False
        return {"type": "ir.actions.client", "tag": "reload"}

    def action_collect_test_engine(self):
        """Transcribe a second of a tone, and say how it went.

        :return dict: a notification
        :raise UserError: saying what is missing, or what went wrong
        """
        company = self.company_id
        company._check_engine()
        begun = time.monotonic()
        options = replace(
            company._get_engine_options(),
            duration=TEST_SECONDS,
            seconds=TEST_LIMIT,
            mimetype="audio/wav",
        )
        if key := (self.collect_engine_key or "").strip():
            options.key = key  # typed in, not saved yet
        with tempfile.NamedTemporaryFile(suffix=".wav") as file:
            self._write_tone(file.name)
            try:
                company._get_engine().transcribe(file.name, "en", options)
            except TranscriptionError as error:
                raise UserError(self.env["ar.collect.recording"]._get_error_text(error))
        message = self.env._("The engine works: %.1f seconds.", time.monotonic() - begun)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": message},
        }

    @staticmethod
    def _write_tone(path):
        """Write a wav file with a tone."""
        samples = (
            int(8000 * math.sin(2 * math.pi * TEST_PITCH * number / TEST_RATE))
            for number in range(TEST_SECONDS * TEST_RATE)
        )
        with wave.open(path, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(TEST_RATE)
            file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
