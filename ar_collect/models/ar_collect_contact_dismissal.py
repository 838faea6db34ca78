# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ArCollectContactDismissal(models.Model):
    """Somebody has looked at a problem of a contact and leaves it; until something about it changes."""

    _name = "ar.collect.contact.dismissal"
    _description = "Problem of a Contact That Is Left"
    _order = "id DESC"
    _rec_name = "problem"

    account_id = fields.Many2one(
        comodel_name="ar.collect.account",
        string="Collection Account",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    problem = fields.Char(required=True, readonly=True)
    fact = fields.Char(
        readonly=True,
        help="What it was about: with another number or address, or one more bounce, the problem"
        " is there again.",
    )

    _account_idx = models.Index("(account_id, partner_id, problem)")
