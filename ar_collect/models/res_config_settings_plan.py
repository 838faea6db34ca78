# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collect_plan_missed_limit = fields.Integer(
        related="company_id.collect_plan_missed_limit", readonly=False
    )
