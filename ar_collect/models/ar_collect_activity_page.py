# Part of ar_collect. License LGPL-3.
"""A logged contact as the call page shows it."""

from odoo import fields, models

#: What an outcome asks for besides the next step, by its effect.
CLAIM_MODELS = {"promise": "ar.collect.promise", "dispute": "ar.collect.dispute"}


class ArCollectActivity(models.Model):
    _inherit = "ar.collect.activity"

    # === BUSINESS METHODS === #

    def _get_logged(self):
        """This contact for the page to tell what was logged, and what comes next.

        :return: {log_id, outcome, effect, follow_up: see :meth:`_get_planned`}
        :rtype: dict
        """
        self.ensure_one()
        return {
            "log_id": self.id,
            "outcome": self.outcome_id.name,
            "effect": self.outcome_id.effect or "",
            "follow_up": self._get_planned(),
        }

    def _has_claim(self):
        """Whether the promise or dispute was recorded that the outcome asks for.

        :rtype: bool
        """
        self.ensure_one()
        model = CLAIM_MODELS.get(self.outcome_id.effect)
        domain = [("activity_id", "=", self.id)]
        return bool(model and self.env[model].search_count(domain, limit=1))

    def _get_planned(self):
        """The step planned after this contact, for the page to tell.

        :return: {summary, date, time: UTC or False}; False when nothing is planned
        :rtype: dict | bool
        """
        planned = self.follow_up_id
        return bool(planned) and {
            "summary": planned.summary or planned.activity_type_id.name,
            "date": fields.Date.to_string(planned.date_deadline),
            "time": fields.Datetime.to_string(planned.collect_datetime) or False,
        }

    def _get_page_entries(self):
        """These contacts as the call page lists them.

        :return: list of dict; date in UTC as text, duration in hours
        """
        channels = dict(self._fields["channel"]._description_selection(self.env))
        return [
            {
                "id": activity.id,
                "date": fields.Datetime.to_string(activity.date),
                "channel": activity.channel,
                "channel_name": channels[activity.channel],
                "direction": activity.direction,
                "outcome": activity.outcome_id.name,
                "is_contact": activity.is_contact,
                "contact": activity.partner_id.name or "",
                "user": activity.user_id.name or "",
                "duration": activity.duration,
                "note": activity.note or "",
                "items": sorted(activity.line_ids.mapped("move_name")),
                **activity._get_page_extras(),
            }
            for activity in self
        ]

    def _get_page_extras(self):
        """What else the page shows of a contact, to be extended.

        :rtype: dict
        """
        return {}
