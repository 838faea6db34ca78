# Part of ar_collect. License LGPL-3.
from odoo import models
from odoo.fields import Domain


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === BUSINESS METHODS === #

    def _get_release_domain(self):
        """Override of `ar_collect`: that of one order is no release of the customer."""
        return super()._get_release_domain() & Domain("order_id", "=", False)
