# Part of ar_collect. License LGPL-3.
"""Files that customers fetch on the portal: all their open invoices as one archive."""

import time
import zipfile

from odoo import models

from ..tools.evidence_archive import safe_name

#: Documents in one archive.
MOST_DOCUMENTS = 300
#: Seconds for documents that have no PDF yet: it is made while the customer waits.
SECONDS = 40


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === BUSINESS METHODS === #

    def _write_portal_archive(self, file, clock=time.monotonic):
        """Write the customer's open invoices and credit notes as a zip.

        A document that cannot be made, or for which there is no time left, is named in a text.

        :param file: binary file to write to
        :param clock: what tells the seconds
        :return: how many documents are in it
        :rtype: int
        """
        self.ensure_one()
        end = clock() + SECONDS
        left_out = []
        names = set()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for move in self._get_portal_documents():
                document = self._get_portal_document(move, clock() < end)
                if not document:
                    left_out.append(move.name)
                    continue
                name = safe_name(document["filename"])
                if name in names:
                    name = f"{move.id}-{name}"
                names.add(name)
                archive.writestr(name, document["content"])
            if left_out:
                text = self.env._(
                    "These documents are not in the archive. Please ask for them on the portal:"
                )
                archive.writestr("README.txt", "\n".join([text, *left_out]))
        return len(names)

    def _get_portal_documents(self):
        """The documents of what is open, due first first.

        :rtype: recordset of `account.move`
        """
        lines = self.env["account.move.line"].search(
            self.env["account.move.line"]._get_collect_open_domain(self.partner_id, self.company_id)
        )
        moves = lines._sort_by_due().move_id.filtered(
            lambda move: move.is_sale_document(include_receipts=True)
        )
        return moves[:MOST_DOCUMENTS]

    def _get_portal_document(self, move, may_print):
        """The PDF of a document, made where there is none and there is time.

        :param recordset move: `account.move`
        :param bool may_print: whether there is time
        :return: {filename, content}; None when it could not be had
        :rtype: dict | None
        """
        if not may_print and not move.invoice_pdf_report_id:
            return None
        try:
            with self.env.cr.savepoint():
                return move._get_collect_pdf()
        except Exception:  # noqa: BLE001  whatever a document's layout does, the others are there
            return None
