# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    collect_portal_promise_days = fields.Integer(
        string="Promises on the Portal, Days Ahead",
        default=30,
        help="So many days from now customers can promise to pay without asking. 0: they cannot.",
    )
    collect_portal_promise_amount = fields.Monetary(
        string="Promises on the Portal, Amount",
        currency_field="currency_id",
        help="What is more is asked for, and decided by the collector. 0: no limit.",
    )
    collect_portal_promise_times = fields.Integer(
        string="Promises on the Portal, Times",
        default=2,
        help="So often an item can be promised; then the collector is asked. 0: no limit.",
    )
    collect_portal_partial = fields.Boolean(
        string="Pay in Part",
        help="On the portal customers may pay less than what they have chosen.",
    )
    collect_portal_use_credits = fields.Boolean(
        string="Use Credits",
        default=True,
        help="What customers pay on the portal is less by their payments and credit notes that are"
        " not matched; these are matched then.",
    )

    _collect_portal_limits_not_negative = models.Constraint(
        """CHECK (collect_portal_promise_days >= 0 AND collect_portal_promise_amount >= 0
                  AND collect_portal_promise_times >= 0)""",
        "The limits of promises on the portal cannot be negative.",
    )
