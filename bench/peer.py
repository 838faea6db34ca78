# Part of ar_collect. License LGPL-3.
"""OCA's addon for reminders on the same ledger: fetched, installed in a database of its own, run.

It is fetched when it is measured; nothing of it is part of this repository.
"""

import configparser
import contextlib
import dataclasses
import importlib.metadata
import sys
import tempfile
from pathlib import Path

import psycopg2

from tools import paths, python_env
from tools.console import Failure, hint_for

from . import database, process, report
from .settings import BenchError

ADDON = "account_credit_control"
#: All in one call, without what they depend on: that is Odoo alone, which is here.
PACKAGES = (f"odoo-addon-{ADDON}==19.0.*",)
FETCH_TIMEOUT = 120
INSTALL_TIMEOUT = 600
#: Seconds after which a step is given up; it has five.
PEER_TIMEOUT = 300
STEPS = 5
#: Sizes at which it is measured unless others are asked for: its time grows with their square.
SIZES = "S"


def measure(settings, ledger, name):
    """Measure the addon on a copy of a ledger; nothing that goes wrong ends the bench.

    :param Settings settings: where the server is
    :param str ledger: database to copy, without our addon
    :param str name: database to make; the caller drops it
    :return: figures of `notices_peer.measure` and the `version`, or `skipped`: why there are none
    :rtype: dict
    """
    try:
        folder = _fetched()
        with _configured(settings, folder) as own:
            return {"version": _version(folder), **_run(own, ledger, name)}
    except (BenchError, Failure, OSError, psycopg2.Error) as error:
        report.progress(f"{ADDON}: {error}")
        return {"skipped": _sentence(error)}


def _sentence(error):
    """Why it was not measured, short enough for the table."""
    return hint_for(str(error)) or "it could not be fetched or run, see the messages above."


def _fetched():
    """Folder of the packages, fetched once; `make clean` deletes it.

    :raise BenchError: they cannot be had
    """
    folder = paths.cache() / "peer"
    if not (_addons(folder) / ADDON / "__manifest__.py").exists():
        report.progress(f"fetching {', '.join(PACKAGES)}")
        command = [
            *(sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"),
            *("--no-deps", "--only-binary", ":all:", "--retries", "1"),
            *("--upgrade", "--target", str(folder), *PACKAGES),
        ]
        process.run(command, FETCH_TIMEOUT, env=python_env.clean_environment())
    return folder


def _addons(folder):
    return folder / "odoo" / "addons"


def _version(folder):
    """The version that was fetched."""
    found = importlib.metadata.distributions(path=[str(folder)])
    return next((package.version for package in found), "?")


@contextlib.contextmanager
def _configured(settings, folder):
    """The settings with the fetched addons on the addons path, as long as the block runs."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(settings.conf)
    options = parser["options"]
    known = options.get("addons_path", "")
    options["addons_path"] = ",".join(filter(None, (known, str(_addons(folder)))))
    with tempfile.TemporaryDirectory(prefix="ar_bench_") as place:
        conf = Path(place) / "odoo.conf"
        with conf.open("w") as stream:
            parser.write(stream)
        yield dataclasses.replace(settings, conf=conf)


def _run(settings, ledger, name):
    """Install the addon in a copy of the ledger, and let it work there."""
    database.copy(settings, ledger, name)
    process.odoo(
        settings, "-d", name, "-i", ADDON, "--stop-after-init", "--no-http",
        timeout=INSTALL_TIMEOUT,
    )  # fmt: skip
    limit = (STEPS + 1) * PEER_TIMEOUT
    return process.task(settings, name, "notices_peer:measure", limit, seconds=PEER_TIMEOUT)
