# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collect_portal_promise_days = fields.Integer(
        related="company_id.collect_portal_promise_days", readonly=False
    )
    collect_portal_promise_amount = fields.Monetary(
        related="company_id.collect_portal_promise_amount",
        currency_field="currency_id",
        readonly=False,
    )
    collect_portal_promise_times = fields.Integer(
        related="company_id.collect_portal_promise_times", readonly=False
    )
    collect_portal_partial = fields.Boolean(
        related="company_id.collect_portal_partial", readonly=False
    )
    collect_portal_use_credits = fields.Boolean(
        related="company_id.collect_portal_use_credits", readonly=False
    )
