# Part of ar_collect. License LGPL-3.
"""What installs itself beside Odoo's sales goes with it, and leaves the addon working."""

import pytest

from tools.paths import ADDON

from .test_lifecycle import differences, picture

pytestmark = pytest.mark.slow

GLUE = "ar_collect_sale"


def test_sales_come_and_go(shop, new_database, run_script):
    """GIVEN the addon WHEN sales are installed and removed THEN our glue comes and goes with it."""
    database = new_database("glue")
    shop.runner.install(database, "-i", ADDON, what="installing")
    # what Odoo's own modules leave behind is not ours to judge: ours alone is compared
    before = ours(shop.databases, database)

    shop.runner.install(database, "-i", "sale", what="installing sale", strict=False)
    assert state(shop.databases, database, GLUE) == "installed"
    assert "order_evidence" in run_script(database, "dispute_form")

    shop.runner.logged(
        ["module", "uninstall", "-d", database, "sale"],
        name=f"odoo-{database}",
        what="uninstalling sale",
        strict=False,
    )
    assert state(shop.databases, database, GLUE) == "uninstalled"
    assert state(shop.databases, database, ADDON) == "installed"
    assert differences(before, ours(shop.databases, database)) == {}
    output = run_script(database, "dispute_form")
    assert "order_evidence" not in output
    assert output.strip().endswith("closed")


def ours(databases, database):
    """What of the database bears our name."""
    return {
        part: {name for name in names if "ar_collect" in name}
        for part, names in picture(databases, database).items()
    }


def state(databases, database, addon):
    """State of an addon in a database."""
    return databases.value(f"SELECT state FROM ir_module_module WHERE name = '{addon}'", database)
