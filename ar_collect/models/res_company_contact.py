# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    collect_contact_tasks = fields.Boolean(
        string="Task for Missing Accounts-payable Contacts",
        default=True,
        help="The collector is asked to find whom to turn to before invoices fall due.",
    )
    collect_contact_days = fields.Integer(
        string="Days Before Due for Contacts",
        default=14,
        help="A customer needs a contact for payment this many days before an invoice is due.",
    )

    _collect_contact_days_not_negative = models.Constraint(
        "CHECK (collect_contact_days >= 0)",
        "The days before the due date cannot be negative: overdue customers are always included.",
    )
