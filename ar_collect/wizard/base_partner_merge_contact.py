# Part of ar_collect. License LGPL-3.
from odoo import api, models

#: What is known of the contact that stays, whatever was known of the one that goes.
KEPT = ("collect_left_date", "collect_wrong_number_date", "collect_phone_date")


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_values(self, src_partners, dst_partner):
        """Override of `base`: who is still there does not leave because a double of theirs did."""
        contact = dst_partner.sudo()  # sudo: who merges contacts may have no part in collections
        kept = {name: contact[name] for name in KEPT} if contact.phone else {}
        kept["collect_left_date"] = contact.collect_left_date
        result = super()._update_values(src_partners, dst_partner)
        contact.write(kept)
        return result
