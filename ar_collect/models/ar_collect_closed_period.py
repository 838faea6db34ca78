# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ArCollectClosedPeriod(models.Model):
    """Days on which a customer is closed besides public holidays: company holidays, stocktaking."""

    _name = "ar.collect.closed.period"
    _description = "Closed Days of a Customer"
    _order = "date_from DESC, id"

    account_id = fields.Many2one(
        comodel_name="ar.collect.account",
        string="Collection Account",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    name = fields.Char(string="Reason", required=True)
    date_from = fields.Date(string="First Day", required=True)
    date_to = fields.Date(string="Last Day", required=True)

    _end_after_start = models.Constraint(
        "CHECK (date_to >= date_from)", "The last closed day lies before the first."
    )
