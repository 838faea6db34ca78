# Part of ar_collect. License LGPL-3.
"""*My Customers*: a salesperson's customers who are in trouble, before it hurts."""

from odoo import api, models
from odoo.fields import Domain

from .ar_collect_dashboard import FIRST_PART, LISTED

#: Rows of the list: it is what the page is for.
SHOWN = 5 * LISTED


class ArCollectDashboard(models.AbstractModel):
    _inherit = "ar.collect.dashboard"

    # === BUSINESS METHODS === #

    @api.model
    def _get_sales_parts(self):
        return {FIRST_PART: self._get_sales_page}

    @api.model
    def _get_sales_page(self, request):
        """See :meth:`get_page`: for every salesperson, without any role of collections."""
        accounts = self._get_own_accounts()
        groups = accounts._read_group(
            self._get_own_domain(request),
            ["company_id"],
            ["amount_overdue:sum", "amount_balance:sum", "__count", "broken_promise_count:sum"],
        )
        late = Domain("amount_overdue", ">", 0)
        count = accounts.search_count(self._get_own_domain(request) & late)
        held = accounts.search_count(self._get_own_domain(request) & self._get_held(request))
        disputed = accounts.search_count(
            self._get_own_domain(request) & Domain("amount_disputed", ">", 0)
        )
        return {
            "cards": [
                self._card(
                    "late",
                    self.env._("Customers Overdue"),
                    count,
                    self.env._("Your customers with invoices past due."),
                    tone="danger" if count else "success",
                ),
                self._card(
                    "overdue",
                    self.env._("Overdue"),
                    self._sum_money((company, late) for company, late, *_rest in groups),
                    self.env._("What is past due of your customers, credits not taken off."),
                    "money",
                ),
                self._card(
                    "balance",
                    self.env._("Open in All"),
                    self._sum_money((company, total) for company, _late, total, *_rest in groups),
                    self.env._("All that your customers owe, credits taken off."),
                    "money",
                ),
                self._card(
                    "broken",
                    self.env._("Promises Broken"),
                    sum(row[4] for row in groups),
                    self.env._("Promises of your customers that were not kept and are still open."),
                ),
                self._card(
                    "disputed",
                    self.env._("In Dispute"),
                    disputed,
                    self.env._("Your customers who contest an overdue invoice."),
                ),
                self._card(
                    "hold",
                    self.env._("On Credit Hold"),
                    held,
                    self.env._("Your customers to whom nothing is sold on credit any more."),
                    tone="danger" if held else "",
                ),
            ],
            "tables": [self._get_sales_customers(request)],
        }

    @api.model
    def _get_own_accounts(self):
        """All collection accounts; always with :meth:`_get_own_domain`."""
        # sudo: salespeople see how it stands with their own customers, without a role
        return self.env["ar.collect.account"].sudo()  # sudo: see above

    @api.model
    def _get_own_domain(self, request):
        """The accounts of the user's own customers; of those of the people one leads if wished."""
        own = Domain("company_id", "in", request.companies) & Domain(
            "partner_id.user_id", "=", self.env.uid
        )
        if not request.with_led:
            return own
        companies = self.env["res.company"].browse(request.companies)
        led = self.env.user._get_collect_led_by_company(companies)
        return Domain.OR(
            [
                own,
                *(
                    Domain("company_id", "=", company.id)
                    & Domain("partner_id.user_id", "in", users.ids)
                    for company, users in led.items()
                ),
            ]
        )

    @api.model
    def _get_held(self, request):
        """Which of the user's own customers are on credit hold, by hand or by rule.

        :rtype: Domain
        """
        accounts = self._get_own_accounts()
        companies = self.env["res.company"].browse(request.companies)
        candidates = self._get_own_domain(request) & accounts._get_hold_candidates(companies)
        held = accounts.search(candidates)._filter_held()
        return Domain("hold", "=", True) | Domain("id", "in", held.ids)

    @api.model
    def _get_sales_customers(self, request):
        domain = self._get_own_domain(request) & Domain("amount_overdue", ">", 0)
        accounts = self._get_own_accounts()
        rows = accounts.search(domain, order="amount_overdue DESC, id", limit=SHOWN)
        return self._list(
            "customers",
            self.env._("My Customers in Trouble"),
            self.env._("Your customers with invoices past due, those with most first."),
            [
                (self.env._("Customer"), ""),
                *([(self.env._("Salesperson"), "")] if request.with_led else []),
                (self.env._("Oldest Due"), "date"),
                (self.env._("What Is Going On"), ""),
                (self.env._("Collector"), ""),
                (self.env._("Last Contact"), "date"),
                (self.env._("Overdue"), "money"),
            ],
            [
                self._row(
                    account.partner_id,
                    account.currency_id,
                    account.partner_id.display_name,
                    *([account.partner_id.user_id.name] if request.with_led else []),
                    account.oldest_due_date,
                    ", ".join(self._get_troubles(account)),
                    account.user_id.name,
                    account.last_contact_date,
                    account.amount_overdue,
                )
                for account in rows
            ],
            accounts.search_count(domain),
            self.env._("None of your customers is late."),
        )

    @api.model
    def _get_troubles(self, account):
        """What is known about a customer, in words.

        :rtype: list
        """
        texts = []
        if account._is_held():
            texts.append(self.env._("on credit hold"))
        if account.broken_promise_count:
            texts.append(self.env._("promise broken"))
        if account.amount_promised:
            texts.append(self.env._("promised to pay"))
        if account.amount_disputed:
            texts.append(self.env._("in dispute"))
        if account.attempt_count == 1:
            texts.append(self.env._("1 attempt without an answer"))
        elif account.attempt_count:
            texts.append(self.env._("%s attempts without an answer", account.attempt_count))
        return texts

    @api.model
    def _open_sales(self, request, domain=None):
        """Open the customers behind a figure: contacts, which every salesperson sees."""
        found = self._get_own_accounts().search(
            self._get_own_domain(request) & (domain or Domain.TRUE)
        )
        return self._list_action(
            "res.partner",
            self.env._("My Customers"),
            Domain("id", "in", found.partner_id.ids),
            "list,kanban,form",
        )

    @api.model
    def _open_sales_late(self, request, key):
        return self._open_sales(request, Domain("amount_overdue", ">", 0))

    _open_sales_overdue = _open_sales_customers = _open_sales_late

    @api.model
    def _open_sales_balance(self, request, key):
        return self._open_sales(request, Domain("amount_balance", "!=", 0))

    @api.model
    def _open_sales_broken(self, request, key):
        return self._open_sales(request, Domain("broken_promise_count", ">", 0))

    @api.model
    def _open_sales_disputed(self, request, key):
        return self._open_sales(request, Domain("amount_disputed", ">", 0))

    @api.model
    def _open_sales_hold(self, request, key):
        return self._open_sales(request, self._get_held(request))
