# Part of ar_collect. License LGPL-3.
"""The evidence file: the story as a PDF, and the files that it tells of, in one archive."""

import time

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date, format_datetime

from ..tools.evidence_archive import EvidenceArchive, read_parts, safe_name
from ..tools.evidence_entry import by_month, in_order

#: Making the PDF of an invoice takes a second or two, and somebody waits.
MOST_RENDERED = 40
LONGEST_RENDERING = 60
#: Bytes of files, before they are packed.
LARGEST = 500 * 1024 * 1024


class ArCollectEvidence(models.AbstractModel):
    _inherit = "ar.collect.evidence"

    # === ACTION METHODS === #

    def action_evidence(self):
        """Ask what the evidence file should hold, then download it.

        :return: window action
        :rtype: dict
        """
        self.ensure_one()
        self._check_evidence_access()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Evidence File"),
            "res_model": "ar.collect.evidence.ask",
            "view_mode": "form",
            "target": "new",
            "context": {"default_res_model": self._name, "default_res_id": self.id},
        }

    # === BUSINESS METHODS === #

    def _check_evidence_access(self):
        """Only collectors hand files over, of what they may read.

        :raise AccessError: otherwise
        """
        if not self.env.user.has_group("ar_collect.group_collector"):
            raise AccessError(self.env._("Evidence files are made by collectors."))
        self.check_access("read")
        self._get_evidence_account().check_access("read")

    def _write_evidence(self, file, internal=False):
        """Write the archive.

        :param file: to write to
        :param bool internal: with the notes among colleagues
        :raise AccessError: see :meth:`_check_evidence_access`
        """
        self.ensure_one()
        self._check_evidence_access()
        header = [self.env._("File"), self.env._("Date"), self.env._("What"), "SHA-256"]
        entries = in_order(self._get_evidence_entries(internal))
        with EvidenceArchive(file, header) as archive:
            left_out = self._add_documents(archive, entries)
            left_out += self._add_entry_files(archive, entries)
            for name, day, why in left_out:
                archive.leave_out(name, day, self.env._("Left out: %s", why))
            story = self._render_evidence(entries, left_out, internal)
            archive.add(self._get_story_filename(), [story], "", self._get_evidence_title())
        self._note_evidence(internal)

    def _note_evidence(self, internal):
        """Say in the chatter that data of the customer left the house."""
        if internal:
            body = self.env._("%s was downloaded, with internal notes.", self._get_evidence_title())
        else:
            body = self.env._("%s was downloaded.", self._get_evidence_title())
        self._message_log(body=body)

    def _get_evidence_filename(self):
        """The name of the archive.

        :rtype: str
        """
        return f"{safe_name(self._get_evidence_title().replace('/', '-'))}.zip"

    def _get_story_filename(self):
        """The name of the PDF with the story.

        :rtype: str
        """
        return f"{safe_name(self.env._('Evidence'))}.pdf"

    # --- files

    def _add_documents(self, archive, entries):
        """Add the PDF of each invoice and credit note; made where there is none, as time allows.

        :return: list of (name, date, reason) of those left out
        """
        # what is open first: of the others the story tells enough
        moves = self._get_evidence_documents().sorted(
            lambda move: (move.payment_state in ("paid", "reversed"), move.invoice_date, move.id)
        )
        folder = safe_name(self.env._("Invoices"))
        told = {entry.document: entry for entry in entries if entry.document}
        left_out, rendered, end = [], 0, time.monotonic() + LONGEST_RENDERING
        # sudo: a document one may read is shown as it is, tax details and all
        for move in moves.sudo():  # sudo: see above
            pdf = move.invoice_pdf_report_id
            rendered += not pdf
            path = ""
            if pdf:
                why, path = self._add_attachment(archive, folder, pdf, move.invoice_date, move.name)
            elif rendered > MOST_RENDERED or time.monotonic() > end:
                why = self.env._("it has no PDF yet, and making so many takes too long")
            else:
                why, path = self._add_rendered(archive, folder, move)
            if why:
                left_out.append((move.name, move.invoice_date, why))
            elif move.id in told:
                told[move.id].files.append(path)
        return left_out

    def _add_rendered(self, archive, folder, move):
        """Make the PDF of a document and add it.

        :return: the reason why there is none, or an empty text; the path, or none
        """
        try:
            document = move._get_collect_pdf()
        except UserError as error:
            return str(error), ""
        path = f"{folder}/{safe_name(document['filename'])}"
        return "", archive.add(path, [document["content"]], move.invoice_date, move.name)

    def _add_entry_files(self, archive, entries):
        """Add what is attached to the entries, and messages of which not all is told.

        :return: list of (name, date, reason) of those left out
        """
        attachments = self.env["ir.attachment"].union(
            *(entry.attachments for entry in entries if entry.attachments)
        )
        # sudo: the sound of calls is nobody's business, nor is it a file
        attachments -= attachments._get_recordings().sudo(False)
        readable = attachments._filtered_access("read")
        folder, left_out, paths = safe_name(self.env._("Attachments")), [], {}
        for entry in entries:
            if entry.full_text:
                path = f"{safe_name(self.env._('Messages'))}/{entry.number:04}.txt"
                text = entry.full_text.encode()
                entry.files.append(archive.add(path, [text], entry.day, entry.title))
            for attachment in (entry.attachments or attachments.browse()) & readable:
                if attachment not in paths:
                    why, paths[attachment] = self._add_attachment(
                        archive, folder, attachment, entry.day, entry.title
                    )
                    if why:
                        left_out.append((attachment.name, entry.day, why))
                if path := paths[attachment]:
                    entry.files.append(path)
        return left_out

    def _add_attachment(self, archive, folder, attachment, day, what):
        """Add a file, without having it in memory.

        :return: the reason why it is left out, or an empty text; the path, or none
        """
        if attachment.type != "binary":
            return self.env._("it is a link: %s", attachment.url), ""
        if archive.size + attachment.file_size > LARGEST:
            return self.env._("the files are too large together"), ""
        path = f"{folder}/{safe_name(attachment.name)}"
        if attachment.store_fname:
            parts = read_parts(attachment._full_path(attachment.store_fname))
        else:
            parts = [attachment.raw or b""]
        try:
            return "", archive.add(path, parts, day, what)
        except FileNotFoundError:
            return self.env._("the file is lost"), ""

    # --- the story

    def _render_evidence(self, entries, left_out, internal):
        """The story as a PDF.

        :param list entries: in order, with the paths of their files
        :param list left_out: (name, date, reason)
        :rtype: bytes
        """
        values = self._get_story_values(entries, left_out, internal)
        report = {
            "ar.collect.account": "ar_collect.ar_collect_account_evidence_report",
            "ar.collect.dispute": "ar_collect.ar_collect_dispute_evidence_report",
        }[self._name]
        # sudo: the layout of the company; all that is told was read before
        reports = self.env["ir.actions.report"].sudo()  # sudo: see above
        content, _format = reports._render_qweb_pdf(report, self.ids, {"story": values})
        return content

    def _get_story_values(self, entries, left_out, internal):
        """What the story's template shows.

        :rtype: dict
        """
        account = self._get_evidence_account()
        now = format_datetime(self.env, self.env.cr.now(), dt_format="medium")
        return {
            "title": self._get_evidence_title(),
            "customer": account.partner_id,
            "company": account.company_id,
            "made": now,
            "maker": self.env.user.name,
            "time_zone": self.env.user.tz or "UTC",
            "internal": internal,
            "figures": self._get_evidence_figures(),
            "open_items": self._get_open_items(),
            "months": [
                (format_date(self.env, month, date_format="MMMM yyyy"), some)
                for month, some in by_month(entries)
            ],
            "entries": [self._get_story_entry(entry) for entry in entries],
            "left_out": [(name, self._day(day), why) for name, day, why in left_out],
        }

    def _get_story_entry(self, entry):
        """An entry in words.

        :rtype: dict
        """
        hour = entry.moment.strftime("%H:%M") if hasattr(entry.moment, "hour") else ""
        return {
            "number": entry.number,
            "when": f"{self._day(entry.day)} {hour}".strip(),
            "kind": entry.kind,
            "title": entry.title,
            "facts": [fact for fact in entry.facts if fact],
            "text": entry.text,
            "files": entry.files,
        }

    def _get_open_items(self):
        """The invoices that are open: name, date, due date, amount, what is left.

        :return: list of lists of str
        """
        items = self._get_evidence_lines().filtered(lambda line: not line.reconciled)
        return [
            [
                item.move_name,
                self._day(item.invoice_date or item.date),
                self._day(item.collect_due_date),
                self._money(item.amount_currency, item.currency_id),
                self._money(item.amount_residual_currency, item.currency_id),
            ]
            for item in items
        ]
