# Part of ar_collect. License LGPL-3.
from odoo import http
from odoo.http import content_disposition, request


class ContactCardController(http.Controller):
    @http.route(
        "/ar_collect/account/<int:account_id>/contacts.vcf", type="http", auth="user", readonly=True
    )
    def contact_cards(self, account_id):
        """The contacts of a customer in one file, which address books take at once.

        Core puts several cards into an archive, which they do not.
        """
        account = request.env["ar.collect.account"].browse(account_id).exists()
        if not account or not account.has_access("read"):
            raise request.not_found()
        content = account._get_contact_cards()
        name = f"{account.partner_id.display_name}.vcf"
        return request.make_response(
            content,
            [
                ("Content-Type", "text/vcard; charset=utf-8"),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(name)),
            ],
        )
