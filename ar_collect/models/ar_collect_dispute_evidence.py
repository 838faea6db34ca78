# Part of ar_collect. License LGPL-3.
"""The evidence file of a dispute: what is contested, and what was said and done about it."""

from odoo import models
from odoo.fields import Domain


class ArCollectDispute(models.Model):
    _name = "ar.collect.dispute"
    _inherit = ["ar.collect.dispute", "ar.collect.evidence"]

    _evidence_figures = (
        *("amount", "amount_accepted", "amount_credited", "amount_paid"),
        *("amount_written_off", "amount_remaining"),
    )

    # === BUSINESS METHODS === #

    def _get_evidence_account(self):
        """Override of `ar_collect`."""
        return self.account_id

    def _get_evidence_title(self):
        """Override of `ar_collect`."""
        return self.env._("Evidence on dispute %s", self.display_name)

    def _get_evidence_lines(self):
        """Override of `ar_collect`: what is contested, and what of this customer cleared it."""
        contested = self.item_ids.line_id
        matches = self.env["account.partial.reconcile"].search(
            [("debit_move_id", "in", contested.ids)]
        )
        notes = self.credit_note_ids.filtered(lambda move: move.state == "posted")
        lines = contested | matches.credit_move_id
        lines |= notes.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        return lines.filtered(
            lambda line: (
                line.parent_state == "posted"
                and line.partner_id.commercial_partner_id == self.customer_id
            )
        ).sorted(lambda line: (line.date, line.id))

    def _get_evidence_domain(self, line_field):
        """Override of `ar_collect`: what is about the contested items."""
        domain = Domain(line_field, "in", self.item_ids.line_id.ids)
        if line_field == "line_ids":
            domain |= Domain("id", "=", self.activity_id.id)
        return super()._get_evidence_domain(line_field) & domain
