# Part of ar_collect. License LGPL-3.
from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    # === BUSINESS METHODS === #

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Override of `base`: a contact that goes into another one moves, orders and all."""
        partners = self.env["res.partner"].browse(partner_ids).exists()
        orders = partners._get_moving_orders()
        before = orders._get_customer_marks()
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        self.env.invalidate_all()  # the contacts are replaced by SQL
        orders._check_moved(before)
        return result
