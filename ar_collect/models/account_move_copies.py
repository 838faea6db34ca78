# Part of ar_collect. License LGPL-3.
"""Copies of customers' documents: the files."""

from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    # === BUSINESS METHODS === #

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
