# Part of ar_collect. License LGPL-3.
"""Notices that go out by e-mail: put into the queue here, with one mail for all recipients."""

from odoo import Command, fields, models
from odoo.tools.mail import formataddr, generate_tracking_message_id

#: Asks mail programs not to answer by themselves.
HEADERS = {"X-Auto-Response-Suppress": "OOF, AutoReply", "Auto-Submitted": "auto-generated"}


class ArCollectNotice(models.Model):
    _inherit = "ar.collect.notice"

    # === BUSINESS METHODS === #

    def _execute_email(self, contents):
        """Write these notices down and put their mails into the queue.

        :param dict contents: NoticeContents by notice id
        """
        recipients = self._get_recipients()
        reached = self.filtered(lambda notice: recipients[notice.id][0])
        (self - reached)._fail_without_address()
        if not reached:
            return
        reached._write_contents(contents)
        links = reached._get_links(recipients)
        texts = {}
        for notice in reached:
            people, copies = recipients[notice.id]
            lang, subject, body, _sms = notice._render(
                contents[notice.id], people, links.get(notice.id)
            )
            texts[notice.id] = (people, copies, lang, subject, body)
        mails = reached._create_mails(texts)
        for notice, mail in zip(reached, mails, strict=True):
            people, copies, lang, subject, body = texts[notice.id]
            notice.write(
                {
                    "lang": lang,
                    "subject": subject,
                    "body": body,
                    "recipient_ids": [Command.set(people.ids)],
                    "cc_ids": [Command.set(copies.ids)],
                    "mail_id": mail.id,
                    "message_id": mail.mail_message_id.id,
                }
            )
        reached._done("queued")
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    def _create_mails(self, texts):
        """The mails of these notices, in the queue.

        :param dict texts: (recipients, copies, language, subject, body) by notice id
        :rtype: recordset of `mail.mail`
        """
        reply_to = self.account_id._notify_get_reply_to()
        note = self.env.ref("mail.mt_note").id
        values = [
            notice._prepare_mail(texts[notice.id], reply_to[notice.account_id.id], note)
            for notice in self
        ]
        return self.env["mail.mail"].create(values)

    def _prepare_mail(self, text, reply_to, subtype_id):
        people, copies, _lang, subject, body = text
        sender = self._get_sender().sudo()  # sudo: who writes, as every recipient sees
        email_from = sender.email_formatted or self.company_id.email_formatted
        account = self.account_id
        layout = self.env["ir.qweb"]._render(
            "ar_collect.notice_mail",
            {"body": body, "subject": subject, "lang": text[2]},
            minimal_qcontext=True,
        )
        return {
            "model": account._name,
            "res_id": account.id,
            "record_name": account.partner_id.name,
            "record_company_id": self.company_id.id,
            "record_alias_domain_id": self.company_id.alias_domain_id.id,
            "message_type": "auto_comment",
            "subtype_id": subtype_id,
            "is_internal": True,
            "author_id": (sender.partner_id or self.company_id.partner_id).id,
            "email_from": email_from,
            "reply_to": reply_to or email_from,
            "reply_to_force_new": False,
            "subject": subject,
            "body": body,
            "body_html": layout,
            "email_to": ", ".join(
                formataddr((person.name, person.email_normalized)) for person in people
            ),
            "email_cc": ", ".join(
                formataddr((person.name, person.email_normalized)) for person in copies
            ),
            "partner_ids": [Command.set((people | copies).ids)],
            "message_id": generate_tracking_message_id(f"{account.id}-{account._name}"),
            "headers": repr(HEADERS),
            "auto_delete": False,
            "state": "outgoing",
        }

    def _fail_without_address(self):
        """Keep these notices back until somebody finds an address, and ask for one."""
        for notice in self:
            notice.write(
                {
                    "state": "failed",
                    "failure": self.env._(
                        "No contact of %s has an e-mail address that works. Add one, then send"
                        " again.",
                        notice.customer_id.name,
                    ),
                    "failure_count": notice.failure_count + 1,
                }
            )
        self._ask_for_work(
            "mail.mail_activity_data_todo", self.env._("Find an e-mail address that works")
        )

    def _get_links(self, recipients):
        """The signed links to the customers' pages, by notice id.

        :param dict recipients: (recipients, copies) by notice id
        """
        return {}

    def _send_again(self):
        """Put failed notices back into planning, to be read from the ledger once more."""
        for notice in self:
            notice.mail_id.filtered(lambda mail: mail.state != "sent").state = "cancel"
        self.mark_ids.unlink()
        self.write(
            {
                "state": "planned",
                "approver_id": self.env.uid,
                "failure": False,
                "scheduled_date": fields.Datetime.now(),
                "date_planned": fields.Date.context_today(self),
            }
        )
        self._process_notices(self.ids)
