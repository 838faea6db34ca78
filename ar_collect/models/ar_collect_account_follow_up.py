# Part of ar_collect. License LGPL-3.
"""The next follow-up of a collection account: proposed, planned, and kept in step with the row."""

from markupsafe import Markup

from odoo import api, fields, models

from .follow_up_callers import FollowUpCallers
from .follow_up_plan import FollowUpPlan, to_aware
from .inner_context import INNER, is_inner

#: What a planned follow-up and the row's next action share.
SHARED_FIELDS = {"next_action", "next_action_date"}


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    next_action_datetime = fields.Datetime(
        string="Next Action At",
        compute="_compute_next_action_datetime",
        help="When the next follow-up is planned for, in your own time zone.",
    )

    # === COMPUTE METHODS === #

    @api.depends("activity_ids.collect_datetime", "activity_ids.date_deadline")
    def _compute_next_action_datetime(self):
        planned = self._get_planned_activities()
        for account in self:
            plans = planned.get(account.id)
            account.next_action_datetime = plans[0].collect_datetime if plans else False

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `ar_collect`: what is typed here changes the planned follow-up too."""
        result = super().write(vals)
        if not is_inner(self.env, "collect_from_activity"):
            if not SHARED_FIELDS.isdisjoint(vals):
                self._change_follow_ups(vals)
            if "user_id" in vals:
                self._hand_over_follow_ups()
        return result

    # === BUSINESS METHODS - PROPOSE === #

    def _propose_follow_up(
        self, outcome=None, contact=None, now=None, user=None, at=None, promise_date=None
    ):
        """When this customer is contacted next, by whom, and why then. Nothing is written.

        :param recordset|None outcome: `ar.collect.outcome` the last contact ended in; None: no
            contact was made, the next open moment is proposed
        :param recordset|None contact: `res.partner` to contact; its hours and time zone count
        :param datetime|None now: UTC unless aware
        :param recordset|None user: `res.users`; by default the customer's collector, else oneself
        :param datetime|None at: UTC unless aware; the time the customer asked for: never moved
        :param date|None promise_date: until when payment was promised; by default that of the
            next open promise
        :return dict: ``activity_type_id``, ``summary``, ``collect_datetime`` (naive, UTC),
            ``date_deadline`` (date where the user is), ``user_id``, ``reason`` (text),
            ``warnings`` (list of texts); empty when the outcome asks for no follow-up
        """
        self.ensure_one()
        return self._propose_follow_ups(
            outcome=outcome, contact=contact, now=now, user=user, at=at, promise_date=promise_date
        )[self.id]

    def _propose_follow_ups(
        self, outcome=None, contact=None, now=None, user=None, at=None, promise_date=None
    ):
        """See :meth:`_propose_follow_up`; for many customers, in a constant number of queries.

        :return dict: values by account id
        """
        now = to_aware(now or fields.Datetime.now())
        users = {account.id: user or account.user_id or self.env.user for account in self}
        reach = self._get_reach(contact)
        everybody = self.env["res.users"].concat(*set(users.values()))
        callers = FollowUpCallers(everybody, self.company_id, now)
        outcome = outcome or self.env["ar.collect.outcome"]
        activity_type = self._get_follow_up_type(outcome)
        return {
            account.id: FollowUpPlan(
                account,
                reach[account.id],
                callers,
                now,
                outcome=outcome,
                activity_type=activity_type,
                contact=contact or self.env["res.partner"],
                at=to_aware(at) if at else None,
                user=users[account.id].sudo(),  # sudo: name and time zone of a colleague
                promise_date=promise_date,
            ).get_values()
            for account in self
        }

    @api.model
    def _get_follow_up_type(self, outcome):
        """What is planned after an outcome: its own type of activity, else a call.

        :rtype: recordset of `mail.activity.type`
        """
        call = self.env.ref("mail.mail_activity_data_call", raise_if_not_found=False)
        return outcome.activity_type_id or call or self._default_activity_type()

    # === BUSINESS METHODS - PLAN === #

    def _schedule_follow_up(self, values):
        """Plan the follow-up, in place of the one that is planned already.

        :param dict values: of :meth:`_propose_follow_up`, as they are or changed by a person
        :return: the `mail.activity`; empty for empty values
        """
        self.ensure_one()
        if not values:
            return self.env["mail.activity"]
        self.check_access("write")
        activity_values = self._get_follow_up_values(values)
        # sudo: whoever may work on the customer plans, also in place of a colleague's plan
        activities = self.env["mail.activity"].sudo()  # sudo: see above
        if self._is_own_follow_up(activity_values.get("user_id")):
            # the worklist tells the collector, no e-mail a call
            activities = activities.with_context(mail_activity_quick_update=True)
        if activity := self._get_follow_up().with_env(activities.env):
            activity.write(activity_values)
        else:
            activity = activities.create({**activity_values, **self._get_new_follow_up_values()})
        return activity.sudo(False)

    def _cancel_follow_up(self):
        """Take back what was planned by :meth:`_schedule_follow_up`."""
        self.check_access("write")
        self._get_follow_up().unlink()

    def _get_follow_up_values(self, values):
        """Values of `mail.activity` from those of a proposal."""
        names = {"activity_type_id", "summary", "collect_datetime", "date_deadline", "user_id"}
        result = {name: value for name, value in values.items() if name in names}
        if result.get("collect_datetime"):
            # whoever changes the time does not think of the date
            result.pop("date_deadline", None)
        if values.get("reason"):
            lines = [values["reason"], *values.get("warnings", ())]
            result["note"] = Markup("<br/>").join(lines)
        return result

    def _get_new_follow_up_values(self):
        return {
            "automated": True,
            "collect_follow_up": True,
            "res_id": self.id,
            "res_model_id": self.env["ir.model"]._get_id(self._name),
        }

    def _is_own_follow_up(self, user_id):
        """Whether who gets the follow-up knows of it anyway."""
        return user_id in (False, None, self.env.uid, self.user_id.id, self.acting_user_id.id)

    def _get_follow_up(self):
        """The open follow-ups of these customers that were planned by the log.

        :return: `mail.activity` with superuser rights, one a customer at most
        """
        # a plan belongs to the customer, whoever it is assigned to
        activities = self.env["mail.activity"].sudo()  # sudo: see above
        return activities.with_context(active_test=True).search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("collect_follow_up", "=", True),
            ]
        )

    # === BUSINESS METHODS - IN STEP === #

    def _get_planned_activities(self):
        """What is planned for each customer, the next one first.

        Activities of the collector, of who works today, or planned by the log count; what an
        accountant plans for another day does not take the customer off the collector's list. Where
        nobody collects, all count.

        :return dict: list of `mail.activity`, with superuser rights, by account id
        """
        # the row shows what is planned, whoever it is assigned to
        activities = self.env["mail.activity"].sudo()  # sudo: see above
        activities = activities.with_context(active_test=True).search_fetch(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)],
            ["collect_datetime", "collect_follow_up", "date_deadline", "res_id", "user_id"],
        )
        accounts = {account.id: account for account in self.sudo()}  # sudo: see above
        planned = {account_id: [] for account_id in accounts}
        for activity in activities.sorted(lambda activity: activity._get_collect_order()):
            account = accounts[activity.res_id]
            workers = account.user_id | account.acting_user_id
            if activity.collect_follow_up or not account.user_id or activity.user_id in workers:
                planned[account.id].append(activity)
        return planned

    def _follow_activities(self, former):
        """Bring the next action of these rows in line with what is planned.

        What a person has typed stays, except that a follow-up planned by the log replaces it.

        :param dict former: set of (date, text) of plans before the change, by account id
        """
        # sudo: see _get_planned_activities
        accounts = self.sudo().exists()  # sudo: see above
        accounts = accounts.with_context(
            collect_from_activity=INNER, collect_rank_later=INNER, mail_notrack=True
        )
        planned = accounts._get_planned_activities()
        changed = accounts.browse()
        for account in accounts:
            plans = [(plan.date_deadline, plan._get_collect_text()) for plan in planned[account.id]]
            was = {*plans, *former.get(account.id, ())}
            is_logged = bool(plans) and planned[account.id][0].collect_follow_up
            if is_logged or account._is_from_plan(was):
                day, text = plans[0] if plans else (False, False)
                if (account.next_action_date, account.next_action) != (day, text):
                    account.write({"next_action_date": day, "next_action": text})
                    changed += account
        if changed:
            changed._rank_again()

    def _is_from_plan(self, plans):
        """Whether the next action is what a plan has put there, and no person.

        :param set plans: (date, text) of plans
        """
        days, texts = ({plan[part] for plan in plans} for part in (0, 1))
        return (not self.next_action_date or self.next_action_date in days) and (
            not self.next_action or self.next_action in texts
        )

    def _change_follow_ups(self, vals):
        """Let the planned follow-ups follow what a person has typed as the next action."""
        follow_ups = self._get_follow_up().with_context(mail_activity_quick_update=True)
        if not follow_ups:
            return
        if "next_action_date" in vals and not vals["next_action_date"]:
            follow_ups.unlink()
            return
        values = {}
        if vals.get("next_action"):
            values["summary"] = vals["next_action"]
        if vals.get("next_action_date"):
            values["date_deadline"] = fields.Date.to_date(vals["next_action_date"])
        follow_ups.write(values)

    def _hand_over_follow_ups(self):
        """Give the planned follow-ups to the new collectors."""
        follow_ups = self._get_follow_up().with_context(mail_activity_quick_update=True)
        accounts = {account.id: account for account in self.sudo()}  # sudo: the new collector's now
        for user, found in follow_ups.grouped(lambda a: accounts[a.res_id].user_id).items():
            if user:
                found.filtered(lambda a, user=user: a.user_id != user).write({"user_id": user.id})

    def _merge_into(self, target):
        """Override of `ar_collect`: of two follow-ups of a customer, the target's stays one."""
        if target._get_follow_up():
            self._get_follow_up().write({"collect_follow_up": False})
        return super()._merge_into(target)
