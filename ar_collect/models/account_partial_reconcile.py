# Part of ar_collect. License LGPL-3.
from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account` to mark the customers whose items are matched."""
        partials = super().create(vals_list)
        (partials.debit_move_id | partials.credit_move_id)._mark_collection_dirty()
        return partials

    def unlink(self):
        """Override of `account` to mark the customers whose items are open again."""
        (self.debit_move_id | self.credit_move_id)._mark_collection_dirty()
        return super().unlink()
