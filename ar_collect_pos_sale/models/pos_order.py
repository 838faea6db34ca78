# Part of ar_collect. License LGPL-3.
from odoo import api, models
from odoo.fields import Domain

from odoo.addons.ar_collect.models.inner_context import INNER

from .sale_order import AT_TILL


class PosOrder(models.Model):
    _inherit = "pos.order"

    # === BUSINESS METHODS === #

    @api.model
    def sync_from_ui(self, orders):
        """Override of `pos_sale`: what a till has sold is booked, whoever is on hold.

        That is told once: not when a till sends the same again, or for what is brought back.
        """
        sent = Domain("uuid", "in", [order.get("uuid") for order in orders])
        sent &= Domain("state", "not in", ("draft", "cancel"))
        known = self.search(sent)
        result = super(PosOrder, self.with_context(**{AT_TILL: INNER})).sync_from_ui(orders)
        lines = (self.search(sent) - known).lines
        sold = lines.filtered(lambda line: line.price_subtotal_incl > 0).sale_order_origin_id
        sold._tell_sold_at_till()
        return result
