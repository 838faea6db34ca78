# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    collect_promise_grace_days = fields.Integer(
        string="Days of Grace for Promises",
        default=3,
        help="Calendar days after the promised date during which nobody is chased: a transfer"
        " ordered on a Friday arrives on Monday.",
    )

    _collect_promise_grace_not_negative = models.Constraint(
        "CHECK (collect_promise_grace_days >= 0)", "The days of grace cannot be negative."
    )

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `base`: other days of grace let promises count longer, or no more."""
        result = super().write(vals)
        if "collect_promise_grace_days" in vals:
            self.env["ar.collect.dirty"]._mark((None, company.id) for company in self)
        return result
