# Part of ar_collect. License LGPL-3.
"""Customers who stay customers of their own: no way around a credit hold by way of another one."""

from odoo import models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    _inherit = "res.partner"

    # === BUSINESS METHODS === #

    def _check_stay(self, moved, limits):
        """Refuse that customers on hold, or with a limit, become another's contacts to get rid of it.

        The account goes over to the other customer, hold and all, and Odoo gives the contact the
        other one's limit: who then left it again would have neither.

        :param dict moved: former commercial partner by partner
        :param dict limits: see :meth:`_get_own_limits`, of before
        :raise UserError: for all but managers of collections
        """
        customers = self.browse().union(*(one for one, old in moved.items() if one == old))
        if held := customers._filtered_held_by_hand():
            raise UserError(self._get_held_stay_text(held))
        if limited := customers._filtered_less_limited(limits):
            raise UserError(
                self.env._(
                    "Has a credit limit of its own, which would be lost with the other customer:"
                    " %s. Ask a collections manager.",
                    ", ".join(limited.mapped("name")),
                )
            )

    def _is_bound_to_stay(self):
        """Whether the user may not decide about credit.

        :rtype: bool
        """
        return not self.env.su and not self.env.user.has_group("ar_collect.group_manager")

    # --- the hold

    def _filtered_held_by_hand(self):
        """Customers that a manager's hold stops in any company, as far as the user is bound by it.

        :rtype: recordset
        """
        if not self or not self._is_bound_to_stay():
            return self.browse()
        accounts = self.env["ar.collect.account"].sudo()  # sudo: who moves a contact may see less
        rows = accounts.search([("partner_id", "in", self.ids), ("hold", "=", True)])
        held = rows.filtered_domain(rows._get_held_domain(rows.company_id)).partner_id
        return self.filtered(lambda partner: partner.id in held.ids)

    def _get_held_stay_text(self, customers):
        return self.env._(
            "On credit hold, stays a customer of its own until the hold is lifted: %s. Ask a"
            " collections manager.",
            ", ".join(customers.mapped("name")),
        )

    # --- the limit

    def _get_own_limits(self):
        """The limits that hold these customers by rule, as far as the user is bound by them.

        :return dict: limit by (partner, company), where there is one
        """
        if not self or not self._is_bound_to_stay():
            return {}
        companies = self.env["res.company"].sudo()  # sudo: settings, not shown
        companies = companies.search(
            [("collect_hold_active", "=", True), ("account_use_credit_limit", "=", True)]
        )
        return {
            (partner, company): limit
            for partner in self
            for company in companies
            if (limit := partner._get_limit_in(company)) > 0
        }

    def _filtered_less_limited(self, limits):
        """Contacts whose new customer may owe more than they might, or without end.

        :param dict limits: see :meth:`_get_own_limits`
        :rtype: recordset
        """
        less = self.browse()
        for (partner, company), limit in limits.items():
            new = partner.commercial_partner_id._get_limit_in(company)
            if new <= 0 or company.currency_id.compare_amounts(new, limit) > 0:
                less |= partner
        return self & less

    def _get_limit_in(self, company):
        """The credit limit in a company, in its currency; 0 or less: none.

        :rtype: float
        """
        partner = self.sudo().with_company(company)  # sudo: a limit is accounting's, and not shown
        return partner.credit_limit
