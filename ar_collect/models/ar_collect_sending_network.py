# Part of ar_collect. License LGPL-3.
"""What a network for e-invoices tells later: delivered, or refused after all."""

from odoo import api, fields, models
from odoo.tools import SQL

from .account_move_send import STATE_SUFFIX

#: What becomes of a sending by what the network says of the invoice; whatever else it says changes
#: nothing, like "processing": it has left us.
RESULTS = {"done": "sent", "error": "failed", "rejected": "failed", "refused": "failed"}


class ArCollectSending(models.Model):
    _inherit = "ar.collect.sending"

    network_code = fields.Char(
        readonly=True, help="Technical name of the network, by which its answers are known."
    )

    # === BUSINESS METHODS === #

    @api.model
    def _follow_networks(self, moves, networks):
        """Note what networks say of invoices by now, of the last time each went there.

        :param recordset moves: `account.move`
        :param set networks: technical names
        """
        found = {}
        for network in networks:
            for move in moves:
                if result := RESULTS.get(move[f"{network}{STATE_SUFFIX}"]):
                    found.setdefault((network, result), []).append(move.id)
        for (network, result), move_ids in found.items():
            self._note_result(network, result, move_ids)

    @api.model
    def _note_result(self, network, result, move_ids):
        """See :meth:`_follow_networks`; in the way of nothing that the network's app does."""
        failure = self.env._("The network did not deliver it. The invoice's log says more.")
        query = SQL(
            """
            UPDATE ar_collect_sending sending
               SET state = %(result)s, failure = %(failure)s, write_date = %(now)s
              FROM (SELECT DISTINCT ON (move_id) id
                      FROM ar_collect_sending
                     WHERE move_id = ANY(%(ids)s) AND network_code = %(network)s
                     ORDER BY move_id, date DESC, id DESC) AS last
             WHERE last.id = sending.id AND sending.state != %(result)s
            """,
            result=result,
            failure=failure if result == "failed" else None,
            now=fields.Datetime.now(),
            ids=move_ids,
            network=network,
        )
        self._in_peace(lambda: self.env.cr.execute(query))
        self._forget_results()
