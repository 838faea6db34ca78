# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    collect_portal_plan_count = fields.Integer(
        string="Instalments on the Portal",
        default=6,
        help="In so many instalments at most customers can propose to pay. 0: the collector is"
        " asked.",
    )
    collect_portal_plan_days = fields.Integer(
        string="Instalments on the Portal, Days Ahead",
        default=180,
        help="The last instalment is so many days from now at the latest.",
    )
    collect_portal_plan_amount = fields.Monetary(
        string="Instalments on the Portal, Least Amount",
        currency_field="currency_id",
        help="For less than that the collector is asked.",
    )
    collect_portal_contact_review = fields.Boolean(
        string="Review Contacts",
        default=True,
        help="What customers change of their contacts on the portal waits until the collector has"
        " looked at it.",
    )

    _collect_portal_plan_limits = models.Constraint(
        """CHECK (collect_portal_plan_count BETWEEN 0 AND 60 AND collect_portal_plan_days > 0
                  AND collect_portal_plan_amount >= 0)""",
        "On the portal a plan has up to 60 instalments, and takes a day or more.",
    )
