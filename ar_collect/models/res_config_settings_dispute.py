# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collect_dispute_grace_days = fields.Integer(
        related="company_id.collect_dispute_grace_days", readonly=False
    )
    collect_dispute_wait_days = fields.Integer(
        related="company_id.collect_dispute_wait_days", readonly=False
    )
    collect_dispute_remind_days = fields.Integer(
        related="company_id.collect_dispute_remind_days", readonly=False
    )
    collect_dispute_remind_count = fields.Integer(
        related="company_id.collect_dispute_remind_count", readonly=False
    )
    collect_dispute_acknowledge = fields.Boolean(
        related="company_id.collect_dispute_acknowledge", readonly=False
    )
    collect_dispute_manager_id = fields.Many2one(
        related="company_id.collect_dispute_manager_id", readonly=False
    )
    collect_dispute_manager_days = fields.Integer(
        related="company_id.collect_dispute_manager_days", readonly=False
    )
    collect_dispute_alias_name = fields.Char(
        related="company_id.collect_dispute_alias_name", readonly=False
    )
    collect_dispute_alias_domain = fields.Char(
        related="company_id.alias_domain_id.name", string="Domain of the Address for Disputes"
    )
