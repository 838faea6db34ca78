# Part of ar_collect. License LGPL-3.
"""Copies of customers' documents: the files, and how often they were sent."""

from odoo import models
from odoo.tools import SQL


class AccountMove(models.Model):
    _inherit = "account.move"

    # === BUSINESS METHODS === #

    def _get_collect_sent_counts(self):
        """How often each document went out: mailed by itself, or as a copy from a call page.

        :return: number by id of the document; those never sent are left out
        :rtype: dict
        """
        if not self:
            return {}
        self.env.flush_all()
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT move_id, COUNT(*)::int4
                      FROM (SELECT message.res_id AS move_id, message.id
                              FROM mail_message message
                             WHERE message.model = 'account.move'
                               AND message.res_id = ANY(%(ids)s)
                               AND message.message_type NOT IN ('notification', 'email')
                               AND EXISTS (SELECT FROM mail_notification notification
                                            WHERE notification.mail_message_id = message.id
                                              AND notification.notification_type = 'email'
                                              AND notification.notification_status != 'canceled')
                             UNION
                            SELECT line.move_id, activity.message_id
                              FROM ar_collect_activity_line_rel rel
                              JOIN account_move_line line ON line.id = rel.account_move_line_id
                              JOIN ar_collect_activity activity
                                ON activity.id = rel.ar_collect_activity_id
                             WHERE line.move_id = ANY(%(ids)s)
                               AND activity.direction = 'out'
                               AND activity.channel IN ('email', 'letter')) AS sent
                     GROUP BY move_id
                    """,
                    ids=self.ids,
                )
            )
        )

    def _get_collect_pdf_attachments(self):
        """The PDF of each document, made where there is none yet, to be attached to a mail.

        :rtype: recordset of `ir.attachment`
        """
        self.check_access("read")
        # a document one may read is sent as it is, tax details and all
        documents = self.sudo()  # sudo: see above
        return self.env["ir.attachment"].create(
            [
                {
                    "name": document["filename"],
                    "raw": document["content"],
                    "mimetype": "application/pdf",
                    "res_model": "mail.compose.message",
                    "res_id": 0,
                }
                for document in map(type(self)._get_collect_pdf, documents)
            ]
        )

    def _get_collect_pdf(self):
        """The document as it was sent, or else as it would be.

        :return: {filename, content: bytes}
        :rtype: dict
        """
        self.ensure_one()
        if document := self._get_invoice_legal_documents("pdf"):
            return document
        content, _format = self.env["ir.actions.report"]._render_qweb_pdf(
            "account.account_invoices", self.ids
        )
        return {"filename": self._get_invoice_report_filename(), "content": content}
