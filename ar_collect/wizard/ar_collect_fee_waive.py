# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ArCollectFeeWaive(models.TransientModel):
    """Asks why late fees are given up."""

    _name = "ar.collect.fee.waive"
    _description = "Waive Late Fees"

    fee_ids = fields.Many2many(comodel_name="ar.collect.fee", string="Late Fees", required=True)
    reason = fields.Char(required=True, help="Noted in the chatter of each customer.")

    # === ACTION METHODS === #

    def action_waive(self):
        """Waive them.

        :return: the action that closes the dialog
        :rtype: dict
        """
        self.ensure_one()
        self.fee_ids._waive(self.reason)
        return {"type": "ir.actions.act_window_close"}
