# Part of ar_collect. License LGPL-3.
from odoo import Command, models


class AccountMove(models.Model):
    _inherit = "account.move"

    # === BUSINESS METHODS === #

    def _collect_reduce_to(self, amount, invoice, lines):
        """Override of `ar_collect`: a credit of some money takes no goods back.

        Odoo would subtract the quantity of its lines, here one, from what was invoiced, and invoice
        that again.
        """
        quantities = {line: line.quantity for line in self.invoice_line_ids}
        prices = {line: line.price_unit for line in self.invoice_line_ids}
        result = super()._collect_reduce_to(amount, invoice, lines)
        corrected = self.invoice_line_ids.filtered(
            lambda line: (
                (line.quantity, line.price_unit) != (quantities.get(line), prices.get(line))
            )
        )
        corrected.write({"sale_line_ids": [Command.clear()]})
        return result
