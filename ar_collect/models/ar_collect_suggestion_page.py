# Part of ar_collect. License LGPL-3.
"""Suggestions as the call page shows them."""

from odoo import fields, models

#: Suggestions of a customer that are shown; the list view has all of them.
SHOWN = 20


class ArCollectSuggestion(models.Model):
    _inherit = "ar.collect.suggestion"

    # === BUSINESS METHODS === #

    def _get_page_entries(self):
        """These suggestions for a screen.

        :return: list of dict; `date` and `said_on` as text, `datetime` in UTC as text, `seconds`
            into the recording, texts to be shown as text
        """
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return [
            {
                "id": suggestion.id,
                "kind": suggestion.kind,
                "kind_name": kinds[suggestion.kind],
                "title": suggestion.display_name,
                "quote": suggestion.quote,
                "amount": suggestion.amount,
                "currency_id": suggestion.currency_id.id,
                "fraction": suggestion.fraction,
                "date": fields.Date.to_string(suggestion.date) or False,
                "datetime": fields.Datetime.to_string(suggestion.datetime) or False,
                "reason": suggestion.reason_id.name or "",
                "phone": suggestion.phone or "",
                "email": suggestion.email or "",
                "contact_name": suggestion.contact_name or "",
                "role": suggestion.role or "",
                "items": sorted(suggestion.line_ids.mapped("move_name")),
                "conditional": suggestion.conditional,
                "confidence": suggestion.confidence,
                "said_on": fields.Date.to_string(suggestion.said_on) or False,
                "said_by": suggestion.partner_id.name or "",
                "activity_id": suggestion.activity_id.id,
                "recording_id": suggestion.recording_id.id,
                "message_id": suggestion.message_id.id,
                "seconds": suggestion.quote_start,
                "state": suggestion.state,
            }
            for suggestion in self
        ]
