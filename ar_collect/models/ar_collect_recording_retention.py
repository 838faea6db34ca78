# Part of ar_collect. License LGPL-3.
"""Audio is deleted when its time is over; what was said stays as text."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

#: Recordings in one transaction.
BATCH = 200
#: Days that parts of an unfinished recording wait for the missing ones.
CHUNK_DAYS = 7


class ArCollectRecording(models.Model):
    _inherit = "ar.collect.recording"

    @api.autovacuum
    def _gc_audio(self):
        """Delete audio that is older than its company keeps it.

        :return tuple: how many recordings, and how many are left
        """
        recordings = self.sudo()  # sudo: every company's own period
        domain = recordings._get_expired_domain()
        expired = recordings.search(domain, limit=BATCH)
        expired._remove_audio()
        return len(expired), recordings.search_count(domain)

    @api.autovacuum
    def _gc_chunks(self):
        """Delete the parts of recordings whose missing parts will not come any more.

        :return tuple: how many recordings, and how many are left
        """
        recordings = self.sudo()  # sudo: of all companies
        latest = fields.Datetime.now() - timedelta(days=CHUNK_DAYS)
        domain = Domain("state", "!=", "recording") & Domain("started", "<", latest)
        domain &= Domain("chunk_ids", "!=", False)
        found = recordings.search(domain, limit=BATCH)
        found.chunk_ids.unlink()
        found.complete = True
        return len(found), recordings.search_count(domain)

    def _get_expired_domain(self):
        """Recordings whose audio is to be deleted.

        :rtype: Domain
        """
        domain = Domain.FALSE
        companies = self.env["res.company"].sudo()  # sudo: see _gc_audio
        for company in companies.search([("collect_audio_days", ">", 0)]):
            latest = fields.Datetime.now() - timedelta(days=company.collect_audio_days)
            domain |= Domain("company_id", "=", company.id) & Domain("started", "<", latest)
        return domain & Domain("audio_removed", "=", False)

    def _remove_audio(self):
        """Delete the sound of these recordings, and keep what was made of it."""
        self.env["ir.attachment"].search(self._get_audio_domain()).unlink()
        self.chunk_ids.unlink()
        self.write({"audio_removed": fields.Datetime.now(), "audio_size": 0, "complete": True})
        for recording in self:
            if recording.state in {"recording", "uploaded", "transcribing"}:
                recording._fail(
                    recording.env._("The audio was deleted before it could be transcribed.")
                )
