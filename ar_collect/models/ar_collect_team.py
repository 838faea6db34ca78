# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ArCollectTeam(models.Model):
    """Collectors who are led, measured and compared together.

    A person is in one active team at most: a figure of a person is then a figure of one team, and
    the figures of the teams add up to those of everybody.
    """

    _name = "ar.collect.team"
    _description = "Collection Team"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company", index=True, help="Empty: for every company."
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Leader",
        index="btree_not_null",
        domain="[('share', '=', False)]",
        help="Leads the team; counts for its figures only when a member as well.",
    )
    member_ids = fields.Many2many(
        comodel_name="res.users",
        relation="ar_collect_team_res_users_rel",
        column1="team_id",
        column2="user_id",
        string="Members",
        domain="[('share', '=', False)]",
        help="Their work is the work of the team; a person is in one active team at most.",
    )

    # === BUSINESS METHODS === #

    def _get_people(self):
        """Members, also those who have left: what they did stays their team's.

        :rtype: recordset of `res.users`
        """
        return self.with_context(active_test=False).member_ids

    # === CONSTRAINT METHODS === #

    @api.constrains("user_id", "member_ids")
    def _check_internal(self):
        for team in self:
            people = team.sudo()  # sudo: a colleague of another company may be a member as well
            if outside := (people.user_id | people.member_ids).filtered("share"):
                raise ValidationError(
                    team.env._(
                        "%(person)s cannot be in the team %(team)s: only users of the company can.",
                        person=outside[0].name,
                        team=team.name,
                    )
                )

    @api.constrains("active", "member_ids")
    def _check_one_team(self):
        active = self.filtered("active")
        teams = self.sudo()  # sudo: a team that the user does not see counts as well
        others = teams.search([("member_ids", "in", active.member_ids.ids)])
        for team in active.sudo():  # sudo: see above
            for other in others - team:
                if both := team.member_ids & other.member_ids:
                    raise ValidationError(
                        team.env._(
                            "%(person)s is in the team %(other)s already and can be in one team"
                            " only: take them off %(other)s before they join %(team)s.",
                            person=both[0].name,
                            other=other.name,
                            team=team.name,
                        )
                    )
