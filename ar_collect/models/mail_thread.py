# Part of ar_collect. License LGPL-3.
"""Mail that comes in: written by a person, or by a machine that answers everybody."""

from odoo import models

from .inner_context import INNER

#: Set while a mail is taken in that no person wrote.
AUTOMATIC = "collect_automatic_mail"
#: Set while the mail that made a dispute is posted on it: it is no answer.
FIRST_MAIL = "collect_dispute_first_mail"
#: Headers that only machines add, whatever they say.
MACHINE_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Failed-Recipients")
#: Values of `Precedence` of machines that answer; newsletters and lists are no answers.
MACHINE_PRECEDENCE = ("auto_reply", "auto-reply", "junk")


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    # === BUSINESS METHODS === #

    def _message_route_process(self, message, message_dict, routes):
        """Override of `mail` to let the contact log know who wrote, a person or a machine."""
        if _is_automatic(message):
            self = self.with_context(**{AUTOMATIC: INNER})
        return super()._message_route_process(message, message_dict, routes)


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
