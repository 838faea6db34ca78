# Part of ar_collect. License LGPL-3.
"""Size and build time of the addon's indexes."""

import time

from . import database
from .settings import ADDON


def measure(settings, name):
    """Size of every index of the addon; those on core's tables are built again and timed.

    :param Settings settings: where the server is
    :param str name: seeded database with the addon; nobody else may work in it
    :return: rows of table, index, megabytes, seconds (None on the addon's own tables)
    :rtype: list
    """
    rows = database.execute(
        settings,
        name,
        """
        SELECT tablename, indexname, pg_relation_size(format('%%I', indexname)::regclass) / 1048576.0
          FROM pg_indexes
         WHERE indexname LIKE %s AND schemaname = 'public'
         ORDER BY 3 DESC
        """,
        [f"%{ADDON}%"],
    )
    return [
        [table, index, float(size), _rebuild(settings, name, index) if _core(table) else None]
        for table, index, size in rows
        if _core(table) or size >= 1
    ]


def _core(table):
    return not table.startswith(ADDON)


def _rebuild(settings, name, index):
    """Seconds to build ``index`` from nothing."""
    started = time.perf_counter()
    database.execute(settings, name, f'REINDEX INDEX "{index}"')
    return time.perf_counter() - started
