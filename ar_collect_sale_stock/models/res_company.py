# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    collect_hold_delivery = fields.Selection(
        [
            ("off", "goes out"),
            ("warn", "goes out, with a warning"),
            ("stop", "waits for a release"),
        ],
        string="Deliveries on Hold",
        default="off",
        required=True,
        help="What becomes of a delivery when the customer has come on credit hold since the order"
        " was confirmed. Goods that are paid for always go out.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collect_hold_delivery = fields.Selection(
        related="company_id.collect_hold_delivery", readonly=False
    )
