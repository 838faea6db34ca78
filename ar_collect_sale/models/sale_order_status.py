# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    collect_status = fields.Selection(related="partner_id.collect_status", related_sudo=False)
    collect_status_currency_id = fields.Many2one(
        related="partner_id.collect_status_currency_id", related_sudo=False
    )
    collect_status_overdue = fields.Monetary(
        related="partner_id.collect_status_overdue",
        currency_field="collect_status_currency_id",
        related_sudo=False,
    )
    collect_status_text = fields.Char(related="partner_id.collect_status_text", related_sudo=False)

    # === ACTION METHODS === #

    def action_collect_notes(self):
        """Open what collections notes about the customer of the order.

        :return: window action
        :rtype: dict
        """
        self.ensure_one()
        return self.partner_id.action_collect_notes()
