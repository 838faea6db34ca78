# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collect_portal_plan_count = fields.Integer(
        related="company_id.collect_portal_plan_count", readonly=False
    )
    collect_portal_plan_days = fields.Integer(
        related="company_id.collect_portal_plan_days", readonly=False
    )
    collect_portal_plan_amount = fields.Monetary(
        related="company_id.collect_portal_plan_amount",
        currency_field="currency_id",
        readonly=False,
    )
    collect_portal_contact_review = fields.Boolean(
        related="company_id.collect_portal_contact_review", readonly=False
    )
