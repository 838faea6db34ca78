# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collect_sales_news = fields.Selection(related="company_id.collect_sales_news", readonly=False)
    collect_sales_news_days = fields.Integer(
        related="company_id.collect_sales_news_days", readonly=False
    )
    collect_sales_news_amount = fields.Monetary(
        related="company_id.collect_sales_news_amount",
        readonly=False,
    )
