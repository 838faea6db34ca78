# Part of ar_collect. License LGPL-3.
from odoo import api, models


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === BUSINESS METHODS === #

    @api.model
    def _get_kpi_problems(self):
        """Override of `ar_collect` to say above the worklist how many complaints wait."""
        problems = super()._get_kpi_problems()
        mails = self.env["ar.collect.dispute.mail"]
        if not mails.has_access("write"):
            return problems
        waiting = mails.search(
            [("state", "=", "to_do"), ("company_id", "in", self.env.companies.ids)], order="id"
        )
        if waiting:
            text = self.env._("Complaints by mail that wait to be filed: %s.", len(waiting))
            problems.append({"text": text, "model": mails._name, "id": waiting[0].id})
        return problems
