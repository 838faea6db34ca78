# Part of ar_collect. License LGPL-3.
"""Orders that are settled, or paid in part, at a till."""

from odoo import models
from odoo.tools import SQL

from odoo.addons.ar_collect.models.inner_context import is_inner

#: Key of the context while a till sends its orders.
AT_TILL = "ar_collect_at_till"


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # === BUSINESS METHODS === #

    def _check_credit_hold(self, advice=None, judged=None):
        """Override of `ar_collect_sale`: what was handed over at a till is done.

        A draft would be delivered once more when it is confirmed, and an error would leave the till
        with a sale that it cannot book: its cashier cannot do anything about a hold.
        """
        if not is_inner(self.env, AT_TILL):
            return super()._check_credit_hold(advice, judged)
        holds = self._get_credit_holds(judged=judged)
        self._take_release_turns(holds)
        return self._note_releases(holds)

    def _tell_sold_at_till(self):
        """Tell what tills have sold to customers on hold: the salesperson, and who may release."""
        holds = self._get_credit_holds(in_turn=False)
        for order in self.filtered(lambda order: holds[order].stops).sudo():  # sudo: a note of ours
            users = order.user_id | order.company_id._get_collect_hold_managers()
            order.message_post(
                body=self.env._(
                    "The customer is on credit hold. This order was sold at the till all the same,"
                    " and is not paid in full."
                ),
                author_id=self.env.ref("base.partner_root").id,
                subtype_xmlid="mail.mt_note",
                partner_ids=users.partner_id.ids,
            )

    def _filtered_paid_by_invoice(self):
        """Override of `ar_collect_sale`: what was bought on account must be paid, too.

        Only of an invoice it is known when: what a session books says nothing of the order.
        """
        paid = super()._filtered_paid_by_invoice()
        if not paid._origin:
            return paid
        rows = self.env.execute_query(
            SQL(
                """
                SELECT sold.id
                  FROM sale_order sold
                  JOIN LATERAL (%s) AS till ON TRUE
                  LEFT JOIN account_move move ON move.id = till.move_id
                 WHERE sold.id = ANY(%s)
                   AND (move.id IS NULL OR move.state != 'posted' OR move.amount_residual != 0)
                 GROUP BY sold.id
                HAVING ROUND(SUM(till.owed), 2) > 0
                """,
                self.env["ar.collect.hold"]._get_till_query(),
                paid._origin.ids,
            )
        )
        owing = {order_id for (order_id,) in rows}
        return paid.filtered(lambda order: order._origin.id not in owing)

    def _get_paid_amounts(self):
        """Override of `ar_collect_sale`: what was paid at tills is paid; not what is on account."""
        paid = super()._get_paid_amounts()
        if not self._origin:
            return paid
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT sold.id, SUM(till.amount - till.owed)::float8
                  FROM sale_order sold
                  JOIN LATERAL (%s) AS till ON TRUE
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
