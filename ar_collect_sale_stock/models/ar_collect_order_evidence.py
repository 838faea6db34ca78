# Part of ar_collect. License LGPL-3.
"""When the goods of an invoice left, what came back, and on which documents."""

from collections import defaultdict

from odoo import api, models

from odoo.addons.ar_collect_sale.tools.order_share import completed_on
from odoo.addons.ar_collect_sale.tools.root_cause import DEFECT, LATE, Statement


class ArCollectOrderEvidence(models.AbstractModel):
    _inherit = "ar.collect.order.evidence"

    # === BUSINESS METHODS === #

    @api.model
    def _add_deliveries(self, facts):
        """Override of `ar_collect_sale`: days, documents and returns from the stock moves."""
        result = super()._add_deliveries(facts)
        order_lines = self.env["sale.order.line"].concat(*(fact.order_lines for fact in facts))
        together = order_lines.sudo().move_ids  # sudo: see ar_collect_sale
        for fact in facts:
            if fact.has_goods:
                moves = fact.order_lines.move_ids.filtered(self._is_of_customer)
                # all are read at once
                moves = moves.sorted(lambda move: (move.date, move.id)).with_prefetch(together.ids)
                pickings = moves.picking_id.with_prefetch(together.picking_id.ids)
                fact.pickings = list(pickings.sorted("id"))
                done = moves.filtered(lambda move: move.state == "done")
                self._add_delivered(fact, done)
                self._add_returned(fact, done)
        return result

    @api.model
    def _is_of_customer(self, move):
        """Whether goods leave to the customer or come back: not from shelf to shelf.

        :param recordset move: `stock.move`
        """
        ends = move.location_id.usage, move.location_dest_id.usage
        return move.state != "cancel" and ends.count("customer") == 1

    @api.model
    def _add_delivered(self, fact, moves):
        """When the goods of this line were delivered: the earliest deliveries are of the earliest
        invoices.

        :param recordset moves: `stock.move`, done, earliest first
        """
        out = moves.filtered(
            lambda move: (
                move.location_dest_id.usage == "customer"
                # of a kit the parts are moved, and say nothing of how many kits
                and move.product_id in fact.order_lines.product_id
            )
        )
        deliveries = [
            (self._get_day(move.date, move.company_id), self._get_moved(fact, move)) for move in out
        ]
        fact.completed = completed_on(fact.before, fact.quantity, deliveries)

    @api.model
    def _add_returned(self, fact, moves):
        """What came back from the customer.

        :param recordset moves: `stock.move`, done, earliest first
        """
        back = moves.filtered(
            lambda move: (
                move.location_id.usage == "customer"
                and move.product_id in fact.order_lines.product_id
            )
        )
        by_document = defaultdict(float)
        for move in back:
            day = self._get_day(move.date, move.company_id)
            by_document[move.picking_id.name or move.reference, day] += self._get_moved(fact, move)
        fact.returns = [(name, day, quantity) for (name, day), quantity in by_document.items()]

    @api.model
    def _get_moved(self, fact, move):
        """The quantity of a move in the unit of the invoice line.

        :rtype: float
        """
        return move.product_uom._compute_quantity(
            move.quantity, fact.line.product_uom_id, round=False
        )

    @api.model
    def _get_statements(self, fact, reason):
        """Override of `ar_collect_sale`: in time or late, and what came back."""
        return [
            *super()._get_statements(fact, reason),
            self._state_time(fact),
            self._state_returns(fact),
        ]

    @api.model
    def _state_time(self, fact):
        """Whether the goods came when they were promised."""
        if not fact.promised or not fact.completed:
            return None
        said = {
            "promised": self._format_day(fact.promised),
            "delivered": self._format_day(fact.completed),
        }
        days = (fact.completed - fact.promised).days
        if days <= 0:
            text = self.env._("Promised for %(promised)s, delivered on %(delivered)s.", **said)
            return Statement("time", text)
        text = self.env._(
            "Promised for %(promised)s, delivered on %(delivered)s (days late: %(days)s).",
            **said,
            days=days,
        )
        return Statement("time", text, True, LATE)

    @api.model
    def _state_returns(self, fact):
        """What the customer sent back: of bad quality, where that is the complaint."""
        if not fact.returns:
            return None
        parts = [
            self.env._(
                "%(quantity)s on %(date)s with %(document)s",
                quantity=self._format_quantity(fact, quantity),
                date=self._format_day(day),
                document=name,
            )
            for name, day, quantity in fact.returns
        ]
        text = self.env._("Sent back: %s.", ", ".join(parts))
        return Statement("return", text, True, DEFECT, fact.returned * fact.net_invoiced)
