# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ArCollectDisputeReason(models.Model):
    """Why a customer does not want to pay, in the customer's words."""

    _name = "ar.collect.dispute.reason"
    _description = "Dispute Reason"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(help="Technical name; empty for a reason of your own.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "There is a reason with this technical name already."
    )
