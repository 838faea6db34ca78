# Part of ar_collect. License LGPL-3.
"""Measures one piece of work: wall time, CPU time on both sides, queries, memory."""

import contextlib
import signal
import statistics
import threading
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Sample:
    """What one piece of work took.

    :param float wall: seconds
    :param float sql: seconds spent waiting for the database
    :param float server: CPU seconds of the database backend; None when it runs elsewhere
    :param float python: CPU seconds of this process
    :param int queries: number of statements
    """

    wall: float
    sql: float
    server: float | None
    python: float
    queries: int


def measure(cr, work):
    """Run ``work`` and commit.

    :param Cursor cr: Odoo cursor that ``work`` uses
    :param callable work: without arguments
    :rtype: Sample
    """
    cr.execute("SELECT pg_backend_pid()")
    backend = cr.fetchone()[0]
    # Odoo counts the statements of a thread, whichever cursor they use, in these attributes.
    thread = threading.current_thread()
    thread.query_count, thread.query_time = 0, 0.0
    server, python, wall = server_cpu(backend), time.process_time(), time.perf_counter()
    work()
    cr.commit()
    return Sample(
        wall=time.perf_counter() - wall,
        sql=thread.query_time,
        server=None if server is None else server_cpu(backend) - server,
        python=time.process_time() - python,
        queries=thread.query_count,
    )


class TooLong(BaseException):
    """The time for a work is over; not an `Exception`, which the work might catch."""


@contextlib.contextmanager
def limit(seconds):
    """End the block when it takes longer; a statement under way is waited for. Main thread only.

    :param int seconds:
    :raise TooLong: it did
    """

    def stop(_signal, _frame):
        raise TooLong

    previous = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)


def per_piece(sample, count):
    """What each of so many pieces of a work took.

    :param Sample sample:
    :param int count: of pieces
    :rtype: dict
    """
    return {
        "count": count,
        "wall": sample.wall / count,
        "python": sample.python / count,
        "server": None if sample.server is None else sample.server / count,
        "queries": sample.queries / count,
    }


def server_cpu(backend):
    """CPU seconds a backend of this machine has used; None for a server elsewhere."""
    process = Path(f"/proc/{backend}")
    try:
        if "postgres" not in (process / "cmdline").read_text():
            return None
        return int((process / "schedstat").read_text().split()[0]) / 1e9
    except OSError:
        return None


def memory_growth(work):
    """Megabytes by which the peak memory of this process exceeds what it held before ``work``."""
    before = _status("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # 5: reset the peak
    work()
    return (_status("VmHWM") - before) / 1024


def _status(field):
    """A size in kB from the status of this process."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1])
    raise LookupError(field)


def summary(samples):
    """Median of each figure; ``server`` is None if it is unknown.

    :param list samples: of Sample
    :rtype: dict
    """
    figures = {
        name: [getattr(sample, name) for sample in samples]
        for name in ("wall", "sql", "server", "python", "queries")
    }
    return {
        name: None if None in values else statistics.median(values)
        for name, values in figures.items()
    }
