# Part of ar_collect. License LGPL-3.
"""Who complains by mail is told at once who looks into it and by when.

Only a customer beyond doubt is told, at the address that is on file: whoever wears a customer's
address gets no answer, and neither does a mail that waits to be filed.
"""

from datetime import timedelta

from odoo import fields, models
from odoo.tools import email_normalize

from .inner_context import is_inner
from .mail_thread import AUTOMATIC, FIRST_MAIL, UNANSWERED

#: Hours in which a sender gets one acknowledgement, whatever is complained about.
QUIET_HOURS = 24


class ArCollectDispute(models.Model):
    _inherit = "ar.collect.dispute"

    acknowledged_on = fields.Datetime(readonly=True, copy=False)
    acknowledged_to = fields.Char(
        readonly=True, copy=False, index="btree_not_null", help="The normalized address."
    )

    # === BUSINESS METHODS === #

    def _message_post_after_hook(self, message, msg_vals):
        """Override of `mail` to acknowledge the mail that made the dispute."""
        result = super()._message_post_after_hook(message, msg_vals)
        if message.message_type == "email" and is_inner(self.env, FIRST_MAIL):
            # sudo: the gateway bears the sender, the answer is ours
            self.sudo()._acknowledge(message)  # sudo: see above
        return result

    def _acknowledge(self, message):
        """Queue the acknowledgement, unless the sender is none to be answered.

        :param recordset message: `mail.message`, the complaint
        """
        self.ensure_one()
        contact = self._get_acknowledged(message)
        if not contact or self._was_acknowledged(contact.email_normalized):
            return
        now = fields.Datetime.now()
        self.write({"acknowledged_on": now, "acknowledged_to": contact.email_normalized})
        # what the first mail was posted with is not meant for the answer
        answer = self.with_context(**{FIRST_MAIL: None})
        answer._send_automatic_mail("ar_collect.mail_template_dispute_acknowledged", contact)

    def _get_acknowledged(self, message):
        """Who is told: the contact that the mail comes from; empty for nobody.

        :param recordset message: `mail.message`, the complaint
        :rtype: recordset of `res.partner`
        """
        contact = self.partner_id
        if not self.company_id.collect_dispute_acknowledge or self._is_unanswered():
            return contact.browse()
        # of a customer with several contacts at one address the sender is the customer
        wrote = email_normalize(message.email_from) == contact.email_normalized
        return contact.filtered("collect_can_mail") if wrote else contact.browse()

    def _is_unanswered(self):
        """Whether the mail being taken in is one that no machine may answer."""
        return any(is_inner(self.env, key) for key in (AUTOMATIC, UNANSWERED))

    def _was_acknowledged(self, address):
        """Whether a sender was told something a short while ago.

        :param str address: normalized
        """
        since = fields.Datetime.now() - timedelta(hours=QUIET_HOURS)
        return bool(
            self.acknowledged_on
            or self.search_count(
                [("acknowledged_to", "=", address), ("acknowledged_on", ">", since)], limit=1
            )
        )
