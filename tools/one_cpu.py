# Part of ar_collect. License LGPL-3.
"""Pytest plugin: each process of the tests stays on one CPU, and so do its database sessions.

A test and its session in PostgreSQL take turns: one of them always waits for the other. On two CPUs
each of thousands of statements begins with waking the other CPU, which a virtual machine takes 0.4
to 0.7 ms for; on the same CPU it is 0.06 ms. Nothing is lost as long as every CPU has a process.
"""

import contextlib
import os

import pytest

from odoo.sql_db import ConnectionPool
from odoo.tests import HttpCase

WORKER, WORKERS = "PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT"
#: Files of tests that are about what happens at the same time.
AT_ONCE = ("_concurrency.py", "_crash.py")
borrow = ConnectionPool.borrow


def pytest_configure(config):
    """Choose this process's CPU, if there is one for each."""
    cpus = sorted(getattr(os, "sched_getaffinity", lambda _pid: ())(0))
    if WORKER in os.environ and int(os.environ[WORKERS]) <= len(cpus):
        own = cpus[int(os.environ[WORKER].removeprefix("gw"))]
        os.sched_setaffinity(0, {own})
        ConnectionPool.borrow = borrow_here
        config.pluginmanager.register(Freedom({own}, set(cpus)))


def borrow_here(pool, *args, **kwargs):
    """Take a session from Odoo's pool, and have it run where the thread that takes it runs."""
    connection = borrow(pool, *args, **kwargs)
    # another system, or a server that is not ours to move
    with contextlib.suppress(OSError):
        os.sched_setaffinity(connection.info.backend_pid, os.sched_getaffinity(0))
    return connection


class Freedom:
    """Gives every CPU to tests that do several things at once: those above, and with a server.

    :param set own: the process's CPU
    :param set every: all there are
    """

    def __init__(self, own, every):
        self.own, self.every = own, every

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item):
        """Free the process for the time of such a test."""
        has_server = item.cls and issubclass(item.cls, HttpCase)
        if not has_server and not item.path.name.endswith(AT_ONCE):
            return (yield)
        os.sched_setaffinity(0, self.every)
        try:
            return (yield)
        finally:
            os.sched_setaffinity(0, self.own)
