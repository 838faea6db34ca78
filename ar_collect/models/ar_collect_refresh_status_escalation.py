# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ArCollectRefreshStatus(models.Model):
    _inherit = "ar.collect.refresh.status"

    escalated_to = fields.Date(
        readonly=True, help="The last day that escalation rules were looked at."
    )
