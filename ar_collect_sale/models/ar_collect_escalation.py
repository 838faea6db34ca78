# Part of ar_collect. License LGPL-3.
from odoo import api, models


class ArCollectEscalation(models.Model):
    _inherit = "ar.collect.escalation"

    # === BUSINESS METHODS === #

    @api.model
    def _get_leaders(self, users, company):
        """Override of `ar_collect`: salespeople are led by the leader of their sales team.

        Of several teams, the one of the company counts first, then the first one; who leads the own
        team is led by nobody there.
        """
        members = self.env["crm.team.member"].sudo()  # sudo: who leads whom is no secret
        found = members.search(
            [
                ("user_id", "in", users.ids),
                ("crm_team_id.active", "=", True),
                ("crm_team_id.user_id", "!=", False),
                ("crm_team_id.company_id", "in", [False, company.id]),
            ]
        )
        teams = found.sorted(
            lambda member: (
                not member.crm_team_id.company_id,
                member.crm_team_id.sequence,
                member.id,
            )
        )
        leaders = super()._get_leaders(users, company)
        for member in teams:
            leader = member.crm_team_id.user_id
            if leader != member.user_id:
                leaders.setdefault(member.user_id.id, leader)
        return leaders
