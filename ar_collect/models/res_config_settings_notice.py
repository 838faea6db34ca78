# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collect_notice_active = fields.Boolean(
        related="company_id.collect_notice_active", readonly=False
    )
    collect_notice_gentle_date = fields.Date(
        related="company_id.collect_notice_gentle_date", readonly=False
    )
    collect_notice_per_hour = fields.Integer(
        related="company_id.collect_notice_per_hour", readonly=False
    )
    collect_notice_require_sent = fields.Boolean(
        related="company_id.collect_notice_require_sent", readonly=False
    )
    collect_notice_pause_days = fields.Integer(
        related="company_id.collect_notice_pause_days", readonly=False
    )
