# Part of ar_collect. License LGPL-3.
"""How it stands with collecting from a customer, in one line for whoever sells to them.

Salespeople need no role of collections: they see this of their own customers and of those of the
people they lead, and nothing of any other. The fields are worked out for each reader, and not
stored: nobody can group by them, and a search finds but what the reader sees.
"""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

STATUSES = [
    ("hold", "Credit hold"),
    ("collection", "In collection"),
    ("disputed", "Disputed"),
    ("promised", "Promised"),
    ("watch", "Watch"),
    ("good", "Good"),
]
#: What each status asks of the account; the first that holds is it. On hold are those, too, whose
#: orders the rules stop: see ``hold_level``.
CONDITIONS = {
    "hold": Domain("hold", "=", True),
    "collection": Domain("amount_chasable", ">", 0),
    "disputed": Domain("amount_disputed", ">", 0),
    "promised": Domain("amount_promised", ">", 0),
    "watch": Domain("amount_overdue", ">", 0) | Domain("broken_promise_count", ">", 0),
    "good": Domain.TRUE,
}


class ResPartner(models.Model):
    _inherit = "res.partner"

    collect_status = fields.Selection(
        STATUSES,
        string="Collections",
        compute="_compute_collect_status",
        search="_search_collect_status",
        help="Of the customer in the company worked in; empty: not a customer of yours, or nothing"
        " was ever owed.",
    )
    collect_status_currency_id = fields.Many2one(
        comodel_name="res.currency", compute="_compute_collect_status"
    )
    collect_status_overdue = fields.Monetary(
        string="Customer Overdue",
        compute="_compute_collect_status",
        currency_field="collect_status_currency_id",
        help="What is past due, credits not taken off; of customers of yours.",
    )
    collect_status_text = fields.Char(
        string="How It Stands", compute="_compute_collect_status", help="And what comes next."
    )

    # === COMPUTE METHODS === #

    @api.depends("commercial_partner_id", "commercial_partner_id.user_id")
    @api.depends_context("company", "uid", "lang")
    def _compute_collect_status(self):
        customers = Domain("partner_id", "in", self.commercial_partner_id.ids)
        accounts = self._get_collect_sales_accounts(customers)
        by_customer = {account.partner_id.id: account for account in accounts}
        none = accounts.browse()
        for partner in self:
            account = by_customer.get(partner.commercial_partner_id.id, none)
            partner.collect_status = account._get_sales_status() if account else False
            partner.collect_status_currency_id = self.env.company.currency_id
            partner.collect_status_overdue = account.amount_overdue
            partner.collect_status_text = account._get_sales_text() if account else False

    def _search_collect_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = Domain.FALSE
        before = Domain.TRUE
        conditions = {**CONDITIONS, "hold": CONDITIONS["hold"] | self._get_collect_held()}
        for status, condition in conditions.items():
            if status in value:
                found |= before & condition
            before &= ~condition
        accounts = self._get_collect_sales_accounts(found)
        domain = Domain("commercial_partner_id", "in", accounts.partner_id.ids)
        if False in value:
            known = self._get_collect_sales_accounts(Domain.TRUE)
            domain |= Domain("commercial_partner_id", "not in", known.partner_id.ids)
        return domain

    # === ACTION METHODS === #

    def action_collect_notes(self):
        """Open what is noted about collecting from this customer, to read and to write.

        :return: window action
        :rtype: dict
        """
        self.ensure_one()
        self._check_collect_sales()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Collections: %s", self.commercial_partner_id.display_name),
            "res_model": "ar.collect.sales.note",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_partner_id": self.commercial_partner_id.id,
                "default_company_id": self.env.company.id,
            },
        }

    # === BUSINESS METHODS === #

    @api.model
    def _get_collect_sales_accounts(self, domain):
        """The accounts of the company worked in that the user may see the state of.

        :param Domain domain: on the accounts
        :return: with the rights of the system: show no more of them than what is named here
        :rtype: recordset of `ar.collect.account`
        """
        domain &= Domain("company_id", "=", self.env.company.id)
        accounts = self.env["ar.collect.account"]
        if not self.env.user._is_internal():
            return accounts  # who sold to them once, and is on the portal now
        # sudo: salespeople see how it stands with their own customers, without a role
        everything = accounts.sudo()  # sudo: see above
        sellers = self.env.user | self._get_collect_led()
        found = everything.search(domain & Domain("partner_id.user_id", "in", sellers.ids))
        if accounts.has_access("read"):
            found |= accounts.search(domain).sudo()  # sudo: theirs by their role
        return found

    @api.model
    def _get_collect_held(self):
        """The customers whose orders on credit are stopped by hand or by rule.

        :return: domain on their accounts
        :rtype: Domain
        """
        candidates = self.env["ar.collect.account"]._get_hold_candidates(self.env.company)
        held = self._get_collect_sales_accounts(candidates)._filter_held()
        return Domain("id", "in", held.ids)

    @api.model
    def _get_collect_led(self):
        """Whom the user leads: to be overridden by what knows the teams of salespeople.

        :rtype: recordset of `res.users`
        """
        return self.env["res.users"]

    def _check_collect_sales(self):
        """The account of a customer of the user's.

        :raise AccessError: for any other
        :rtype: recordset of `ar.collect.account`
        """
        self.ensure_one()
        self.check_access("read")
        account = self._get_collect_sales_accounts(
            Domain("partner_id", "=", self.commercial_partner_id.id)
        )
        if not account:
            raise AccessError(
                self.env._(
                    "%s is not a customer of yours, or nothing was ever owed.", self.display_name
                )
            )
        return account
