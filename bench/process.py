# Part of ar_collect. License LGPL-3.
"""Child processes of the bench: Odoo commands and worker tasks, each with a time limit."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from .settings import REPOSITORY, BenchError, odoo_command

LOG_TAIL = 25


def odoo(settings, *arguments, timeout):
    """Run an Odoo command to its end.

    :param int timeout: seconds
    :raise BenchError: it failed or took too long; carries the end of its log
    """
    return run(odoo_command(settings, *arguments), timeout)


def task(settings, database, name, timeout, **arguments):
    """Run a worker task and return its result.

    :param str database: database to open
    :param str name: ``module:function`` below ``bench``
    :param int timeout: seconds
    :raise BenchError: it failed or took too long; carries the end of its log
    """
    with tempfile.TemporaryDirectory(prefix="ar_bench_") as folder:
        result = Path(folder) / "result.json"
        command = [sys.executable, "-m", "bench.worker", str(settings.conf), database, name]
        run([*command, str(result), json.dumps(arguments)], timeout)
        return json.loads(result.read_text())


def run(command, timeout, env=None):
    """Run a command with its output in a temporary file; return the output.

    :param int timeout: seconds
    :param dict env: its environment, instead of that of Odoo and the bench
    :raise BenchError: it failed or took too long; carries the end of its output
    """
    with tempfile.TemporaryFile("w+") as log:
        try:
            finished = subprocess.run(
                command,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=REPOSITORY,
                env=env or environment(),
                timeout=timeout,
                check=False,
            )
            problem = f"ended with code {finished.returncode}" if finished.returncode else ""
        except subprocess.TimeoutExpired:
            problem = f"took longer than {timeout} s"
        log.seek(0)
        output = log.read()
    if problem:
        tail = "\n".join(output.splitlines()[-LOG_TAIL:])
        raise BenchError(f"{' '.join(command)} {problem}:\n{tail}")
    return output


def environment():
    """Environment of a child: the repository is importable beside Odoo."""
    path = os.pathsep.join(filter(None, (str(REPOSITORY), os.environ.get("PYTHONPATH"))))
    return os.environ | {"PYTHONPATH": path}
