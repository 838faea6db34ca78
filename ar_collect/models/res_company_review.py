# Part of ar_collect. License LGPL-3.
"""When the company looks anew at the credit of a customer."""

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    # 0 is not used
    collect_review_months = fields.Integer(
        string="Months Between Reviews",
        default=12,
        help="After so many months a customer with open money is to be reviewed again.",
    )
    collect_review_amount = fields.Monetary(
        string="Money Open Above",
        default=1000,
        help="Customers who owe no more than this are not reviewed just because time has passed.",
    )
    collect_review_percent = fields.Integer(
        string="% of Limit", default=90, help="Of the credit limit, what may be used unnoticed."
    )
    collect_review_days = fields.Integer(
        string="Days Later",
        default=10,
        help="By how many days a customer may pay later than in the year before, unnoticed.",
    )

    _collect_review_not_negative = models.Constraint(
        "CHECK (LEAST(collect_review_months, collect_review_amount, collect_review_percent,"
        " collect_review_days) >= 0)",
        "What decides on credit reviews cannot be negative.",
    )
