# Part of ar_collect. License LGPL-3.
"""What tills have sold of an order is not waiting for an invoice."""

from odoo import api, models
from odoo.tools import SQL


class ArCollectHold(models.AbstractModel):
    _inherit = "ar.collect.hold"

    # === BUSINESS METHODS === #

    @api.model
    def _get_billed_parts(self):
        """Override of `ar_collect_sale`: what was sold at a till is billed there.

        But what a customer bought on account is owed only once there is an invoice, or the session
        is closed: until then it is as if it were on a draft.
        """
        return SQL(
            """
            %(parts)s
             UNION ALL
            SELECT till.id, part.state, part.amount
              FROM (%(till)s) AS till
             CROSS JOIN LATERAL (
                   VALUES ('posted', till.amount - till.owed),
                          (CASE WHEN till.is_booked THEN 'posted' ELSE 'draft' END, till.owed)
                   ) AS part (state, amount)
            """,
            parts=super()._get_billed_parts(),
            till=self._get_till_query(),
        )

    @api.model
    def _get_till_query(self):
        """SELECT of what tills have sold of the order `sold`, in its currency, less returns.

        `owed` is the part of the amount that was put on the customer's account, `is_booked` whether
        accounting knows of it, and `move_id` its invoice.
        """
        methods = self.env["pos.payment.method"]
        # what is paid online has no journal either; not every database has such methods
        online = "is_online_payment" in methods._fields
        return SQL(
            """
            SELECT line.id, till.amount, till.amount * later.share AS owed,
                   (pos.state = 'done' OR pos.account_move IS NOT NULL) AS is_booked,
                   pos.account_move AS move_id
              FROM (%s) AS line
              JOIN pos_order pos ON pos.id = line.order_id
              JOIN pos_session session ON session.id = pos.session_id
              JOIN pos_config config ON config.id = session.config_id
              JOIN res_company company ON company.id = pos.company_id
              LEFT JOIN account_journal journal ON journal.id = config.journal_id
              JOIN LATERAL (
                   SELECT line.price_subtotal_incl
                          * CASE WHEN COALESCE(journal.currency_id, company.currency_id)
                                      = sold.currency_id THEN 1
                                 ELSE COALESCE(sold.currency_rate, 1)
                                      / COALESCE(NULLIF(pos.currency_rate, 0), 1)
                                 END::numeric AS amount
                   ) AS till ON TRUE
              JOIN LATERAL (
                   SELECT COALESCE(SUM(payment.amount), 0)
                          / COALESCE(NULLIF(pos.amount_total, 0), 1) AS share
                     FROM pos_payment payment
                     JOIN pos_payment_method method ON method.id = payment.payment_method_id
                    WHERE payment.pos_order_id = pos.id AND method.journal_id IS NULL %s
                   ) AS later ON TRUE
             WHERE pos.state IN ('paid', 'done')
            """,
            self._get_till_lines_query(),
            SQL("AND method.is_online_payment IS NOT TRUE") if online else SQL(),
        )

    @api.model
    def _get_till_lines_query(self):
        """SELECT of the lines at tills that are of the order `sold`, or bring back what was.

        In two parts, so that an index serves each: this runs for every order that is looked at.
        """
        return SQL(
            """
            SELECT line.id, line.order_id, line.price_subtotal_incl
              FROM pos_order_line line
             WHERE line.sale_order_origin_id = sold.id
             UNION ALL
            SELECT back.id, back.order_id, back.price_subtotal_incl
              FROM pos_order_line returned
              JOIN pos_order_line back ON back.refunded_orderline_id = returned.id
             WHERE returned.sale_order_origin_id = sold.id AND back.sale_order_origin_id IS NULL
            """
        )
