# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collect_contact_tasks = fields.Boolean(
        related="company_id.collect_contact_tasks", readonly=False
    )
    collect_contact_days = fields.Integer(related="company_id.collect_contact_days", readonly=False)
    collect_contact_yearly = fields.Boolean(
        related="company_id.collect_contact_yearly", readonly=False
    )
    collect_contact_months = fields.Integer(
        related="company_id.collect_contact_months", readonly=False
    )
    collect_contact_enrich = fields.Boolean(
        related="company_id.collect_contact_enrich", readonly=False
    )
