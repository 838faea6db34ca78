# Part of ar_collect. License LGPL-3.
from odoo.tools import SQL

from .account_journal import CASH_JOURNAL_TYPES


class RefreshScope:
    """Which customers of which companies a refresh is about.

    :param recordset companies: `res.company`
    :param list|None partner_ids: ids of commercial partners; None for all customers
    """

    def __init__(self, companies, partner_ids=None):
        env = companies.env
        self.companies = companies
        self.partner_ids = partner_ids
        #: those of the customers that each company knows, by its id; None: nobody has looked yet
        self.known_ids = None
        #: whether anybody has promised or disputed anything; None: nobody has looked yet
        self.has_claims = None
        #: the customers and all their contacts: a journal item may name any of them
        self.contact_ids = partner_ids and [
            contact_id
            for (contact_id,) in env.execute_query(
                SQL("SELECT id FROM res_partner WHERE commercial_partner_id = ANY(%s)", partner_ids)
            )
        ]
        #: the date in each company's time zone, by company id
        self.today = env["ar.collect.refresh.status"]._get_today(companies)
        accounts = env.execute_query(
            SQL("SELECT id, non_trade FROM account_account WHERE account_type = 'asset_receivable'")
        )
        self.account_ids = [account_id for account_id, _non_trade in accounts]
        self.non_trade_ids = [account_id for account_id, non_trade in accounts if non_trade]
        self.cash_journal_ids = [
            journal_id
            for (journal_id,) in env.execute_query(
                SQL("SELECT id FROM account_journal WHERE type IN %s", CASH_JOURNAL_TYPES)
            )
        ]
        #: who stands in today for the collectors who are away, by company id: days differ
        acting = {
            day: env["res.users"]._get_collect_acting_users(day) for day in set(self.today.values())
        }
        self.acting = {company_id: acting[day] for company_id, day in self.today.items()}

    def get_known_ids(self, company):
        """Those of the customers that a company knows.

        :return: ids, or None for all customers; of all in scope while nobody has looked
        :rtype: list|None
        """
        return self.partner_ids if self.known_ids is None else self.known_ids[company.id]

    def company_values(self):
        """SQL rows (company id, currency id)."""
        return SQL(", ").join(
            SQL("(%s, %s)", company.id, company.currency_id.id) for company in self.companies
        )

    def today_of(self, column):
        """SQL of today's date in a company: one constant, or two or three by time zone.

        :param SQL column: with the company's id
        """
        days = sorted(set(self.today.values()))
        cases = [
            SQL(
                "WHEN %s = ANY(%s::int4[]) THEN %s::date",
                column,
                [company_id for company_id, today in self.today.items() if today == day],
                day,
            )
            for day in days[1:]
        ]
        if not cases:
            return SQL("%s::date", days[0])
        return SQL("CASE %s ELSE %s::date END", SQL(" ").join(cases), days[0])

    def is_cash(self, line):
        """SQL condition: is the journal item (alias) money, not a credit note or a write-off?"""
        return SQL(
            "%s = ANY(%s::int4[])", SQL.identifier(line, "journal_id"), self.cash_journal_ids
        )

    def restrict(self, column):
        """SQL condition on a commercial partner's column; TRUE when all customers are meant."""
        if self.partner_ids is None:
            return SQL("TRUE")
        return SQL("%s = ANY(%s::int4[])", column, self.partner_ids)

    def restrict_contact(self, column):
        """SQL condition on the column of a contact; TRUE when all customers are meant."""
        if self.partner_ids is None:
            return SQL("TRUE")
        return SQL("%s = ANY(%s::int4[])", column, self.contact_ids)

    def restrict_line(self):
        """SQL condition on `line` and its `partner`, which may be a contact of the customer."""
        if self.partner_ids is None:
            return SQL("TRUE")
        return SQL(
            "line.partner_id = ANY(%s::int4[]) AND partner.id = ANY(%s::int4[])",
            self.contact_ids,
            self.contact_ids,
        )
