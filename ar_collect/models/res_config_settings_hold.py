# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collect_hold_active = fields.Boolean(related="company_id.collect_hold_active", readonly=False)
    collect_hold_by_hand = fields.Selection(
        related="company_id.collect_hold_by_hand", readonly=False
    )
    collect_hold_tolerance = fields.Monetary(
        related="company_id.collect_hold_tolerance", readonly=False
    )
    collect_hold_promised = fields.Boolean(
        related="company_id.collect_hold_promised", readonly=False
    )
    collect_hold_group = fields.Boolean(related="company_id.collect_hold_group", readonly=False)
    collect_hold_orders = fields.Boolean(related="company_id.collect_hold_orders", readonly=False)
    collect_hold_release_days = fields.Integer(
        related="company_id.collect_hold_release_days", readonly=False
    )
    collect_hold_user_id = fields.Many2one(
        related="company_id.collect_hold_user_id", readonly=False
    )
    collect_hold_warn_days = fields.Integer(
        related="company_id.collect_hold_warn_days", readonly=False
    )
    collect_hold_warn_amount = fields.Monetary(
        related="company_id.collect_hold_warn_amount", readonly=False
    )
    collect_hold_warn_use = fields.Integer(
        related="company_id.collect_hold_warn_use", readonly=False
    )
    collect_hold_approve_days = fields.Integer(
        related="company_id.collect_hold_approve_days", readonly=False
    )
    collect_hold_approve_amount = fields.Monetary(
        related="company_id.collect_hold_approve_amount", readonly=False
    )
    collect_hold_approve_use = fields.Integer(
        related="company_id.collect_hold_approve_use", readonly=False
    )
    collect_hold_block_days = fields.Integer(
        related="company_id.collect_hold_block_days", readonly=False
    )
    collect_hold_block_amount = fields.Monetary(
        related="company_id.collect_hold_block_amount", readonly=False
    )
    collect_hold_block_use = fields.Integer(
        related="company_id.collect_hold_block_use", readonly=False
    )
