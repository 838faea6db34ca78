# Part of ar_collect. License LGPL-3.
from datetime import timedelta

from odoo import fields, models

#: Hours in which the managers are told once that the mail server does not answer.
ALARM_HOURS = 24


class ResCompany(models.Model):
    _inherit = "res.company"

    collect_notice_active = fields.Boolean(
        string="Send Notices",
        help="What the strategies ask for is planned and goes out. Until this is set, the preview"
        " shows what would happen, and nothing is sent.",
    )
    collect_notice_since = fields.Date(
        string="Sending Since", readonly=True, help="When sending was last switched on."
    )
    collect_notice_gentle_date = fields.Date(
        string="Begin Gently",
        help="What was late already on this day begins with the first reminder, as if it had become"
        " late then. Empty: the reminder that its age asks for comes at once.",
    )
    collect_notice_per_hour = fields.Integer(
        string="Notices per Hour",
        default=2000,
        help="At most so many leave in an hour. 0: no limit.",
    )
    collect_notice_require_sent = fields.Boolean(
        string="Only Invoices That Were Sent",
        default=True,
        help="Nobody is reminded of an invoice that was never sent: a task is made to send it.",
    )
    collect_notice_pause_days = fields.Integer(
        string="Pause After an Answer",
        default=3,
        help="Days without notices after the customer has answered one, for somebody to look at it.",
    )

    collect_mail_alarm_at = fields.Datetime(
        string="Mail Alarm", readonly=True, help="When it was last told that mails cannot leave."
    )

    _collect_notice_per_hour_not_negative = models.Constraint(
        "CHECK (collect_notice_per_hour >= 0)", "The notices per hour cannot be negative."
    )
    _collect_notice_pause_not_negative = models.Constraint(
        "CHECK (collect_notice_pause_days >= 0)", "The days of pause cannot be negative."
    )

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `base` to note since when notices go out, and to plan them at once."""
        if vals.get("collect_notice_active"):
            vals = {**vals, "collect_notice_since": fields.Date.context_today(self)}
        result = super().write(vals)
        if vals.get("collect_notice_active"):
            cron = self.env.ref("ar_collect.ir_cron_notice_plan")
            cron.sudo()._trigger()  # sudo: a scheduled action
        return result

    # === BUSINESS METHODS === #

    def _alarm_about_mails(self, reason):
        """Tell the collections managers once a day that the mail server does not answer.

        :param str reason: what the queue says
        """
        self.ensure_one()
        now = fields.Datetime.now()
        if self.collect_mail_alarm_at and self.collect_mail_alarm_at > now - timedelta(
            hours=ALARM_HOURS
        ):
            return
        self.collect_mail_alarm_at = now
        group = self.env.ref("ar_collect.group_manager")
        managers = group.all_user_ids.filtered(
            lambda user: user.active and not user.share and self in user.company_ids
        )
        self.partner_id.message_notify(
            partner_ids=managers.partner_id.ids,
            subject=self.env._("Reminders cannot leave: the mail server does not answer"),
            body=self.env._(
                "%(company)s: reminders wait in the queue and are tried again. %(reason)s",
                company=self.name,
                reason=reason or "",
            ),
        )
