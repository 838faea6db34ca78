# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models


class ArCollectHoldDecide(models.TransientModel):
    _inherit = "ar.collect.hold.decide"

    order_id = fields.Many2one(
        comodel_name="sale.order",
        compute="_compute_order_id",
        store=True,
        precompute=True,
        readonly=False,
        help="Empty: whatever the customer orders.",
    )

    # === COMPUTE METHODS === #

    @api.depends("release_id")
    def _compute_order_id(self):
        for wizard in self:
            # sudo: its name, which the request shows anyway
            asked = wizard.release_id.sudo().order_id  # sudo: see above
            wizard.order_id = asked.id or wizard.order_id.id

    # === BUSINESS METHODS === #

    def _get_release_values(self):
        """Override of `ar_collect`: given for one order."""
        return {**super()._get_release_values(), "order_id": self.order_id.id}
