# Part of ar_collect. License LGPL-3.
from odoo import api, models
from odoo.exceptions import UserError


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Override of `base`: a hold by hand goes over to a customer, not to one of its contacts.

        The contact could leave, see `res.partner`.
        """
        partners = self.env["res.partner"].browse(partner_ids).exists()
        customers = partners.filtered(lambda partner: partner.commercial_partner_id == partner)
        held = customers._filtered_held_by_hand()
        text = held and held._get_held_stay_text(held)
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        if held:
            self.env.invalidate_all()  # the contacts are replaced by SQL
            left = partners.exists()
            if left.commercial_partner_id != left:
                raise UserError(text)
        return result

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
