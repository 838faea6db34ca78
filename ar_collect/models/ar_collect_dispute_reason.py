# Part of ar_collect. License LGPL-3.
from odoo import fields, models

#: Working days in which a dispute is resolved unless its reason says otherwise.
TARGET_DAYS = 10


class ArCollectDisputeReason(models.Model):
    """Why a customer does not want to pay, in the customer's words."""

    _name = "ar.collect.dispute.reason"
    _description = "Dispute Reason"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(help="Technical name; empty for a reason of your own.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    team_id = fields.Many2one(
        comodel_name="ar.collect.dispute.team", help="Gets the disputes of this reason."
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Resolver",
        domain="[('share', '=', False)]",
        help="Resolves the disputes of this reason; empty: the leader of the team.",
    )
    target_days = fields.Integer(
        string="Working Days",
        default=TARGET_DAYS,
        help="In which a dispute of this reason is to be resolved.",
    )
    root_cause_id = fields.Many2one(
        comodel_name="ar.collect.dispute.root.cause",
        string="Usual Cause",
        help="Proposed when a dispute of this reason is resolved.",
    )
    documents = fields.Char(
        string="Needed Documents",
        translate=True,
        help="What to ask the customer for: photos, delivery note.",
    )

    _code_unique = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "There is a reason with this technical name already."
    )
    _target_days_positive = models.Constraint(
        "CHECK (target_days > 0)", "Resolving takes one working day at least."
    )

    # === BUSINESS METHODS === #

    def _get_resolver(self, company):
        """Who resolves disputes of this reason.

        :param recordset company: `res.company`
        :return: `res.users`, empty when nobody of the company is named
        """
        team = self.team_id
        if team.company_id not in (company, team.company_id.browse()):
            team = team.browse()
        named = (self.user_id, team.user_id)
        here = (user for user in named if user.active and company in user.company_ids)
        return next(here, self.env["res.users"])
