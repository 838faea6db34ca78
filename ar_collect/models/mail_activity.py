# Part of ar_collect. License LGPL-3.
"""Planned activities of collection accounts: with the time of the day, and shown on the row."""

from collections import defaultdict
from datetime import timezone

from odoo import api, fields, models

from ..tools.schedule import from_wall, hours_of
from ..tools.time_zones import get_zone
from .inner_context import INNER, is_inner

ACCOUNT = "ar.collect.account"
#: Fields that change what the row of the customer shows.
PLAN_FIELDS = {
    "active",
    "activity_type_id",
    "collect_datetime",
    "collect_follow_up",
    "date_deadline",
    "res_id",
    "res_model_id",
    "summary",
    "user_id",
}


class MailActivity(models.Model):
    _inherit = "mail.activity"

    collect_datetime = fields.Datetime(
        string="At",
        help="When exactly, in your own time zone. The due date follows.",
    )
    collect_follow_up = fields.Boolean(
        string="Collections Follow-up",
        readonly=True,
        help="Planned by the contact log, which moves it after each contact.",
    )
    collect_promise_id = fields.Many2one(
        comodel_name="ar.collect.promise",
        string="Promise",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="The promise that was not kept, which is why this was planned.",
    )

    _collect_follow_up_unique = models.UniqueIndex(
        "(res_id) WHERE collect_follow_up IS TRUE AND active IS TRUE"
        " AND res_model = 'ar.collect.account'",
        "A customer has one follow-up at a time.",
    )

    # === COMPUTE METHODS === #

    @api.depends("res_model", "res_id")
    def _compute_res_name(self):
        """Override of `mail`, which reads the customers one by one."""
        self._get_collect_accounts().mapped("display_name")
        return super()._compute_res_name()

    @api.onchange("collect_datetime")
    def _onchange_collect_datetime(self):
        if self.collect_datetime:
            self.date_deadline = self._get_collect_deadline()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `mail`: what is planned for a customer is the row's next action."""
        activities = super().create(vals_list)
        for activity, vals in zip(activities, vals_list, strict=True):
            if activity.collect_datetime and not vals.get("date_deadline"):
                activity._write_in_step({"date_deadline": activity._get_collect_deadline()})
        activities._get_collect_accounts()._follow_activities({})
        return activities

    def write(self, vals):
        """Override of `mail` to keep date, time and the row's next action in step."""
        if PLAN_FIELDS.isdisjoint(vals) or is_inner(self.env, "collect_in_step"):
            return super().write(vals)
        planned = self.filtered(lambda activity: activity.res_model == ACCOUNT)
        accounts, former = planned._get_collect_accounts(), planned._get_former_actions()
        times = {activity: activity.collect_datetime for activity in planned}
        result = super().write(vals)
        planned._keep_collect_time(vals, times)
        accounts |= self._get_collect_accounts()
        if accounts:
            accounts._follow_activities(former)
        return result

    def unlink(self):
        """Override of `mail`: what is no longer planned is no longer the row's next action."""
        accounts, former = self._get_collect_accounts(), self._get_former_actions()
        result = super().unlink()
        if accounts:
            accounts._follow_activities(former)
        return result

    # === BUSINESS METHODS === #

    def _to_store_defaults(self, target):
        """Override of `mail`: the chatter shows the time."""
        return [*super()._to_store_defaults(target), "collect_datetime"]

    def _get_collect_accounts(self):
        """The collection accounts these activities are planned for.

        :rtype: recordset of `ar.collect.account`
        """
        planned = self.filtered(lambda activity: activity.res_model == ACCOUNT)
        return self.env[ACCOUNT].browse({activity.res_id for activity in planned})

    def _get_former_actions(self):
        """What the rows show of these activities.

        :return dict: set of (date, text) by account id
        """
        former = defaultdict(set)
        for activity in self.filtered(lambda activity: activity.res_model == ACCOUNT):
            plan = activity.date_deadline, activity._get_collect_text()
            former[activity.res_id].add(plan)
        return former

    def _get_collect_text(self):
        """What the row shows of this activity.

        :rtype: str|bool
        """
        return self.summary or self.activity_type_id.name or False

    def _keep_collect_time(self, vals, times):
        """Let the day follow the time, or the time the day, whichever was written alone."""
        if "collect_datetime" in vals and "date_deadline" not in vals:
            for activity in self.filtered("collect_datetime"):
                activity._write_in_step({"date_deadline": activity._get_collect_deadline()})
        elif "date_deadline" in vals and "collect_datetime" not in vals:
            for activity in self.filtered(times.get):
                moment = activity._get_time_on(activity.date_deadline)
                activity._write_in_step({"collect_datetime": moment})

    def _write_in_step(self, vals):
        """Write what follows from another change, which brings the row in line afterwards."""
        self.with_context(collect_in_step=INNER).write(vals)

    def _get_collect_order(self):
        """Sort key: what comes first; of a day, what has no time comes last."""
        self.ensure_one()
        return self.date_deadline, not self.collect_datetime, self.collect_datetime, self.id

    def _get_collect_zone(self):
        """The time zone of the user, in which the due date is; UTC for a name nobody knows."""
        user = self.user_id.sudo()  # sudo: the time zone of a colleague
        try:
            return get_zone(user.tz)
        except ValueError:
            return timezone.utc

    def _get_collect_deadline(self):
        """The date of the time where the user is.

        :rtype: date
        """
        moment = self.collect_datetime.replace(tzinfo=timezone.utc)
        return moment.astimezone(self._get_collect_zone()).date()

    def _get_time_on(self, day):
        """The same time of the user's day on another day.

        :param date day:
        :rtype: datetime
        """
        zone = self._get_collect_zone()
        clock = self.collect_datetime.replace(tzinfo=timezone.utc).astimezone(zone)
        if clock.date() == day:
            return self.collect_datetime
        return from_wall(day, hours_of(clock), zone).replace(tzinfo=None)
