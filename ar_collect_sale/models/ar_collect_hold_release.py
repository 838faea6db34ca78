# Part of ar_collect. License LGPL-3.
"""Releases of one order alone."""

import math

from odoo import fields, models


class ArCollectHoldRelease(models.Model):
    _inherit = "ar.collect.hold.release"

    order_id = fields.Many2one(
        comodel_name="sale.order",
        readonly=True,
        index="btree_not_null",
        # without its order it would be a release of all that the customer orders
        ondelete="cascade",
        help="Empty: whatever the customer orders.",
    )
    used_order_ids = fields.One2many(
        comodel_name="sale.order",
        inverse_name="collect_release_id",
        string="Orders Confirmed With It",
        groups="ar_collect.group_inquiry",
    )

    # === ACTION METHODS === #

    def action_open_order(self):
        """Open the order, for who may see it."""
        return self.ensure_one().order_id._get_records_action()

    # === BUSINESS METHODS === #

    def _is_for(self, order):
        """Whether this release is about an order: itself, or whatever its customer orders.

        Not any more once somebody else is to pay for it.
        """
        debtor = order.partner_invoice_id.commercial_partner_id
        if (self.company_id, self.customer_id) != (order.company_id, debtor):
            return False
        if self.order_id:
            return self.order_id == order._origin
        return order.partner_id.commercial_partner_id == debtor

    def _get_amounts_left(self):
        """What may still be ordered with each release.

        :return dict: float by release; infinite without a limit
        """
        limited = self.filtered("amount")
        used = limited.used_order_ids.filtered(lambda order: order.state == "sale")
        amounts = used._get_company_amounts()
        left = {release: release.amount or math.inf for release in self}
        for order in used:
            left[order.collect_release_id] -= amounts[order]
        return left

    def _log(self, bodies):
        """Override of `ar_collect`: the order's chatter tells it, too."""
        result = super()._log(bodies)
        notes = {
            release.sudo().order_id: body  # sudo: the log, whoever is at work
            for release, body in bodies.items()
            if release.sudo().order_id  # sudo: see above
        }
        orders = self.env["sale.order"].sudo().concat(*notes)  # sudo: see above
        orders._message_log_batch(
            {order.id: body for order, body in notes.items()},
            author_id=self.env.user.partner_id.id,
        )
        return result

    def _get_talk(self):
        """Override of `ar_collect`: a salesperson sees the order, not the release."""
        return self.sudo().order_id or super()._get_talk()  # sudo: that the requester sees

    def _get_title(self):
        """Override of `ar_collect` to name the order."""
        title = super()._get_title()
        order = self.sudo().order_id  # sudo: its name
        return f"{title} ({order.name})" if order else title
