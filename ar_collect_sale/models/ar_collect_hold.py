# Part of ar_collect. License LGPL-3.
"""Confirmed orders use the credit limit until they are invoiced."""

from odoo import api, models
from odoo.tools import SQL


class ArCollectHold(models.AbstractModel):
    _inherit = "ar.collect.hold"

    # === BUSINESS METHODS === #

    @api.model
    def _get_unbilled_query(self, scope):
        """Override of `ar_collect`: of each confirmed order what no posted invoice claims yet.

        By amounts, so that down payments and what was credited count as they were booked; of an
        order that is invoiced to the end only drafts count. Company currency, at the order's rate.
        """
        counting = scope.companies.filtered("collect_hold_orders")
        return SQL(
            """
            SELECT partner.commercial_partner_id, sold.company_id,
                   SUM(ROUND(GREATEST(0,
                       CASE WHEN sold.invoice_status IN ('invoiced', 'upselling')
                            THEN COALESCE(billed.draft, 0)
                            ELSE sold.amount_total - COALESCE(billed.posted, 0) END
                       / COALESCE(NULLIF(sold.currency_rate, 0), 1)::numeric), currency.digits))
              FROM sale_order sold
              JOIN res_partner partner ON partner.id = sold.partner_invoice_id
              JOIN (VALUES %(digits)s) AS currency (company_id, digits)
                ON currency.company_id = sold.company_id
              LEFT JOIN LATERAL (%(billed)s) AS billed ON TRUE
             WHERE sold.state = 'sale'
               AND sold.company_id = ANY(%(companies)s::int4[])
               AND %(contacts)s
             GROUP BY partner.commercial_partner_id, sold.company_id
            """,
            digits=SQL(", ").join(
                SQL("(%s, %s)", company.id, company.currency_id.decimal_places)
                for company in scope.companies
            ),
            billed=self._get_billed_query(),
            companies=counting.ids,
            contacts=scope.restrict_contact(SQL("sold.partner_invoice_id")),
        )

    @api.model
    def _get_billed_query(self):
        """SELECT of what posted and draft invoices claim of the order `sold`, in its currency."""
        return SQL(
            """
            SELECT SUM(part.amount) FILTER (WHERE part.state = 'posted') AS posted,
                   SUM(part.amount) FILTER (WHERE part.state = 'draft') AS draft
              FROM (%s) AS part (id, state, amount)
            """,
            self._get_billed_parts(),
        )

    @api.model
    def _get_billed_parts(self):
        """SELECT of the parts of that: id, state and amount. To be extended by other documents."""
        return SQL(
            """
            SELECT DISTINCT line.id, move.state,
                   line.price_total
                   * CASE WHEN move.move_type = 'out_refund' THEN -1 ELSE 1 END
                   * CASE WHEN move.currency_id = sold.currency_id THEN 1
                          ELSE COALESCE(sold.currency_rate, 1)
                               / COALESCE(NULLIF(move.invoice_currency_rate, 0), 1)
                          END::numeric
              FROM sale_order_line ordered
              JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = ordered.id
              JOIN account_move_line line ON line.id = rel.invoice_line_id
              JOIN account_move move ON move.id = line.move_id
             WHERE ordered.order_id = sold.id
            """
        )
