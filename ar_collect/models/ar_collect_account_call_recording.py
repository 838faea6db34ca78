# Part of ar_collect. License LGPL-3.
"""Recordings on the call page: searched, and taken along when a call is logged."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

#: Hours within which a recording of no contact yet belongs to the call that is logged.
TAKEN_HOURS = 12


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === BUSINESS METHODS === #

    def get_call_page(self):
        """Override of `ar_collect`: is there anything to record or to listen to?"""
        page = super().get_call_page()
        recordings = self.env["ar.collect.recording"]
        count = recordings.search_count([("account_id", "=", self.id)])
        # what the recorder shows comes along: the page need not wait for another request
        is_offered = self.company_id.collect_recording_allowed and page["account"]["can_write"]
        recorder = recordings.get_page_data(self.id, limit=0) if is_offered else False
        return {**page, "recording": {"count": count, "recorder": recorder}}

    get_call_page._readonly = False

    def log_contact(self, values, follow_up=None):
        """Override of `ar_collect` to attach what was recorded of the call."""
        answer = super().log_contact(values, follow_up)
        if values.get("channel", "call") in ("call", "visit"):
            self._take_recordings(self.env["ar.collect.activity"].browse(answer["log_id"]))
        return answer

    def _take_recordings(self, activity):
        """Let the user's recordings of this customer that belong to no contact yet belong to one.

        :param recordset activity: `ar.collect.activity`
        """
        since = fields.Datetime.now() - timedelta(hours=TAKEN_HOURS)
        recordings = self.env["ar.collect.recording"].search(
            [
                ("account_id", "=", self.id),
                ("activity_id", "=", False),
                ("user_id", "=", self.env.uid),
                ("create_date", ">=", since),
            ]
        )
        recordings.write({"activity_id": activity.id})

    @api.model
    def _get_log_text_domain(self, text):
        """Override of `ar_collect` to find what was said in recordings as well."""
        said = Domain("recording_ids.transcript", "ilike", text)
        return super()._get_log_text_domain(text) | said


class ArCollectActivity(models.Model):
    _inherit = "ar.collect.activity"

    # === BUSINESS METHODS === #

    def _get_page_extras(self):
        """Override of `ar_collect`: which contacts have a recording."""
        return {**super()._get_page_extras(), "has_recording": bool(self.recording_ids)}
