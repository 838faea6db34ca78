# Part of ar_collect. License LGPL-3.
from odoo import models

#: Fields of a posted receivable item that change a collection account when written by themselves.
WATCHED_FIELDS = {"account_id", "date_maturity", "no_followup", "partner_id"}


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def write(self, vals):
        """Override of `account` to mark the customers before and after the change."""
        if WATCHED_FIELDS.isdisjoint(vals):
            return super().write(vals)
        posted = self.filtered(lambda line: line.parent_state == "posted")
        posted._mark_collection_dirty()
        result = super().write(vals)
        posted._mark_collection_dirty()
        return result

    def _mark_collection_dirty(self):
        """Mark the customers of these journal items, as far as they are receivables, for refresh."""
        pairs = {
            (line.partner_id.id, line.company_id.id)
            for line in self
            if line.partner_id and line.account_id.account_type == "asset_receivable"
        }
        if pairs:
            self.env["ar.collect.dirty"]._mark(pairs)
