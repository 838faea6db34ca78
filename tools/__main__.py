# Part of ar_collect. License LGPL-3.
"""``python3 -m tools COMMAND``: refuses a wrong Python before anything newer than it is parsed."""

import sys

OLDEST = (3, 10)
NEWEST = (3, 13)


def python_problem(version):
    """Say why this Python cannot be used.

    :param tuple version: (major, minor) of the interpreter
    :return: the message, or None when the version is fine
    """
    if OLDEST <= version[:2] <= NEWEST:
        return None
    return (
        "Python {}.{} cannot run Odoo 19: it needs Python {}.{} to {}.{}.\n"
        "Install one of these and name it: make run PYTHON=python{}.{}"
    ).format(*(tuple(version[:2]) + OLDEST + NEWEST + (3, 11)))


def main():
    """Check the interpreter, then hand over to the commands."""
    problem = python_problem(sys.version_info)
    if problem:
        sys.stderr.write(problem + "\n")
        return 1
    # only now: these modules use the syntax of Python 3.10
    from .cli import main as run_command

    return run_command(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
