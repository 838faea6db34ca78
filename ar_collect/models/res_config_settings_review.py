# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collect_review_months = fields.Integer(
        related="company_id.collect_review_months", readonly=False
    )
    collect_review_amount = fields.Monetary(
        related="company_id.collect_review_amount", readonly=False
    )
    collect_review_percent = fields.Integer(
        related="company_id.collect_review_percent", readonly=False
    )
    collect_review_days = fields.Integer(related="company_id.collect_review_days", readonly=False)
