# Part of ar_collect. License LGPL-3.
"""The cash forecast follows the accounts, a moment later: whoever refreshes these does not wait."""

from odoo import api, models


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === BUSINESS METHODS === #

    @api.model
    def _note_worked_off(self, pairs):
        """Override of `ar_collect`: whatever changes an account leaves a mark, for both."""
        self.env["ar.collect.forecast.dirty"]._add(pairs)
        return super()._note_worked_off(pairs)
