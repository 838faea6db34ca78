# Part of ar_collect. License LGPL-3.
"""Disputes that a customer opens on the portal."""

from datetime import timedelta

from odoo import Command, fields, models

from ..tools.portal_text import as_html
from .inner_context import INNER
from .mail_thread import FIRST_MAIL

#: In which the same complaint of the same person is one.
SAME_CLICK = timedelta(minutes=10)


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === BUSINESS METHODS === #

    def _get_portal_acts(self, known):
        """Override of `ar_collect`: a customer may contest items."""
        return [
            *super()._get_portal_acts(known),
            ("dispute", self.env._("Something is wrong")),
        ]

    def _get_portal_notices(self):
        """Override of `ar_collect`."""
        return {
            **super()._get_portal_notices(),
            "dispute": (
                "success",
                self.env._("Thank you for telling us. We look into it and come back to you."),
            ),
        }

    def _get_portal_reasons(self):
        """What a customer may say is wrong.

        :rtype: recordset of `ar.collect.dispute.reason`
        """
        return self.env["ar.collect.dispute.reason"].search([("active", "=", True)])

    def _find_portal_dispute(self, contact, reason, amounts, text, files=()):
        """The dispute that the same person has just opened with the same form; others wait.

        :param recordset contact: `res.partner`
        :param recordset reason: `ar.collect.dispute.reason`
        :param dict amounts: by id of the journal item
        :param str text: what the contact typed, plain
        :param files: values of attachments: ``name``, ``raw``, ``mimetype``
        :rtype: recordset of `ar.collect.dispute`
        """
        self.ensure_one()
        self._take_turns()
        recent = self.env["ar.collect.dispute"].search(
            [
                ("account_id", "=", self.id),
                ("partner_id", "=", contact.id),
                ("reason_id", "=", reason.id),
                ("origin", "=", "portal"),
                ("create_date", ">", fields.Datetime.now() - SAME_CLICK),
            ]
        )
        said = (contact, amounts, text, files)
        return recent.filtered(lambda dispute: dispute._is_portal_complaint(*said))[:1]

    def _open_portal_dispute(self, contact, reason, amounts, text, files=()):
        """Open a dispute in the name of a contact, who is told that it has arrived.

        :param recordset contact: `res.partner`
        :param recordset reason: `ar.collect.dispute.reason`
        :param dict amounts: by id of the journal item, in their one currency
        :param str text: what the contact typed, plain
        :param files: values of attachments: ``name``, ``raw``, ``mimetype``
        :rtype: recordset of `ar.collect.dispute`
        :raise ValidationError: for more than is left of an item
        """
        here = self._for_colleagues()
        said = here._receive_portal_act(
            contact, "disputed", here._get_portal_dispute_text(reason, text), list(amounts)
        )
        dispute = here.env["ar.collect.dispute"].create(
            {
                "account_id": here.id,
                "activity_id": said.id,
                "partner_id": contact.id,
                "reason_id": reason.id,
                "origin": "portal",
                "description": text,
                "user_id": here._get_portal_owner().id,
                "item_ids": [
                    Command.create({"line_id": line_id, "amount": amount})
                    for line_id, amount in amounts.items()
                ],
            }
        )
        dispute._receive_portal_complaint(contact, text, files)
        return dispute

    def _get_portal_dispute_text(self, reason, text):
        """What colleagues read of a dispute in the account's chatter."""
        title = self.env._("Contested on the portal: %s", reason.with_env(self.env).name)
        return as_html("\n".join(filter(None, (title, text))))


class ArCollectDispute(models.Model):
    _inherit = "ar.collect.dispute"

    # === BUSINESS METHODS === #

    def _is_portal_complaint(self, contact, amounts, text, files):
        """Whether just this was contested here, in the same words and with the same files.

        :param recordset contact: `res.partner`
        :param dict amounts: by id of the journal item
        :param str text: plain
        :param files: values of attachments
        :rtype: bool
        """
        self.ensure_one()
        contested = {item.line_id.id: item.amount for item in self.item_ids}
        if (self.description or "") != text or contested.keys() != amounts.keys():
            return False
        compare = self.currency_id.compare_amounts
        if any(compare(amount, contested[line_id]) for line_id, amount in amounts.items()):
            return False
        if text or files:
            find = self.account_id._find_portal_twins
            return bool(find(self, contact, text, files, SAME_CLICK))
        return not self.talk_ids.filtered(  # without a word, and without files
            lambda message: message.author_id == contact and message.attachment_ids
        )

    def _receive_portal_complaint(self, contact, text, files):
        """Keep what the contact wrote and sent with a new dispute, and acknowledge it.

        :param recordset contact: `res.partner`
        :param str text: plain
        :param files: values of attachments
        """
        self.ensure_one()
        if text or files:
            # it is the complaint, not an answer
            here = self.with_context(**{FIRST_MAIL: INNER})
            here._post_from_portal(contact, text, files)
        company = self.company_id
        if (
            company.collect_dispute_acknowledge
            and contact.collect_can_mail
            and not self._was_acknowledged(contact.email_normalized)
        ):
            self.write(
                {
                    "acknowledged_on": fields.Datetime.now(),
                    "acknowledged_to": contact.email_normalized,
                }
            )
            self._send_automatic_mail("ar_collect.mail_template_dispute_acknowledged", contact)

    def _post_from_portal(self, contact, text, files=()):
        """Put what a contact wrote and sent into the conversation.

        :param recordset contact: `res.partner`
        :param str text: plain
        :param files: values of attachments: ``name``, ``raw``, ``mimetype``
        :rtype: recordset of `mail.message`
        """
        self.ensure_one()
        kept = self.env["ar.collect.account"]._keep_sent_files(files)
        return self.message_post(
            author_id=contact.id,
            body=as_html(text),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachment_ids=kept.ids,
        )
