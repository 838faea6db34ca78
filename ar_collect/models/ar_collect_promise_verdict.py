# Part of ar_collect. License LGPL-3.
"""What follows from a verdict on promises: notes in the chatter, tasks made and tasks done."""

from collections import defaultdict

from odoo import models
from odoo.fields import Domain

#: Event that a new state is told as; see `_get_event_title`.
EVENTS = {
    "kept": "kept",
    "partial": "partial",
    "broken": "broken",
    "cancelled": "settled",
    "replaced": "replaced",
    "open": "reopened",
}
NOT_KEPT = ("partial", "broken")


class ArCollectPromise(models.Model):
    _inherit = "ar.collect.promise"

    # === BUSINESS METHODS === #

    def _tell_verdict(self, former):
        """Note a change of state on the accounts, and plan what it asks for.

        :param dict former: state before, by id
        """
        by_state = self.grouped("state")
        for state, event in EVENTS.items():
            by_state.get(state, self.browse())._note_on_account(event)
        not_kept = self.filtered(lambda promise: promise.state in NOT_KEPT)
        not_kept_before = self.filtered(lambda promise: former[promise.id] in NOT_KEPT)
        (not_kept_before - not_kept)._get_tasks().action_archive()
        by_state.get("kept", self.browse())._get_follow_ups().action_archive()
        (not_kept - not_kept_before)._plan_tasks()

    def _get_tasks(self):
        """The tasks that were planned because these promises were not kept.

        :rtype: recordset of `mail.activity`
        """
        return self.env["mail.activity"].search([("collect_promise_id", "in", self.ids)])

    def _get_follow_ups(self):
        """What was planned when these promises were taken, unless it has been planned anew since.

        :rtype: recordset of `mail.activity`
        """
        planned = self.activity_id.follow_up_id
        newest = self.env["ar.collect.activity"]._read_group(
            [("follow_up_id", "in", planned.ids)], ["follow_up_id"], ["id:max"]
        )
        taken_in = set(self.activity_id.ids)
        return planned.browse(activity.id for activity, last in newest if last in taken_in)

    def _plan_tasks(self):
        """Have the collector ask why these promises were not kept, today.

        From the level on that the company has chosen, somebody else is told as well.
        """
        values = []
        unapplied = self._get_unapplied()
        call = self.account_id._get_follow_up_type(self.env["ar.collect.outcome"])
        for promise in self:
            user = promise._get_task_user()
            title = promise._get_event_title(promise.state)
            note = unapplied.get((promise.customer_id, promise.company_id), "")
            values.append({**promise._get_task_values(user, title), "note": note})
            company = promise.company_id
            boss = company.collect_promise_escalation_user_id
            if company._is_collect_escalated(promise.level) and boss != user:
                title = promise.env._(
                    "%(count)s promises in a row were not kept: %(customer)s",
                    count=promise.level + 1,
                    customer=promise.customer_id.display_name,
                )
                values.append(promise._get_task_values(boss, title))
        self.account_id.mapped("display_name")  # read together; each activity asks for its own
        # the worklist tells them, no e-mail for each
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [{**vals, "activity_type_id": call.id} for vals in values]
        )

    def _get_task_user(self):
        """Who works on the customer: the collector or whoever stands in, else who took the promise.

        :rtype: recordset of `res.users`
        """
        account = self.account_id
        user = account.acting_user_id or account.user_id or self.user_id
        return user if user.active else self.env["res.users"]

    def _get_unapplied(self):
        """What to look at before a customer is asked: money or credits that nobody has matched.

        :return dict: text by (customer, company)
        """
        lines = self.env["account.move.line"]
        domain = lines._get_collect_open_domain(self.customer_id, self.company_id)
        open_credits = lines._read_group(
            domain & Domain("amount_residual", "<", 0),
            ["partner_id", "company_id"],
            ["amount_residual:sum"],
        )
        sums = defaultdict(float)
        for partner, company, amount in open_credits:
            sums[partner.commercial_partner_id, company] -= amount
        return {
            (partner, company): self.env._(
                "%s of the customer's money or credits is not matched with invoices yet: look there"
                " first.",
                company.currency_id.format(amount),
            )
            for (partner, company), amount in sums.items()
        }

    def _get_task_values(self, user, title):
        """Values of the `mail.activity` of a promise that was not kept."""
        self.ensure_one()
        account = self.account_id
        return {
            "automated": True,
            "collect_promise_id": self.id,
            "date_deadline": self.company_id._get_collect_today(),
            "res_id": account.id,
            "res_model_id": self.env["ir.model"]._get_id(account._name),
            "summary": title,
            "user_id": user.id,
        }

    def _get_event_title(self, event):
        """Override of `ar_collect` for what the ledger says of promises."""
        amount = self.currency_id.format(self.amount_kept)
        match event:
            case "kept":
                return self.env._("Promise kept: %s", self.display_name)
            case "partial":
                return self.env._(
                    "Promise kept in part: %(paid)s of %(promise)s",
                    paid=amount,
                    promise=self.display_name,
                )
            case "broken":
                return self.env._("Promise not kept: %s", self.display_name)
            case "settled":
                return self.env._("Promise ended, nothing is left to pay: %s", self.display_name)
            case "reopened":
                return self.env._(
                    "Promise open again, a payment was taken back: %s", self.display_name
                )
        return super()._get_event_title(event)
