# Part of ar_collect. License LGPL-3.
"""What goes with a notice: the link to the customer's page, the statement, the invoices."""

from odoo import fields, models


class ArCollectNotice(models.Model):
    _inherit = "ar.collect.notice"

    # === BUSINESS METHODS === #

    def _get_links(self, recipients):
        """The signed links to the customers' pages, by notice id; the notices remember them.

        :param dict recipients: (recipients, copies) by notice id
        """
        pairs = [(notice.account_id, recipients[notice.id][0][:1]) for notice in self]
        urls = self.env["ar.collect.account"]._get_signed_urls(pairs)
        links = self.env["ar.collect.link"]
        digests = [links._get_digest(url.rsplit("/", 1)[-1]) for url in urls]
        found = links.search([("token_hash", "in", digests)]).grouped("token_hash")
        self._write_each(
            {
                notice.id: {"link_id": found[digest].id}
                for notice, digest in zip(self, digests, strict=True)
            }
        )
        return dict(zip(self.ids, urls, strict=True))

    def _is_heavy(self):
        """Whether documents go with this notice, which take a second or so to make."""
        return self.channel == "email" and self.step_id.attachments != "none"

    def _get_enclosures(self, lang, contact, link):
        """The files that go with this notice.

        :param str lang: code of the language
        :param recordset contact: `res.partner` who gets it
        :param str|None link: to the customer's page
        :rtype: recordset of `ir.attachment`
        """
        self.ensure_one()
        kind = self.step_id.attachments
        account = self.account_id
        if kind == "statement":
            content = account._render_statement_pdf(lang=lang, url=link, contact=contact)
            name = account.with_context(lang=lang)._get_statement_file_name("pdf")
            return self.env["ir.attachment"].create(
                {
                    "name": name,
                    "raw": content,
                    "mimetype": "application/pdf",
                    "res_model": account._name,
                    "res_id": account.id,
                }
            )
        if kind == "invoices":
            files = self._get_enclosed_documents()._get_collect_pdf_attachments()
            files.write({"res_model": account._name, "res_id": account.id})
            return files
        return self.env["ir.attachment"]

    def _get_enclosed_documents(self):
        """The documents that go with this notice, of the items that it names.

        :rtype: recordset of `account.move`
        """
        moves = self.item_ids.line_id.move_id
        if self.step_id.attachments != "invoices":
            return moves.browse()
        return moves.filtered(lambda move: move.is_sale_document(include_receipts=True))


class ArCollectLink(models.Model):
    _inherit = "ar.collect.link"

    # === BUSINESS METHODS === #

    def _on_visit(self):
        """Override of `ar_collect` to note on the notice that its link was opened."""
        notices = self.env["ar.collect.notice"].search(
            [("link_id", "=", self.id), ("clicked_at", "=", False)]
        )
        notices.clicked_at = fields.Datetime.now()
        return super()._on_visit()
