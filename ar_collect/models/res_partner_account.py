# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    collect_account_ids = fields.One2many(
        comodel_name="ar.collect.account",
        inverse_name="partner_id",
        string="Collection Accounts",
        groups="ar_collect.group_inquiry",
        help="One for each company the customer owes, or owed, something.",
    )
