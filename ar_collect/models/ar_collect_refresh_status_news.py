# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ArCollectRefreshStatus(models.Model):
    _inherit = "ar.collect.refresh.status"

    news_begun = fields.Boolean(
        string="Salespeople Hear of Changes",
        readonly=True,
        help="Who was in collection before that is no news.",
    )
