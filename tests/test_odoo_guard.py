# Part of ar_collect. License LGPL-3.
"""The guard against warnings works within Odoo's own tests too."""

import subprocess
import sys

import pytest

from tools.paths import ROOT

pytestmark = pytest.mark.slow

TESTS = """
import logging

from odoo.tests import HttpCase, TransactionCase
from odoo.tools import mute_logger

_logger = logging.getLogger("odoo.addons.something")


class TestGuard(TransactionCase):
    def test_warns(self):
        _logger.warning("Nobody expects this")

    def test_asserts(self):
        with self.assertLogs("odoo.addons.something", "WARNING"):
            _logger.warning("Expected")

    def test_mutes(self):
        with mute_logger("odoo.addons.something"):
            _logger.error("Expected")

    def test_failing_sql(self):
        with self.assertRaises(Exception), self.env.cr.savepoint():
            self.env.cr.execute("SELECT no_such_column FROM res_partner")


class TestServer(HttpCase):
    def test_page(self):
        self.assertEqual(self.url_open("/web/login").status_code, 200)
        _logger.error("Nobody expects this either")
"""


def test_guard_within_odoo(shop, new_database, tmp_path):
    """GIVEN Odoo's tests WHEN some log a warning THEN exactly these fail."""
    database = new_database("guard")
    inside = write_addon(tmp_path / "something")
    options = [
        f"--odoo-addons-path={ROOT},{tmp_path}",
        f"--odoo-config={shop.runner.config}",
        f"--odoo-database={database}",
        "--odoo-http",
        "--odoo-log-level=warn",
    ]
    plugins = ["-p", "no:xdist", "-p", "tools.log_guard"]
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-rA", *plugins, *options, str(inside)],
        cwd=ROOT,
        env=_without_worker(shop.runner.environment()),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    outcomes = {
        line.split("::")[-1].split(" ")[0]: line.split(" ")[0]
        for line in result.stdout.splitlines()
        if line.startswith(("PASSED", "FAILED", "ERROR")) and "::" in line
    }
    assert outcomes == {
        "test_asserts": "PASSED",
        "test_mutes": "PASSED",
        "test_failing_sql": "FAILED",
        "test_page": "FAILED",
        "test_warns": "FAILED",
    }, result.stdout
    assert "WARNING odoo.addons.something: Nobody expects this" in result.stdout
    assert "ERROR odoo.sql_db: bad query" in result.stdout


def write_addon(folder):
    """Write an addon with the tests above: Odoo's test classes work within an addon only.

    :return: the file of the tests
    """
    inside = folder / "tests" / "test_inside.py"
    inside.parent.mkdir(parents=True)
    (folder / "__manifest__.py").write_text("{'name': 'Something', 'license': 'LGPL-3'}\n")
    (folder / "__init__.py").touch()
    (folder / "tests" / "__init__.py").touch()
    inside.write_text(TESTS)
    return inside


def _without_worker(env):
    """Leave out what would make pytest-odoo take this process for a worker of xdist."""
    return {name: value for name, value in env.items() if not name.startswith("PYTEST_")}
