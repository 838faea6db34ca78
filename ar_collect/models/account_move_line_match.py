# Part of ar_collect. License LGPL-3.
from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # === BUSINESS METHODS === #

    def _reconcile_collect_chosen(self, money=None):
        """Match what a customer has chosen: first with the credits among it, then with the money.

        Due first is settled first. Items on different receivable accounts are matched by account.

        :param recordset|None money: items of the payment, on whatever account
        """
        money = money or self.browse()
        open_items = (self | money).filtered(
            lambda line: line.account_type == "asset_receivable" and line.parent_state == "posted"
        )
        for lines in open_items.grouped("account_id").values():
            ours = lines - money
            if len({line.amount_residual > 0 for line in ours}) > 1:
                ours._sort_by_due().reconcile()
            left = lines.filtered(lambda line: not line.reconciled)
            debits = left.filtered(lambda line: line.amount_residual > 0)
            if debits and left & money:
                (debits | (left & money))._sort_by_due().reconcile()
