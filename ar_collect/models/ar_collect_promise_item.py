# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ArCollectPromiseItem(models.Model):
    """How much of a journal item is promised."""

    _name = "ar.collect.promise.item"
    _description = "Promised Item"
    _inherit = ["ar.collect.claim.item"]

    promise_id = fields.Many2one(
        comodel_name="ar.collect.promise", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="promise_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="promise_id.currency_id")
    state = fields.Selection(related="promise_id.state", store=True)
    date_promised = fields.Date(related="promise_id.date_promised", store=True)
    amount_kept = fields.Monetary(
        string="Paid in Time",
        readonly=True,
        copy=False,
        help="Money received for it since, up to the date promised and the days of grace.",
    )

    _open_unique = models.UniqueIndex(
        "(line_id) WHERE state = 'open'",
        "One of these items is promised already: replace that promise, or take the item out.",
    )

    # === BUSINESS METHODS === #

    def _get_rest(self):
        """Override of `ar_collect`: what was paid since is not waited for any more."""
        return self.amount - self.amount_kept

    def _get_claim(self):
        """Override of `ar_collect`."""
        return self.promise_id
