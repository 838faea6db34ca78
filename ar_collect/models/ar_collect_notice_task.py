# Part of ar_collect. License LGPL-3.
"""Steps that are work for somebody of ours: calls, tasks, proposals of a hold."""

from odoo import fields, models


class ArCollectNotice(models.Model):
    _inherit = "ar.collect.notice"

    # === BUSINESS METHODS === #

    def _execute_call(self, contents):
        """Plan calls for the collectors."""
        self._execute_task(contents, "mail.mail_activity_data_call")

    def _execute_activity(self, contents):
        """Plan tasks for somebody else, by default the customers' salespeople."""
        self._execute_task(contents, "mail.mail_activity_data_todo")

    def _execute_hold(self, contents):
        """Propose to stop new business on credit; a person decides."""
        held = self.filtered(lambda notice: notice.account_id._is_held_for_good())
        held._cancel("hold", keep_marks=False)
        (self - held)._execute_task(contents, "mail.mail_activity_data_warning")

    def _execute_task(self, contents, xmlid):
        """Write these notices down and plan an activity for each.

        :param dict contents: NoticeContents by notice id
        :param str xmlid: of the type of activity
        """
        if not self:
            return
        self._write_contents(contents)
        activities = self._ask_for_work(xmlid)
        for notice, activity in zip(self, activities, strict=True):
            notice.write({"activity_id": activity.id, "subject": activity.summary})
        self._done("sent")

    def _ask_for_work(self, xmlid, summary=None):
        """Plan an activity on the customer of each of these notices, without an e-mail each.

        :param str xmlid: of the type of activity
        :param str|None summary: None: what the step says
        :rtype: recordset of `mail.activity`
        """
        activity_type = self.env.ref(xmlid, raise_if_not_found=False)
        activity_type = activity_type or self.env["mail.activity"]._default_activity_type_for_model(
            "ar.collect.account"
        )
        model_id = self.env["ir.model"]._get_id("ar.collect.account")
        # the worklist tells the collector, no e-mail a task
        activities = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        return activities.create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": notice.account_id.id,
                    "activity_type_id": activity_type.id,
                    "summary": summary or notice.step_id.summary or notice.step_id.name,
                    "note": notice._get_task_note(),
                    "user_id": notice._get_task_user().id,
                    "date_deadline": notice.date_planned or fields.Date.context_today(notice),
                }
                for notice in self
            ]
        )

    def _get_task_user(self):
        """Who gets the work of this step.

        :rtype: recordset of `res.users`
        """
        self.ensure_one()
        account, step = self.account_id, self.step_id
        collector = account.acting_user_id or account.user_id
        seller = account.partner_id.user_id
        chosen = step.user_id or (seller if step.channel == "activity" else collector)
        manager = self.company_id.collect_promise_escalation_user_id
        if step.channel == "hold":
            chosen = step.user_id or manager or collector
        return chosen or collector or self.env.ref("base.user_admin")

    def _get_task_note(self):
        return self.env._(
            "%(step)s of the strategy “%(strategy)s”: %(items)s.",
            step=self.step_id.name,
            strategy=self.strategy_id.name,
            items=self._say_how_late(),
        )
