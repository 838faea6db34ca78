# Part of ar_collect. License LGPL-3.
"""Seeds a ledger of a given size into a copy of the chart template, by SQL alone."""

import contextlib
import hashlib
from datetime import date
from pathlib import Path

from psycopg2 import sql

from . import database
from .settings import CUSTOMERS, ITEMS_PER_CUSTOMER

FOLDER = Path(__file__).parent
SOURCES = ("seed.py", "sql/functions.sql", "sql/plan.sql", "sql/insert.sql")
# Two of a hundred-odd open events are invoices with two open instalments, hence two open items.
OPEN_ITEMS_PER_EVENT = 1.03
TABLES = (
    "res_partner",
    "account_move",
    "account_move_line",
    "account_payment",
    "account_full_reconcile",
    "account_partial_reconcile",
)
RELATIONS = ("account_move__account_payment",)
# Ids of the plan are prefixed with the last id in use, so a used template works as well.
ID_PARAMETERS = {
    "partner0": "res_partner",
    "move0": "account_move",
    "line0": "account_move_line",
    "payment0": "account_payment",
    "full0": "account_full_reconcile",
    "partial0": "account_partial_reconcile",
}


def fingerprint(sources, *more):
    """Short hash of files of the bench and other strings; part of a template's name.

    :param tuple sources: paths below ``bench``
    :param str more: what else the template depends on
    :rtype: str
    """
    digest = hashlib.sha256("\n".join(more).encode())
    for source in sources:
        digest.update((FOLDER / source).read_bytes())
    return digest.hexdigest()[:8]


def seed(settings, name, size):
    """Fill database ``name`` with a ledger of ``size`` (S, M or L).

    :param Settings settings: where the server is
    :param str name: copy of the chart template
    :param str size: key of ``CUSTOMERS``
    """
    with database.connect(settings, name, autocommit=False) as connection:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")
            cursor.execute("SET LOCAL work_mem TO '256MB'")
            cursor.execute((FOLDER / "sql/functions.sql").read_text())
            cursor.execute((FOLDER / "sql/plan.sql").read_text(), _parameters(cursor, size))
            with _bulk_load(cursor):
                cursor.execute((FOLDER / "sql/insert.sql").read_text())
            _advance_sequences(cursor)
            cursor.execute("DROP SCHEMA bench CASCADE")
        connection.commit()
    database.execute(settings, name, "VACUUM (ANALYZE)")


def _parameters(cursor, size):
    """Values for the placeholders of the plan."""
    parameters = {
        parameter: _scalar(cursor, "SELECT coalesce(max(id), 0) FROM {}", table)
        for parameter, table in ID_PARAMETERS.items()
    }
    customers = CUSTOMERS[size]
    items = customers * ITEMS_PER_CUSTOMER
    return parameters | {
        "customers": customers,
        "paid": items,
        "open": round(items / OPEN_ITEMS_PER_EVENT),
        "today": date.today().isoformat(),
    }


def _scalar(cursor, statement, table):
    cursor.execute(sql.SQL(statement).format(sql.Identifier(table)))
    return cursor.fetchone()[0]


@contextlib.contextmanager
def _bulk_load(cursor):
    """Take secondary indexes and foreign keys away and put them back, checked, at the end.

    Building them once over the finished rows is many times faster than row by row; adding the
    foreign keys again proves that every reference of the seeded rows exists.
    """
    cursor.execute("SET LOCAL maintenance_work_mem TO '512MB'")
    restore = []
    for table in (*TABLES[1:], *RELATIONS):
        restore += _take_away_constraints(cursor, table)
        restore += _take_away_indexes(cursor, table)
    yield
    for statement in sorted(restore, key=lambda text: text.startswith("ALTER")):
        cursor.execute(statement)


def _take_away_constraints(cursor, table):
    """Drop the foreign keys of ``table``; return the statements that bring them back."""
    cursor.execute(
        """
        SELECT format('ALTER TABLE %%I ADD CONSTRAINT %%I %%s', relname, conname,
                      pg_get_constraintdef(c.oid)),
               format('ALTER TABLE %%I DROP CONSTRAINT %%I', relname, conname)
          FROM pg_constraint c JOIN pg_class t ON t.oid = conrelid
         WHERE contype = 'f' AND conrelid = %s::regclass
        """,
        [table],
    )
    return _run_second(cursor)


def _take_away_indexes(cursor, table):
    """Drop the indexes of ``table`` that back no constraint; return their definitions."""
    cursor.execute(
        """
        SELECT pg_get_indexdef(indexrelid), format('DROP INDEX %%s', indexrelid::regclass)
          FROM pg_index
         WHERE indrelid = %s::regclass
           AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
        """,
        [table],
    )
    return _run_second(cursor)


def _run_second(cursor):
    """Execute the second column of the rows at hand, return the first."""
    rows = cursor.fetchall()
    for _restore, take_away in rows:
        cursor.execute(take_away)
    return [restore for restore, _take_away in rows]


def _advance_sequences(cursor):
    """Let the next record made by Odoo get a free id."""
    for table in TABLES:
        cursor.execute(
            sql.SQL(
                "SELECT setval(pg_get_serial_sequence({literal}, 'id'), max(id)) FROM {table}"
            ).format(literal=sql.Literal(table), table=sql.Identifier(table))
        )
