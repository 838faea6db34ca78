# Part of ar_collect. License LGPL-3.
"""Copies of documents sent from the call page."""

from odoo import models
from odoo.exceptions import UserError


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === ACTION METHODS === #

    def action_send_copies(self, line_ids, partner_id=False):
        """Open a mail to the customer with the chosen invoices attached.

        :param list line_ids: ids of the customer's journal items
        :param int|bool partner_id: the recipient; the first contact with an address when empty
        :return: action of the composer
        :rtype: dict
        :raise UserError: none of the items belongs to an invoice, or nobody has an address
        """
        self.ensure_one()
        self.check_access("write")
        items = self.env["account.move.line"].search(
            [
                ("id", "in", line_ids),
                ("partner_id.commercial_partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ]
        )
        items = items.sorted(lambda item: (item.collect_due_date, item.id))
        documents = items.move_id.filtered(
            lambda move: move.is_sale_document(include_receipts=True)
        )
        if not documents:
            raise UserError(
                self.env._("Choose at least one invoice: the others have no document to send.")
            )
        recipient = self._get_addressee(partner_id)
        attachments = documents._get_collect_pdf_attachments()
        return self._get_composer_action(documents, items, attachments, recipient)

    def action_write(self, partner_id=False):
        """Open a mail to the customer.

        :param int|bool partner_id: the recipient; the first contact with an address when empty
        :return: action of the composer
        :rtype: dict
        :raise UserError: nobody has an address
        """
        self.ensure_one()
        self.check_access("write")
        recipient = self._get_addressee(partner_id)
        return self._get_mail_action(recipient, self.env._("Write to the Customer"))

    def action_text(self, partner_id):
        """Open a text message to a contact.

        :param int partner_id: the recipient
        :return: action of the composer
        :rtype: dict
        :raise UserError: SMS is not installed, or nobody has a number
        """
        self.ensure_one()
        self.check_access("write")
        if "sms.composer" not in self.env:
            raise UserError(self.env._("Install the app SMS to send text messages."))
        recipient = self._get_recipient(partner_id)[:1]
        if not recipient.phone:
            who = recipient.display_name or self.partner_id.display_name
            raise UserError(self.env._("%s has no phone number.", who))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send SMS"),
            "res_model": "sms.composer",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_composition_mode": "comment",
                "default_res_model": self._name,
                "default_res_id": self.id,
                "default_recipient_single_number_itf": recipient.phone,
                "collect_partner_id": recipient.id,
            },
        }

    # === BUSINESS METHODS === #

    def _get_recipient(self, partner_id):
        """The chosen contact of this customer, else whom mails go to.

        :rtype: recordset of `res.partner`
        """
        chosen = self._get_family(self.env["res.partner"].browse(partner_id or []))
        return chosen or self._get_mail_recipients()

    def _get_addressee(self, partner_id):
        """The recipient of a mail, see :meth:`_get_recipient`.

        :raise UserError: without an e-mail address, saying whose is missing
        """
        recipient = self._get_recipient(partner_id)
        if not recipient.filtered("email_normalized"):
            who = recipient[:1].display_name or self.partner_id.display_name
            raise UserError(
                self.env._(
                    "%s has no e-mail address that works. Choose another contact, or add the"
                    " address to this one.",
                    who,
                )
            )
        return recipient

    def _get_composer_action(self, documents, items, attachments, recipient):
        here = self.with_context(lang=recipient[:1].lang or self.partner_id.lang or self.env.lang)
        values = {
            "account": here,
            "items": items.with_context(lang=here.env.lang),
            "recipient": recipient[:1],
        }
        names = ", ".join(documents.mapped("name")[:3]) + ("…" if len(documents) > 3 else "")
        return self._get_mail_action(
            recipient,
            self.env._("Send Copies"),
            default_subject=here.env._(
                "%(company)s: copies of %(documents)s",
                company=self.company_id.name,
                documents=names,
            ),
            default_body=here.env["ir.qweb"]._render("ar_collect.mail_copies", values),
            default_attachment_ids=attachments.ids,
            collect_line_ids=items.ids,
            collect_copies=[
                [attachment.id, document.id]
                for attachment, document in zip(attachments, documents, strict=True)
            ],
        )

    def _get_mail_action(self, recipient, name, **context):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "mail.compose.message",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_composition_mode": "comment",
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_partner_ids": recipient.ids,
                "default_email_layout_xmlid": "mail.mail_notification_light",
                "force_email": True,
                **context,
            },
        }
