# Part of ar_collect. License LGPL-3.
"""Locks between processes. The kernel drops them when a process dies, however it dies."""

import contextlib
import fcntl
import os
import time

from .console import HEARTBEAT_SECONDS, say
from .paths import cache


def open_lock(name):
    """Open a lock's file; the lock is not taken yet."""
    return os.open(cache() / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)


def try_lock(descriptor):
    """Take the lock for this process alone if nobody has it.

    :return: whether it was taken
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def exclusive(name, why):
    """Hold a lock during the block; wait for it as long as another process has it.

    :param str name: which lock
    :param str why: what is shown while waiting
    """
    descriptor = open_lock(name)
    try:
        _wait_for(descriptor, why)
        yield
    finally:
        os.close(descriptor)


def _wait_for(descriptor, why):
    """Poll for the lock, with a line now and then."""
    next_line = 0.0
    while not try_lock(descriptor):
        if time.monotonic() >= next_line:
            say(why)
            next_line = time.monotonic() + HEARTBEAT_SECONDS
        time.sleep(0.2)
