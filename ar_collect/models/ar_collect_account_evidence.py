# Part of ar_collect. License LGPL-3.
"""The evidence file of a customer: everything that is known of it."""

from odoo import models


class ArCollectAccount(models.Model):
    _name = "ar.collect.account"
    _inherit = ["ar.collect.account", "ar.collect.evidence"]

    _evidence_figures = ("amount_balance", "amount_overdue", "amount_disputed", "amount_promised")

    # === BUSINESS METHODS === #

    def _get_evidence_account(self):
        """Override of `ar_collect`."""
        return self

    def _get_evidence_title(self):
        """Override of `ar_collect`."""
        return self.env._("Evidence on %s", self.partner_id.display_name)

    def _get_evidence_lines(self):
        """Override of `ar_collect`: all posted receivable items of the customer, by date."""
        return self.env["account.move.line"].search(
            [
                ("partner_id.commercial_partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ],
            order="date, id",
        )

    def _get_evidence_threads(self, disputes, plans):
        """Override of `ar_collect`: what was said with the customer at large as well."""
        return [self, *super()._get_evidence_threads(disputes, plans)]
