# Part of ar_collect. License LGPL-3.
from . import controllers
from . import models
from . import report
from . import wizard


def post_init_hook(env):
    """Fill the worklist from the ledger that is already there, in one set-based pass."""
    env["ar.collect.account"]._refresh()
