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

    collect_contact_yearly = fields.Boolean(
        string="Ask Customers to Confirm Contacts",
        help="Customers with open items whose contacts nobody has confirmed for long are asked by"
        " e-mail whether they are still right. They answer with a link, and a collector reviews.",
    )
    collect_contact_months = fields.Integer(
        string="Months Between Questions about Contacts", default=12
    )
    collect_contact_enrich = fields.Boolean(
        string="Look Up Contact Details",
        help="Another app may look up contact details where you have an agreement with a source."
        " Without such an app nothing is looked up, and what is found is only proposed.",
    )

    _collect_contact_months_positive = models.Constraint(
        "CHECK (collect_contact_months >= 1)",
        "Ask about contacts once a month at most.",
    )
    _collect_contact_days_not_negative = models.Constraint(
        "CHECK (collect_contact_days >= 0)",
        "The days before the due date cannot be negative: overdue customers are always included.",
    )
