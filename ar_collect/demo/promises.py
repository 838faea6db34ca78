# Part of ar_collect. License LGPL-3.
"""What the customers of the demo company have promised: open, kept and broken, and a plan."""

from datetime import timedelta

from odoo import Command
from odoo.fields import Domain
from odoo.tools import SQL

from .plan import weekday_after, weekday_before

#: By customer of a collector: given so many days ago, for a day so many days from today.
PROMISES = ((0, 1), (-2, 3), (-12, -6), (-1, 8), (-3, 0), (-20, -9), (-1, 16))
#: Instalments of the plan, and how many items are in it.
INSTALMENTS, PLAN_ITEMS = 3, 2
#: Who has most to chase is still to be called.
FIRST = 4


class Promises:
    """Takes promises from the accounts that the refresh has made; ``take`` is the entry."""

    def __init__(self, data):
        self.data = data
        self.env = data.env

    def take(self):
        """Take promises for both collectors of each company, and let the ledger judge them."""
        for key in self.data.companies:
            for login in ("collector", "collector2"):
                today = self.data.today_by_company[key]
                accounts = self._get_accounts(key, login)
                for account, (given, day) in zip(accounts, PROMISES, strict=False):
                    self._promise(account, today + timedelta(given), today + timedelta(day))
                for account in accounts[len(PROMISES) :][:1]:
                    self._agree(account)
                for account in self._get_payers(key, login):
                    self._keep(account)
        self.env["ar.collect.promise"]._judge()

    def _get_accounts(self, company_key, login):
        accounts = self.env["ar.collect.account"].search(
            self._get_domain(company_key, login) & Domain("amount_chasable", ">", 0),
            order="amount_chasable DESC, id",
        )
        return accounts[FIRST:]

    def _get_payers(self, company_key, login):
        """Who owes as much as was paid lately: that may have been promised."""
        accounts = self.env["ar.collect.account"].search(
            self._get_domain(company_key, login) & Domain("last_payment_amount", ">", 0),
            order="last_payment_date DESC, id",
        )
        owing = accounts.filtered(
            lambda account: account.amount_chasable > account.last_payment_amount
        )
        return owing[:2]

    def _get_domain(self, company_key, login):
        company, user = self.data.companies[company_key], self.data.users[login]
        return Domain("company_id", "=", company.id) & Domain("user_id", "=", user.id)

    def _promise(self, account, given, day):
        lines = account._get_overdue_lines().filtered(
            lambda line: line.amount_residual > 0 and not line.collect_promised_amount
        )
        lines = lines.filtered(lambda line: line.currency_id == lines[0].currency_id)[:2]
        if lines:
            items = [Command.create({"line_id": line.id}) for line in lines]
            self._create(account, given, weekday_after(day), item_ids=items)

    def _keep(self, account):
        """The last payment was promised some days before."""
        paid_on = account.last_payment_date
        given = weekday_before(paid_on - timedelta(4))
        self._create(account, given, paid_on, amount=account.last_payment_amount)

    def _create(self, account, given, day, **values):
        today = account.company_id._get_collect_today()
        user = account.user_id
        promise = self.env["ar.collect.promise"].create(
            {
                "account_id": account.id,
                "date_promised": max(day, today),
                "user_id": user.id,
                "confirm": False,
                **values,
            }
        )
        self._date_back(promise, given, day)

    def _date_back(self, promise, given, day):
        """As if it had been given then: today nobody may promise for a day that has passed."""
        promise.env.flush_all()
        for table, key in (("ar_collect_promise", "id"), ("ar_collect_promise_item", "promise_id")):
            promise.env.cr.execute(
                SQL(
                    "UPDATE %s SET date_promised = %s WHERE %s = %s",
                    SQL.identifier(table),
                    day,
                    SQL.identifier(key),
                    promise.id,
                )
            )
        promise.env.cr.execute(
            SQL("UPDATE ar_collect_promise SET promised_on = %s WHERE id = %s", given, promise.id)
        )
        promise.env.invalidate_all()

    def _agree(self, account):
        """A payment plan of the oldest items, agreed on the telephone."""
        lines = account._get_overdue_lines()[:PLAN_ITEMS]
        lines = lines.filtered(lambda line: line.currency_id == lines[0].currency_id)
        plan = self.env["ar.collect.payment.plan"].create(
            {
                "account_id": account.id,
                "user_id": account.user_id.id,
                "instalment_count": INSTALMENTS,
                "item_ids": [Command.create({"line_id": line.id}) for line in lines],
            }
        )
        plan.action_agree()
