# Part of ar_collect. License LGPL-3.
"""A promise to pay, recorded from the invoices it is about."""

from odoo import models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _inherit = "account.move"

    # === ACTION METHODS === #

    def action_collect_promise(self):
        """Open the form of a new promise with what is open of these invoices.

        :return: window action
        :rtype: dict
        :raise UserError: they are of several customers, or nothing of them is open
        """
        lines = self._get_collect_open_lines()
        account = self._get_collect_promiser()
        return account.action_promise(lines.ids)

    # === BUSINESS METHODS === #

    def _get_collect_open_lines(self):
        """What the customer still has to pay of these invoices.

        :rtype: recordset of `account.move.line`
        :raise UserError: nothing
        """
        invoices = self.filtered(lambda move: move.is_sale_document(include_receipts=True))
        domain = self.line_ids._get_collect_open_domain(self.commercial_partner_id, self.company_id)
        lines = invoices.line_ids.filtered_domain(domain).filtered(
            lambda line: line.amount_residual > 0
        )
        if not lines:
            names = ", ".join(self.mapped("display_name"))
            raise UserError(
                self.env._(
                    "Nothing is left to pay of %s: only what is open of posted customer invoices"
                    " can be promised.",
                    names,
                )
            )
        return lines.sorted(lambda line: (line.collect_due_date, line.id))

    def _get_collect_promiser(self):
        """The collection account of the customer of these invoices.

        :rtype: recordset of `ar.collect.account`
        :raise UserError: there are several customers or companies
        """
        customer, company = self.commercial_partner_id, self.company_id
        for parties in (customer, company):
            if len(parties) > 1:
                raise UserError(
                    self.env._(
                        "A promise is made by one customer to one company, and these invoices are"
                        " of %s. Choose those of one of them.",
                        ", ".join(parties.mapped("display_name")),
                    )
                )
        return customer._get_collect_account(company)
