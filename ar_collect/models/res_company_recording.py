# Part of ar_collect. License LGPL-3.
"""What a company decides about recordings and their transcription."""

from odoo import fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import human_size

from ..transcription import ENGINES, Options

MEGABYTE = 1024 * 1024


class ResCompany(models.Model):
    _inherit = "res.company"

    collect_recording_allowed = fields.Boolean(
        string="Call Recording",
        default=True,
        help="Collectors can record conversations, each with the consent of the other side.",
    )
    collect_consent_text = fields.Text(
        string="Recording Notice",
        translate=True,
        help="What the collector reads out before recording. Empty: our wording.",
    )
    collect_inquiry_transcripts = fields.Boolean(
        string="Inquiry Reads Transcripts",
        default=True,
        help="Who only reads collections also reads what was said in recorded calls. Without it,"
        " neither the texts nor quotes from them are shown or found.",
    )
    collect_audio_days = fields.Integer(
        string="Keep Audio (days)",
        default=90,
        help="After that the audio is deleted and the text stays. 0: it is never deleted.",
    )
    collect_recording_megabytes = fields.Integer(
        string="Largest Recording (MB)", default=200, help="An hour has about 30 MB."
    )
    collect_engine = fields.Selection(
        selection=[
            ("none", "No transcription"),
            ("local", "On this machine (English)"),
            ("endpoint", "OpenAI-compatible endpoint"),
        ],
        string="Transcription",
        required=True,
        default="local",
        help="With an endpoint, recordings leave this machine.",
    )
    collect_engine_url = fields.Char(
        string="Endpoint",
        help="Address of the server; “/v1/audio/transcriptions” is added when it is missing.",
    )
    collect_engine_key = fields.Char(
        string="Key", groups="base.group_system", copy=False, help="Sent as bearer token."
    )
    collect_engine_model = fields.Char(string="Model", default="whisper-1")

    _collect_audio_days_not_negative = models.Constraint(
        "CHECK (collect_audio_days >= 0)", "Audio cannot be kept for less than 0 days."
    )
    _collect_recording_megabytes_positive = models.Constraint(
        "CHECK (collect_recording_megabytes > 0)", "Recordings need at least 1 MB."
    )

    # === BUSINESS METHODS - RECORDING === #

    def _check_recording_allowed(self):
        """Refuse to record where the company has forbidden it.

        :raise UserError: when it has
        """
        self.ensure_one()
        if not self.collect_recording_allowed:
            raise UserError(
                self.env._("Recording is switched off in the settings of %s.", self.name)
            )

    def _check_recording_size(self, size):
        """Refuse what is larger than the company wants to keep.

        :param int size: bytes
        :raise UserError: when it is larger
        """
        self.ensure_one()
        limit = self._get_recording_limit()
        if size > limit:
            raise UserError(
                self.env._(
                    "The recording has %(size)s; the largest that is allowed has %(limit)s."
                    " The limit is in the settings of Collections.",
                    size=human_size(size),
                    limit=human_size(limit),
                )
            )

    def _get_recording_limit(self):
        """Bytes of a recording at most.

        :rtype: int
        """
        return self.collect_recording_megabytes * MEGABYTE

    def _get_consent_text(self):
        """The notice a collector reads out, in the user's language.

        :rtype: str
        """
        self.ensure_one()
        return self.collect_consent_text or self.env._(
            "“I would like to record our conversation, so that I note down correctly what we"
            " agree on. The recording is used for nothing else, and is deleted after some time."
            " Do you agree?”"
        )

    # === BUSINESS METHODS - TRANSCRIPTION === #

    def _get_engine(self):
        """The company's engine.

        :return: :class:`~odoo.addons.ar_collect.transcription.Engine`, None without transcription
        """
        self.ensure_one()
        return ENGINES.get(self.collect_engine)

    def _get_engine_options(self):
        """What the engine works with; holds the key, and must not leave the server.

        :rtype: Options
        """
        company = self.sudo()  # sudo: the key is used for the user, never shown
        return Options(
            url=(company.collect_engine_url or "").strip(),
            key=(company.collect_engine_key or "").strip(),
            model=(company.collect_engine_model or "").strip(),
        )

    def _get_engine_problems(self):
        """Say why nothing is transcribed, and what to do about it.

        :return list: of dicts with `text`, and `command` where one is to be run; empty: all well
        """
        self.ensure_one()
        engine = self._get_engine()
        if not engine:
            return [{"text": self.env._("Transcription is switched off in the settings.")}]
        missing = engine.missing(self._get_engine_options())
        packages = [detail for code, detail in missing if code == "package"]
        problems = [
            {"text": self._get_engine_problem(code)}
            for code, _detail in missing
            if code != "package"
        ]
        if packages:
            problems.append(
                {
                    "text": self.env._(
                        "Transcription on this machine is not installed. Recordings wait until"
                        " the administrator has run on the server:"
                    ),
                    "command": f"pip install {' '.join(packages)}",
                }
            )
        return problems

    def _get_engine_problem(self, code):
        """The text for what an engine misses.

        :param str code: as given by :meth:`Engine.missing`
        """
        return {
            "url": self.env._("The address of the transcription endpoint is not set."),
            "url_wrong": self.env._(
                "The address of the transcription endpoint has to begin with http:// or https://."
            ),
        }[code]

    def _check_engine(self):
        """:raise ValidationError: when nothing can be transcribed, saying what is missing"""
        if problems := self._get_engine_problems():
            raise ValidationError(
                "\n".join(
                    " ".join(filter(None, (problem["text"], problem.get("command"))))
                    for problem in problems
                )
            )
