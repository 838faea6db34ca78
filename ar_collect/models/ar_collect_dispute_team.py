# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ArCollectDisputeTeam(models.Model):
    """Who resolves disputes of a kind together: logistics, quality, sales."""

    _name = "ar.collect.dispute.team"
    _description = "Dispute Team"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company", index=True, help="Empty: for every company."
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Leader",
        index="btree_not_null",
        domain="[('share', '=', False)]",
        help="Gets the disputes of the team that nobody was named for.",
    )
    member_ids = fields.Many2many(
        comodel_name="res.users",
        string="Members",
        domain="[('share', '=', False)]",
        help="They see and resolve the disputes of the team.",
    )
