# Part of ar_collect. License LGPL-3.
"""How long customers took to pay what they were asked for, from the matches of the ledger."""

from odoo.tools import SQL

from .account_journal import CASH_JOURNAL_TYPES
from .account_move_line import in_ledger

#: Days after which nobody looks any more.
LONGEST = 60


def get_histories(units, items, today):
    """SELECT of how many customers of a group have which history.

    Columns: group_id, followed, paid (arrays of days, see ``tools/experiment.py``), customers.
    A unit is one time a customer was asked for its items; it may be in several groups.
    Customers are followed to yesterday, the last day that is over. What a credit note or a
    write-off has settled altogether is followed to that day. What is not posted any more is left
    out.

    :param SQL units: SELECT of id, group_id, account_id, company_id, date
    :param SQL items: SELECT of unit_id, line_id
    :param SQL today: rows of company_id, day
    """
    return SQL(
        """
        WITH unit AS MATERIALIZED (%(units)s),
        named AS MATERIALIZED (%(items)s),
        today (company_id, day) AS (%(today)s),
        settling AS MATERIALIZED (%(matches)s),
        settled AS MATERIALIZED (%(settled)s),
        lasting AS (
            SELECT unit.group_id, unit.account_id, settled.paid - unit.date AS paid,
                   CASE WHEN settled.is_free
                        THEN LEAST(today.day - 1, COALESCE(settled.matched, unit.date))
                        ELSE today.day - 1 END - unit.date AS followed
              FROM unit
              JOIN settled ON settled.unit_id = unit.id
              JOIN today ON today.company_id = unit.company_id
        ),
        looked AS (
            SELECT group_id, account_id, LEAST(followed, %(longest)s) AS followed,
                   CASE WHEN paid <= LEAST(followed, %(longest)s)
                        THEN GREATEST(paid, 0) END AS paid
              FROM lasting
             WHERE followed >= 0
        ),
        history AS (
            SELECT group_id, ARRAY_AGG(followed ORDER BY followed, paid) AS followed,
                   ARRAY_AGG(paid ORDER BY followed, paid) AS paid
              FROM looked
             GROUP BY group_id, account_id
        )
        SELECT group_id, followed, paid, COUNT(*) AS customers
          FROM history
         GROUP BY group_id, followed, paid
        """,
        units=units,
        items=items,
        today=today,
        matches=_get_last_matches(),
        settled=_get_settled(),
        longest=LONGEST,
    )


def _get_settled():
    """SELECT by unit of the day on which all was paid; free: nothing is left, without money."""
    return SQL(
        """
        SELECT unit_id, matched,
               CASE WHEN all_settled THEN money END AS paid,
               all_settled AND money IS NULL AS is_free
          FROM (SELECT named.unit_id, BOOL_AND(line.amount_residual = 0) AS all_settled,
                       MAX(settling.money) AS money, MAX(settling.matched) AS matched
                  FROM named
                  JOIN account_move_line line ON line.id = named.line_id AND %(in_ledger)s
                  LEFT JOIN settling ON settling.line_id = line.id
                 GROUP BY named.unit_id) AS summed
        """,
        in_ledger=in_ledger("line"),
    )


def _get_last_matches():
    """SELECT by item of the last day on which something, and money, was matched with it."""
    return SQL(
        """
        SELECT match.debit_move_id AS line_id, MAX(match.max_date) AS matched,
               MAX(match.max_date) FILTER (
                   WHERE journal.type IN %s AND credit.parent_state = 'posted') AS money
          FROM account_partial_reconcile match
          JOIN account_move_line credit ON credit.id = match.credit_move_id
          JOIN account_journal journal ON journal.id = credit.journal_id
         WHERE match.debit_move_id IN (SELECT line_id FROM named)
         GROUP BY match.debit_move_id
        """,
        CASH_JOURNAL_TYPES,
    )


def group_histories(rows):
    """Groups of histories as ``tools/experiment.py`` takes them, by group id.

    :param list rows: of :func:`get_histories`
    :rtype: dict
    """
    groups = {}
    for group_id, followed, paid, customers in rows:
        group = groups.setdefault(group_id, {})
        group[tuple(zip(followed, paid, strict=True))] = customers
    return groups
