# Part of ar_collect. License LGPL-3.
"""How late a customer pays now, and how late the year before."""

from odoo import fields, models

#: Columns of :meth:`CreditQuery.get_behaviour`.
TREND_COLUMNS = ("late_now", "late_now_count", "late_before", "late_before_count")


class ArCollectTrend(models.AbstractModel):
    """Figures of the ledger that are kept: each night for accounts, of a day in reviews."""

    _name = "ar.collect.trend"
    _description = "Trend of Payments"

    late_now = fields.Float(
        string="Days Late Now",
        readonly=True,
        aggregator="avg",
        help="Mean days past due of the items paid in the last 90 days, early ones negative. What"
        " is past due and still open counts with its days so far, a year at most. Of accounts as"
        " of last night.",
    )
    late_now_count = fields.Integer(string="Items Now", readonly=True)
    late_before = fields.Float(
        string="Days Late Before",
        readonly=True,
        aggregator="avg",
        help="Mean days past due of the items paid in the year before these 90 days.",
    )
    late_before_count = fields.Integer(string="Items Before", readonly=True)
