# Part of ar_collect. License LGPL-3.
"""Rules for every test of this repository."""

pytest_plugins = ["tools.log_guard", "tools.one_cpu", "tools.worker_files", "tools.totals"]
