# Part of ar_collect. License LGPL-3.
"""Contacts that move: what they have ordered becomes another customer's, who may be on hold."""

from odoo import models
from odoo.fields import Domain


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
        orders = self._get_moving_orders()
        before = orders._get_credit_marks()
        result = super().write(vals)
        orders._check_moved(before)
        return result

    # === BUSINESS METHODS === #

    def _get_moving_orders(self):
        """Confirmed orders, not invoiced to the end, that these contacts take with them.

        :return: `sale.order`, as superuser
        """
        orders = self.env["sale.order"].sudo()  # sudo: compared, and named if they are held
        contacts = (
            self.with_context(active_test=False).sudo()._search([("id", "child_of", self.ids)])
        )
        # what a draft invoices may be deleted again
        open_orders = Domain("invoice_status", "!=", "invoiced") | Domain(
            "order_line.invoice_lines.parent_state", "=", "draft"
        )
        return orders.search(
            Domain("state", "=", "sale")
            & (Domain("partner_id", "in", contacts) | Domain("partner_invoice_id", "in", contacts))
            & open_orders
        )
