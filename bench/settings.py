# Part of ar_collect. License LGPL-3.
"""Where the bench finds Odoo and PostgreSQL, and which sizes it knows."""

import configparser
import os
import sys
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
ADDON = "ar_collect"
PREFIX = "ar_bench"
# Customers per size; each has so many open and so many paid items in the mean.
CUSTOMERS = {"S": 1_000, "M": 10_000, "L": 100_000}
ITEMS_PER_CUSTOMER = 10


class BenchError(Exception):
    """Something the person at the keyboard has to put right; shown without a traceback."""


@dataclass(frozen=True)
class Settings:
    """The Odoo configuration file in use and what the bench reads from it.

    :param Path conf: Odoo configuration file
    :param Path data_dir: folder that holds the filestores
    :param dict server: keyword arguments of ``psycopg2.connect``, without the database
    """

    conf: Path
    data_dir: Path
    server: dict


def load():
    """Read the settings from the file named by ``AR_COLLECT_ODOO_CONF``.

    :rtype: Settings
    :raise BenchError: the variable is not set or names no configuration file
    """
    conf = Path(os.environ.get("AR_COLLECT_ODOO_CONF", ""))
    if not conf.is_file():
        raise BenchError("AR_COLLECT_ODOO_CONF must name an Odoo configuration file.")
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(conf)
    options = parser["options"]
    return Settings(
        conf=conf.resolve(),
        data_dir=Path(options.get("data_dir", "~/.local/share/Odoo")).expanduser(),
        server=_server(options),
    )


def _server(options):
    """Connection arguments; what Odoo writes as ``False`` is left to libpq's own defaults."""
    names = {"host": "db_host", "port": "db_port", "user": "db_user", "password": "db_password"}
    found = {key: options.get(name, "False") for key, name in names.items()}
    return {key: value for key, value in found.items() if value not in ("", "False")}


def odoo_command(settings, *arguments):
    """Command line that runs Odoo of this Python with the bench's configuration."""
    return [sys.executable, "-m", "odoo", *arguments, "-c", str(settings.conf)]
