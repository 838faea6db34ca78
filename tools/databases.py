# Part of ar_collect. License LGPL-3.
"""Databases with their filestore: made, copied, dropped, and remembered by a mark.

The mark is the comment of the database and says from what it was made. A database without a
mark was not finished, or is not ours.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .console import Failure
from .postgres import Connection

MARK = "made by the tools of ar_collect: "
TIMEOUT = 600


@dataclass(frozen=True)
class Databases:
    """The databases of one server, and the folder of Odoo's files."""

    connection: Connection
    data_dir: Path

    def query(self, sql, database="postgres"):
        """Run SQL and return the rows as lists of text.

        :param str sql: one or more statements
        :param str database: where to run it
        :raise Failure: the server refuses it
        """
        command = ["psql", "-XAtqw", "-v", "ON_ERROR_STOP=1", "-F", "\t", "-d", database]
        result = subprocess.run(
            [*command, "-c", sql],
            env=self.connection.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT,
        )
        if result.returncode:
            raise Failure(f"PostgreSQL refused: {sql}\n{result.stderr.strip()}")
        return [line.split("\t") for line in result.stdout.splitlines()]

    def value(self, sql, database="postgres"):
        """Run SQL and return the first value of the first row, or None."""
        rows = self.query(sql, database)
        return rows[0][0] if rows else None

    def exists(self, name):
        """Whether there is such a database."""
        return bool(self.value(f"SELECT 1 FROM pg_database WHERE datname = {literal(name)}"))

    def mark(self, name):
        """Return what the database was made from, or None."""
        comment = self.value(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
            f"WHERE datname = {literal(name)}"
        )
        return comment[len(MARK) :] if comment and comment.startswith(MARK) else None

    def set_mark(self, name, text):
        """Remember what the database was made from: it is finished."""
        self.query(f"COMMENT ON DATABASE {identifier(name)} IS {literal(MARK + text)}")

    def is_ready(self, name, text):
        """Whether the database is finished, made from this, and has its files."""
        return self.mark(name) == text and self.files(name).exists()

    def files(self, name):
        """Folder of the files of a database."""
        return self.data_dir / "filestore" / name

    def drop(self, name):
        """Delete a database and its files, even while somebody is connected."""
        self.query(f"DROP DATABASE IF EXISTS {identifier(name)} WITH (FORCE)")
        shutil.rmtree(self.files(name), ignore_errors=True)

    def copy(self, source, name):
        """Make a database as a copy of another, replacing one of this name.

        The files are linked, not copied: Odoo never writes into one that exists.
        """
        self.drop(name)
        self.query(f"CREATE DATABASE {identifier(name)} TEMPLATE {identifier(source)}")
        shutil.copytree(self.files(source), self.files(name), copy_function=link)

    def names(self, prefix):
        """Names of the databases that begin with a prefix."""
        pattern = prefix.replace("_", r"\_") + "%"
        rows = self.query(f"SELECT datname FROM pg_database WHERE datname LIKE {literal(pattern)}")
        return [row[0] for row in rows]


def link(source, target):
    """Link a file; copy it where links cannot be made."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def literal(text):
    """Quote a value for SQL."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name):
    """Quote a name for SQL."""
    return '"' + name.replace('"', '""') + '"'
