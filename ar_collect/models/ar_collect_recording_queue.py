# Part of ar_collect. License LGPL-3.
"""The queue of transcriptions: claimed, committed, worked on without a transaction, kept."""

import logging
import tempfile
import uuid
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..transcription import Options, TranscriptionError, prepare
from ..transcription.formats import EXTENSIONS

_logger = logging.getLogger(__name__)

#: Tries of what may succeed another time, and minutes before the next one.
TRIES = 3
BACK_OFF = (1, 10)
#: Seconds of work on one recording before the next one's turn; a long one takes several turns.
#: Odoo ends a process whose scheduled actions take 120 seconds by default, all workers' together.
TURN_SECONDS = 30
#: Seconds after which a claimed turn is free again: its worker was killed.
CLAIM_SECONDS = 180
#: The crons that transcribe; each is a worker.
CRONS = ("ar_collect.ir_cron_transcribe", "ar_collect.ir_cron_transcribe_second")
BYTES_AT_ONCE = 1024 * 1024


@dataclass
class Work:
    """A turn of a recording, with nothing of the database in it.

    :param str claim: whoever has claimed the recording since makes this work void
    :param engine: None for a look into the file before
    """

    claim: str
    path: str
    language: str
    engine: object
    options: Options

    def run(self, folder):
        """Do it; takes its time.

        :param str folder: for files that are needed until the outcome is kept
        :return: :class:`Preparation`, :class:`Result` or :class:`TranscriptionError`
        """
        try:
            if self.engine:
                return self.engine.transcribe(self.path, self.language, self.options)
            target = self.get_target(folder)
            return prepare(self.path, self.options.mimetype, target, self.options.seconds)
        except TranscriptionError as error:
            return error
        except Exception as error:  # pylint: disable=broad-exception-caught  # the others wait
            _logger.exception("A recording cannot be worked on")
            return TranscriptionError("died", retry=True, reason=type(error).__name__)

    @staticmethod
    def get_target(folder):
        """Where a better copy of the recording is written."""
        return str(Path(folder) / "copy")


class ArCollectRecording(models.Model):
    _inherit = "ar.collect.recording"

    prepared = fields.Boolean(readonly=True, help="The file was found to be in order.")
    position = fields.Float(string="Seconds Transcribed", readonly=True)
    attempts = fields.Integer(string="Failed Tries", readonly=True)
    next_try = fields.Datetime(readonly=True)
    claim = fields.Char(readonly=True, copy=False, help="The worker that has it now.")
    claimed_until = fields.Datetime(readonly=True, help="Then another worker may have it.")

    # what is next, and whose worker was killed
    _queue_idx = models.Index(
        "(state, next_try, claimed_until) WHERE state IN ('uploaded', 'transcribing')"
    )

    # === CRON METHODS === #

    @api.model
    def _cron_transcribe(self):
        """Transcribe what waits. Only ever called by ir.cron: it commits."""
        progress = self.env["ir.cron"]._commit_progress
        finished = self._finish_abandoned()
        # no time: the scheduler calls again and again, and would be ended for it; see _wait
        if not progress(len(finished), remaining=self._count_due()):
            return
        while True:
            try:
                recording = self._claim_next()
            except psycopg2.errors.SerializationFailure:  # another worker was faster
                self.env.cr.rollback()
                continue
            if not recording:
                progress()
                return
            with tempfile.TemporaryDirectory() as folder:
                work = recording._get_work(folder)
                progress()  # the claim is seen by others; from here on no transaction is open
                outcome = work.run(folder)
                recording._keep_for_sure(work, outcome, folder)
                if not progress(1, remaining=self._count_due()):
                    return

    # === ACTION METHODS === #

    def action_retry(self):
        """Try again what has failed."""
        for recording in self:
            recording._check_may_upload()
            if not recording.audio_size:
                raise UserError(self.env._("There is no audio left to transcribe."))
        failed = self.filtered(lambda recording: recording.state in {"failed", "silent"})
        failed.sudo()._enqueue()  # sudo: the queue's own fields, after the check above

    # === BUSINESS METHODS - QUEUE === #

    def _enqueue(self):
        """Have these recordings transcribed by the next worker that is free."""
        self.write(
            {
                "state": "uploaded",
                "attempts": 0,
                "error": False,
                "next_try": False,
                "claim": False,
                "position": 0,
                "segments": False,
                "prepared": False,
            }
        )
        self._wake_workers()

    def _wake_workers(self, at=None):
        """Run the crons, now or at a time."""
        for xmlid in CRONS:
            # sudo: waking the queue is no privilege
            self.env.ref(xmlid).sudo()._trigger(at)  # sudo: see above

    @api.model
    def _process_transcriptions(self, limit=100):
        """Work on the queue within this transaction; never commits.

        :param int limit: turns at most; a long recording takes several
        :return int: how many were taken
        """
        for turn in range(limit):
            recording = self._claim_next()
            if not recording:
                return turn
            with tempfile.TemporaryDirectory() as folder:
                work = recording._get_work(folder)
                recording._keep_outcome(work, work.run(folder), folder)
        return limit

    def _get_due_domain(self):
        """Recordings that a worker may take now.

        :rtype: Domain
        """
        queued = Domain("state", "in", ("uploaded", "transcribing"))
        recordings = self.sudo()  # sudo: the queue is one for all companies
        companies = [company for [company] in recordings._read_group(queued, ["company_id"])]
        ready = [company.id for company in companies if not company._get_engine_problems()]
        now = fields.Datetime.now()
        waiting = Domain("state", "=", "uploaded") & (
            Domain("next_try", "=", False) | Domain("next_try", "<=", now)
        )
        lost = Domain("state", "=", "transcribing") & Domain("claimed_until", "<", now)
        return Domain("company_id", "in", ready) & (waiting | lost)

    def _count_due(self):
        return self.sudo().search_count(self._get_due_domain())  # sudo: the queue is one for all

    def _claim_next(self):
        """Take the next recording out of the others' reach.

        :return: the recording in superuser mode, or none
        """
        recordings = self.sudo()  # sudo: the queue serves all companies
        domain = recordings._get_due_domain()
        # who waits longest comes first, and who has had a turn stands behind the others
        query = recordings._search(domain, order="next_try NULLS FIRST, position, id", limit=1)
        query = SQL("%s FOR UPDATE SKIP LOCKED", query.select())
        self.env.flush_query(query)
        # not logged: that another worker is faster happens all the time
        self.env.cr.execute(query, log_exceptions=False)
        recording = recordings.browse(row[0] for row in self.env.cr.fetchall())
        if recording and recording.state == "transcribing":
            recording._keep_error(TranscriptionError("killed", retry=True))
            if recording.state == "failed":
                return self._claim_next()
        if recording:
            until = fields.Datetime.now() + timedelta(seconds=CLAIM_SECONDS)
            claim = uuid.uuid4().hex
            recording.write({"state": "transcribing", "claim": claim, "claimed_until": until})
        return recording

    def _get_work(self, folder):
        """All that the next turn needs.

        :param str folder: where a file can be put that is not in the file store
        :rtype: Work
        """
        self.ensure_one()
        options = replace(
            self.company_id._get_engine_options(),
            start=self.position,
            duration=self.duration if self.prepared else 0,
            seconds=TURN_SECONDS,
            mimetype=self.mimetype,
        )
        return Work(
            claim=self.claim,
            path=self._get_audio_path(folder),
            language=self.language or "en",
            engine=self.company_id._get_engine() if self.prepared else None,
            options=options,
        )

    def _get_audio_path(self, folder):
        """Where the sound is as a file."""
        attachment = self.env["ir.attachment"].search(self._get_audio_domain(), limit=1)
        if attachment.store_fname:
            return attachment._full_path(attachment.store_fname)
        path = Path(folder) / "audio"
        path.write_bytes(attachment.raw or b"")
        return str(path)

    # === BUSINESS METHODS - OUTCOMES === #

    def _keep_for_sure(self, work, outcome, folder):
        """Write down what a turn has brought, or why that is not possible. For a cron only.

        One recording must not stop the others: what fails is rolled back, and kept as its error.
        """
        try:
            self._keep_outcome(work, outcome, folder)
            self.env.flush_all()
        except Exception as error:  # pylint: disable=broad-exception-caught  # see above
            self.env.cr.rollback()
            if not isinstance(error, psycopg2.errors.SerializationFailure):
                _logger.exception("The outcome of recording %s cannot be kept", self.id)
                outcome = TranscriptionError("died", retry=True, reason=type(error).__name__)
            self._keep_outcome(work, outcome, folder)

    def _keep_outcome(self, work, outcome, folder):
        """Write down what a turn has brought, unless somebody else has the recording by now.

        :param Work work: the turn
        :param outcome: as :meth:`Work.run` returns it
        :param str folder: with the file of a better copy
        """
        recording = self.exists()
        if not recording or recording.claim != work.claim:
            return
        if isinstance(outcome, TranscriptionError):
            recording._keep_error(outcome)
        elif work.engine:
            recording._keep_result(work, outcome)
        else:
            recording._keep_preparation(outcome, work.get_target(folder))

    def _keep_preparation(self, preparation, copy):
        """Go on with a recording that is in order."""
        if preparation.duration:
            self.duration = preparation.duration
        self.prepared = True
        if preparation.silent:
            self._end("silent")
            return
        if preparation.repaired:
            self._take_copy(copy)
        self._wait()

    def _take_copy(self, copy):
        """Have the better copy in place of the sound as it arrived."""
        if self.chunk_ids:  # late parts may come: it will be made again
            return
        with open(copy, "rb") as file:
            self._keep_audio(iter(lambda: file.read(BYTES_AT_ONCE), b""))

    def _keep_result(self, work, result):
        """Add the sentences of a turn, and end or wait for the next turn."""
        segments = (self.segments or []) + [segment._asdict() for segment in result.segments]
        self.write(
            {
                "segments": segments,
                "position": result.position,
                "engine": work.engine.key,
                "attempts": 0,
                "error": False,
            }
        )
        if not result.complete:
            self._wait()
            return
        if result.position:  # what the file tells of its length may be wrong
            self.duration = result.position
        self.transcript = "\n".join(segment["text"] for segment in segments)
        self._end("done" if segments else "silent")

    def _keep_error(self, error):
        """Try again later, or give up.

        :param TranscriptionError error: what happened
        """
        attempts = self.attempts + 1
        # the queue speaks no language of its own
        text = self.with_context(lang=self.user_id.lang)._get_error_text(error)
        if not error.retry or attempts >= TRIES:
            self._fail(text)
            self.attempts = attempts
            return
        minutes = BACK_OFF[min(attempts, len(BACK_OFF)) - 1]
        at = fields.Datetime.now() + timedelta(minutes=minutes)
        self._wait(attempts=attempts, error=text, next_try=at)

    def _wait(self, **values):
        """Stand in the queue for the next turn, behind the others; a worker is called for it."""
        self.write(
            {
                "state": "uploaded",
                "claim": False,
                "claimed_until": False,
                "next_try": fields.Datetime.now(),
                **values,
            }
        )
        self._wake_workers(self.next_try)

    def _end(self, state, error=False):
        """Leave the queue."""
        self.write(
            {
                "state": state,
                "error": error,
                "claim": False,
                "claimed_until": False,
                "next_try": False,
            }
        )
        if state == "done":
            self._after_transcription()

    def _fail(self, text):
        """Leave the queue with the reason on the recording."""
        _logger.info("Recording %s: %s", self.id, text)
        self._end("failed", text)

    def _after_transcription(self):
        """Hook for what is to be done with a finished transcript, once for each."""

    # === GETTERS === #

    def _get_error_text(self, error):
        """What a person reads.

        :param TranscriptionError error: with its code and details
        :rtype: str
        """
        details = dict.fromkeys(("reason", "answer", "status", "language", "package"), "")
        details |= error.details
        text = self._get_file_error_texts(details).get(error.code)
        return text or self._get_engine_error_texts(details).get(error.code) or error.code

    def _get_file_error_texts(self, details):
        """Texts for what is wrong with a file."""
        return {
            "damaged": self.env._(
                "The file is damaged or not what it seems to be: it cannot be played. Kinds that"
                " can be are %s.",
                ", ".join(EXTENSIONS.values()),
            ),
            "no_audio": self.env._("There is no sound in the file."),
            "empty": self.env._("Nothing was recorded: the recording has 0 seconds."),
        }

    def _get_engine_error_texts(self, details):
        """Texts for what goes wrong with an engine."""
        return {
            "language": self.env._(
                "The transcription on this machine understands English only, and the recording"
                " is in “%s”. Change its language, or use an endpoint.",
                details["language"],
            ),
            "timeout": self.env._("The transcription took too long and was stopped."),
            "timeout_whole": self.env._(
                "The endpoint took too long for the whole recording. It is sent in short parts"
                " when the administrator has run on the server: %s",
                f"pip install {details['package']}",
            ),
            "memory": self.env._("The transcription needed too much memory and was stopped."),
            "died": self.env._("The transcription broke off (%s).", details["reason"]),
            "killed": self.env._("The server was stopped during the transcription."),
            "endpoint_down": self.env._(
                "The transcription endpoint cannot be reached (%s).", details["reason"]
            ),
            "endpoint_key": self.env._(
                "The transcription endpoint refused the key (%s).", details["status"]
            ),
            "endpoint_status": self.env._(
                "The transcription endpoint answered with an error (%(status)s): %(answer)s",
                status=details["status"],
                answer=details["answer"],
            ),
            "endpoint_nonsense": self.env._(
                "The transcription endpoint did not answer with a transcript: %s",
                details["answer"],
            ),
        }
