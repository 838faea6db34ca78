# Part of ar_collect. License LGPL-3.
from odoo import models


class AccountAccount(models.Model):
    _inherit = "account.account"

    def write(self, vals):
        """Override of `account`: what counts as a trade receivable concerns every customer."""
        result = super().write(vals)
        if not {"account_type", "non_trade"}.isdisjoint(vals):
            self.env["ar.collect.dirty"]._mark([(None, None)])
        return result
