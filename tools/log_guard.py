# Part of ar_collect. License LGPL-3.
"""Pytest plugin: what Odoo warns about fails the test during which it happened.

A test that expects a warning says so with `assertLogs` or `mute_logger`: both keep it from
getting here. With ``--strict-run`` a skipped test fails too, because a browser test that is
skipped means that the browser is missing.
"""

import logging

import pytest

from .odoo_log import is_allowed

SHOWN = 5


class Collector(logging.Handler):
    """Keeps the warnings and errors of all loggers until somebody takes them."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.texts = []

    def emit(self, record):
        """Keep the record, unless it is known and harmless."""
        text = record.getMessage()
        if is_allowed(record.name, text):
            return
        if record.exc_info:
            text += "\n" + logging.Formatter().formatException(record.exc_info)
        self.texts.append(f"{record.levelname} {record.name}: {text}")

    def take(self):
        """Return what was kept, and forget it."""
        texts, self.texts = self.texts, []
        return texts


collector = Collector()


def pytest_addoption(parser):
    """Add our option."""
    parser.addoption("--strict-run", action="store_true", help="a skipped test fails")


def pytest_configure(config):
    """Listen from the beginning, on the root: `assertLogs` and `mute_logger` stop below it."""
    logging.getLogger().addHandler(collector)


def pytest_unconfigure(config):
    """Stop listening."""
    logging.getLogger().removeHandler(collector)


def _judge():
    """Fail the test that is running for what was logged since the last look."""
    texts = collector.take()
    if texts:
        more = f"\n... and {len(texts) - SHOWN} more" if len(texts) > SHOWN else ""
        pytest.fail("logged by Odoo:\n" + "\n".join(texts[:SHOWN]) + more, pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    """Judge the preparation of a test, that of its class included."""
    result = yield
    _judge()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Judge the test itself."""
    result = yield
    _judge()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item):
    """Judge the end of a test; what a failed one logged was told by its own failure."""
    collector.take()
    result = yield
    _judge()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """In a strict run, turn a skip into a failure."""
    report = yield
    _refuse_skip(item.config, report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    """In a strict run, a file that skips itself fails too."""
    report = yield
    _refuse_skip(collector.config, report)
    return report


def _refuse_skip(config, report):
    expected = hasattr(report, "wasxfail")
    if config.getoption("--strict-run") and report.skipped and not expected:
        report.outcome = "failed"
        report.longrepr = f"skipped, which a complete set-up never does: {report.longrepr}"
