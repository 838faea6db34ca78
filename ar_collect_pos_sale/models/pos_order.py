# Part of ar_collect. License LGPL-3.
from odoo import api, models

from odoo.addons.ar_collect.models.inner_context import INNER

from .sale_order import AT_TILL


class PosOrder(models.Model):
    _inherit = "pos.order"

    # === BUSINESS METHODS === #

    @api.model
    def sync_from_ui(self, orders):
        """Override of `pos_sale`: what a till has sold is booked, whoever is on hold."""
        return super(PosOrder, self.with_context(**{AT_TILL: INNER})).sync_from_ui(orders)
