# Part of ar_collect. License LGPL-3.
"""The mail to the person asked, and the reply to it, which is the answer.

The address in “From” alone says who has written, and can be forged. So a reply decides nothing about
holds, and the collector reads which address it came from. What is not taken as the answer is an
internal note, of which the collector hears as well.
"""

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

    def message_post(self, **kwargs):
        """Override of `ar_collect`: what comes in by mail is not sent on to followers."""
        if kwargs.get("message_type") == "email":
            note = self.env.ref("mail.mt_note").id
            kwargs |= {"subtype_id": note, "subtype_xmlid": False, "is_internal": True}
        return super().message_post(**kwargs)

    def _message_post_after_hook(self, message, msg_values):
        """Override of `mail`: what the person asked replies by mail is the answer."""
        result = super()._message_post_after_hook(message, msg_values)
        if message.message_type == "email" and not is_inner(self.env, AUTOMATIC):
            text = message._get_collect_text()
            address = email_normalize(message.email_from) or message.email_from or ""
            is_theirs = self._is_theirs(address)
            if not (is_theirs and self._answer_by_mail(text, address)):
                self._put_aside(text, address, is_theirs)
        return result

    def _is_theirs(self, address):
        """Whether a mail has the address of the person asked.

        :param str address: normalized
        :rtype: bool
        """
        user = self.user_id
        return user.active and bool(address) and address == user.email_normalized

    def _answer_by_mail(self, text, address):
        """Take down a reply as “Something else”; a later one is added to the answer.

        :param str text: in their words, without what is quoted
        :param str address: that it came from
        :return: whether it was taken
        :rtype: bool
        """
        asked = self.with_user(self.user_id)
        # whatever companies are switched on: they are asked in this one
        asked = asked.with_context(allowed_company_ids=self.user_id.company_ids.ids)
        if not text or self.state not in ANSWERABLE or not asked.has_access("read"):
            return False
        if self.state == "answered":
            asked._add_to_answer(text, address)
        else:
            asked._answer("other", text, address)
        return True

    def _add_to_answer(self, text, address):
        """Add to an answer; who gave it and when, and what comes of it, stays.

        :param str text: in their words
        :param str address: that it came from by e-mail
        """
        escalation = self.sudo()  # sudo: whoever may answer has no other right on it
        escalation.answer = "\n\n".join(part for part in (escalation.answer, text) if part)
        title = self.env._(
            "Added to the answer to the escalation (%(reason)s), by e-mail, from %(address)s",
            reason=escalation.reason or "",
            address=address,
        )
        escalation._log_on_accounts(
            {escalation: self._get_mail_text(title, text)}, self.env.user.partner_id
        )
        if self.env.user != escalation._get_collector():
            escalation._come_back(address)

    # --- what is no answer

    def _put_aside(self, text, address, is_theirs):
        """Tell the collector of a mail that is not the answer: one task for all that is not done.

        :param str text: without what is quoted
        :param str address: that it came from
        :param bool is_theirs: whether that is the address of the person asked
        """
        escalation = self.sudo()  # sudo: told by the system
        title = self.env._(
            "A reply to the escalation (%(reason)s) that is not taken as the answer, by e-mail,"
            " from %(address)s",
            reason=escalation.reason or "",
            address=address,
        )
        escalation._log_on_accounts({escalation: self._get_mail_text(title, text)})
        activities = self.env["mail.activity"].sudo()  # sudo: planned for somebody else
        former = activities.search(
            [("collect_escalation_id", "=", self.id), ("collect_is_aside", "=", True)], limit=1
        )
        if former:
            line = former.env._("By e-mail, from %s", address)
            former.note = (former.note or Markup()) + self._get_mail_text(line, text)
            return
        escalation._plan_back(
            activities,
            escalation._get_back_kind(activities),
            lambda reader: reader._get_aside_values(text, address, is_theirs),
        )

    def _get_aside_values(self, text, address, is_theirs):
        """See :meth:`_put_aside`: what the task says, in the language of these records."""
        line = self.env._("By e-mail, from %s", address)
        return {
            "collect_is_aside": True,
            "summary": self.env._("A reply that was not taken as the answer")
            if is_theirs
            else self.env._("A reply from an unknown address"),
            "note": self._get_back_note() + self._get_mail_text(line, text),
        }

    def _get_mail_text(self, title, text):
        """What a mail says, escaped, under a title.

        :rtype: Markup
        """
        return Markup('<p><b>%s</b><br/><span style="white-space: pre-line">%s</span></p>') % (
            title,
            text,
        )
