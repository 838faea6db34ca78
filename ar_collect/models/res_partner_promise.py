# Part of ar_collect. License LGPL-3.
"""A promise to pay, recorded from the contact who gives it."""

from odoo import models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    _inherit = "res.partner"

    # === ACTION METHODS === #

    def action_collect_promise(self):
        """Open the form of a new promise of the customer, with what is overdue and not promised.

        :return: window action
        :rtype: dict
        :raise UserError: the customer owes nothing
        """
        self.ensure_one()
        account = self._get_collect_account(self.env.company)
        account.check_access("write")
        lines = account._get_overdue_lines().filtered(lambda line: not line.collect_promised_amount)
        action = account.action_promise(lines.ids)
        if not self.is_company or self != self.commercial_partner_id:
            action["context"]["default_partner_id"] = self.id
        return action

    # === BUSINESS METHODS === #

    def _get_collect_account(self, company):
        """The collection account of the customer that a contact belongs to, made when missing.

        :param recordset company: `res.company`
        :return: the account, which the user may not see
        :rtype: recordset of `ar.collect.account`
        :raise UserError: there is nothing to collect
        """
        customer = self.commercial_partner_id
        accounts = self.env["ar.collect.account"].sudo()  # sudo: there is one, if not for the user
        domain = [("partner_id", "=", customer.id), ("company_id", "=", company.id)]
        account = accounts.search(domain)
        if not account:
            accounts._refresh(customer, company)
            account = accounts.search(domain)
        if not account:
            raise UserError(
                self.env._(
                    "%(customer)s owes nothing to %(company)s.",
                    customer=customer.display_name,
                    company=company.display_name,
                )
            )
        return account.sudo(False)
