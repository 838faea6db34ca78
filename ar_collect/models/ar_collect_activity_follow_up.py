# Part of ar_collect. License LGPL-3.
"""What a logged contact does to the plans: those it was are done, the next one is made."""

from odoo import fields, models


class ArCollectActivity(models.Model):
    _inherit = "ar.collect.activity"

    follow_up_id = fields.Many2one(
        comodel_name="mail.activity",
        string="Planned Then",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The next step that was planned when this contact was logged.",
    )
    former_plan = fields.Json(
        readonly=True, help="What was planned before, for taking the contact back."
    )

    # === ACTION METHODS === #

    def action_undo(self):
        """Override of `ar_collect` to bring back what was planned before."""
        undone = [
            (activity.account_id, activity.follow_up_id, activity.former_plan or {})
            for activity in self
        ]
        result = super().action_undo()
        for account, planned, former in undone:
            account._restore_plan(planned, former)
        return result

    # === BUSINESS METHODS === #

    def _plan_follow_up(self, values):
        """Plan the next step after this contact; what was due by now is done with it.

        :param dict values: as `_propose_follow_up` of the account gives them; empty: none
        """
        self.ensure_one()
        account = self.account_id
        former = {"plan": account._get_follow_up()._get_collect_plan()}
        former |= account._finish_due(self.channel)
        planned = account._schedule_follow_up(values)
        # sudo: kept by the system, nobody types it
        self.sudo().write({"follow_up_id": planned.id, "former_plan": former})  # sudo: see above
