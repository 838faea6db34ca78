# Part of ar_collect. License LGPL-3.
"""What was planned for a customer, when a contact is logged and when that is taken back."""

from odoo import fields, models


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === BUSINESS METHODS === #

    def _finish_due(self, channel):
        """Mark as done what was due by today and is done with a contact.

        That is the next action of the row, and for a call the calls that were planned.

        :param str channel: of the contact
        :return: what to give to :meth:`_restore_plan`
        :rtype: dict
        """
        self.ensure_one()
        today = self._get_today()
        former = {
            "next_action": self.next_action or False,
            "next_action_date": fields.Date.to_string(self.next_action_date) or False,
        }
        calls = self._get_due_calls(today) if channel == "call" else self.env["mail.activity"]
        calls.action_archive()
        if self.next_action_date and self.next_action_date <= today:
            self.write({"next_action": False, "next_action_date": False})
        return {**former, "done": calls.ids}

    def _get_due_calls(self, today):
        # sudo: a planned call is made, whoever of those who work on the customer makes it
        activities = self.env["mail.activity"].sudo()  # sudo: see above
        workers = self.user_id | self.acting_user_id | self.env.user
        return activities.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("user_id", "in", workers.ids),
                ("collect_follow_up", "=", False),
                ("activity_type_id.category", "=", "phonecall"),
                ("date_deadline", "<=", today),
            ]
        )

    def _restore_plan(self, planned, former):
        """Undo :meth:`_finish_due` and the plan made after it.

        :param recordset planned: `mail.activity` that was planned
        :param dict former: what was planned before
        """
        self.ensure_one()
        if former.get("plan"):
            self._schedule_follow_up(former["plan"])
        else:
            planned.unlink()
        # sudo: see _get_due_calls
        activities = self.env["mail.activity"].sudo().with_context(active_test=False)  # sudo: ~
        activities.search(
            [
                ("id", "in", former.get("done", [])),
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
            ]
        ).action_unarchive()
        if former.get("next_action_date") and not self.next_action_date:
            self.write({name: former[name] for name in ("next_action", "next_action_date")})

    def _get_today(self):
        """Today's date in the company of this account."""
        return self.env["ar.collect.refresh.status"]._get_today(self.company_id)[self.company_id.id]
