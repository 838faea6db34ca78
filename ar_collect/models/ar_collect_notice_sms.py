# Part of ar_collect. License LGPL-3.
"""Notices that go out as text messages."""

import uuid

from odoo import Command, models
from odoo.exceptions import UserError


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
        messages = []
        for notice in reached:
            contact, number = numbers[notice.id]
            lang, _subject, _body, text = notice._render(contents[notice.id], contact)
            reference = uuid.uuid4().hex
            messages.append(
                {"number": number, "body": text, "partner_id": contact.id, "uuid": reference}
            )
            notice.write(
                {
                    "lang": lang,
                    "subject": text,
                    "sms_uuid": reference,
                    "recipient_ids": [Command.set(contact.ids)],
                }
            )
        self.env["sms.sms"].create(messages)
        reached._done("queued")
        self.env.ref("sms.ir_cron_sms_scheduler_action")._trigger()

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
