# Part of ar_collect. License LGPL-3.
from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Override of `base`: core deletes the rows of the merged partners where both have one."""
        accounts = self.env["ar.collect.account"].sudo()  # sudo: who merges contacts may see less
        accounts._move_rows(src_partners, dst_partner)
        (src_partners | dst_partner)._mark_collection_dirty()
        return super()._update_foreign_keys(src_partners, dst_partner)

    @api.model
    def _update_values(self, src_partners, dst_partner):
        """Override of `base`: only now it is clear whose contact the merged one is, if anyone's."""
        result = super()._update_values(src_partners, dst_partner)
        accounts = self.env["ar.collect.account"].sudo()  # sudo: see above
        accounts._move_rows(dst_partner, dst_partner.commercial_partner_id)
        dst_partner._mark_collection_dirty()
        return result
