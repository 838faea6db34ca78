# Part of ar_collect. License LGPL-3.
"""What was planned when a promise was logged waits until the promise is due."""

from odoo import api, models


class ArCollectPromise(models.Model):
    _inherit = "ar.collect.promise"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `ar_collect` to move the follow-up of the call in which it was promised.

        The call is logged first, and the next step planned, before anybody has typed the date.
        """
        promises = super().create(vals_list)
        for promise in promises._get_next_due():
            if promise.account_id.has_access("write") and promise._is_followed_up_early():
                promise._move_follow_up()
        return promises

    # === BUSINESS METHODS === #

    def _get_next_due(self):
        """These promises; of the instalments of a plan the first one, the others come after it.

        :rtype: recordset of `ar.collect.promise`
        """
        singles = self.filtered(lambda promise: not promise.plan_id)
        plans = (self - singles).grouped("plan_id").values()
        return singles.concat(*(plan.sorted("date_promised")[0] for plan in plans))

    def _is_followed_up_early(self):
        """Whether the call of this promise has planned a step for before it is due.

        A contact logged since has planned anew; that stays.
        """
        self.ensure_one()
        if self.activity_id.outcome_id.effect != "promise":
            return False
        planned = self._get_follow_ups()
        return planned.active and planned.date_deadline <= self.date_promised

    def _move_follow_up(self):
        values = self.account_id._propose_follow_up(
            outcome=self.activity_id.outcome_id,
            contact=self.activity_id.partner_id,
            promise_date=self.date_promised,
        )
        self.account_id._schedule_follow_up(values)
