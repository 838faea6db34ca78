# Part of ar_collect. License LGPL-3.
"""Pytest plugin: the summary of a run counts the runs before it as well.

`make test` runs pytest once for each database; what it says last is about all tests.
"""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

#: Kinds of reports in pytest's summary that are counted.
COUNTED = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")
#: Of these, pytest would tell each one of the runs before once more; here a line says how many.
FAILED = ("failed", "error")
EARLIER = pytest.StashKey()


def pytest_addoption(parser):
    """Add our option."""
    parser.addoption("--totals", metavar="FILE", help="read what was counted before, and add to it")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """Add the counts of the runs before, and write down all; xdist's workers count nothing."""
    file = session.config.getoption("--totals")
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not file or not reporter or hasattr(session.config, "workerinput"):
        return
    file = Path(file)
    earlier = json.loads(file.read_text()) if file.exists() else {}
    counts = {kind: len(reporter.stats.get(kind, [])) + earlier.get(kind, 0) for kind in COUNTED}
    file.write_text(json.dumps(counts))
    session.config.stash[EARLIER] = {kind: earlier.pop(kind, 0) for kind in FAILED}
    for kind, count in earlier.items():
        reporter.stats.setdefault(kind, []).extend(_stand_ins(count))


def pytest_terminal_summary(terminalreporter, config):
    """Say what failed before: the last summary is about all tests."""
    failed = [f"{count} {kind}" for kind, count in config.stash.get(EARLIER, {}).items() if count]
    if failed:
        terminalreporter.write_sep("=", f"in the runs before: {', '.join(failed)}", red=True)


def _stand_ins(count):
    """Reports of tests that another run has told about."""
    return [SimpleNamespace(count_towards_summary=True) for _number in range(count)]
