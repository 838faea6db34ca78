# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models


class ArCollectHoldAsk(models.TransientModel):
    """Asks a salesperson why an order should be released."""

    _name = "ar.collect.hold.ask"
    _description = "Request a Release"

    order_id = fields.Many2one(comodel_name="sale.order", required=True, readonly=True)
    hold_text = fields.Text(compute="_compute_hold_text")
    reason = fields.Text(
        required=True, help="What speaks for it; the manager of collections reads it."
    )

    # === COMPUTE METHODS === #

    @api.depends("order_id")
    def _compute_hold_text(self):
        self.order_id.check_access("read")  # the order's own is worked out for whoever asks
        for wizard in self:
            wizard.hold_text = wizard.order_id.collect_hold_text

    # === ACTION METHODS === #

    def action_request(self):
        """Ask for it.

        :return: the action that closes the dialog
        :rtype: dict
        """
        self.ensure_one().order_id._request_release(self.reason)
        return {"type": "ir.actions.act_window_close"}
