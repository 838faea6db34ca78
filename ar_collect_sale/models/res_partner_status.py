# Part of ar_collect. License LGPL-3.
from odoo import api, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    # === BUSINESS METHODS === #

    @api.model
    def _get_collect_led(self):
        """Override of `ar_collect`: leaders of sales teams see the customers of their members."""
        teams = self.env["crm.team"].sudo()  # sudo: one's own teams alone
        led = teams.search(
            [("user_id", "=", self.env.uid), ("company_id", "in", [False, self.env.company.id])]
        )
        return super()._get_collect_led() | led.crm_team_member_ids.user_id.sudo(False)
