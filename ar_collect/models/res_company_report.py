# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    collect_attribution_days = fields.Integer(
        string="Cash Follows a Contact Within (days)",
        default=14,
        help="A payment is attributed to the last contact, else the last notice, of so many days"
        " before it.",
    )

    _collect_attribution_days_not_negative = models.Constraint(
        "CHECK (collect_attribution_days >= 0)",
        "The days within which cash follows a contact cannot be negative.",
    )
