# Part of ar_collect. License LGPL-3.
"""Letters that somebody has posted and logged: the invoices chosen there went with them."""

from odoo import api, models
from odoo.tools import SQL


class ArCollectActivity(models.Model):
    _inherit = "ar.collect.activity"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `ar_collect` to count the invoices in letters as sent."""
        activities = super().create(vals_list)
        activities._record_letters()
        return activities

    def write(self, vals):
        """Override of `ar_collect` to count anew when a letter is corrected."""
        result = super().write(vals)
        if not {"channel", "direction", "line_ids", "date", "partner_id", "user_id"}.isdisjoint(
            vals
        ):
            sendings = self.env["ar.collect.sending"].sudo()  # sudo: written by the system
            sendings.search([("activity_id", "in", self.ids)]).unlink()
            self._record_letters()
        return result

    # === BUSINESS METHODS === #

    def _record_letters(self):
        """Write down the invoices that went out in these letters.

        Of a mail it is known what was attached; of a letter, who logs it chooses the invoices.
        """
        letters = self.filtered(
            lambda activity: (
                activity.channel == "letter" and activity.direction == "out" and activity.line_ids
            )
        )
        if not letters:
            return
        sendings = self.env["ar.collect.sending"].sudo()  # sudo: written by the system
        sendings._record(
            SQL(
                """
                SELECT DISTINCT line.move_id, 'letter', NULL, 'logged', activity.user_id,
                       activity.date, NULL::int4, NULL::int4, activity.id
                  FROM ar_collect_activity activity
                  JOIN ar_collect_activity_line_rel rel
                    ON rel.ar_collect_activity_id = activity.id
                  JOIN account_move_line line ON line.id = rel.account_move_line_id
                 WHERE activity.id = ANY(%s)
                """,
                letters.ids,
            )
        )
