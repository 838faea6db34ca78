# Part of ar_collect. License LGPL-3.
"""What becomes of a notice: left the queue or not, bounced, answered."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: Minutes after which a mail that was on its way out when the process ended counts as unclear.
UNCLEAR_MINUTES = 15
#: Minutes until the mail server is tried again.
RETRY_MINUTES = 10


class ArCollectNotice(models.Model):
    _inherit = "ar.collect.notice"

    # === BUSINESS METHODS === #

    # --- before it leaves

    def _take_back_changed(self):
        """Plan anew what no longer says what is true, and take its mail out of the queue."""
        queued = self.filtered(lambda notice: notice.state == "queued")
        if not queued:
            return
        query = queued._get_query()
        items = queued._read_items(query)
        credit = dict(self.env.execute_query(query.get_credits()))
        changed = queued.filtered(
            lambda notice: notice._has_changed(
                items[notice.account_id.id], credit.get(notice.account_id.id, 0)
            )
        )
        for notice in changed:
            notice.mail_id.write({"state": "cancel"})
        changed.mark_ids.unlink()
        changed.write({"state": "planned", "scheduled_date": False, "queued_at": False})
        if changed:
            self._trigger_sending()

    def _has_changed(self, items, credit):
        """Whether something is asked for otherwise than this notice says, or a person stepped in.

        :param list items: rows of the customer's items
        :param float credit: what came in and is not matched, 0 or less, in company currency
        :rtype: bool
        """
        if self._is_stopped() or self._differs(items):
            return True
        owed = sum(row["claim"] for row in items if row["residual"] > 0)
        return self.currency_id.compare_amounts(owed + credit, 0) <= 0

    def _is_stopped(self):
        """Whether a person has put off what nobody had approved."""
        account = self.account_id
        today = self.company_id._get_collect_today()
        pause = account.notice_pause_date
        stopped = account.hold and not self.strategy_id.include_hold
        return bool(not self.approver_id and (stopped or (pause and pause > today)))

    def _differs(self, items):
        """Whether one of the amounts that this notice says is another one by now.

        :param list items: rows of the customer's items
        :rtype: bool
        """
        total = sum(row["claim"] for row in items if row["residual"] < 0)
        asked = {row["line_id"]: row for row in items}
        for item in self.item_ids:
            row = asked.get(item.line_id.id)
            if not row:
                return True
            left = row["residual_currency"] * row["claim"] / row["residual"]
            if item.currency_id.compare_amounts(left, item.amount):
                return True
            total += row["claim"]
        return self.currency_id.compare_amounts(total, self.amount) != 0

    # --- after the queue has tried

    def _note_outcome(self, mail, failure_type, failure_reason):
        """Write down what the queue says of the mail of these notices.

        :param recordset mail: `mail.mail`
        :param str|None failure_type: of the queue; None: it was sent
        :param str|bool failure_reason:
        """
        if not self:
            return
        if failure_type == "mail_smtp":
            self._wait_for_server(mail)
        elif failure_type or mail.state != "sent":
            reason = failure_reason or mail.failure_reason or failure_type
            self._note_failure(reason)
        else:
            self.write({"state": "sent", "sent_at": fields.Datetime.now(), "failure": False})

    def _note_failure(self, reason):
        for notice in self:
            notice.write(
                {
                    "state": "failed",
                    "failure": reason,
                    "failure_count": notice.failure_count + 1,
                }
            )

    def _wait_for_server(self, mail):
        """Leave the mail in the queue while the mail server does not answer, and raise an alarm."""
        later = fields.Datetime.now() + timedelta(minutes=RETRY_MINUTES)
        reason = mail.failure_reason
        mail.write({"state": "outgoing", "scheduled_date": later})
        self.write(
            {"failure": self.env._("The mail server does not answer; tried again: %s", reason)}
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger(later)
        for company in self.company_id:
            company._alarm_about_mails(reason)

    @api.model
    def _follow_up_mails(self):
        """Look after mails that the queue lost sight of; never commits.

        A mail that was on its way out when the process ended may have arrived: nobody sends it
        again without looking. One that somebody took out of the queue is not sent.
        """
        since = fields.Datetime.now() - timedelta(minutes=UNCLEAR_MINUTES)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT notice.id, mail.state
                  FROM ar_collect_notice notice
                  LEFT JOIN mail_mail mail ON mail.id = notice.mail_id
                 WHERE notice.state = 'queued' AND notice.channel = 'email'
                   AND notice.queued_at < %(since)s
                   AND (mail.id IS NULL OR mail.state = 'cancel' OR mail.state = 'sent'
                        OR mail.state = 'exception' AND mail.write_date < %(since)s)
                   FOR NO KEY UPDATE OF notice SKIP LOCKED
                """,
                since=since,
            )
        )
        notices = self.sudo()  # sudo: the queue belongs to the system
        for notice_id, state in rows:
            notice = notices.browse(notice_id)
            if state == "sent":
                notice.write({"state": "sent", "sent_at": notice.mail_id.write_date})
            elif state == "exception":
                notice._note_unclear()
            else:
                notice._cancel("skipped")

    def _note_unclear(self):
        self._note_failure(
            self.env._(
                "Interrupted while it was being sent: it may have arrived or not. Send it again if"
                " the customer has not got it."
            )
        )
        self._ask_for_work(
            "mail.mail_activity_data_todo",
            self.env._("Check whether the reminder has arrived"),
        )

    # --- what comes back

    def _note_bounce(self, email):
        """A mail came back: the next contact gets it, else somebody looks for an address.

        :param str email: normalized
        """
        text = self.env._("The mail to %s came back.", email)
        notice = self.filtered(
            lambda notice: (
                (notice.state in ("queued", "sent") or notice._is_bounce_of_another(text))
                and email in (notice.recipient_ids | notice.cc_ids).mapped("email_normalized")
            )
        ).sorted("queued_at", reverse=True)[:1]
        if not notice:
            return
        notice.write({"bounced_at": fields.Datetime.now(), "failure": text, "state": "bounced"})
        others = notice.recipient_ids.filtered(
            lambda contact: contact.email_normalized != email and contact.collect_can_mail
        )
        if others or not notice._is_owed():
            return  # the others have got it, or nothing of it is open any more
        recipients, _copies = notice._get_recipients()[notice.id]
        if not recipients.filtered(lambda contact: contact.email_normalized != email):
            notice._ask_for_work(
                "mail.mail_activity_data_todo", self.env._("Find an e-mail address that works")
            )
        elif not notice._has_successor():
            notice._plan_again()
            notice.failure = text
            notice._trigger_sending()

    def _is_bounce_of_another(self, text):
        """Whether this notice came back already, from another address than the text says."""
        return self.state == "bounced" and self.failure != text

    def _is_owed(self):
        """Whether something that this notice names is still open."""
        return any(line.amount_residual for line in self.item_ids.line_id)

    def _note_answer(self):
        """The customer has written: nothing more goes out until somebody has looked at it."""
        now = fields.Datetime.now()
        for notice in self:
            notice.answered_at = notice.answered_at or now
            days = notice.company_id.collect_notice_pause_days
            if days:
                until = notice.company_id._get_collect_today() + timedelta(days=days)
                account = notice.account_id
                account.notice_pause_date = max(account.notice_pause_date or until, until)
