# Part of ar_collect. License LGPL-3.
from odoo import models

from odoo.addons.ar_collect.models.inner_context import InnerIds

from .sale_order_hold import AS_A_WHOLE


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # === BUSINESS METHODS === #

    def _sale_create_reinvoice_sale_line(self):
        """Override of `sale`: what was spent for an order is added to it, whoever is on hold.

        Who books a vendor's bill sells nothing, and could not do anything about a refusal.
        """
        orders = self._sale_determine_order().values()
        passing = self.with_context(**{AS_A_WHOLE: InnerIds(order.id for order in orders if order)})
        return super(AccountMoveLine, passing)._sale_create_reinvoice_sale_line()
