# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    collect_plan_missed_limit = fields.Integer(
        string="Payment Plans Break After",
        default=1,
        help="As many missed instalments break a payment plan: all that is left is due at once.",
    )

    _collect_plan_limit_positive = models.Constraint(
        "CHECK (collect_plan_missed_limit > 0)",
        "A payment plan breaks after one missed instalment or more.",
    )
