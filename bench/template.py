# Part of ar_collect. License LGPL-3.
"""Databases that are made once and copied: with a chart, and with a seeded ledger."""

import ast
import os
import time

from . import database, process, report, seed
from .settings import ADDON, PREFIX, REPOSITORY

INSTALL_TIMEOUT = 1200
TASK_TIMEOUT = 900


def ledger(settings, size):
    """Name of the template database with a ledger of ``size``, made if it is not there yet.

    :param Settings settings: where the server is
    :param str size: S, M or L
    :rtype: str
    """
    chart = _chart(settings)
    name = f"{PREFIX}_{size.lower()}_{seed.fingerprint(seed.SOURCES, chart)}"
    if not database.exists(settings, name):
        _build(settings, name, lambda draft: _seed(settings, chart, draft, size))
    return name


def _seed(settings, chart, name, size):
    started = time.perf_counter()
    database.copy(settings, chart, name)
    seed.seed(settings, name, size)
    report.progress(f"ledger {size} seeded in {time.perf_counter() - started:.0f} s")
    facts = process.task(settings, name, "verify:verify", TASK_TIMEOUT)
    report.progress(f"Odoo reads ledger {size} right: {facts}")


def _chart(settings):
    """Name of the template database with the addon's dependencies and two charts."""
    modules = ",".join(_dependencies())
    name = f"{PREFIX}_chart_{seed.fingerprint(('chart.py',), modules)}"
    if not database.exists(settings, name):
        _build(settings, name, lambda draft: _install_chart(settings, draft, modules))
    return name


def _install_chart(settings, name, modules):
    report.progress("installing Odoo's own modules and two charts of accounts")
    if source := os.environ.get("AR_COLLECT_TEMPLATE_DB"):
        database.copy(settings, source, name)
    else:
        database.drop(settings, name)
    arguments = ("-d", name, "-i", modules, "--stop-after-init", "--no-http")
    process.odoo(settings, *arguments, timeout=INSTALL_TIMEOUT)
    process.task(settings, name, "chart:prepare", TASK_TIMEOUT)


def _build(settings, name, make):
    """Make a database under a draft name, so that an interrupted run leaves no half one.

    Its predecessors of the same kind, made by older code, go.
    """
    draft = f"{name}_draft"
    make(draft)
    database.rename(settings, draft, name)
    kind = name.rpartition("_")[0]
    for other in database.names(settings):
        if other != name and other.startswith(f"{kind}_"):
            database.drop(settings, other)


def _dependencies():
    """Modules that the addon depends on, from its manifest."""
    manifest = ast.literal_eval((REPOSITORY / ADDON / "__manifest__.py").read_text())
    return sorted(manifest["depends"])
