# Part of ar_collect. License LGPL-3.
"""Mail that comes in: written by a person, or by a machine that answers everybody."""

import re

from odoo import models

from .inner_context import INNER

#: Set while a mail is taken in that no person wrote.
AUTOMATIC = "collect_automatic_mail"
#: Set while the mail that made a dispute is posted on it: it is no answer.
FIRST_MAIL = "collect_dispute_first_mail"
#: Set while a mail is taken in that a machine must not answer, whoever wrote it.
UNANSWERED = "collect_unanswered_mail"
#: Headers that only machines add, whatever they say.
MACHINE_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Failed-Recipients")
#: Values of `Precedence` of machines that answer; newsletters and lists are no answers.
MACHINE_PRECEDENCE = ("auto_reply", "auto-reply", "junk")
#: Lists and mass mail: what is answered goes to everybody, or nowhere.
LIST_HEADERS = ("List-Id", "List-Post", "List-Unsubscribe")
LIST_PRECEDENCE = (*MACHINE_PRECEDENCE, "bulk", "list")
#: Values of `Action` in the report of a mail server, of a mail that has not failed.
DELIVERING = {"delayed", "delivered", "relayed", "expanded"}
#: Parts of addresses that nobody reads.
UNREAD_ADDRESS = re.compile(
    r"(^|[^a-z])(no|do-?not|donot)[-_.]?reply|mailer-daemon|postmaster", re.IGNORECASE
)


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    # === BUSINESS METHODS === #

    def _message_route_process(self, message, message_dict, routes):
        """Override of `mail` to let the contact log know who wrote, a person or a machine."""
        if _is_automatic(message):
            self = self.with_context(**{AUTOMATIC: INNER})
        if _is_unanswered(message, message_dict.get("email_from") or ""):
            self = self.with_context(**{UNANSWERED: INNER})
        return super()._message_route_process(message, message_dict, routes)

    def _routing_handle_bounce(self, email_message, message_dict):
        """Override of `mail`: what is only late, or has arrived, has not come back.

        Core takes each report of a mail server for a failure; nobody is written to any more then.
        """
        if _is_on_its_way(email_message):
            return None
        return super()._routing_handle_bounce(email_message, message_dict)


def _is_automatic(message):
    """Whether a machine wrote a mail: out of office, receipt, failure notice.

    :param email.message.EmailMessage message:
    :rtype: bool
    """
    submitted = str(message.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    precedence = str(message.get("Precedence", "")).strip().lower()
    return (
        submitted != "no"
        or precedence in MACHINE_PRECEDENCE
        or str(message.get("Return-Path", "")).strip() == "<>"
        or any(name in message for name in MACHINE_HEADERS)
    )


def _is_on_its_way(message):
    """Whether a mail server reports a mail that it did not give up, see RFC 3464, 2.3.3.

    :param email.message.EmailMessage message:
    :rtype: bool
    """
    actions = {
        str(block.get("Action", "")).strip().lower()
        for part in message.walk()
        if part.get_content_type() == "message/delivery-status" and part.is_multipart()
        for block in part.get_payload()
    }
    return bool(actions & DELIVERING) and "failed" not in actions


def _is_unanswered(message, sender):
    """Whether a mail is one that no machine may answer, so that no two of them go on for ever.

    :param email.message.EmailMessage message:
    :param str sender: as it is in the mail
    :rtype: bool
    """
    precedence = str(message.get("Precedence", "")).strip().lower()
    suppressed = str(message.get("X-Auto-Response-Suppress", "")).lower()
    return (
        precedence in LIST_PRECEDENCE
        or "all" in suppressed
        or "autoreply" in suppressed
        or any(name in message for name in LIST_HEADERS)
        or bool(UNREAD_ADDRESS.search(sender))
    )
