# Part of ar_collect. License LGPL-3.
from base64 import b64encode

from reportlab.graphics.barcode import createBarcodeDrawing

from odoo import models


class ResPartnerBank(models.Model):
    _inherit = "res.partner.bank"

    # === BUSINESS METHODS === #

    def _draw_collect_qr(self, amount, text, reference, currency, debtor):
        """The code to pay with, as core makes it, in lines instead of pixels.

        For pixels ReportLab needs a further library, which not every server has.

        :param float amount: in the currency
        :param str text: what the payment is for
        :param str|None reference: the same, as a structured reference
        :param recordset currency: `res.currency`
        :param recordset debtor: `res.partner` who pays
        :return: data address; None where core offers no code, or one with a picture in it
        :rtype: str|None
        """
        values = self._build_qr_code_vals(amount, text, reference, currency, debtor)
        params = values and self._get_qr_code_generation_params(**values)
        if not params or params["barcode_type"] != "QR" or params.get("mask"):
            return None
        drawing = createBarcodeDrawing(
            "QR",
            value=params["value"],
            width=params["width"],
            height=params["height"],
            barBorder=0,
            barLevel=params.get("barLevel", "L"),
        )
        picture = b64encode(drawing.asString("svg").encode()).decode()
        return f"data:image/svg+xml;base64,{picture}"
