# Part of ar_collect. License LGPL-3.
"""What a person decides about a planned notice: approve, skip, put off, send now."""

from odoo import fields, models
from odoo.exceptions import UserError

from .ar_collect_notice import PENDING, STATES


class ArCollectNotice(models.Model):
    _inherit = "ar.collect.notice"

    # === ACTION METHODS === #

    def action_approve(self):
        """Let these notices go out at the customers' next office hours."""
        self._check_pending().write({"state": "planned", "approver_id": self.env.uid})
        self._trigger_sending()

    def action_skip(self):
        """Leave these steps out; the next ones of the strategy come as usual."""
        pending = self._check_pending()
        pending._cancel("skipped", keep_marks=True)

    def action_postpone(self):
        """Look at these notices again tomorrow."""
        self._postpone(1)

    def action_postpone_week(self):
        """Look at these notices again in a week."""
        self._postpone(7)

    def action_send_now(self):
        """Send at once what is planned or failed, whatever the hour at the customer's."""
        self.check_access("write")
        notices = self.sudo()  # sudo: changed by its buttons alone
        failed = notices.filtered(lambda notice: notice.state in ("failed", "bounced"))
        (notices - failed)._check_pending()
        failed._plan_again()
        for notice in notices:
            notice.write(
                {
                    "state": "planned",
                    "approver_id": self.env.uid,
                    "scheduled_date": fields.Datetime.now(),
                    "date_planned": notice.company_id._get_collect_today(),
                }
            )
        notices._process_notices(notices.ids)
        self._trigger_sending()  # what does not fit into one batch

    def action_undo(self):
        """Take back what was decided last: approved, skipped or put off, as long as it can be.

        :raise UserError: when something was done already, naming the notice
        """
        self.check_access("write")
        notices = self.sudo()  # sudo: changed by its buttons alone
        skipped = notices.filtered(
            lambda notice: notice.state == "cancelled" and notice.cancel_reason == "skipped"
        )
        (notices - skipped)._check_pending()
        skipped._bring_back()
        for notice in notices:
            today = notice.company_id._get_collect_today()
            notice.write(
                {
                    "state": "planned" if notice.step_id.automatic else "to_approve",
                    "approver_id": False,
                    "cancel_reason": False,
                    "date_planned": min(notice.date_planned, today),
                }
            )

    # === BUSINESS METHODS === #

    def _bring_back(self):
        """Let skipped steps be planned again: for their items they do not count as done."""
        for notice in self:
            if notice._has_successor():
                raise UserError(
                    notice.env._("%s: another step was planned meanwhile.", notice.display_name)
                )
        self.mark_ids.unlink()

    def _has_successor(self):
        """Whether another notice of the customer is planned on the channel by now."""
        domain = [
            ("account_id", "=", self.account_id.id),
            ("channel", "=", self.channel),
            ("state", "in", PENDING),
        ]
        return bool(self.search_count(domain, limit=1))

    def _check_pending(self):
        """These notices, as superuser, as long as nothing was done yet.

        :raise UserError: naming the first one of which something was
        """
        self.check_access("write")
        if done := self.filtered(lambda notice: notice.state not in PENDING):
            raise UserError(
                self.env._(
                    "%(notice)s: it is %(state)s, so it cannot be changed any more.",
                    notice=done[0].display_name,
                    state=dict(STATES)[done[0].state].lower(),
                )
            )
        return self.sudo()  # sudo: changed by its buttons alone, whose rights are checked above

    def _postpone(self, days):
        for notice in self._check_pending():
            day = max(notice.date_planned, notice.company_id._get_collect_today())
            notice.write({"date_planned": fields.Date.add(day, days=days), "scheduled_date": False})

    def _cancel(self, reason, keep_marks=False):
        """End these notices without sending.

        :param str reason: of :data:`REASONS`
        :param bool keep_marks: whether the step counts as done for its items
        """
        if keep_marks:
            self._mark_items()
        self.write({"state": "cancelled", "cancel_reason": reason})
