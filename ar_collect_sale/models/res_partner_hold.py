# Part of ar_collect. License LGPL-3.
"""Contacts that move: what they have ordered becomes another customer's, who may be on hold."""

from odoo import models
from odoo.tools import SQL


class ResPartner(models.Model):
    """A credit hold is on a company, and its contacts order. Whoever moved a contact elsewhere,
    confirmed an order and moved it back would have sold on credit to a customer on hold. So moving
    is looked at like writing another customer on the order: of what is confirmed and not invoiced
    yet. Invoices need nothing of the kind: they stay with the company that they were written to.
    """

    _inherit = "res.partner"

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `ar_collect`: no way around a hold by way of another company."""
        if self.env.su or {"is_company", "parent_id"}.isdisjoint(vals):
            return super().write(vals)
        orders = self._filtered_moving(vals)._get_moving_orders()
        before = orders._get_customer_marks()
        result = super().write(vals)
        orders._check_moved(before)
        return result

    # === BUSINESS METHODS === #

    def _get_moving_orders(self):
        """Confirmed orders, not invoiced to the end, that these contacts take with them.

        :return: `sale.order`, as superuser
        """
        orders = self.env["sale.order"].sudo()  # sudo: compared, and named if they are held
        if not self:
            return orders
        contacts = self.with_context(active_test=False).sudo()  # sudo: see above
        contacts = contacts.search([("id", "child_of", self.ids)])
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT sold.id
                  FROM sale_order sold
                 WHERE sold.state = 'sale'
                   AND (sold.partner_id = ANY(%(contacts)s::int4[])
                        OR sold.partner_invoice_id = ANY(%(contacts)s::int4[]))
                   AND (sold.invoice_status IS DISTINCT FROM 'invoiced' OR EXISTS (
                       -- what a draft invoices may be deleted again
                       SELECT FROM sale_order_line ordered
                         JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = ordered.id
                         JOIN account_move_line line ON line.id = rel.invoice_line_id
                        WHERE ordered.order_id = sold.id AND line.parent_state = 'draft'))
                 ORDER BY sold.id
                """,
                contacts=contacts.ids,
            )
        )
        return orders.browse(order_id for (order_id,) in rows)
