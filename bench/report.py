# Part of ar_collect. License LGPL-3.
"""Everything the bench prints: progress while it works and the tables at the end."""

import sys


def progress(text):
    """Say what is going on; goes to standard error, so that the tables can be piped."""
    print(text, file=sys.stderr, flush=True)


def show(text=""):
    """Print a part of the result."""
    print(text, flush=True)
