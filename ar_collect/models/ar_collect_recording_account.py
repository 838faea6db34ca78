# Part of ar_collect. License LGPL-3.
"""Recordings as part of the customer's history."""

from odoo import fields, models


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    recording_ids = fields.One2many(
        comodel_name="ar.collect.recording", inverse_name="account_id", string="Recordings"
    )

    def _get_spoken_language(self):
        """The language a call with the customer is expected in.

        :return str: two letters
        """
        self.ensure_one()
        return (self.partner_id.lang or self.env.user.lang or "en")[:2]

    def _get_hollow_domain(self):
        """Override of `ar_collect`: what was said is kept."""
        return [*super()._get_hollow_domain(), ("recording_ids", "=", False)]

    def _move_talk(self, target):
        """Override of `ar_collect`: recordings go where the rest of the talk goes."""
        self.recording_ids.write({"account_id": target.id})
        return super()._move_talk(target)


class ArCollectActivity(models.Model):
    _inherit = "ar.collect.activity"

    recording_ids = fields.One2many(
        comodel_name="ar.collect.recording", inverse_name="activity_id", string="Recordings"
    )
