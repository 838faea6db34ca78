# Part of ar_collect. License LGPL-3.
from odoo import fields, models

KINDS = [
    ("open", "Being worked on"),
    ("waiting", "Waiting for the customer"),
    ("decided", "Decided, credit note to come"),
    ("closed", "Closed"),
]


class ArCollectDisputeStage(models.Model):
    """A step on the way from a complaint to its end."""

    _name = "ar.collect.dispute.stage"
    _description = "Dispute Stage"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    fold = fields.Boolean(string="Folded in Kanban")
    kind = fields.Selection(
        KINDS,
        string="Meaning",
        required=True,
        default="open",
        help="While a dispute waits for the customer its deadline moves on with the time.",
    )
    rotting_threshold_days = fields.Integer(
        string="Days to Rot",
        default=0,
        help="A dispute that stays in this stage for longer is marked. 0: never.",
    )
