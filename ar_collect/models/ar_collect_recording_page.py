# Part of ar_collect. License LGPL-3.
"""What recorder and player show, in one request."""

from odoo import api, fields, models
from odoo.tools import format_date

from ..transcription.formats import EXTENSIONS

#: Recordings of a customer that are shown; older ones are in the list view.
SHOWN = 20
#: Contacts offered as those who agreed; anybody else is typed in.
CONTACTS = 50
#: Bytes of the parts in which a file is uploaded.
UPLOAD_CHUNK = 2 * 1024 * 1024


class ArCollectRecording(models.Model):
    _inherit = "ar.collect.recording"

    @api.model
    def get_page_data(self, account_id, activity_id=False, recording_id=False, limit=SHOWN):
        """All that the recorder and the player of a customer show. For the browser.

        :param int account_id: of `ar.collect.account`
        :param int activity_id: only the recordings of this contact, and those of no contact yet
        :param int recording_id: only this recording
        :param int limit: the latest so many; 0: none
        :rtype: dict
        """
        account = self.env["ar.collect.account"].browse(account_id)
        account.check_access("read")
        domain = [("account_id", "=", account.id)]
        if recording_id:
            domain.append(("id", "=", recording_id))
        elif activity_id:
            domain.append(("activity_id", "in", (activity_id, False)))
        recordings = self.search(domain, limit=limit) if limit else self.browse()
        return {
            **self._get_recorder_data(account),
            "problems": account.company_id._get_engine_problems(),
            "recordings": [recording._get_player_data() for recording in recordings],
        }

    def _get_recorder_data(self, account):
        """What the recorder has to know.

        :rtype: dict
        """
        company = account.company_id
        return {
            "can_record": company.collect_recording_allowed and account.has_access("write"),
            "contacts": [
                {"id": contact.id, "name": contact.name or contact.display_name}
                for contact in self._get_contacts(account)
            ],
            "is_allowed": company.collect_recording_allowed,
            "consent_text": company._get_consent_text(),
            "audio_days": company.collect_audio_days,
            "max_bytes": company._get_recording_limit(),
            "chunk_bytes": UPLOAD_CHUNK,
            "accept": ",".join([*EXTENSIONS, *(f".{ending}" for ending in EXTENSIONS.values())]),
        }

    def _get_contacts(self, account):
        """Who of the customer may be on the phone.

        :rtype: recordset of `res.partner`
        """
        customer = account.partner_id
        domain = [("commercial_partner_id", "=", customer.id), ("is_company", "=", False)]
        contacts = self.env["res.partner"].search(domain, order="name, id", limit=CONTACTS)
        return contacts or customer

    def _get_player_data(self):
        """What is shown of one recording.

        :rtype: dict
        """
        self.ensure_one()
        can_listen = self._has_field_access(self._fields["audio"], "read")
        can_write = self.has_access("write") and self.account_id.has_access("write")
        return {
            "id": self.id,
            "name": self.display_name,
            "filename": self.filename or "",
            "state": self.state,
            "state_label": dict(self._fields["state"]._description_selection(self.env))[self.state],
            "error": self.error or "",
            "started": fields.Datetime.to_string(self.started),
            "duration": self.duration,
            "position": self.position,
            "language": self.language or "",
            "user": self.user_id.name,
            "consent": self.env._(
                "%(who)s agreed, asked by %(user)s",
                who=self.consent_name,
                user=self.consent_user_id.name,
            ),
            "segments": self.segments or [],
            "activity_id": self.activity_id.id,
            "audio_url": can_listen and self._get_audio_url(),
            "audio_note": self._get_audio_note(can_listen),
            "is_pending": self.state in {"recording", "uploaded", "transcribing"},
            "can_retry": bool(can_write and self.audio_size and self.state in {"failed", "silent"}),
            "can_delete": self.has_access("unlink"),
        }

    def _get_audio_url(self):
        """Where the sound is played from, False without any; another one when it was made anew."""
        return bool(self.audio_size) and (
            f"/ar_collect/recording/{self.id}/audio?size={self.audio_size}"
        )

    def _get_audio_note(self, can_listen):
        """Why there is nothing to listen to, or until when there is."""
        if self.audio_removed:
            return self.env._(
                "The audio was deleted on %s; the text stays.",
                format_date(self.env, self.audio_removed),
            )
        if not can_listen:
            return self.env._("Collectors of the customer can listen to it.")
        if self.audio_size and (days := self.company_id.collect_audio_days):
            return self.env._("The audio is deleted after %s days; the text stays.", days)
        return ""
