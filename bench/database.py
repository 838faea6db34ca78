# Part of ar_collect. License LGPL-3.
"""Databases of the bench: connect, copy, drop, and the filestore that goes with each."""

import contextlib
import shutil

import psycopg2
from psycopg2 import sql

from . import settings as settings_module


@contextlib.contextmanager
def connect(settings, name, autocommit=True):
    """Open a connection and close it at the end of the block.

    :param Settings settings: where the server is
    :param str name: database
    :param bool autocommit: False leaves the transaction to the caller
    """
    connection = psycopg2.connect(dbname=name, application_name="ar_bench", **settings.server)
    connection.autocommit = autocommit
    try:
        yield connection
    finally:
        connection.close()


def execute(settings, name, statement, parameters=None):
    """Run one statement in its own connection; return the rows if it has any."""
    with connect(settings, name) as connection, connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []


def exists(settings, name):
    """Whether the server has a database of that name."""
    query = "SELECT 1 FROM pg_database WHERE datname = %s"
    return bool(execute(settings, "postgres", query, [name]))


def names(settings):
    """Names of all databases that belong to the bench."""
    query = "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY datname"
    return [row[0] for row in execute(settings, "postgres", query, [settings_module.PREFIX])]


def filestore(settings, name):
    """Folder of a database's attachments."""
    return settings.data_dir / "filestore" / name


def copy(settings, source, target):
    """Copy a database with its filestore; nobody may be connected to ``source``."""
    drop(settings, target)
    # FILE_COPY moves whole files: much faster than WAL_LOG for ledgers of some gigabytes.
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
    execute(
        settings,
        "postgres",
        statement.format(sql.Identifier(target), sql.Identifier(source)),
    )
    if filestore(settings, source).is_dir():
        shutil.copytree(filestore(settings, source), filestore(settings, target))


def rename(settings, source, target):
    """Give a finished database its final name."""
    drop(settings, target)
    statement = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    execute(
        settings,
        "postgres",
        statement.format(sql.Identifier(source), sql.Identifier(target)),
    )
    if filestore(settings, source).is_dir():
        filestore(settings, source).rename(filestore(settings, target))


def drop(settings, name):
    """Drop a database of the bench, with its filestore, if it is there.

    :raise BenchError: the name does not belong to the bench
    """
    if not name.startswith(settings_module.PREFIX):
        raise settings_module.BenchError(f"Refusing to drop the foreign database {name}.")
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    execute(settings, "postgres", statement.format(sql.Identifier(name)))
    shutil.rmtree(filestore(settings, name), ignore_errors=True)
