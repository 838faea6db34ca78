# Part of ar_collect. License LGPL-3.
"""The base figures of receivables on many days and in many periods, from one pass of the ledger.

An item is booked on its date, a match on the later of the dates of the two items. Each of these
events is added up once: by company, group, slot (the neighbouring days between which it lies) and
class of due date (those that are in the same bucket on every day asked for). The few sums that
remain are joined with the days. So the past is what the ledger says of it now: what was booked
back, or un-reconciled since, is told as if it had always been so.
"""

from collections import defaultdict
from functools import cached_property

from odoo.tools import SQL

from .account_move_line import in_ledger
from .kpi_scope import OF_MEMBER

#: From here days are counted, so that a sum of amounts x due dates is a number.
EPOCH = SQL("DATE '2000-01-01'")
#: What is known as of a day.
BALANCES = (
    "receivables",
    "current",
    "amount_1_30",
    "amount_31_60",
    "amount_61_90",
    "amount_91_plus",
    "credits",
    "overdue_weight",
)
#: What is known of a slot.
FLOWS = ("sales", "cash", "paid", "paid_weight", "written_off")


class KpiQuery:
    """Reads base figures.

    :param KpiScope scope: whose, and when
    """

    def __init__(self, scope):
        self.scope = scope
        self.env = scope.env

    # --- results

    def get_balances(self):
        """What was open as of each end.

        :return dict: figures by (company id, group, end)
        """
        return self._read()[0]

    def get_flows(self):
        """What happened in each slot.

        :return dict: figures by (company id, group), by slot
        """
        return self._read()[1]

    def _read(self):
        if not hasattr(self, "_ledger"):
            balances, flows = {}, defaultdict(dict)
            for what, company_id, key, number, *values in self.env.execute_query(self._query()):
                if what == "balance":
                    figures = dict(zip(BALANCES, values, strict=True))
                    balances[company_id, key, self.scope.ends[number]] = figures
                else:
                    flows[company_id, key][number] = dict(zip(FLOWS, values, strict=False))
            self._ledger = balances, flows
        return self._ledger

    # --- SQL

    def _query(self):
        return SQL(
            """
            WITH %(members)s
            moment (number, day, position) AS (VALUES %(moments)s),
            booked AS (%(items)s),
            matched AS (%(matches)s),
            event (company_id, key, slot, due, is_debit, amount, weight) AS (
                SELECT company_id, key, slot, due, is_debit, SUM(amount), SUM(weight)
                  FROM booked GROUP BY 1, 2, 3, 4, 5
                 UNION ALL
                SELECT debit_company_id, debit_key, slot, due, TRUE, -SUM(amount), -SUM(weight)
                  FROM matched WHERE debit_company_id IS NOT NULL GROUP BY 1, 2, 3, 4
                 UNION ALL
                SELECT credit_company_id, credit_key, slot, NULL, FALSE, SUM(amount), 0
                  FROM matched WHERE credit_company_id IS NOT NULL GROUP BY 1, 2, 3
            )
            SELECT 'balance', company_id, key, number,
                   SUM(amount) AS receivables,
                   SUM(amount) FILTER (WHERE is_debit AND due >= day) AS current,
                   SUM(amount) FILTER (WHERE is_debit AND due < day AND due >= day - 30),
                   SUM(amount) FILTER (WHERE is_debit AND due < day - 30 AND due >= day - 60),
                   SUM(amount) FILTER (WHERE is_debit AND due < day - 60 AND due >= day - 90),
                   SUM(amount) FILTER (WHERE is_debit AND due < day - 90),
                   SUM(amount) FILTER (WHERE NOT is_debit),
                   SUM(amount * (day - %(epoch)s) - weight) FILTER (WHERE is_debit AND due < day)
              FROM event
              JOIN moment ON event.slot <= moment.position
             GROUP BY company_id, key, number
             UNION ALL
            SELECT 'flow', company_id, key, slot,
                   SUM(sales), SUM(cash), SUM(paid), SUM(paid_weight), SUM(written_off),
                   NULL, NULL, NULL
              FROM (%(flows)s) AS flow
             WHERE slot > 0
             GROUP BY company_id, key, slot
            """,
            members=self.members(),
            moments=SQL(", ").join(
                SQL("(%s, %s::date, %s)", number, day, self.scope.position(day))
                for number, day in enumerate(self.scope.ends)
            ),
            items=self._items(),
            matches=self._matches(),
            epoch=EPOCH,
            flows=self._flows(),
        )

    def members(self):
        """SQL of the common table of who is in scope, for the items below; empty if all are."""
        if not self.scope.is_narrow():
            return SQL("")
        return SQL("member AS MATERIALIZED (%s),", self.scope.members())

    def _kind(self, line):
        """SQL: what an item is by its journal; `other` is a write-off."""
        column = SQL.identifier(line, "journal_id")
        return SQL(
            "CASE WHEN %(column)s = ANY(%(sale)s::int4[]) THEN 'sale'"
            " WHEN %(column)s = ANY(%(cash)s::int4[]) THEN 'cash'"
            " WHEN %(column)s = ANY(%(exchange)s::int4[]) THEN 'exchange' ELSE 'other' END",
            column=column,
            **self._journals,
        )

    @cached_property
    def _journals(self):
        return self.env["account.journal"]._get_collect_kinds()

    @cached_property
    def _account_ids(self):
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM account_account WHERE account_type = 'asset_receivable'"
                " AND non_trade IS NOT TRUE"
            )
        )
        return [id_ for (id_,) in rows]

    def settled_items(self):
        """SELECT of the debits of documents of which nothing is left."""
        return self._ledger_items(
            SQL(
                "line.balance > 0 AND line.amount_residual = 0"
                " AND line.journal_id = ANY(%s::int4[])",
                self._journals["sale"],
            )
        )

    def money(self):
        """SELECT of what was received."""
        return self._ledger_items(
            SQL("line.balance < 0 AND line.journal_id = ANY(%s::int4[])", self._journals["cash"])
        )

    def _ledger_items(self, condition):
        """SELECT of the items of trade receivables of the customers in scope, booked until the end.

        :param SQL condition: on `line`
        """
        narrow = self.scope.is_narrow()
        return SQL(
            """
            SELECT line.id, line.company_id, %(key)s AS key, line.date, line.balance,
                   COALESCE(line.date_maturity, line.date) AS due_date, line.journal_id
              FROM account_move_line line %(join)s
             WHERE line.account_id = ANY(%(accounts)s::int4[])
               AND line.company_id = ANY(%(companies)s::int4[])
               AND line.partner_id IS NOT NULL
               AND line.date <= %(last)s
               AND %(in_ledger)s
               AND %(condition)s
            """,
            key=SQL("member.key") if narrow else SQL("NULL::text"),
            join=SQL("JOIN member ON %s", OF_MEMBER) if narrow else SQL(""),
            accounts=self._account_ids,
            companies=self.scope.company_ids,
            last=self.scope.days[-1],
            in_ledger=in_ledger("line"),
            condition=condition,
        )

    def _items(self):
        """SELECT of the items booked, added up; credits have no due date that matters."""
        scope = self.scope
        return SQL(
            """
            SELECT company_id, key, %(slot)s AS slot, kind, balance > 0 AS is_debit,
                   CASE WHEN balance > 0 THEN %(due)s END AS due,
                   SUM(balance) AS amount, SUM(balance * (due_date - %(epoch)s)) AS weight
              FROM (SELECT *, %(kind)s AS kind FROM (%(items)s) AS line) AS line
             GROUP BY company_id, key, slot, kind, is_debit, due
            """,
            slot=scope.slot_of(SQL("date")),
            due=scope.due_class_of(SQL("due_date")),
            epoch=EPOCH,
            kind=self._kind("line"),
            items=self._ledger_items(SQL("TRUE")),
        )

    def _matches(self):
        """SELECT of the matches, added up; of either side, if it is in scope.

        What the other side is counts also when it is out of scope: a branch's invoice that its
        parent company was paid for, or a customer's that another one has paid, is paid.
        """
        return SQL(
            """
            SELECT debit.company_id AS debit_company_id, debit.key AS debit_key,
                   credit.company_id AS credit_company_id, credit.key AS credit_key,
                   %(slot)s AS slot, CASE WHEN debit.id IS NOT NULL THEN %(due)s END AS due,
                   CASE WHEN payer.journal_id IS NOT NULL THEN %(kind)s END AS kind,
                   COALESCE(payee.journal_id = ANY(%(cash)s::int4[]), FALSE) AS is_money_back,
                   SUM(match.amount) AS amount,
                   SUM(match.amount * (debit.due_date - %(epoch)s)) AS weight,
                   SUM(match.amount * (match.max_date - debit.due_date)) AS late_weight
              FROM account_partial_reconcile match
              LEFT JOIN (%(debits)s) AS debit ON debit.id = match.debit_move_id
              LEFT JOIN (%(credits)s) AS credit ON credit.id = match.credit_move_id
             CROSS JOIN LATERAL (SELECT %(payer)s AS journal_id) AS payer
             CROSS JOIN LATERAL (SELECT %(payee)s AS journal_id) AS payee
             WHERE match.max_date <= %(last)s
               AND (debit.id IS NOT NULL OR credit.id IS NOT NULL)
             GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
            """,
            slot=self.scope.slot_of(SQL("match.max_date")),
            due=self.scope.due_class_of(SQL("debit.due_date")),
            kind=self._kind("payer"),
            payer=self._journal_of("credit", "debit"),
            payee=self._journal_of("debit", "credit"),
            cash=self._journals["cash"],
            epoch=EPOCH,
            debits=self._ledger_items(SQL("line.balance >= 0")),
            credits=self._ledger_items(SQL("line.balance <= 0")),
            last=self.scope.days[-1],
        )

    def _journal_of(self, side, other):
        """SQL: the journal of a side of a match of which the other one is in scope at least.

        :param str side: debit or credit
        """
        return SQL(
            """
            CASE WHEN %(side)s.id IS NOT NULL THEN %(side)s.journal_id
                 WHEN %(other)s.id IS NOT NULL THEN (
                      SELECT line.journal_id FROM account_move_line line
                       WHERE line.id = match.%(column)s AND line.parent_state = 'posted') END
            """,
            side=SQL.identifier(side),
            other=SQL.identifier(other),
            column=SQL.identifier(f"{side}_move_id"),
        )

    def _flows(self):
        """SELECT of what was sold, received, paid and written off, by slot.

        Money that is given back is taken off what was received, on the day it was matched.
        """
        return SQL(
            """
            SELECT company_id, key, slot,
                   CASE WHEN kind = 'sale' THEN amount ELSE 0 END AS sales,
                   CASE WHEN kind = 'cash' AND NOT is_debit THEN -amount ELSE 0 END AS cash,
                   0 AS paid, 0 AS paid_weight, 0 AS written_off
              FROM booked
             UNION ALL
            SELECT debit_company_id, debit_key, slot, 0, 0,
                   CASE WHEN kind = 'cash' THEN amount ELSE 0 END,
                   CASE WHEN kind = 'cash' THEN late_weight ELSE 0 END,
                   CASE WHEN kind = 'other' THEN amount ELSE 0 END
              FROM matched
             WHERE debit_company_id IS NOT NULL AND NOT is_money_back
             UNION ALL
            SELECT credit_company_id, credit_key, slot, 0, -amount, 0, 0, 0
              FROM matched
             WHERE credit_company_id IS NOT NULL AND kind = 'cash' AND is_money_back
            """
        )
