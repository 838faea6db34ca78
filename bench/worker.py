# Part of ar_collect. License LGPL-3.
"""One task of the bench inside an Odoo process of its own: ``python -m bench.worker``.

A process per task keeps registries, caches and memory of one measurement away from the next.
The result goes to the file named last, as JSON.
"""

import importlib
import json
import sys
from pathlib import Path

import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry


def main(conf, database, task, result, arguments="{}"):
    """Run ``bench.<module>.<function>(env, **arguments)`` and store what it returns.

    :param str conf: Odoo configuration file
    :param str database: database to open
    :param str task: ``module:function``
    :param str result: file for the JSON result
    :param str arguments: JSON object with keyword arguments
    """
    odoo.tools.config.parse_config(
        ["-c", conf, "-d", database, "--no-http", "--max-cron-threads=0"], setup_logging=True
    )
    module, function = task.split(":")
    call = getattr(importlib.import_module(f"bench.{module}"), function)
    with Registry(database).cursor() as cr:
        outcome = call(api.Environment(cr, SUPERUSER_ID, {}), **json.loads(arguments))
    Path(result).write_text(json.dumps(outcome))


if __name__ == "__main__":
    main(*sys.argv[1:])
