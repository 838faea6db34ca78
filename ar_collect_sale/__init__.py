# Part of ar_collect. License LGPL-3.
from . import models
from . import wizard


def uninstall_hook(env):
    """End what was released for single orders: without us it would be for all of them."""
    # pylint: disable=no-search-all
    releases = env["ar.collect.hold.release"].search([("order_id", "!=", False)])
    releases.filtered(lambda release: release.state in ("requested", "released")).write(
        {"state": "ended"}
    )
