# Part of ar_collect. License LGPL-3.
"""Notices that go out by e-mail: put into the queue here, with one mail for all recipients."""

from markupsafe import Markup

from odoo import Command, models
from odoo.tools import SQL
from odoo.tools.mail import formataddr, generate_tracking_message_id

from .ar_collect_notice_text import get_written

#: Asks mail programs not to answer by themselves.
HEADERS = {"X-Auto-Response-Suppress": "OOF, AutoReply", "Auto-Submitted": "auto-generated"}

#: The mail around what a notice says: no pictures; dark mode and phones are the mail program's.
LAYOUT = Markup("""<html lang="{lang}"><head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<title>{subject}</title></head>
<body style="margin: 0; padding: 16px; font-family: Verdana, Arial, sans-serif; font-size: 14px; \
line-height: 1.5;"><div style="max-width: 640px; margin: 0 auto;">{body}</div></body></html>""")


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
        texts, files = {}, {}
        for notice in reached:
            people, copies = recipients[notice.id]
            lang, subject, body, _sms = notice._render(
                contents[notice.id], people, links[notice.id]
            )
            texts[notice.id] = (people, copies, lang, subject, body)
            files[notice.id] = notice._get_enclosures(lang, people[:1], links[notice.id])
        mails = reached._create_mails(texts, files)
        rows = {}
        for notice, mail in zip(reached, mails, strict=True):
            _people, _copies, lang, subject, body = texts[notice.id]
            rows[notice.id] = {
                "lang": lang,
                "subject": subject,
                "body": body,
                "mail_id": mail.id,
                "message_id": mail.mail_message_id.id,
            }
        reached._write_each(rows)
        reached._set_readers(recipients)
        reached._done("queued")
        reached._record_sendings()
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    def _set_readers(self, recipients):
        """Write down who these notices go to, in one statement each for recipients and copies.

        :param dict recipients: (recipients, copies) by notice id
        """
        for number, name in enumerate(("recipient_ids", "cc_ids")):
            field = self._fields[name]
            pairs = [
                SQL("(%s, %s)", notice.id, partner_id)
                for notice in self
                for partner_id in recipients[notice.id][number].ids
            ]
            relation = SQL.identifier(field.relation)
            self.env.execute_query(
                SQL("DELETE FROM %s WHERE notice_id = ANY(%s) RETURNING 1", relation, self.ids)
            )
            if pairs:
                self.env.cr.execute(
                    SQL(
                        "INSERT INTO %s (notice_id, partner_id) VALUES %s",
                        relation,
                        SQL(", ").join(pairs),
                    )
                )
        self.invalidate_recordset(["recipient_ids", "cc_ids"], flush=False)

    def _create_mails(self, texts, files):
        """The mails of these notices, in the queue.

        :param dict texts: (recipients, copies, language, subject, body) by notice id
        :param dict files: `ir.attachment` by notice id
        :rtype: recordset of `mail.mail`
        """
        reply_to = self.account_id._notify_get_reply_to()
        note = self.env.ref("mail.mt_note").id
        values = []
        for notice in self:
            mail = notice._prepare_mail(texts[notice.id], reply_to[notice.account_id.id], note)
            if files[notice.id]:
                mail["attachment_ids"] = [Command.set(files[notice.id].ids)]
            values.append(mail)
        return self.env["mail.mail"].create(values)

    def _prepare_mail(self, text, reply_to, subtype_id):
        people, copies, lang, subject, body = text
        sender = self._get_sender().sudo()  # sudo: who writes, as every recipient sees
        email_from = sender.email_formatted or self.company_id.email_formatted
        account = self.account_id
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
            "body": self._get_chatter_body(people),
            "body_html": LAYOUT.format(lang=lang.split("_")[0], subject=subject, body=body),
            "email_to": format_addresses(people),
            "email_cc": format_addresses(copies),
            "partner_ids": [Command.set((people | copies).ids)],
            "message_id": generate_tracking_message_id(f"{account.id}-{account._name}"),
            "headers": repr(HEADERS),
            "auto_delete": False,
            "state": "outgoing",
        }

    def _get_chatter_body(self, people):
        """What the customer's chatter says of this notice; what was written is on the notice.

        :param recordset people: `res.partner` who get it
        :rtype: Markup
        """
        amount = get_written(self.env).amount(self.amount, self.currency_id)
        text = self.env._(
            "to %(names)s: %(count)s items, %(amount)s",
            names=", ".join(people.mapped("name")),
            count=self.item_count,
            amount=amount,
        )
        name = self.step_id.name
        link = Markup('<a href="#" data-oe-model="%s" data-oe-id="%s">%s</a>')
        return Markup("<p>%s %s</p>") % (link % (self._name, self.id, name), text)

    def _fail_without_address(self):
        """Keep these notices back until somebody finds an address, and ask for one."""
        for notice in self:
            notice._note_failure(
                self.env._(
                    "No contact of %s has an e-mail address that works. Add one, then send again.",
                    notice.customer_id.name,
                )
            )
        self._ask_for_work(
            "mail.mail_activity_data_todo", self.env._("Find an e-mail address that works")
        )

    def _plan_again(self):
        """Put notices that did not arrive back into planning, for today."""
        self.mark_ids.unlink()
        for notice in self:
            notice.mail_id.filtered(lambda mail: mail.state != "sent").state = "cancel"
            notice.write(
                {
                    "state": "planned",
                    "failure": False,
                    "scheduled_date": False,
                    "date_planned": notice.company_id._get_collect_today(),
                }
            )


def format_addresses(partners):
    """The addresses of contacts as one line of a mail's head."""
    return ", ".join(formataddr((person.name, person.email_normalized)) for person in partners)
