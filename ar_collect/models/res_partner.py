# Part of ar_collect. License LGPL-3.
from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        """Override of `account` to follow contacts that move under another customer."""
        moving = self._filtered_moving(vals)
        before = {partner: partner.commercial_partner_id for partner in moving}
        limits = moving._get_own_limits()
        result = super().write(vals)
        moved = {
            partner: old for partner, old in before.items() if partner.commercial_partner_id != old
        }
        if moved:
            self.browse()._check_stay(moved, limits)
            self.browse()._follow_commercial_change(moved)
        if not {"active", "credit_limit", "trust"}.isdisjoint(vals):
            self._mark_collection_dirty()
        return result

    def _filtered_moving(self, vals):
        """Contacts that become another customer's by these values, or may.

        :param dict vals: see :meth:`write`
        :rtype: recordset
        """
        if {"parent_id", "is_company"}.isdisjoint(vals):
            return self.browse()
        return self.filtered(
            lambda partner: (
                ("parent_id" in vals and partner.parent_id.id != (vals["parent_id"] or False))
                or ("is_company" in vals and partner.is_company != bool(vals["is_company"]))
            )
        )

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
