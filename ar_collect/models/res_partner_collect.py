# Part of ar_collect. License LGPL-3.
"""What a contact shows of its collection account."""

from odoo import api, fields, models

#: Who sees what a customer owes: collections, and accounting, which sees the ledger anyway.
READERS = "ar_collect.group_inquiry,account.group_account_invoice,account.group_account_readonly"


class ResPartner(models.Model):
    _inherit = "res.partner"

    collect_account_id = fields.Many2one(
        comodel_name="ar.collect.account",
        string="Collection Account",
        compute="_compute_collect_account",
        groups="ar_collect.group_inquiry",
        help="Of the customer this contact belongs to, in the company worked in.",
    )
    collect_currency_id = fields.Many2one(
        comodel_name="res.currency", compute="_compute_collect_amounts", groups=READERS
    )
    collect_amount_overdue = fields.Monetary(
        string="Overdue",
        compute="_compute_collect_amounts",
        currency_field="collect_currency_id",
        groups=READERS,
    )
    collect_amount_chasable = fields.Monetary(
        string="To Collect",
        compute="_compute_collect_amounts",
        currency_field="collect_currency_id",
        groups=READERS,
    )
    collect_aging = fields.Json(string="Aging", compute="_compute_collect_amounts", groups=READERS)

    # === COMPUTE METHODS === #

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "uid")
    def _compute_collect_account(self):
        accounts = self._get_collect_accounts()
        for partner in self:
            partner.collect_account_id = accounts.get(partner.commercial_partner_id, False)

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "uid")
    def _compute_collect_amounts(self):
        accounts = self._get_collect_accounts()
        none = self.env["ar.collect.account"]
        for partner in self:
            account = accounts.get(partner.commercial_partner_id, none)
            partner.collect_currency_id = self.env.company.currency_id
            partner.collect_amount_overdue = account.amount_overdue
            partner.collect_amount_chasable = account.amount_chasable
            partner.collect_aging = account._get_aging() if account else False

    # === ACTION METHODS === #

    def action_open_collect_account(self):
        """Open the customer's collection account."""
        self.ensure_one()
        return self.collect_account_id.action_open_page()

    # === BUSINESS METHODS === #

    def _get_collect_accounts(self):
        """The accounts of the customers these contacts belong to, in the company worked in.

        :return dict: `ar.collect.account` by commercial partner; what the user may not see is left
            out
        """
        accounts = self.env["ar.collect.account"]
        if not accounts.has_access("read"):
            accounts = accounts.sudo()  # sudo: accounting sees the ledger these figures are of
        found = accounts.search(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "=", self.env.company.id),
            ]
        )
        return {account.partner_id: account for account in found}
