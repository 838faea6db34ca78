# Part of ar_collect. License LGPL-3.
"""Deliveries to customers on credit hold: looked at again when the goods leave."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    _inherit = "stock.picking"

    collect_hold_text = fields.Text(
        string="Credit Hold",
        compute="_compute_collect_hold_text",
        compute_sudo=True,
        groups="stock.group_stock_user",
        help="Whether the goods may leave, and whom to ask; nothing of what the customer owes.",
    )
    collect_is_held = fields.Boolean(
        string="Held",
        compute="_compute_collect_hold_text",
        compute_sudo=True,
        groups="stock.group_stock_user",
    )

    # === COMPUTE METHODS === #

    @api.depends("state", "company_id", "move_ids.sale_line_id", "move_ids.location_dest_id")
    @api.depends_context("lang")
    def _compute_collect_hold_text(self):
        leaving = self.filtered(lambda picking: picking.state not in ("done", "cancel"))
        holds = leaving.move_ids._get_leaving_holds()
        for picking in self:
            orders = picking.move_ids.sale_line_id.order_id.filtered(holds.get)
            picking.collect_hold_text = "\n".join(order._get_delivery_text() for order in orders)
            picking.collect_is_held = any(
                order.company_id.collect_hold_delivery == "stop" for order in orders
            )

    # === ACTION METHODS === #

    def button_validate(self):
        """Override of `stock`: told at once, before any dialog."""
        self.move_ids._check_leaving_hold()
        return super().button_validate()


class StockMove(models.Model):
    _inherit = "stock.move"

    # === BUSINESS METHODS === #

    def _action_done(self, cancel_backorder=False):
        """Override of `stock`: whatever lets goods leave comes through here."""
        self._check_leaving_hold()
        return super()._action_done(cancel_backorder=cancel_backorder)

    def _check_leaving_hold(self):
        """Refuse to let goods leave for customers on hold, where the company wants that.

        :raise UserError: naming all that is held
        """
        moves = self.sudo()  # sudo: whoever packs sees neither orders nor accounts
        stopping = moves.filtered(lambda move: move.company_id.collect_hold_delivery == "stop")
        held = [order for order, hold in stopping._get_leaving_holds().items() if hold]
        if held:
            raise UserError("\n".join(order._get_delivery_text() for order in held))

    def _get_leaving_holds(self):
        """The orders behind goods that are about to leave, and which of them are held.

        :return dict: bool by `sale.order`, as superuser
        """
        moves = self.sudo().filtered(  # sudo: see _check_leaving_hold
            lambda move: (
                move.state not in ("done", "cancel")
                and move.location_dest_id.usage == "customer"
                and move.location_id.usage not in ("customer", "supplier")
                and move.company_id.collect_hold_delivery != "off"
            )
        )
        orders = moves.sale_line_id.order_id
        holds = orders._get_credit_holds(in_turn=False)
        return {order: hold.stops for order, hold in holds.items()}
