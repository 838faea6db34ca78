# Part of ar_collect. License LGPL-3.
"""The commands behind the Makefile, and how each of them ends."""

import errno
import shutil
import sys
import traceback

from . import bench, lint, postgres, server, suite
from .console import Failure, complain, say
from .paths import cache, log_file


def clean():
    """Delete everything that the tools made, also a server kept outside the cache."""
    postgres.remove()
    folder = cache()
    say(f"Deleting {folder}")
    shutil.rmtree(folder)


COMMANDS = {
    "run": server.run,
    "test": suite.run,
    "lint": lint.run,
    "bench": bench.run_bench,
    "clean": clean,
}


def main(arguments):
    """Run a command.

    :param list arguments: its name
    :return: exit status of the process
    """
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        complain(f"usage: python3 -m tools {'|'.join(COMMANDS)}")
        return 2
    name = arguments[0]
    try:
        return COMMANDS[name]() or 0
    except Failure as failure:
        report(name, failure)
    except KeyboardInterrupt:
        complain(f"\nmake {name}: interrupted; what was done so far is kept.")
        return 130
    except OSError as error:
        report(name, _from_os_error(name, error))
    return 1


def report(name, failure):
    """Tell why a command ends."""
    complain(f"\nmake {name}: {failure}")
    if failure.hint:
        complain(f"  -> {failure.hint}")
    if failure.log:
        complain(f"  Full log: {failure.log}")


def _from_os_error(name, error):
    """Put an error of the system into words; its traceback goes to the log."""
    if error.errno == errno.ENOSPC:
        return Failure("The disk is full.", "Free some space, then run this again.")
    log = log_file(name)
    with log.open("a") as stream:
        traceback.print_exc(file=stream)
    return Failure(f"{error.filename or 'System'}: {error.strerror or error}", log=log)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
