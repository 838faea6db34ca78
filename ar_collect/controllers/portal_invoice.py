# Part of ar_collect. License LGPL-3.
from odoo.http import request, route

from odoo.addons.account.controllers.portal import PortalAccount


class PortalInvoiceController(PortalAccount):
    @route()
    def portal_my_invoice_detail(self, invoice_id, access_token=None, **kwargs):
        """Override of `account` to note that the customer has looked at an invoice.

        A colleague who looks is none, nor is who has no right to.
        """
        response = super().portal_my_invoice_detail(invoice_id, access_token=access_token, **kwargs)
        if response.status_code == 200 and not request.env.user._is_internal():
            # sudo: whoever has the link may look, and the page has let them
            invoice = request.env["account.move"].sudo().browse(invoice_id)  # sudo: see above
            request.env["ar.collect.sending"].sudo()._note_opened(invoice)  # sudo: see above
        return response
