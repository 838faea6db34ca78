# Part of ar_collect. License LGPL-3.
"""``python -m bench``: measure the addon on ledgers of the chosen sizes and print a table."""

import argparse
import os
import sys
import time

from . import database, indexes, page, peer, portal, process, report, settings, tables, template

INSTALL_TIMEOUT = 3600
TASK_TIMEOUT = 3600
# Repetitions by size: what takes long varies less.
RUNS = {"S": 5, "M": 5, "L": 3}
POSTINGS = 40


def main():
    """Parse the command line, measure, print; the exit code is 1 when the figures disagree."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--sizes", default=os.environ.get("SIZES") or "S", help="e.g. S,M,L")
    parser.add_argument(
        "--peer",
        default=os.environ.get("PEER", peer.SIZES),
        help="sizes at which OCA's addon is measured too, '' for none",
    )
    parser.add_argument("--keep", action="store_true", help="keep the measured databases")
    parser.add_argument("--drop", action="store_true", help="only drop all databases of the bench")
    arguments = parser.parse_args()
    try:
        configuration = settings.load()
        if arguments.drop:
            return _drop_all(configuration)
        peers = _sizes(arguments.peer)
        return _measure(configuration, _sizes(arguments.sizes), peers, arguments.keep)
    except settings.BenchError as error:
        report.progress(f"bench: {error}")
        return 2


def _sizes(text):
    """Sizes from ``S,M`` or ``S M``.

    :raise BenchError: one of them is unknown
    """
    sizes = text.replace(",", " ").upper().split()
    if unknown := set(sizes) - set(settings.CUSTOMERS):
        raise settings.BenchError(f"Unknown size {', '.join(sorted(unknown))}; there are S, M, L.")
    return sizes


def _drop_all(configuration):
    for name in database.names(configuration):
        database.drop(configuration, name)
        report.progress(f"dropped {name}")
    return 0


def _measure(configuration, sizes, peers, keep):
    results = {}
    for size in sizes:
        results[size] = {}
        try:
            _measure_size(configuration, size, keep, results[size])
            if size in peers:
                results[size]["peer"] = _measure_peer(configuration, size, keep)
        finally:
            # after every size, and whatever an interrupted one has by then
            tables.show(results)
    wrong = [size for size in sizes if tables.disagree(results[size])]
    return 1 if wrong else 0


def _measure_size(configuration, size, keep, figures):
    """Fill the figures of one size, measured on two fresh copies of its ledger."""
    ledger = template.ledger(configuration, size)
    bare, full = (f"{settings.PREFIX}_run_{size.lower()}_{side}" for side in ("bare", "full"))
    database.copy(configuration, ledger, bare)
    database.copy(configuration, ledger, full)
    try:
        _fill(configuration, size, bare, full, figures)
    finally:
        if not keep:
            database.drop(configuration, bare)
            database.drop(configuration, full)


def _measure_peer(configuration, size, keep):
    """Figures of OCA's addon, on a fresh copy of the ledger."""
    report.progress(f"{size}: {peer.ADDON}")
    name = f"{settings.PREFIX}_run_{size.lower()}_peer"
    try:
        return peer.measure(configuration, template.ledger(configuration, size), name)
    finally:
        if not keep:
            database.drop(configuration, name)


def _fill(configuration, size, bare, full, figures):
    """Run the measurements one after the other; nothing runs at the same time."""
    runs = RUNS[size]

    def task(name, work, **arguments):
        report.progress(f"{size}: {name}")
        return process.task(configuration, full, work, TASK_TIMEOUT, **arguments)

    report.progress(f"{size}: installation")
    figures["install"] = _install(configuration, full)
    report.progress(f"{size}: reference without the addon")
    figures["core"] = process.task(
        configuration, bare, "refresh:core_reference", TASK_TIMEOUT, runs=runs
    )
    figures["refresh"] = task("refresh", "refresh:measure", runs=runs)
    figures["memory"] = task("memory", "refresh:memory")
    figures["posting"] = task("posting", "posting:measure", bare=bare, repetitions=POSTINGS)
    report.progress(f"{size}: worklist page")
    figures["page"] = page.measure(configuration, full)
    report.progress(f"{size}: portal")
    figures["portal"] = portal.measure(configuration, full)
    report.progress(f"{size}: indexes")
    figures["indexes"] = indexes.measure(configuration, full)
    figures["receivables"] = task("receivables", "receivables:measure", runs=runs)
    figures["notices"] = task("notices", "notices:measure", runs=runs)
    figures["promises"] = task("promises", "promises:measure", runs=runs)
    figures["performance"] = task("performance", "performance:measure", runs=runs)
    report.progress(f"{size}: installing sales")
    _odoo(configuration, full, "-i", "sale")
    figures["orders"] = task("orders", "orders:measure", runs=runs)


def _install(configuration, name):
    """Seconds of the installation command and of the same command with nothing to install."""
    started = time.perf_counter()
    _odoo(configuration, name, "-i", settings.ADDON)
    installed = time.perf_counter()
    _odoo(configuration, name)
    return {"total": installed - started, "start": time.perf_counter() - installed}


def _odoo(configuration, name, *arguments):
    process.odoo(
        configuration, "-d", name, *arguments, "--stop-after-init", "--no-http",
        timeout=INSTALL_TIMEOUT,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
