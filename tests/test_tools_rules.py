# Part of ar_collect. License LGPL-3.
"""The rules that `make test` and `make lint` enforce can fail, and fail for the right things."""

import os
import subprocess
import sys
import threading

import pytest

from tools import house_rules, locks, odoo_log, paths

LOG = """\
2026-01-02 03:04:05,006 77 INFO db odoo.modules.loading: 20 modules loaded
2026-01-02 03:04:05,007 77 WARNING db odoo.fields: Field x is odd
2026-01-02 03:04:05,008 77 ERROR db odoo.http: Exception
Traceback (most recent call last):
  boom
2026-01-02 03:04:05,009 77 INFO ? odoo.service.server: stopped
stray line
2026-01-02 03:04:05,010 77 CRITICAL ? odoo.service: over
"""


def test_serious_lines():
    """Warnings and worse are found, with the traceback that belongs to them."""
    lines = odoo_log.serious_lines(LOG)
    assert [line.split(" ")[3] for line in lines] == ["WARNING", "ERROR", "CRITICAL"]
    assert lines[1].endswith("\n  boom")
    assert odoo_log.serious_lines(LOG.replace("WARNING", "INFO").split("ERROR")[0]) == []


def test_allowed_lines():
    """What is known and harmless is passed over, from that logger alone."""
    line = "2026-01-02 03:04:05,007 77 WARNING db {}: iap jsonrpc http://x failed\n"
    assert odoo_log.serious_lines(line.format("odoo.addons.iap.tools.iap_tools")) == []
    assert len(odoo_log.serious_lines(line.format("odoo.addons.ar_collect"))) == 1


def test_last_message():
    """The heartbeat shows what Odoo said last, whatever noise is between."""
    assert odoo_log.last_message(LOG) == "over"
    assert odoo_log.last_message("noise") == ""


GUARDED = """
import logging
import unittest

_logger = logging.getLogger("odoo.addons.something")
def test_quiet(): pass
def test_warns(): _logger.warning("Field %s is odd", "x")
def test_raises_too():
    _logger.error("first this")
    assert False
class TestExpected(unittest.TestCase):
    def test_expected(self):
        with self.assertLogs("odoo.addons.something"):
            _logger.error("as expected")
class TestClass(unittest.TestCase):
    @classmethod
    def setUpClass(cls): _logger.warning("while preparing")
    def test_prepared(self): pass
class TestEnd(unittest.TestCase):
    def tearDown(self): _logger.warning("at the end")
    def test_ended(self): pass
@unittest.skip("no browser")
class TestSkipped(unittest.TestCase):
    def test_browser(self): pass
"""


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """Output of pytest, with our plugin alone, on the tests above."""
    folder = tmp_path_factory.mktemp("guarded")
    (folder / "test_guarded.py").write_text(GUARDED)
    (folder / "pytest.ini").write_text("[pytest]\n")
    plugins = ["-p", "tools.log_guard", "-p", "no:pytest_odoo", "-p", "no:odoo", "-p", "no:xdist"]
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-rA", "--strict-run", *plugins],
        cwd=folder,
        env=dict(os.environ, PYTHONPATH=os.pathsep.join([str(paths.ROOT), *sys.path])),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert result.returncode == 1, result.stdout + result.stderr
    return result.stdout


@pytest.mark.parametrize(
    "test", ["test_quiet", "TestExpected::test_expected"], ids=["quiet", "expected"]
)
def test_guard_lets_pass(guarded, test):
    """A test that logs nothing, or what it expects, passes."""
    assert f"PASSED test_guarded.py::{test}" in guarded


@pytest.mark.parametrize(
    ("outcome", "test", "text"),
    [
        ("FAILED", "test_warns", "WARNING odoo.addons.something: Field x is odd"),
        ("FAILED", "test_raises_too", "assert False"),
        ("ERROR", "TestClass::test_prepared", "while preparing"),
        ("FAILED", "TestEnd::test_ended", "at the end"),
        ("ERROR", "TestSkipped::test_browser", "no browser"),
    ],
    ids=["function", "with an error", "preparation", "end", "skip"],
)
def test_guard_fails(guarded, outcome, test, text):
    """A warning fails the test that it happened in; so does a skip."""
    assert f"{outcome} test_guarded.py::{test}" in guarded
    assert text in guarded


def test_guard_closing_line(guarded):
    """The last line is pytest's own summary, with nothing skipped in it."""
    closing = guarded.strip().splitlines()[-1]
    assert "3 failed" in closing
    assert "2 errors" in closing
    assert "skipped" not in closing


@pytest.mark.parametrize(
    "line",
    [
        "pip install -i https://py" + "pi.org/simple x",
        "deb http://deb.deb" + "ian.org/debian sid main",
        "https://registry.npm" + "js.org/x",
    ],
)
def test_registry_is_found(line):
    """The address of a package registry does not get in."""
    assert house_rules.problems(line) == ["host name of a package registry"]


@pytest.mark.parametrize(
    ("line", "here"),
    [
        ("cd /ho" + "me/somebody/code", "/x"),
        ("ODOO = '/ro" + "ot/odoo'", "/x"),
        ("cd /srv/build/checkout/tools", "/srv/build/checkout"),
    ],
)
def test_path_is_found(line, here):
    """A path that only one machine has does not get in."""
    assert house_rules.problems(line, here) == ["absolute path of one machine"]


@pytest.mark.parametrize(
    "line",
    ["from odoo.tools import SQL", "href='/odoo/home/x'", "/var/lib/ar_collect", "/my/home/pay"],
)
def test_harmless_line(line):
    """Addresses of the product itself are fine."""
    assert house_rules.problems(line) == []


def test_licence_line_is_missing(tmp_path):
    """Every Python file begins with the licence."""
    path = tmp_path / "x.py"
    path.write_text("x = 1\n")
    assert "licence line is missing" in house_rules.findings([path])[0]
    path.write_text(f"{house_rules.LICENCE}\nx = 1\n")
    assert house_rules.findings([path]) == []


def test_lock_waits(tmp_path, monkeypatch, capsys):
    """A second command waits for the first, and says so."""
    monkeypatch.setattr("tools.locks.cache", lambda: tmp_path)
    order = []

    def second():
        with locks.exclusive("x", "waiting for the other"):
            order.append("second")

    with locks.exclusive("x", "never shown"):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(timeout=0.5)
        assert thread.is_alive()
        order.append("first")
    thread.join(timeout=10)
    assert order == ["first", "second"]
    said = capsys.readouterr().out
    assert "waiting for the other" in said
    assert "never shown" not in said


def test_digest_follows_content(tmp_path):
    """A changed, added or renamed file is noticed; compiled Python is not."""
    (tmp_path / "a").write_text("1")
    seen = {paths.tree_digest(tmp_path)}
    (tmp_path / "a").write_text("2")
    seen.add(paths.tree_digest(tmp_path))
    (tmp_path / "a").rename(tmp_path / "b")
    seen.add(paths.tree_digest(tmp_path))
    assert len(seen) == 3
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "b.pyc").write_text("x")
    assert paths.tree_digest(tmp_path) in seen
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_x.py").write_text("x")
    assert paths.tree_digest(tmp_path) not in seen
    assert paths.tree_digest(tmp_path, without=("__pycache__", "tests")) in seen
