# Part of ar_collect. License LGPL-3.
"""What installs itself beside Odoo's sales goes with it, and leaves the addon working."""

import pytest

from tools.paths import ADDON

from .test_lifecycle import differences, picture

pytestmark = pytest.mark.slow

GLUE = "ar_collect_sale"
SOLD = ("sale_order", "sale_order_line")


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


def test_orders_stay_as_they_are(shop, new_database, run_script):
    """GIVEN orders of a held customer WHEN our glue is removed THEN they stay as they were."""
    database = new_database("orders")
    shop.runner.install(database, "-i", f"{ADDON},sale", what="installing", strict=False)
    assert run_script(database, "hold_orders").strip().endswith("held S1, confirmed S2")
    orders, lines = sold(shop.databases, database)
    assert len(orders) == 2

    shop.runner.logged(
        ["module", "uninstall", "-d", database, GLUE],
        name=f"odoo-{database}",
        what="uninstalling the glue",
        strict=False,
    )
    assert state(shop.databases, database, GLUE) == "uninstalled"
    assert sold(shop.databases, database) == (orders, lines)
    assert run_script(database, "hold_orders_left").strip().endswith("confirmed S1, S2")


def sold(databases, database):
    """What the database knows of orders, but for our own columns."""
    query = "SELECT to_jsonb(sold) - 'collect_release_id' FROM {} AS sold ORDER BY id"
    return tuple(databases.query(query.format(table), database) for table in SOLD)


def ours(databases, database):
    """What of the database bears our name."""
    return {
        part: {name for name in names if "ar_collect" in name}
        for part, names in picture(databases, database).items()
    }


def state(databases, database, addon):
    """State of an addon in a database."""
    return databases.value(f"SELECT state FROM ir_module_module WHERE name = '{addon}'", database)
