# Part of ar_collect. License LGPL-3.
"""Notices that go out as text messages."""

import uuid
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, plaintext2html

#: Days in which a provider may still say what has become of a text message.
TEXT_DAYS = 7


class ArCollectNotice(models.Model):
    _inherit = "ar.collect.notice"

    # === BUSINESS METHODS === #

    def _execute_sms(self, contents):
        """Write these notices down and put their text messages into the queue of the app SMS.

        :param dict contents: NoticeContents by notice id
        :raise UserError: the app is not installed
        """
        if "sms.sms" not in self.env:
            raise UserError(self.env._("Install the app SMS to send text messages."))
        numbers = {notice.id: notice._get_sms_number() for notice in self}
        reached = self.filtered(lambda notice: numbers[notice.id][1])
        for notice in self - reached:
            notice._note_failure(
                self.env._("No contact of %s has a telephone number.", notice.customer_id.name)
            )
        if not reached:
            return
        reached._write_contents(contents)
        texts = {}
        for notice in reached:
            contact, _number = numbers[notice.id]
            lang, _subject, _body, text = notice._render(contents[notice.id], contact)
            texts[notice.id] = text
            notice.write(
                {
                    "lang": lang,
                    "subject": text,
                    "sms_uuid": uuid.uuid4().hex,
                    "recipient_ids": [Command.set(contact.ids)],
                }
            )
        reached._post_texts(texts, numbers)
        reached._done("queued")
        self.env.ref("sms.ir_cron_sms_scheduler_action")._trigger()

    def _post_texts(self, texts, numbers):
        """Put text messages on the customers' threads and into the queue.

        Each has a notification, as those that people write: there the app SMS says what becomes
        of it.

        :param dict texts: by notice id
        :param dict numbers: (`res.partner`, number) by notice id
        """
        messages = self.env["mail.message"].create(
            [
                {
                    "model": "ar.collect.account",
                    "res_id": notice.account_id.id,
                    "message_type": "sms",
                    "subtype_id": self.env.ref("mail.mt_note").id,
                    "author_id": (notice._get_sender() or self.env.user).partner_id.id,
                    "body": plaintext2html(texts[notice.id]),
                }
                for notice in self
            ]
        )
        values = []
        for notice, message in zip(self, messages, strict=True):
            contact, number = numbers[notice.id]
            notice.message_id = message
            values.append(
                {
                    "number": number,
                    "body": texts[notice.id],
                    "partner_id": contact.id,
                    "uuid": notice.sms_uuid,
                    "mail_message_id": message.id,
                }
            )
        queued = self.env["sms.sms"].create(values)
        self.env["mail.notification"].create(
            [
                {
                    "author_id": sms.mail_message_id.author_id.id,
                    "mail_message_id": sms.mail_message_id.id,
                    "res_partner_id": sms.partner_id.id,
                    "sms_number": sms.number,
                    "notification_type": "sms",
                    "sms_id_int": sms.id,
                    "sms_tracker_ids": [Command.create({"sms_uuid": sms.uuid})],
                    "is_read": True,
                    "notification_status": "ready",
                }
                for sms in queued
            ]
        )

    @api.model
    def _follow_up_texts(self):
        """Take over what the app SMS says of the text messages of the last days; never commits."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT notice.id, told.notification_status, told.failure_type
                  FROM ar_collect_notice notice
                  JOIN mail_notification told ON told.mail_message_id = notice.message_id
                                             AND told.notification_type = 'sms'
                 WHERE notice.channel = 'sms' AND notice.state IN ('queued', 'sent')
                   AND notice.queued_at > %s
                   AND (told.notification_status IN ('bounce', 'exception', 'canceled')
                        OR notice.state = 'queued'
                           AND told.notification_status IN ('pending', 'sent'))
                   FOR NO KEY UPDATE OF notice SKIP LOCKED
                """,
                fields.Datetime.now() - timedelta(days=TEXT_DAYS),
            )
        )
        failures = dict(
            self.env["mail.notification"]._fields["failure_type"]._description_selection(self.env)
        )
        for notice_id, status, failure in rows:
            notice = self.sudo().browse(notice_id)  # sudo: the queue belongs to the system
            if status in ("pending", "sent"):
                notice.write({"state": "sent", "sent_at": fields.Datetime.now()})
            else:
                notice._note_text_failed(status, failures.get(failure) or status)

    def _note_text_failed(self, status, reason):
        """The text message did not reach the customer: somebody finds another way."""
        self._note_failure(reason)
        summary = self.env._("The text message was not sent: %s", reason)
        if status == "bounce":
            self.write({"state": "bounced", "bounced_at": fields.Datetime.now()})
            summary = self.env._("Find a telephone number that works")
        self._ask_for_work("mail.mail_activity_data_todo", summary)

    def _get_sms_number(self):
        """Who gets a text message, and at which number.

        :return: (`res.partner`, number or False)
        :rtype: tuple
        """
        self.ensure_one()
        role = self.step_id.role_id.code or "accounts_payable"
        for contact in self.customer_id._get_collect_contacts(role, "call"):
            if contact.phone and contact.collect_can_call:
                return contact, contact._phone_format(number=contact.phone) or contact.phone
        return self.env["res.partner"], False
