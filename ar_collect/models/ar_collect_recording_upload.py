# Part of ar_collect. License LGPL-3.
"""How a recording arrives: in numbered parts, as often as the network asks for."""

import base64
import hashlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, human_size

from ..transcription.formats import EXTENSIONS, HEAD_SIZE, sniff

MEGABYTE = 1024 * 1024
#: Bytes of one part at most.
LARGEST_CHUNK = 8 * MEGABYTE
#: Parts of one recording at most; half a day in parts of a second.
MOST_CHUNKS = 43200
#: Seconds that are believed; more than anybody talks.
MOST_SECONDS = 86400
#: A recording that was not finished is, so many minutes after its last part.
ABANDONED_MINUTES = 30


class ArCollectRecording(models.Model):
    _inherit = "ar.collect.recording"

    complete = fields.Boolean(
        readonly=True, help="All parts have arrived; otherwise late ones are still taken."
    )

    # === ACTION METHODS === #

    @api.model
    def start_recording(self, account_id, values):
        """Begin a recording or an upload. For the browser.

        :param int account_id: of `ar.collect.account`
        :param dict values: `consent`, `consent_partner_id` or `consent_name`, and, if known,
            `activity_id`, `language`, `filename`, `size` (bytes), `head` (base64)
        :return dict: `id` of the recording
        :raise UserError: without consent, when recording is not allowed, or when the file is too
            large or none that can be played
        """
        values = dict(values, account_id=account_id)
        size, head = values.pop("size", 0), values.pop("head", None)
        account = self.env["ar.collect.account"].browse(account_id)
        account.check_access("read")
        account.company_id._check_recording_size(size)
        if head is not None:
            self._get_mimetype(base64.b64decode(head), values.get("filename"))
        return {"id": self.create(values).id}

    def finish_recording(self, count, duration=0, as_is=False):
        """End a recording. For the browser.

        :param int count: how many parts there are
        :param float duration: seconds, as measured by the browser
        :param bool as_is: what is missing does not exist any more
        :return dict: `missing`, the numbers of the parts to be sent again; empty when it is done
        """
        self.ensure_one()
        self._check_may_upload()
        recording = self.sudo()  # sudo: the upload's own fields, after the check above
        recording.lock_for_update()
        if recording.complete:
            return {"missing": []}
        arrived = set(recording.chunk_ids.mapped("sequence"))
        missing = sorted(set(range(min(count, MOST_CHUNKS))) - arrived)
        if not missing or as_is:
            # as measured by a browser: no more than a hint until the file is looked into
            recording.write({"duration": min(max(0, duration), MOST_SECONDS), "complete": True})
            recording._assemble()
        return {"missing": [] if as_is else missing[:100]}

    def discard_recording(self):
        """Throw a recording away. For the browser."""
        self.exists().unlink()

    # === BUSINESS METHODS - ARRIVING === #

    def _add_chunk(self, sequence, data):
        """Keep a part of the recording.

        :param int sequence: its number, from 0 on
        :param bytes data: what it consists of
        :raise UserError: when it cannot be a part of this recording
        """
        self.ensure_one()
        self._check_may_upload()
        recording = self.sudo()  # sudo: parts are the upload's own, after the check above
        checksum = hashlib.sha1(data, usedforsecurity=False).hexdigest()
        # not by `chunk_ids`: of an hour they are more than a thousand
        chunks = recording.env["ar.collect.recording.chunk"]
        domain = [("recording_id", "=", recording.id), ("sequence", "=", sequence)]
        former = chunks.search(domain)
        if former and former.checksum != checksum:
            raise UserError(self.env._("Part %s of the recording arrived already.", sequence))
        if former or recording.complete:
            return
        recording._check_chunk(sequence, data)
        chunks.create(
            {
                "recording_id": recording.id,
                "sequence": sequence,
                "data": base64.b64encode(data),
                "size": len(data),
                "checksum": checksum,
            }
        )
        if recording.state != "recording":  # it was given up too early
            recording.write({"state": "recording", "claim": False})

    def _check_may_upload(self):
        """Refuse parts of who may not work on the customer, or when recording was forbidden."""
        self.check_access("write")
        self.account_id.check_access("write")
        self.company_id._check_recording_allowed()

    def _check_chunk(self, sequence, data):
        """Refuse what cannot be a part of a recording.

        :raise UserError: saying why
        """
        if self.audio_removed:
            raise UserError(self.env._("The audio of this recording was deleted."))
        if not 0 <= sequence < MOST_CHUNKS or not 0 < len(data) <= LARGEST_CHUNK:
            raise UserError(
                self.env._("A part of a recording has 1 byte to %s.", human_size(LARGEST_CHUNK))
            )
        domain = [("recording_id", "=", self.id)]
        [[size]] = self.chunk_ids._read_group(domain, aggregates=["size:sum"])
        self.company_id._check_recording_size((size or 0) + len(data))
        if sequence == 0:
            self.mimetype = self._get_mimetype(data, self.filename)

    @api.model
    def _get_mimetype(self, data, filename):
        """What kind of file begins like this.

        :raise UserError: when it is none that can be played
        """
        if mimetype := sniff(data[:HEAD_SIZE]):
            return mimetype
        raise UserError(
            self.env._(
                "“%(file)s” is not an audio file, whatever its name says. Audio files are"
                " %(kinds)s.",
                file=filename or self.env._("This"),
                kinds=", ".join(EXTENSIONS.values()),
            )
        )

    # === BUSINESS METHODS - PUTTING TOGETHER === #

    def _assemble(self):
        """Make one file of the parts there are, and have it transcribed."""
        self.ensure_one()
        chunks = self.chunk_ids.sorted("sequence")
        if not chunks or chunks[0].sequence:
            self._fail(self.env._("Nothing was recorded: the recording has 0 seconds."))
            return
        if not self.filename:
            self.filename = f"{self._get_file_stem()}.{EXTENSIONS[self.mimetype]}"
        self._keep_audio(chunk._read_data() for chunk in chunks)
        if self.complete:
            chunks.unlink()
        self._enqueue()

    def _keep_audio(self, parts):
        """Make the sound of the recording that of these parts.

        :param parts: iterable of bytes; never all in memory
        """
        attachments = self.env["ir.attachment"]
        attachments.search(self._get_audio_domain()).unlink()
        attachment = attachments._create_from_parts(
            {
                "name": self.filename,
                "res_model": self._name,
                "res_field": "audio",
                "res_id": self.id,
                "company_id": self.company_id.id,
                "mimetype": self.mimetype,
            },
            parts,
        )
        self.invalidate_recordset(["audio"])
        self.audio_size = attachment.file_size

    def _get_audio_domain(self):
        """The attachments with the sound of these recordings.

        :rtype: list
        """
        return [
            ("res_model", "=", self._name),
            ("res_field", "=", "audio"),
            ("res_id", "in", self.ids),
        ]

    def _get_file_stem(self):
        """A file name without its ending, made of day and time."""
        started = fields.Datetime.context_timestamp(self, self.started)
        return f"{started:%Y-%m-%d %H-%M}"

    def _finish_abandoned(self, limit=100):
        """Finish the recordings whose browser is gone, with the parts that have arrived.

        :param int limit: how many at most
        :rtype: recordset
        """
        latest = fields.Datetime.now() - timedelta(minutes=ABANDONED_MINUTES)
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT recording.id
                  FROM ar_collect_recording AS recording
                 WHERE recording.state = 'recording' AND recording.started < %(latest)s
                   AND NOT EXISTS (SELECT FROM ar_collect_recording_chunk AS chunk
                                    WHERE chunk.recording_id = recording.id
                                      AND chunk.arrived >= %(latest)s)
                 ORDER BY recording.id
                 LIMIT %(limit)s
                   FOR UPDATE SKIP LOCKED
                """,
                latest=latest,
                limit=limit,
            )
        )
        recordings = self.browse(row[0] for row in rows)
        for recording in recordings:
            recording._assemble()
        return recordings


class ArCollectRecordingChunk(models.Model):
    _inherit = "ar.collect.recording.chunk"

    def _read_data(self):
        """The bytes of a part, without leaving them in memory.

        :rtype: bytes
        """
        data = base64.b64decode(self.data)
        self.invalidate_recordset(["data"])
        return data
