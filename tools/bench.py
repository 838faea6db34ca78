# Part of ar_collect. License LGPL-3.
"""`make bench`: the measurements of `bench/`, with everything they need at hand."""

import os

from . import python_env, workshop
from .console import run, start_log
from .paths import ROOT, log_file

TIMEOUT = 6 * 3600


def run_bench():
    """Run ``python -m bench`` with the sizes of SIZES (S unless said otherwise).

    It finds Odoo by PYTHONPATH, PostgreSQL by PGHOST and friends, and a configuration in
    AR_COLLECT_ODOO_CONF; AR_COLLECT_TEMPLATE_DB is a database to copy, with all modules that
    ar_collect depends on.
    """
    log = log_file("bench")
    start_log(log, "make bench")
    with workshop.opened("run", log) as shop:
        env = shop.runner.environment()
        env["AR_COLLECT_TEMPLATE_DB"] = shop.template(demo=False)
        env["SIZES"] = os.environ.get("SIZES") or "S"
        run(
            [python_env.python(), "-m", "bench"],
            what="measuring",
            log=log,
            timeout=TIMEOUT,
            show=True,
            env=env,
            cwd=ROOT,
        )
