# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ArCollectContactRole(models.Model):
    """What a contact of a customer is there for, as far as money is concerned."""

    _name = "ar.collect.contact.role"
    _description = "Contact Role"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(help="Technical name; empty for a role of your own.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    question = fields.Char(
        string="Asked As",
        translate=True,
        help="How the customer reads it when asked to confirm contacts, e.g. Pays our invoices;"
        " empty: the customer is not asked.",
    )

    _code_unique = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "There is a role with this technical name already."
    )
