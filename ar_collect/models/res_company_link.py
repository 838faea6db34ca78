# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    collect_link_days = fields.Integer(
        string="Days a Link Works",
        default=60,
        help="So long a customer opens the page of a statement with the link in a message.",
    )

    _collect_link_days_positive = models.Constraint(
        "CHECK (collect_link_days BETWEEN 1 AND 730)",
        "A link for a customer works from one day to two years.",
    )
