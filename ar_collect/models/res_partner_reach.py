# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    collect_window_ids = fields.One2many(
        comodel_name="ar.collect.contact.window",
        inverse_name="partner_id",
        string="Contact Windows",
        groups="ar_collect.group_inquiry",
        help="Hours in which this contact can be reached, on the contact's clock.",
    )
