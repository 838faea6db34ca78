# Part of ar_collect. License LGPL-3.
"""Notices that go out on paper: written down, then printed by a person, many in one document."""

from odoo import Command, fields, models
from odoo.exceptions import UserError
from odoo.tools.pdf import merge_pdf

#: Letters that are printed at once: each takes about a second.
AT_ONCE = 100


class ArCollectNotice(models.Model):
    _inherit = "ar.collect.notice"

    # === ACTION METHODS === #

    def action_print(self):
        """Print these letters in one document and note them as sent.

        :return: action that downloads it
        :rtype: dict
        :raise UserError: none of them is a letter that is ready
        """
        self.check_access("write")
        letters = self.sudo().filtered(  # sudo: changed by its buttons alone
            lambda notice: notice.channel == "letter" and notice.state in ("queued", "sent")
        )
        if not letters:
            raise UserError(self.env._("Choose letters that are ready to be printed."))
        if len(letters) > AT_ONCE:
            raise UserError(self.env._("Print at most %s letters at once.", AT_ONCE))
        content = letters._render_letters()
        attachment = self.env["ir.attachment"].create(
            {"name": self.env._("Letters.pdf"), "raw": content, "mimetype": "application/pdf"}
        )
        letters.write({"attachment_id": attachment.id})
        letters.filtered(lambda notice: notice.state == "queued").write(
            {"state": "sent", "sent_at": fields.Datetime.now()}
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "download",
        }

    # === BUSINESS METHODS === #

    def _execute_letter(self, contents):
        """Write these notices down; they wait to be printed.

        :param dict contents: NoticeContents by notice id
        """
        self._write_contents(contents)
        for notice in self:
            role = notice.step_id.role_id.code
            contact = notice.customer_id._get_collect_contacts(role)[:1]
            lang, subject, body, _sms = notice._render(contents[notice.id], contact)
            notice.write(
                {
                    "lang": lang,
                    "subject": subject,
                    "body": body,
                    "recipient_ids": [Command.set(contact.ids)],
                }
            )
        self._done("queued")
        self._record_sendings()

    def _render_letters(self):
        """These letters in one document, each rendered by itself, with what goes with it behind.

        wkhtmltopdf takes one document a call where it has no patched Qt.

        :rtype: bytes
        """
        report = self.env["ir.actions.report"]
        name = "ar_collect.ar_collect_notice_letter_report"
        pages = []
        for notice in self.sorted(lambda notice: (notice.customer_id.name or "", notice.id)):
            render = report.with_context(lang=notice.lang)._render_qweb_pdf
            pages.append(render(name, notice.ids)[0])
            files = notice._get_enclosures(notice.lang, notice.recipient_ids[:1], None)
            pages += files.mapped("raw")
            files.unlink()  # they are part of the letter
        return merge_pdf(pages)
