# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ArCollectRefreshStatus(models.Model):
    _inherit = "ar.collect.refresh.status"

    notice_planned_to = fields.Date(
        string="Notices Planned To",
        readonly=True,
        help="The last day that notices were planned for.",
    )
