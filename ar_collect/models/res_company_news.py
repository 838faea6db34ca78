# Part of ar_collect. License LGPL-3.
from odoo import fields, models

from .res_users_news import FREQUENCIES


class ResCompany(models.Model):
    _inherit = "res.company"

    collect_sales_news = fields.Selection(
        FREQUENCIES,
        string="News for Salespeople",
        required=True,
        default="week",
        help="How often salespeople hear what happens with their customers who pay late, unless"
        " they choose for themselves in their preferences. Nobody is told when nothing happened.",
    )
    collect_sales_news_since = fields.Datetime(
        readonly=True, help="When the company began to tell those who have not chosen."
    )
    collect_sales_news_days = fields.Integer(
        string="In Collection From (days late)",
        default=7,
        help="So late the oldest overdue item is before it is news that a customer is in"
        " collection.",
    )
    collect_sales_news_amount = fields.Monetary(
        string="In Collection Above",
        help="So much is overdue before it is news that a customer is in collection; what is"
        " disputed or promised does not count. 0: any amount.",
    )

    _collect_sales_news_not_negative = models.Constraint(
        "CHECK (collect_sales_news_days >= 0 AND collect_sales_news_amount >= 0)",
        "Days and amount from which it is news cannot be negative.",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `base`: who begins to hear is not told what happened before."""
        if vals.get("collect_sales_news", "never") != "never":
            silent = self.filtered(lambda company: company.collect_sales_news == "never")
            silent.collect_sales_news_since = fields.Datetime.now()
        return super().write(vals)
