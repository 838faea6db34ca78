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

        What a customer bought on account is owed once the session is closed.
        """
        return SQL(
            "%s UNION ALL SELECT till.id, 'posted', till.amount FROM (%s) AS till",
            super()._get_billed_parts(),
            self._get_till_query(),
        )

    @api.model
    def _get_till_query(self):
        """SELECT of what tills have sold of the order `sold`, in its currency, less returns."""
        return SQL(
            """
            SELECT line.id, pos.id AS pos_id,
                   line.price_subtotal_incl
                   * CASE WHEN COALESCE(journal.currency_id, company.currency_id)
                               = sold.currency_id THEN 1
                          ELSE COALESCE(sold.currency_rate, 1)
                               / COALESCE(NULLIF(pos.currency_rate, 0), 1)
                          END::numeric AS amount
              FROM pos_order_line line
              JOIN pos_order pos ON pos.id = line.order_id
              JOIN pos_session session ON session.id = pos.session_id
              JOIN pos_config config ON config.id = session.config_id
              JOIN res_company company ON company.id = pos.company_id
              LEFT JOIN account_journal journal ON journal.id = config.journal_id
              LEFT JOIN pos_order_line returned ON returned.id = line.refunded_orderline_id
             WHERE COALESCE(line.sale_order_origin_id, returned.sale_order_origin_id) = sold.id
               AND pos.state IN ('paid', 'done')
            """
        )
