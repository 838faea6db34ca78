# Part of ar_collect. License LGPL-3.
"""Another server process that works on the queue; its input says on which database."""

import json
import sys


def main():
    """Run the scheduled action once."""
    settings = json.loads(sys.stdin.readline())
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(settings["arguments"])
    with Registry(settings["database"]).cursor() as cr:
        api.Environment(cr, SUPERUSER_ID, {})["ar.collect.recording"]._cron_transcribe()


if __name__ == "__main__":
    main()
