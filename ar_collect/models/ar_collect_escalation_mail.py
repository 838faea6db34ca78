# Part of ar_collect. License LGPL-3.
"""The mail to the person asked, and the reply to it, which is the answer."""

from markupsafe import Markup

from odoo import Command, models
from odoo.tools import email_normalize, format_date
from odoo.tools.mail import generate_tracking_message_id

from .ar_collect_dispute_reminder import NO_ANSWER_HEADERS
from .ar_collect_escalation import OPEN
from .inner_context import is_inner
from .mail_thread import AUTOMATIC

#: States in which a reply by mail is taken down; an answer that is there already is added to.
ANSWERABLE = (*OPEN, "answered", "unanswered")


class ArCollectEscalation(models.Model):
    _inherit = "ar.collect.escalation"

    # === BUSINESS METHODS === #

    # --- the mail

    def _queue_mails(self):
        """Put the mails into Odoo's queue, for those who have an address.

        The message stays on the escalation when the mail is gone: a reply finds it by that.
        """
        reached = self.filtered("user_id.email")
        if not reached:
            return
        reply_to = reached._notify_get_reply_to_batch(
            defaults={escalation.id: escalation._get_sender() for escalation in reached},
            author_ids={escalation.id: escalation._get_author().id for escalation in reached},
        )
        note = self.env.ref("mail.mt_note").id
        messages = self.env["mail.message"].create(
            [escalation._prepare_message(reply_to[escalation.id], note) for escalation in reached]
        )
        self.env["mail.mail"].create(
            [
                {
                    "mail_message_id": message.id,
                    "body_html": escalation._get_mail_body(),
                    "recipient_ids": [Command.link(escalation.user_id.partner_id.id)],
                    "headers": repr(NO_ANSWER_HEADERS),
                    "auto_delete": True,
                }
                for escalation, message in zip(reached, messages, strict=True)
            ]
        )

    def _prepare_message(self, reply_to, subtype_id):
        """Values of the message by which the person is told.

        :param str reply_to: where a reply goes to
        :param int subtype_id: of a note
        :rtype: dict
        """
        self.ensure_one()
        company = self.company_id
        return {
            "model": self._name,
            "res_id": self.id,
            "record_name": self.display_name,
            "record_company_id": company.id,
            "record_alias_domain_id": company.alias_domain_id.id,
            "message_type": "auto_comment",
            "subtype_id": subtype_id,
            "is_internal": True,
            "author_id": self._get_author().id,
            "email_from": self._get_sender(),
            "reply_to": reply_to,
            "reply_to_force_new": False,
            "subject": self._get_mail_subject(),
            "body": Markup("<p>%s</p>") % self.env._("Asked by e-mail: %s", self.user_id.name),
            "message_id": generate_tracking_message_id(f"{self.id}-{self._name}"),
        }

    def _get_mail_subject(self):
        reader = self.with_context(lang=self.user_id.lang)
        return reader.env._(
            "%(customer)s: your help is asked by %(day)s",
            customer=self.customer_id.display_name,
            day=format_date(reader.env, self.date_deadline),
        )

    def _get_mail_body(self):
        reader = self.with_context(lang=self.user_id.lang or self.env.lang)
        return reader.env["ir.qweb"]._render(
            "ar_collect.mail_escalation",
            {
                "escalation": reader,
                "story": self.story,
                "deadline": format_date(reader.env, self.date_deadline),
                "link": f"{self.get_base_url()}/odoo/collections-asked-of-me/{self.id}",
                # without an address for replies they go to the collector alone
                "by_mail": bool(self.company_id.catchall_email),
            },
        )

    def _get_author(self):
        sender = self.requester_id or self.collector_id
        return sender.partner_id or self.company_id.partner_id

    def _get_sender(self):
        who = self.requester_id or self.collector_id
        return (
            (who.email and who.email_formatted)
            or self.company_id.email_formatted
            or self.env.user.email_formatted
        )

    # --- the reply

    def _message_post_after_hook(self, message, msg_values):
        """Override of `mail`: what the person asked replies by mail is the answer."""
        result = super()._message_post_after_hook(message, msg_values)
        if self._is_reply(message):
            self._answer_by_mail(message._get_collect_text())
        return result

    def _is_reply(self, message):
        """Whether a message is what the person asked has written by mail, and no machine of theirs.

        What others write stays a note.

        :param recordset message: `mail.message` on this escalation
        :rtype: bool
        """
        user = self.user_id
        return (
            message.message_type == "email"
            and not is_inner(self.env, AUTOMATIC)
            and self.state in ANSWERABLE
            and user.active
            and bool(user.email_normalized)
            and email_normalize(message.email_from) == user.email_normalized
        )

    def _answer_by_mail(self, text):
        """Take down a reply, as if it were typed with the button; a later one is added to it.

        :param str text: in their words, without what is quoted
        """
        asked = self.with_user(self.user_id)
        # whatever companies are switched on: they are asked in this one
        asked = asked.with_context(allowed_company_ids=self.user_id.company_ids.ids)
        if not text or not asked.has_access("read"):
            return
        former = self.answer if self.state == "answered" else ""
        if former:
            text = f"{former}\n\n{text}"
        asked._answer(self.outcome or "other", text)
