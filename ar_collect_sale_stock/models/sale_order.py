# Part of ar_collect. License LGPL-3.
from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # === BUSINESS METHODS === #

    def _filtered_undecided(self):
        """Override of `ar_collect_sale`: the hold matters until the goods have left."""
        waiting = self.filtered(
            lambda order: (
                order.state == "sale"
                and order.company_id.collect_hold_delivery != "off"
                and any(picking.state not in ("done", "cancel") for picking in order.picking_ids)
            )
        )
        return super()._filtered_undecided() | waiting

    def _get_delivery_text(self):
        """Why goods of this order should not leave, and whom to ask.

        :rtype: str
        """
        self.ensure_one()
        values = {"order": self.name, "customer": self.partner_id.display_name}
        if self.user_id:
            return self.env._(
                "%(customer)s is on credit hold: ask %(name)s to request a release of %(order)s.",
                name=self.user_id.name,
                **values,
            )
        return self.env._(
            "%(customer)s is on credit hold: %(order)s needs a release by collections.", **values
        )
