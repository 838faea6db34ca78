# Part of ar_collect. License LGPL-3.
"""Fixtures that need the machine prepared by `make test`."""

from pathlib import Path

import pytest

from tools import workshop
from tools.odoo_runner import attached
from tools.paths import log_file

SCRIPTS = Path(__file__).parent / "scripts"


@pytest.fixture(scope="session")
def shop():
    """The machine as `make test` prepared it."""
    runner = attached()
    if runner is None:
        pytest.skip("needs the databases of `make test`")
    return workshop.Workshop(runner, log_file("test"))


@pytest.fixture
def new_database(shop):
    """Make a database of one's own: a function (name, demo) -> name of the database."""
    made = []

    def make(name, *, demo=False):
        full_name = f"ar_collect_test-{name}"
        template = shop.template(demo=demo)
        shop.databases.copy(template, full_name)
        made.append(full_name)
        return full_name

    yield make
    for name in made:
        shop.databases.drop(name)


@pytest.fixture
def run_script(shop):
    """Run a script of `tests/scripts` in Odoo's shell: a function (database, name) -> output."""

    def run(database, name):
        code = (SCRIPTS / f"{name}.py").read_text()
        return shop.runner.script(database, code, what=f"running {name}")

    return run
