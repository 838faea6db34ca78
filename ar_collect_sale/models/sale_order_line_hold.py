# Part of ar_collect. License LGPL-3.
"""Lines of confirmed orders do not let an order grow past a credit hold."""

from odoo import api, models

from odoo.addons.ar_collect.models.inner_context import is_inner

from .sale_order_hold import AS_A_WHOLE


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `sale`: more lines are more credit."""
        orders = self.env["sale.order"].browse({vals.get("order_id") for vals in vals_list})
        before = self._get_credit_marks(orders)
        lines = super().create(vals_list)
        orders._check_growth(before)
        return lines

    def write(self, vals):
        """Override of `sale`: so are more goods, or a higher price."""
        orders = self.order_id | self.env["sale.order"].browse(vals.get("order_id"))
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
        if self.env.su or is_inner(self.env, AS_A_WHOLE):
            return {}
        return orders.exists()._get_credit_marks()
