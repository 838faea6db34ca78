# Part of ar_collect. License LGPL-3.
from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    # === BUSINESS METHODS === #

    def _check_amount_and_confirm_order(self):
        """Override of `sale`: what is not paid in advance waits, and the payment is kept.

        An error would leave the money of a customer unbooked. An order that asks for no payment is
        confirmed by any part of it that is paid: on credit hold that is not enough.
        """
        ready = self.browse()
        for tx in self:
            orders = tx.sale_order_ids.filtered(lambda order: order.state in ("draft", "sent"))
            one = len(tx.sale_order_ids) == 1 and orders
            paid = self.env._("The customer has paid a part of it online.")
            if not (one and one._is_confirmation_amount_reached() and one._set_held_aside(paid)):
                ready |= tx
        return super(PaymentTransaction, ready)._check_amount_and_confirm_order()
