# Part of ar_collect. License LGPL-3.
"""On which day a promise can be kept: the days on which the company's bank books."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

#: So many days ahead the calendar shows what is closed.
AHEAD_DAYS = 400


class ArCollectPromise(models.Model):
    _inherit = "ar.collect.promise"

    bank_calendar = fields.Json(
        compute="_compute_bank_calendar",
        help="What the date is chosen from: `closed`, names of days off by date, and `usual`, days"
        " that people promise, each with its text.",
    )

    # === COMPUTE METHODS === #

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_bank_calendar(self):
        for company, promises in self.grouped("company_id").items():
            promises.bank_calendar = self._get_bank_calendar(company or self.env.company)

    # === BUSINESS METHODS === #

    @api.model
    def _get_bank_calendar(self, company):
        """See :attr:`bank_calendar`.

        :param recordset company: `res.company` whose bank is paid to
        :rtype: dict
        """
        today = company._get_collect_today()
        days = company._get_collect_bank_days()
        closed = days.get_closed(today, AHEAD_DAYS)
        return {
            "closed": {
                day.isoformat(): name or self.env._("Weekend") for day, name in closed.items()
            },
            "usual": [
                {
                    "date": day.isoformat(),
                    "text": format_date(self.env, day, date_format="EEE d MMM"),
                }
                for day in days.get_usual(today)
            ],
        }

    def _get_warnings(self):
        """Override of `ar_collect` to say when money cannot come on the day."""
        warnings = super()._get_warnings()
        day = self.date_promised
        days = (self.company_id or self.env.company)._get_collect_bank_days()
        if day and day not in days:
            warnings.append(
                self.env._(
                    "%(day)s is a day off (%(reason)s): what is sent then comes on %(next)s.",
                    day=format_date(self.env, day, date_format="EEEE d MMMM"),
                    reason=days.closed.get_name(day) or self.env._("weekend"),
                    next=format_date(
                        self.env, days.find(day + timedelta(1)), date_format="EEEE d MMMM"
                    ),
                )
            )
        return warnings
