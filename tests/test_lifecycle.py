# Part of ar_collect. License LGPL-3.
"""Installing, upgrading and removing the addon leaves a database as it was before."""

import pytest

from tools.paths import ADDON

pytestmark = pytest.mark.slow

COUNTED = (
    "ir_act_client",
    "ir_act_report_xml",
    "ir_act_server",
    "ir_act_window",
    "ir_asset",
    "ir_config_parameter",
    "ir_cron",
    "ir_model",
    "ir_model_access",
    "ir_model_fields",
    "ir_model_inherit",
    "ir_rule",
    "ir_sequence",
    "ir_ui_menu",
    "ir_ui_view",
    "mail_activity_type",
    "mail_message_subtype",
    "mail_template",
    "res_groups",
    "res_groups_privilege",
)
SCHEMA = {
    "columns": (
        "SELECT table_name || '.' || column_name FROM information_schema.columns "
        "WHERE table_schema = 'public'"
    ),
    "constraints": (
        "SELECT conrelid::regclass || '.' || conname FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace"
    ),
    # without foreign keys: Odoo gives their records no external id, and so forgets to delete them
    "constraint records": (
        "SELECT m.name || ': ' || c.name FROM ir_model_constraint c "
        "JOIN ir_module_module m ON m.id = c.module WHERE c.type != 'f'"
    ),
    "functions": "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "indexes": "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'",
    "sequences": "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'",
    "triggers": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    "views": "SELECT viewname FROM pg_views WHERE schemaname = 'public'",
}


def test_install_upgrade_uninstall(shop, new_database, run_script):
    """GIVEN Odoo without the addon WHEN it comes and goes THEN nothing of it stays."""
    database = new_database("lifecycle")
    before = picture(shop.databases, database)

    shop.runner.install(database, "-i", ADDON, what="installing")
    assert state(shop.databases, database) == "installed"
    installed = picture(shop.databases, database)
    assert installed != before

    shop.runner.install(database, "-u", ADDON, what="upgrading")
    assert differences(installed, picture(shop.databases, database)) == {}

    uninstall(shop.runner, database)
    assert state(shop.databases, database) == "uninstalled"
    assert differences(before, picture(shop.databases, database)) == {}
    left = shop.databases.query(
        f"SELECT model, name FROM ir_model_data WHERE module = '{ADDON}'", database
    )
    assert left == []

    assert run_script(database, "core_works").strip().endswith("residual 0.0")

    # whoever tried it once can come back
    shop.runner.install(database, "-i", ADDON, what="installing again")
    assert state(shop.databases, database) == "installed"


def uninstall(runner, database):
    """Remove the addon by Odoo's own command; its log must be clean."""
    runner.logged(
        ["module", "uninstall", "-d", database, ADDON],
        name=f"odoo-{database}",
        what="uninstalling",
    )


def state(databases, database):
    """State of the addon in a database."""
    return databases.value(f"SELECT state FROM ir_module_module WHERE name = '{ADDON}'", database)


def picture(databases, database):
    """Everything the addon could leave behind: parts of the schema, and counts of records."""
    parts = {
        name: {row[0] for row in databases.query(sql, database)} for name, sql in SCHEMA.items()
    }
    for table in COUNTED:
        parts[table] = {f"{databases.value(f'SELECT count(*) FROM {table}', database)} records"}
    return parts


def differences(before, after):
    """What came and what went, by part."""
    return {
        name: {
            "came": sorted(after[name] - before[name]),
            "went": sorted(before[name] - after[name]),
        }
        for name in before
        if before[name] != after[name]
    }
