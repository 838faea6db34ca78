# Part of ar_collect. License LGPL-3.
"""Key figures and aging by plain Python: one loop over items and matches for each question.

Deliberately not the way the engine does it: no classes of dates, no sums before the day is known.
Amounts are counted in cents.
"""

from collections import defaultdict
from datetime import timedelta
from fractions import Fraction

from odoo.tools import SQL

ITEMS = """
    SELECT line.id, line.company_id, partner.commercial_partner_id AS customer_id, line.date,
           COALESCE(line.date_maturity, line.date) AS due, line.balance, line.amount_currency,
           line.parent_state, account.non_trade, journal.type AS journal,
           journal.id IN (SELECT currency_exchange_journal_id FROM res_company) AS is_exchange,
           collection.user_id, partner.country_id
      FROM account_move_line line
      JOIN account_account account ON account.id = line.account_id
      JOIN account_journal journal ON journal.id = line.journal_id
      JOIN res_partner contact ON contact.id = line.partner_id
      JOIN res_partner partner ON partner.id = contact.commercial_partner_id
      LEFT JOIN ar_collect_account collection
             ON collection.partner_id = partner.id AND collection.company_id = line.company_id
     WHERE account.account_type = 'asset_receivable'
"""
MATCHES = """
    SELECT match.debit_move_id AS debit, match.credit_move_id AS credit, match.amount,
           match.debit_amount_currency, match.credit_amount_currency,
           GREATEST(one.date, other.date) AS day
      FROM account_partial_reconcile match
      JOIN account_move_line one ON one.id = match.debit_move_id
      JOIN account_move_line other ON other.id = match.credit_move_id
"""
CASH = {"bank", "cash", "credit"}


def cents(amount):
    return round(amount * 100)


class Ledger:
    """All receivable items and their matches as they are now."""

    def __init__(self, env):
        env.flush_all()
        rows = env.execute_query_dict(SQL(ITEMS))
        self.items = {row["id"]: row for row in rows if row["parent_state"] == "posted"}
        self.matches = env.execute_query_dict(SQL(MATCHES))

    def open_items(self, day):
        """What was open on a day: (cents in company currency, in the document's) by item."""
        left = {
            row["id"]: [cents(row["balance"]), cents(row["amount_currency"])]
            for row in self.items.values()
            if row["date"] <= day
        }
        for match in self.matches:
            if match["day"] > day:
                continue
            if match["debit"] in left:
                left[match["debit"]][0] -= cents(match["amount"])
                left[match["debit"]][1] -= cents(match["debit_amount_currency"])
            if match["credit"] in left:
                left[match["credit"]][0] += cents(match["amount"])
                left[match["credit"]][1] += cents(match["credit_amount_currency"])
        return {id_: tuple(amounts) for id_, amounts in left.items() if amounts[0]}

    def aging(self, day, limits):
        """Items of the report as of a day.

        :return dict: by item id: company, customer, days late, cents by column
        """
        rows = {}
        for id_, (amount, in_currency) in self.open_items(day).items():
            item = self.items[id_]
            late = (day - item["due"]).days
            columns = [0] * (len(limits) + 2)
            if amount > 0:
                columns[0 if late <= 0 else 1 + sum(late > limit for limit in limits)] = amount
            rows[id_] = {
                "company": item["company_id"],
                "customer": item["customer_id"],
                "late": max(late, 0) if amount > 0 else 0,
                "residual": amount,
                "in_currency": in_currency,
                "credit": min(amount, 0),
                "columns": columns,
            }
        return rows

    def base(self, after, until, keep):
        """Base figures of the ledger for the period after a day, until another one.

        :param keep: which items count, given each
        """
        items = {
            id_: item for id_, item in self.items.items() if not item["non_trade"] and keep(item)
        }
        found = defaultdict(int)
        self._add_open(found, items, until)
        begin = defaultdict(int)
        self._add_open(begin, items, after)
        found["begin_receivables"] = begin["receivables"]
        found["begin_overdue"] = begin["overdue"]
        for item in items.values():
            if after < item["date"] <= until:
                if item["journal"] == "sale":
                    found["sales"] += cents(item["balance"])
                if item["journal"] in CASH and item["balance"] < 0:
                    found["cash"] -= cents(item["balance"])
        for match in self.matches:
            if after < match["day"] <= until:
                self._add_match(found, items, match)
        return found

    def _add_open(self, found, items, day):
        for id_, (amount, _in_currency) in self.open_items(day).items():
            if id_ not in items:
                continue
            found["receivables"] += amount
            if amount < 0:
                found["credits"] += amount
                continue
            late = (day - items[id_]["due"]).days
            found["open"] += amount
            found[name_of(late)] += amount
            if late > 0:
                found["overdue"] += amount
                found["overdue_weight"] += amount * late

    def _add_match(self, found, items, match):
        debit, credit = self.items.get(match["debit"]), self.items.get(match["credit"])
        if not debit or not credit:
            return
        amount = cents(match["amount"])
        if debit["journal"] in CASH:
            if credit["id"] in items and credit["journal"] in CASH:
                found["cash"] -= amount
            return
        if debit["id"] not in items:
            return
        if credit["journal"] in CASH:
            found["paid"] += amount
            found["paid_weight"] += amount * (match["day"] - debit["due"]).days
        elif credit["journal"] != "sale" and not credit["is_exchange"]:
            found["written_off"] += amount

    def sales(self, after, until, keep):
        """Cents sold after a day, until another one."""
        return self.base(after, until, keep)["sales"]

    def countback(self, receivables, until, keep, months):
        """Days by exhaustion, in exact numbers, over so many months back."""
        left, days, end = Fraction(receivables), Fraction(0), until
        for number in range(months):
            start = first_of_month(until, number) - timedelta(days=1)
            sales = self.sales(start, end, keep)
            if sales <= 0:
                return None if not number else days
            if left <= 0:
                return days
            length = (end - start).days
            if left <= sales:
                return days + left / sales * length
            left, days, end = left - sales, days + length, start
        return days


def first_of_month(end, number):
    """The first day of the month so many before the one that ends on a month's last day."""
    index = end.year * 12 + end.month - 1 - number
    return end.replace(year=index // 12, month=index % 12 + 1, day=1)


def name_of(late):
    for limit, name in ((0, "current"), (30, "amount_1_30"), (60, "amount_31_60")):
        if late <= limit:
            return name
    return "amount_61_90" if late <= 90 else "amount_91_plus"
