# Part of ar_collect. License LGPL-3.
from odoo import models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    # payments of customers that no line of the bank is matched with, see NoticeQuery
    _ar_collect_unmatched_idx = models.Index(
        "(partner_id) WHERE is_matched IS NOT TRUE AND payment_type = 'inbound'"
    )

    def write(self, vals):
        """Override of `account`: a payment without journal entry changes only what its invoices say."""
        result = super().write(vals)
        if "state" in vals:
            self.filtered(
                lambda payment: not payment.move_id
            ).invoice_ids.line_ids._mark_collection_dirty()
        return result
