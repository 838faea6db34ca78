# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ArCollectHoldAsk(models.TransientModel):
    """Asks a salesperson why an order should be released."""

    _name = "ar.collect.hold.ask"
    _description = "Request a Release"

    order_id = fields.Many2one(comodel_name="sale.order", required=True, readonly=True)
    hold_text = fields.Text(related="order_id.collect_hold_text")
    reason = fields.Text(
        required=True, help="What speaks for it; the manager of collections reads it."
    )

    # === ACTION METHODS === #

    def action_request(self):
        """Ask for it.

        :return: the action that closes the dialog
        :rtype: dict
        """
        self.ensure_one().order_id._request_release(self.reason)
        return {"type": "ir.actions.act_window_close"}
