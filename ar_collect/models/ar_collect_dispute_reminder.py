# Part of ar_collect. License LGPL-3.
"""Customers who do not answer our question: reminded by itself, then left to the coordinator.

A reminder goes out at most once in each period: the day of the last question or reminder is kept
on the dispute, in the transaction that queues the mail. A missed day is made up for, once.
"""

import logging
from operator import methodcaller

from odoo import api, fields, models
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

#: Headers that tell other machines not to answer.
NO_ANSWER_HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


class ArCollectDispute(models.Model):
    _inherit = "ar.collect.dispute"

    date_asked = fields.Date(
        string="Last Asked",
        readonly=True,
        copy=False,
        help="When the customer was last asked or reminded, while we wait for the answer.",
    )
    reminder_count = fields.Integer(
        string="Reminders", readonly=True, copy=False, help="Sent by themselves in this wait."
    )
    silence_told = fields.Boolean(
        readonly=True, copy=False, help="The coordinator knows that no answer comes."
    )

    # === CRON METHODS === #

    @api.model
    def _cron_escalate(self):
        """Override of `ar_collect` to remind customers first: who is reminded is not late."""
        work_through = self.env["ar.collect.account"]._work_through
        work_through(self._get_silent(), methodcaller("_process_silence"), self._note_no_reminder)
        return super()._cron_escalate()

    # === BUSINESS METHODS === #

    @api.model
    def _get_silent(self):
        """The disputes whose customer has not answered for a period; on working days alone.

        :rtype: recordset
        """
        silent = self.browse()
        companies = self.env["res.company"].search([("collect_dispute_remind_days", ">", 0)])
        for company in companies:
            if company._get_collect_today() in company._get_collect_bank_days():
                silent |= self.search(self._get_silent_domain(company))
        return silent

    @api.model
    def _get_silent_domain(self, company):
        """Disputes of a company that wait for a customer who was asked a period ago or longer.

        :rtype: Domain
        """
        days = company._get_collect_bank_days()
        asked = days.add(company._get_collect_today(), -company.collect_dispute_remind_days)
        return (
            Domain("company_id", "=", company.id)
            & Domain("state", "=", "open")
            & Domain("stage_kind", "=", "waiting")
            & Domain("silence_told", "=", False)
            & Domain("date_asked", "<=", asked)
        )

    def _process_silence(self):
        """Remind the customer, or tell the coordinator that reminding is of no use; never commits.

        Nothing happens to a dispute that another worker has, or that was answered meanwhile.
        """
        self.ensure_one()
        company = self.company_id
        dispute = self.try_lock_for_update().filtered_domain(self._get_silent_domain(company))
        if not dispute:
            return
        recipients = dispute._get_reminded()
        if recipients and dispute.reminder_count < company.collect_dispute_remind_count:
            dispute._remind(recipients)
        else:
            dispute._tell_silence(recipients)
        dispute._review_later()

    def _get_reminded(self):
        """Who of the customer is reminded: whoever was asked, else who else can be reached.

        :rtype: recordset of `res.partner`
        """
        contact = self._get_contact().filtered("collect_can_mail")
        return contact or self.account_id._get_mail_recipients()

    def _remind(self, recipients):
        """Queue a reminder in the customer's language.

        :param recordset recipients: `res.partner`
        """
        self._send_automatic_mail("ar_collect.mail_template_dispute_reminder", recipients)
        self.write(
            {
                "reminder_count": self.reminder_count + 1,
                "date_asked": self.company_id._get_collect_today(),
            }
        )

    def _tell_silence(self, recipients):
        """Give the coordinator a task in place of another reminder.

        :param recordset recipients: who could be reminded; empty: nobody
        """
        if not recipients:
            summary = self.env._("No reminder possible: no contact has a working address")
        else:
            summary = self.env._(
                "No answer to %s reminders: how does it go on?", self.reminder_count
            )
        self.silence_told = True
        self._plan_task_of_coordinator(summary)

    def _plan_task_of_coordinator(self, summary):
        user = self.coordinator_id if self.coordinator_id.active else self._get_owner()
        if user:
            self._plan_task(user, self.company_id._get_collect_today(), summary)

    def _review_later(self):
        """Give the customer, or the coordinator, a period before it counts as late."""
        company = self.company_id
        days = company._get_collect_bank_days()
        day = days.add(company._get_collect_today(), company.collect_dispute_remind_days)
        self.date_review = max(self.date_review or day, day)

    @api.model
    def _note_no_reminder(self, dispute, error):
        """A reminder that failed is tried again after a period; the coordinator knows.

        :param recordset dispute: one dispute
        :param Exception error: what it did is undone
        """
        _logger.error("The reminder of dispute %s failed", dispute.id, exc_info=error)
        dispute.date_asked = dispute.company_id._get_collect_today()
        dispute._plan_task_of_coordinator(
            self.env._("The reminder could not be sent: %s", str(error)[:100])
        )

    def _send_automatic_mail(self, xmlid, recipients):
        """Queue a mail to the customer that no person wrote, so that no machine answers it.

        :param str xmlid: of the template
        :param recordset recipients: `res.partner`
        """
        self.ensure_one()
        template = self.env.ref(xmlid)
        language = template._render_lang(self.ids)[self.id] or self.env.lang
        subject, body = (
            template._render_field(name, self.ids, compute_lang=True)[self.id]
            for name in ("subject", "body_html")
        )
        self.with_context(lang=language).message_post(
            author_id=(self.coordinator_id or self.env.user).partner_id.id,
            subject=subject,
            body=body,
            partner_ids=recipients.ids,
            message_type="auto_comment",  # no work of the collector, unlike a comment
            subtype_xmlid="mail.mt_comment",
            email_layout_xmlid="mail.mail_notification_light",
            email_add_signature=False,
            mail_headers=NO_ANSWER_HEADERS,
            notify_skip_followers=True,
            force_send=False,
        )

    # --- when the wait begins and ends

    def _follow_stage(self):
        """Override of `ar_collect`: each wait for the customer begins without reminders."""
        result = super()._follow_stage()
        for dispute in self:
            if not dispute.waiting_since and dispute.date_asked:
                dispute.write({"date_asked": False, "reminder_count": 0, "silence_told": False})
            elif dispute.waiting_since and not dispute.date_asked:
                dispute.date_asked = dispute.waiting_since
        return result

    def _wait_for_customer(self):
        """Override of `ar_collect`: who is asked by hand is not reminded for a period."""
        result = super()._wait_for_customer()
        dispute = self.sudo()  # sudo: like the stage
        dispute.date_asked = self.company_id._get_collect_today()
        dispute.silence_told = False
        return result
