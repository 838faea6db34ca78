# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ArCollectDisputeSplit(models.TransientModel):
    """Lets some items of a dispute go on in one of their own."""

    _name = "ar.collect.dispute.split"
    _description = "Split a Dispute"

    dispute_id = fields.Many2one(
        comodel_name="ar.collect.dispute", required=True, ondelete="cascade"
    )
    item_ids = fields.Many2many(
        comodel_name="ar.collect.dispute.item",
        string="Items to Split Off",
        domain="[('dispute_id', '=', dispute_id)]",
    )
    reason_id = fields.Many2one(comodel_name="ar.collect.dispute.reason", required=True)

    # === ACTION METHODS === #

    def action_split(self):
        """Split the dispute and open the new one.

        :return: window action
        """
        self.ensure_one()
        made = self.dispute_id._split(self.item_ids, self.reason_id)
        return {
            "type": "ir.actions.act_window",
            "res_model": made._name,
            "res_id": made.id,
            "views": [(False, "form")],
        }
