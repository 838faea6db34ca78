# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collect_attribution_days = fields.Integer(
        related="company_id.collect_attribution_days", readonly=False
    )
