# Part of ar_collect. License LGPL-3.
"""Bulk assignment of collectors, to selected customers or to those a rule describes."""

from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, formatLang, remove_accents


class ArCollectAssign(models.TransientModel):
    _name = "ar.collect.assign"
    _description = "Assign Collectors"

    scope = fields.Selection(
        [("selected", "Selected customers"), ("rule", "Customers by rule")],
        required=True,
        default="rule",
        string="Assign",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    account_ids = fields.Many2many(comodel_name="ar.collect.account", string="Customers")
    # the rule
    only_unassigned = fields.Boolean(default=True)
    country_ids = fields.Many2many(comodel_name="res.country", string="Countries")
    salesperson_ids = fields.Many2many(
        comodel_name="res.users",
        relation="ar_collect_assign_salesperson_rel",
        string="Salespeople",
        domain=[("share", "=", False)],
    )
    name_from = fields.Char(string="Names From", help="First letters, such as A or Ca.")
    name_to = fields.Char(string="Names To", help="Last letters, included: D takes all of D.")
    amount_from = fields.Monetary(string="To Chase From")
    amount_to = fields.Monetary(string="To Chase Up To", help="0: no upper limit.")
    # to whom
    user_ids = fields.Many2many(
        comodel_name="res.users",
        relation="ar_collect_assign_user_rel",
        string="Collectors",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="With several, the customers are shared out evenly, the largest first.",
    )
    clear = fields.Boolean(string="Remove the Collector")
    # preview
    account_count = fields.Integer(string="Number of Customers", compute="_compute_preview")
    preview = fields.Char(compute="_compute_preview")

    # === COMPUTE METHODS === #

    @api.depends(
        "scope",
        "company_id",
        "account_ids",
        "only_unassigned",
        "country_ids",
        "salesperson_ids",
        "name_from",
        "name_to",
        "amount_from",
        "amount_to",
    )
    def _compute_preview(self):
        for wizard in self:
            groups = self.env["ar.collect.account"]._read_group(
                wizard._get_domain(), ["currency_id"], ["__count", "amount_chasable:sum"]
            )
            wizard.account_count = sum(count for _currency, count, _amount in groups)
            amounts = [
                formatLang(self.env, amount, currency_obj=currency)
                for currency, _count, amount in groups
            ]
            wizard.preview = self._get_preview(wizard.account_count, " + ".join(amounts) or "0")

    # === CRUD METHODS === #

    @api.model
    def default_get(self, fields):
        """Override of `base`: opened from selected customers, it is about these."""
        values = super().default_get(fields)
        ids = self.env.context.get("default_account_ids")
        if ids and all(isinstance(account_id, int) for account_id in ids):
            values["account_ids"] = [Command.set(ids)]
            values["scope"] = "selected"
        return values

    # === ACTION METHODS === #

    def action_assign(self):
        """Assign the customers and close.

        :return: client action, a message with the number of customers
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("write")
        accounts = self._get_accounts()
        shares = self._get_shares(accounts)
        for user, share in shares.items():
            self._assign(share, user)
        return self._get_notification(sum(map(len, shares.values())))

    # === BUSINESS METHODS === #

    def _get_domain(self):
        """The customers meant: never those of a company the user is not in.

        :rtype: Domain
        """
        self.ensure_one()
        if self.scope == "selected":
            return Domain("id", "in", self.account_ids.ids) & Domain(
                "company_id", "in", self.env.companies.ids
            )
        domain = Domain("company_id", "=", self.company_id.id) & Domain(
            "company_id", "in", self.env.companies.ids
        )
        if self.only_unassigned:
            domain &= Domain("user_id", "=", False)
        if self.country_ids:
            domain &= Domain("partner_id.country_id", "in", self.country_ids.ids)
        if self.salesperson_ids:
            domain &= Domain("partner_id.user_id", "in", self.salesperson_ids.ids)
        return domain & self._get_name_domain() & self._get_amount_domain()

    def _get_name_domain(self):
        """Names from the one to the other first letters, whatever their case and accents."""
        domain = Domain.TRUE
        if first := self._normalize(self.name_from):
            domain &= self._compare_name(SQL(">="), first)
        if last := self._normalize(self.name_to):
            domain &= self._compare_name(SQL("<="), last)
        return domain

    @api.model
    def _normalize(self, letters):
        return remove_accents((letters or "").strip()).lower()

    @api.model
    def _compare_name(self, operator, letters):
        """The first letters of the customer's name compared by code, not by a locale's order.

        Accents are taken off by the database itself: its extension for it may not be installed.
        """
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                r"""
                (SELECT LEFT(LOWER(REGEXP_REPLACE(
                            NORMALIZE(partner.complete_name, NFD), '[\u0300-\u036f]', '', 'g'
                        )), %s) COLLATE "C"
                   FROM res_partner partner
                  WHERE partner.id = %s) %s %s
                """,
                len(letters),
                SQL.identifier(alias, "partner_id"),
                operator,
                letters,
            )
        )

    def _get_amount_domain(self):
        domain = Domain.TRUE
        if self.amount_from:
            domain &= Domain("amount_chasable", ">=", self.amount_from)
        if self.amount_to:
            domain &= Domain("amount_chasable", "<=", self.amount_to)
        return domain

    def _get_accounts(self):
        """The customers to assign, largest first.

        :raise UserError: when there are none
        """
        accounts = self.env["ar.collect.account"].search(
            self._get_domain(), order="amount_chasable DESC, id"
        )
        if not accounts:
            raise UserError(self.env._("No customer matches. Widen the rule or select some."))
        return accounts

    def _get_shares(self, accounts):
        """Which collector gets which customers: in turns, back and forth, so sums are even too.

        :return dict: `ar.collect.account` by `res.users`
        """
        if self.clear:
            return {self.env["res.users"]: accounts}
        users = self.user_ids
        if not users:
            raise UserError(self.env._("Choose at least one collector."))
        turns = [*users, *reversed(users)]
        ids = defaultdict(list)
        for position, account in enumerate(accounts):
            ids[turns[position % len(turns)]].append(account.id)
        return {user: accounts.browse(share) for user, share in ids.items()}

    def _assign(self, accounts, user):
        accounts._assign_batch(user)

    @api.model
    def _get_preview(self, count, amounts):
        if count == 1:
            return self.env._("1 customer, %s to chase", amounts)
        return self.env._("%(count)s customers, %(amounts)s to chase", count=count, amounts=amounts)

    def _get_notification(self, count):
        message = self.env._(
            "%s customers assigned. The former collector stands in the chatter of each.", count
        )
        if count == 1:
            message = self.env._("1 customer assigned. The former collector stands in the chatter.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
