# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collect_promise_grace_days = fields.Integer(
        related="company_id.collect_promise_grace_days", readonly=False
    )
    collect_promise_escalation_level = fields.Integer(
        related="company_id.collect_promise_escalation_level", readonly=False
    )
    collect_promise_escalation_user_id = fields.Many2one(
        related="company_id.collect_promise_escalation_user_id", readonly=False
    )
    collect_promise_confirm = fields.Boolean(
        related="company_id.collect_promise_confirm", readonly=False
    )
    collect_promise_reminder = fields.Boolean(
        related="company_id.collect_promise_reminder", readonly=False
    )
    collect_promise_thanks = fields.Boolean(
        related="company_id.collect_promise_thanks", readonly=False
    )
