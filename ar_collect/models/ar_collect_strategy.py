# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ArCollectStrategy(models.Model):
    """How a group of customers is collected from."""

    _name = "ar.collect.strategy"
    _description = "Collection Strategy"
    _order = "sequence, id"
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company", index=True, help="Empty: for every company."
    )
    description = fields.Text(translate=True, help="Whom it is for.")
