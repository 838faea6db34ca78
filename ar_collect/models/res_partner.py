# Part of ar_collect. License LGPL-3.
from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        """Override of `account` to follow contacts that move under another customer."""
        moving = not {"parent_id", "is_company"}.isdisjoint(vals)
        before = {partner: partner.commercial_partner_id for partner in self} if moving else {}
        result = super().write(vals)
        moved = {
            partner: old for partner, old in before.items() if partner.commercial_partner_id != old
        }
        if moved:
            self.browse()._follow_commercial_change(moved)
        if not {"active", "credit_limit", "trust"}.isdisjoint(vals):
            self._mark_collection_dirty()
        return result

    def _follow_commercial_change(self, moved):
        """Let what is kept of a customer follow it, and refresh both the old and the new one.

        :param dict moved: former commercial partner by partner
        """
        accounts = self.env["ar.collect.account"].sudo()  # sudo: who moves a contact may see less
        for partner, old in moved.items():
            if partner == old:
                accounts._move_rows(partner, partner.commercial_partner_id)
        for partner, old in moved.items():
            (partner | old | partner.commercial_partner_id)._mark_collection_dirty()

    def _mark_collection_dirty(self):
        """Mark these customers for refresh in every company."""
        pairs = {(partner.id, None) for partner in self.commercial_partner_id | self}
        self.env["ar.collect.dirty"]._mark(pairs)
