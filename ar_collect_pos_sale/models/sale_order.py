# Part of ar_collect. License LGPL-3.
"""Orders that are settled, or paid in part, at a till."""

from odoo import models
from odoo.tools import SQL

from odoo.addons.ar_collect.models.inner_context import is_inner

#: Key of the context while a till sends its orders.
AT_TILL = "ar_collect_at_till"


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # === ACTION METHODS === #

    def action_confirm(self):
        """Override of `ar_collect_sale`: an order that is not paid to the end may wait.

        The goods are handed over and the money is in the drawer: an error would leave the till
        with a sale that it cannot book, and its cashier cannot do anything about a hold.
        """
        if not is_inner(self.env, AT_TILL):
            return super().action_confirm()
        ready = self - self._set_held_aside(
            self.env._("The customer has paid a part of it at the till, or bought it on account.")
        )
        return super(SaleOrder, ready).action_confirm() if ready else True

    # === BUSINESS METHODS === #

    def _get_paid_amounts(self):
        """Override of `ar_collect_sale`: what was paid at tills is paid; not what is on account."""
        paid = super()._get_paid_amounts()
        if not self._origin:
            return paid
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT sold.id, SUM(part.amount * till.paid)::float8
                  FROM sale_order sold
                  JOIN LATERAL (%s) AS part ON TRUE
                  JOIN LATERAL (
                       SELECT 1 - COALESCE(SUM(payment.amount), 0)
                                  / COALESCE(NULLIF(MAX(pos.amount_total), 0), 1) AS paid
                         FROM pos_order pos
                         LEFT JOIN (
                              pos_payment payment
                              JOIN pos_payment_method method
                                ON method.id = payment.payment_method_id
                               AND method.journal_id IS NULL
                              ) ON payment.pos_order_id = pos.id
                        WHERE pos.id = part.pos_id
                       ) AS till ON TRUE
                 WHERE sold.id = ANY(%s)
                 GROUP BY sold.id
                """,
                self.env["ar.collect.hold"]._get_till_query(),
                self._origin.ids,
            )
        )
        for order_id, amount in rows:
            paid[order_id] = paid.get(order_id, 0) + amount
        return paid
