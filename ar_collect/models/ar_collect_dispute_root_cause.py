# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ArCollectDisputeRootCause(models.Model):
    """Why a complaint came about, as found out by us."""

    _name = "ar.collect.dispute.root.cause"
    _description = "Root Cause of Disputes"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(help="Technical name; empty for a cause of your own.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_ours = fields.Boolean(
        string="Ours",
        default=True,
        help="Whether we could have prevented it; unset for complaints without ground.",
    )

    _code_unique = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "There is a cause with this technical name already."
    )
