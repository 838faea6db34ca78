# Part of ar_collect. License LGPL-3.
"""Calls to review together: drawn at random, and the same ones all week."""

from datetime import datetime, time, timedelta, timezone

from odoo import api, models
from odoo.tools import SQL, format_datetime

#: So many calls are drawn each week, of those of so many days.
SAMPLES = 5
SAMPLED_DAYS = 28
#: So much of a transcript or a note is shown.
EXCERPT = 300


class ArCollectCoaching(models.AbstractModel):
    _inherit = "ar.collect.coaching"

    @api.model
    def _get_samples(self, person):
        """Calls of a person to review: with a transcript before a recording before a note.

        Of the customers that the user sees. Whoever looks at the page in the same week of the
        company gets the same ones: neither coach nor collector picks.

        :rtype: list[dict]
        """
        calls = self.env["ar.collect.activity"].browse(self._draw_calls(person))
        recordings = self._get_call_recordings(calls)
        return [
            {
                "id": call.id,
                "account_id": call.account_id.id,
                "customer": call.customer_id.display_name,
                "date": format_datetime(self.env, call.date, dt_format="short"),
                "outcome": call.outcome_id.name,
                "duration": call.duration,
                "recording_id": recordings[call].id if call in recordings else False,
                "text": self._get_excerpt(call, recordings.get(call)),
            }
            for call in calls
        ]

    @api.model
    def _draw_calls(self, person):
        """Ids of the calls of this week.

        :rtype: list[int]
        """
        today = self.env.company._get_collect_today()
        monday = today - timedelta(days=today.weekday())
        company = self.env.company.sudo()  # sudo: its time zone
        zone = self.env["ar.collect.refresh.status"]._get_time_zone(company)
        # whole days up to Monday morning: a call made since would change what was drawn
        end = datetime.combine(monday, time.min, zone).astimezone(timezone.utc)
        start = end - timedelta(days=SAMPLED_DAYS)
        query = self.env["ar.collect.activity"]._search(
            [
                ("company_id", "=", self.env.company.id),
                ("user_id", "=", person.id),
                ("channel", "=", "call"),
                ("is_contact", "=", True),
                ("date", ">=", start.replace(tzinfo=None)),
                ("date", "<", end.replace(tzinfo=None)),
            ]
        )
        self.env["ar.collect.recording"].flush_model(["activity_id", "transcript"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT call.id
                  FROM ar_collect_activity call
                  LEFT JOIN LATERAL (
                       SELECT MAX(CASE WHEN recording.transcript > '' THEN 2 ELSE 1 END) AS rank
                         FROM ar_collect_recording recording
                        WHERE recording.activity_id = call.id
                       ) AS heard ON TRUE
                 WHERE call.id IN %s
                 ORDER BY COALESCE(heard.rank, 0) DESC, call.note > '' DESC NULLS LAST,
                          MD5(call.id || ' ' || %s), call.id
                 LIMIT %s
                """,
                query.subselect(),
                f"{monday} {person.id}",
                SAMPLES,
            )
        )
        return [call_id for (call_id,) in rows]

    @api.model
    def _get_call_recordings(self, calls):
        """The latest recording of each call, of those that have one.

        :return dict: `ar.collect.recording` by call
        """
        found = self.env["ar.collect.recording"].search([("activity_id", "in", calls.ids)])
        return {recording.activity_id: recording for recording in reversed(found)}

    @api.model
    def _get_excerpt(self, call, recording):
        text = (recording and recording.transcript) or call.note or ""
        return text if len(text) <= EXCERPT else f"{text[:EXCERPT].rstrip()}…"
