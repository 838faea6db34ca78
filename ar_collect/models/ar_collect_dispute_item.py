# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ArCollectDisputeItem(models.Model):
    """How much of a journal item is contested."""

    _name = "ar.collect.dispute.item"
    _description = "Contested Item"
    _inherit = ["ar.collect.claim.item"]

    dispute_id = fields.Many2one(
        comodel_name="ar.collect.dispute", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="dispute_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="dispute_id.currency_id")
    state = fields.Selection(related="dispute_id.state", store=True)

    _open_idx = models.Index("(line_id) WHERE state = 'open'")

    # === BUSINESS METHODS === #

    def _get_claim(self):
        """Override of `ar_collect`."""
        return self.dispute_id

    def _get_amount_left(self):
        """Override of `ar_collect`: several disputes on an item share what is left of it."""
        others = self.sudo().search(  # sudo: whoever entered the other disputes
            [("line_id", "=", self.line_id.id), ("state", "=", "open"), ("id", "!=", self.id)]
        )
        return max(super()._get_amount_left() - sum(others.mapped("amount")), 0)
