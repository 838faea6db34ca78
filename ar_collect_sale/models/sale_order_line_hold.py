# Part of ar_collect. License LGPL-3.
"""Lines of confirmed orders do not let an order grow past a credit hold."""

from odoo import api, models

from odoo.addons.ar_collect.models.inner_context import get_inner_ids

from .sale_order_hold import AS_A_WHOLE, without_worked_out

#: The invoices, and what Odoo works out from them: nobody else writes it.
WORKED_OUT = {"invoice_lines", "invoice_status", "qty_invoiced"}
#: What leaves the amount of an order as it is.
UNPRICED = {"analytic_distribution", "customer_lead", "name", "qty_delivered", "sequence"}


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `sale`: more lines are more credit."""
        default = self.env.context.get("default_order_id")
        ids = {vals.get("order_id", default) for vals in vals_list} - {None, False}
        orders = self.env["sale.order"].browse(ids).exists()
        before = self._get_credit_marks(orders)
        lines = super().create(
            [without_worked_out(self.env, vals, WORKED_OUT) for vals in vals_list]
        )
        orders._check_growth(before)
        return lines

    def write(self, vals):
        """Override of `sale`: so are more goods, or a higher price."""
        if vals.keys() <= UNPRICED:
            return super().write(vals)
        vals = without_worked_out(self.env, vals, WORKED_OUT)
        orders = self.order_id
        if vals.get("order_id"):
            orders |= orders.browse(vals["order_id"]).exists()
        before = self._get_credit_marks(orders)
        result = super().write(vals)
        orders._check_growth(before)
        return result

    def unlink(self):
        """Override of `sale`: so is a discount that is taken away."""
        orders = self.order_id
        before = self._get_credit_marks(orders)
        result = super().unlink()
        orders._check_growth(before)
        return result

    # === BUSINESS METHODS === #

    def _get_credit_marks(self, orders):
        """See `sale.order`; nothing to compare where it is not looked at, or later as a whole."""
        if self.env.su:
            return {}
        whole = get_inner_ids(self.env, AS_A_WHOLE)
        return orders.filtered(lambda order: order.id not in whole)._get_credit_marks()
