# Part of ar_collect. License LGPL-3.
from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import content_disposition, request


class DocumentController(http.Controller):
    @http.route("/ar_collect/document/<int:move_id>", type="http", auth="user", readonly=False)
    def document(self, move_id):
        """The PDF of a customer's document, for who may read it; made where there is none yet."""
        move = request.env["account.move"].browse(move_id)
        try:
            move.check_access("read")
            is_document = move.is_sale_document(include_receipts=True)
        except (AccessError, MissingError):
            raise request.not_found()
        if not is_document:
            raise request.not_found()
        # sudo: a document one may read is shown as it is, tax details and all
        document = move.sudo()._get_collect_pdf()  # sudo: see above
        name = content_disposition(document["filename"], disposition_type="inline")
        headers = [
            ("Content-Type", "application/pdf"),
            ("Content-Disposition", name),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return request.make_response(document["content"], headers)
