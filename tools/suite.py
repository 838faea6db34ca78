# Part of ar_collect. License LGPL-3.
"""`make test`: install for real, then all tests, then one summary (pytest's own)."""

import os
import shlex

from . import python_env, workshop
from .console import Failure, run_status, say, start_log
from .locks import exclusive
from .odoo_runner import glued
from .paths import ADDON, ROOT, cache, digest, glue, log_file

DATABASE = "ar_collect_test"
#: With the modules of Odoo as well beside which our other addons install themselves.
GLUE_DATABASE = "ar_collect_test_glue"
TIMEOUT = 80 * 60
#: The long ones first, so that both cores end together.
ALL_TESTS = ("tests", f"{ADDON}/tests", *(f"{addon}/tests" for addon in glue()))
WORKERS = 2
#: What the browser loads: made once here, not by the first request of each class, while the others
#: wait for it. What tests make is undone with their transaction.
BUNDLES = """
env["ir.qweb"]._pregenerate_assets_bundles()
env["ir.qweb"]._get_asset_bundle("bus.websocket_worker_assets", css=False, js=True).js()
env.cr.commit()
"""
#: Companies with a chart of accounts, archived: `tests/company_stock.py` of the addon takes them.
#: More than one class of tests ever needs; a class makes itself what is missing.
STOCK = """
for number in range(4):
    company = env["res.company"].create({"name": f"Company in Stock {number + 1}"})
    env["account.chart.template"].try_loading("generic_coa", company=company, install_demo=False)
    company.account_fiscal_country_id = company.account_fiscal_country_id or env.ref("base.us")
    env.user.company_ids -= company
    company.active = False
    env["ir.model.data"]._update_xmlids(
        [{"xml_id": f"__ar_collect_stock__.company_{number + 1}", "record": company}]
    )
env.cr.commit()
"""
#: Modules that come later, as the app for stocks, give nothing to companies that are archived: with
#: them each class makes its own.
NO_STOCK = "DELETE FROM ir_model_data WHERE module = '__ar_collect_stock__'"
#: What tests undo stays behind as empty pages. A vacuum then records tables of no rows in many
#: pages, for which PostgreSQL makes plans that take many times as long with a test's rows.
NO_VACUUM = """
DO $$ DECLARE name regclass; BEGIN
    FOR name IN SELECT oid FROM pg_class
                 WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
        EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = false)', name);
    END LOOP;
END $$
"""


def run():
    """Run the tests of TESTS, or all of them.

    :return: pytest's exit status
    """
    log = log_file("test")
    start_log(log, "make test")
    paths = chosen_tests(os.environ.get("TESTS"))
    of_glue = [path for path in paths if path.split("/")[0] in glue()]
    others = [path for path in paths if path not in of_glue]
    totals = cache() / "totals.json"
    totals.unlink(missing_ok=True)
    with (
        exclusive("suite", "Another make test is running here: waiting for it"),
        workshop.opened("test", log, browser=True) as shop,
    ):
        prepare(shop)
        statuses = []
        if of_glue:
            prepare_glue(shop)
            statuses.append(run_pytest(shop, GLUE_DATABASE, of_glue, totals, log))
        if others:  # the last summary counts those before, see totals.py
            statuses.append(run_pytest(shop, DATABASE, others, totals, log))
        return max(statuses)


def chosen_tests(text):
    """Read which tests the person wants.

    :param text: paths or pytest node ids separated by blanks, or nothing
    :raise Failure: there is no such file
    """
    paths = shlex.split(text or "") or [path for path in ALL_TESTS if (ROOT / path).exists()]
    for path in paths:
        if not (ROOT / path.split("::")[0]).exists():
            raise Failure(f"There are no tests at {path}.", f"For instance: {ALL_TESTS[1]}")
    return paths


def prepare(shop):
    """Have a database with ar_collect installed; what Odoo warns about meanwhile is an error."""
    template = shop.template(demo=False)
    made_by = digest(STOCK, BUNDLES, NO_VACUUM)
    key = f"{shop.databases.mark(template)} {workshop.addon_key()} {made_by}"
    if shop.databases.is_ready(DATABASE, key):
        say(f"Database {DATABASE}: reused, nothing has changed")
    else:
        shop.replaceable(DATABASE)
        say(f"Database {DATABASE}: installing {ADDON}")
        shop.databases.copy(template, DATABASE)
        shop.runner.install(DATABASE, "-i", ADDON, what=f"installing {ADDON}")
        shop.runner.script(DATABASE, STOCK, what="laying in companies")
        shop.runner.script(DATABASE, BUNDLES, what="making what the browser loads")
        shop.databases.query(NO_VACUUM, DATABASE)
        shop.databases.set_mark(DATABASE, key)
    drop_copies(shop.databases, DATABASE)


def drop_copies(databases, name):
    """Drop the copies that workers of an earlier run have left behind."""
    for left_over in databases.names(f"{name}-"):
        databases.drop(left_over)


def prepare_glue(shop):
    """Have a database in which our other addons have installed themselves beside Odoo's.

    :raise Failure: one of them has not
    """
    drop_copies(shop.databases, GLUE_DATABASE)
    keys = [workshop.addon_key(addon) for addon in glue()]
    key = f"{shop.databases.mark(DATABASE)} {' '.join(keys)} {digest(NO_STOCK)}"
    if shop.databases.is_ready(GLUE_DATABASE, key):
        say(f"Database {GLUE_DATABASE}: reused, nothing has changed")
        return
    shop.replaceable(GLUE_DATABASE)
    modules = ",".join(glued())
    say(f"Database {GLUE_DATABASE}: installing {modules}")
    shop.databases.copy(DATABASE, GLUE_DATABASE)
    shop.databases.query(NO_STOCK, GLUE_DATABASE)
    shop.runner.install(GLUE_DATABASE, "-i", modules, what=f"installing {modules}", strict=False)
    check_installed(shop.databases, GLUE_DATABASE)
    # once more, with every warning an error: now all of them are ours
    names = ",".join(glue())
    shop.runner.install(GLUE_DATABASE, "-u", names, what=f"upgrading {names}")
    shop.databases.query(NO_VACUUM, GLUE_DATABASE)
    shop.databases.set_mark(GLUE_DATABASE, key)


def check_installed(databases, name):
    """Make sure that our other addons have installed themselves.

    :raise Failure: naming those that have not
    """
    rows = databases.query("SELECT name FROM ir_module_module WHERE state = 'installed'", name)
    missing = sorted(set(glue()) - {row[0] for row in rows})
    if missing:
        raise Failure(f"Not installed by themselves: {', '.join(missing)}")


def run_pytest(shop, database, paths, totals, log):
    """Run pytest on both cores; each worker has its copy of the database.

    :param str database: where the addons are installed
    :param list paths: of the tests
    :param pathlib.Path totals: what was counted so far
    :return: pytest's exit status
    """
    runner = shop.runner
    odoo_log = log_file("odoo-tests")
    odoo_log.write_text("")
    command = [python_env.python(), "-m", "pytest", *paths, "--strict-run", f"--totals={totals}"]
    workers = ["-n", WORKERS, "--dist", "loadscope", "--no-loadscope-reorder"]
    odoo = [
        f"--odoo-config={runner.config}",
        f"--odoo-database={database}",
        "--odoo-http",
        # below this level warnings would not even be made, and nothing could fail for them
        "--odoo-log-level=warn",
        f"--odoo-extra=logfile={odoo_log}",
    ]
    say(f"Tests: {' '.join(paths)} (log of Odoo: {odoo_log})")
    env = dict(runner.environment(), HYPOTHESIS_STORAGE_DIRECTORY=str(cache() / "hypothesis"))
    return run_status(
        [*command, *workers, *odoo],
        what="running the tests",
        log=log,
        timeout=TIMEOUT,
        show=True,
        env=env,
        cwd=ROOT,
    )
