# Part of ar_collect. License LGPL-3.
"""Pytest plugin: the summary of a run counts the runs before it as well.

`make test` runs pytest once for each database; what it says last is about all tests.
"""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

#: Kinds of reports in pytest's summary that are counted. What failed is not: pytest would tell the
#: failures of the runs before once more, and has told them.
COUNTED = ("passed", "skipped", "xfailed", "xpassed")


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
    for kind, count in earlier.items():
        reporter.stats.setdefault(kind, []).extend(_stand_ins(count))
    file.write_text(json.dumps({kind: len(reporter.stats.get(kind, [])) for kind in COUNTED}))


def _stand_ins(count):
    """Reports of tests that another run has told about."""
    return [SimpleNamespace(count_towards_summary=True) for _number in range(count)]
