# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.tools.misc import format_duration

from ..tools.schedule import Window

WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]


class ArCollectContactWindow(models.Model):
    """Hours in which a customer, or one contact person, can be reached, on their own clock."""

    _name = "ar.collect.contact.window"
    _description = "Contact Window"
    _order = "dayofweek, hour_from, id"

    account_id = fields.Many2one(
        comodel_name="ar.collect.account",
        string="Collection Account",
        index="btree_not_null",
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact Person",
        index="btree_not_null",
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", compute="_compute_company_id", store=True, index=True
    )
    dayofweek = fields.Selection(WEEKDAYS, string="Day", required=True, default="0")
    hour_from = fields.Float(string="From", required=True, default=9.0)
    hour_to = fields.Float(string="Until", required=True, default=17.0)
    is_best = fields.Boolean(
        string="Best Time", help="Preferred when it comes within three days of any other."
    )

    _one_owner = models.Constraint(
        "CHECK ((account_id IS NULL) != (partner_id IS NULL))",
        "A contact window belongs either to a collection account or to a contact.",
    )
    _hours_in_a_day = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_to <= 24)",
        "The hours of a contact window lie between 0:00 and 24:00.",
    )
    _end_after_start = models.Constraint(
        "CHECK (hour_to > hour_from)",
        "A contact window ends after it starts. Hours over midnight are two windows: one until"
        " 24:00, and one from 0:00 on the next day.",
    )

    # === COMPUTE METHODS === #

    @api.depends("account_id.company_id", "partner_id.company_id")
    def _compute_company_id(self):
        for window in self:
            window.company_id = window.account_id.company_id or window.partner_id.company_id

    @api.depends("dayofweek", "hour_from", "hour_to")
    def _compute_display_name(self):
        days = dict(self._fields["dayofweek"]._description_selection(self.env))
        for window in self:
            start, end = format_duration(window.hour_from), format_duration(window.hour_to)
            window.display_name = f"{days.get(window.dayofweek, '')} {start}-{end}"

    # === BUSINESS METHODS === #

    def _get_windows(self):
        """These windows for the schedule.

        :return tuple: of :class:`Window`
        """
        return tuple(
            Window(int(window.dayofweek), window.hour_from, window.hour_to, window.is_best)
            for window in self
        )
