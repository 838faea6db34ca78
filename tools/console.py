# Part of ar_collect. License LGPL-3.
"""What the person sees: one line per step, a heartbeat while a step is long, a clear ending."""

import contextlib
import os
import re
import subprocess
import sys
import time

HEARTBEAT_SECONDS = 15
STOP_SECONDS = 20  # what a child process gets to end by itself after an interrupt

_START = time.monotonic()

# What a log says -> what the person can do about it. The first match wins.
HINTS = (
    (r"No space left on device|not enough free space", "The disk is full: free some space."),
    (
        r"name resolution|Temporary failure resolving|[Cc]ould not resolve|[Nn]etwork is unreachable|No route to host"
        r"|Failed to establish a new connection|[Tt]imed out|Could not connect to"
        r"|Connection refused|ConnectTimeout|ProxyError",
        "The network cannot be reached (or a proxy is missing): check it, then run this again; "
        "what was already fetched is kept.",
    ),
    (
        r"No matching distribution found",
        "The Python package index reached by pip does not have this version. "
        "Check `pip config list` and the network.",
    ),
    (
        r"Unable to locate package odoo-19",
        "The package archive of this machine has no odoo-19. Point ODOO_HOME to a checkout of "
        "Odoo 19.0.",
    ),
    (r"Permission denied", "A file or folder may not be read or written by this user."),
)


class Failure(Exception):
    """Something a person has to know and can act upon; shown without a traceback."""

    def __init__(self, message, hint=None, log=None):
        super().__init__(message)
        self.hint = hint
        self.log = log


def elapsed():
    """Seconds since the command started."""
    return time.monotonic() - _START


def say(text):
    """Print one progress line, with the elapsed time in front."""
    print(f"[{elapsed():6.1f} s] {text}", flush=True)


def plain(text=""):
    """Print text as it is."""
    print(text, flush=True)


def complain(text):
    """Print text on standard error, after what was printed before."""
    sys.stdout.flush()
    print(text, file=sys.stderr, flush=True)


def hint_for(text):
    """Find what can be done about a failure.

    :param str text: the end of a log
    :return: a sentence, or None when nothing is known
    """
    return next((hint for pattern, hint in HINTS if re.search(pattern, text)), None)


def tail(path, lines=12, max_bytes=16384):
    """Return the last lines of a file as text; empty when there is no such file."""
    try:
        with path.open("rb") as stream:
            stream.seek(max(0, path.stat().st_size - max_bytes))
            text = stream.read().decode(errors="replace")
    except OSError:
        return ""
    return "\n".join(text.rstrip().splitlines()[-lines:])


def start_log(path, title):
    """Make an empty log that begins with its title."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"# {title} {time.strftime('%Y-%m-%d %H:%M:%S')}\n")


def run(argv, *, what, log, timeout=1800, progress=None, show=False, **popen):
    """Run a program to its end, with its output in a log.

    :param list argv: the program and its arguments
    :param str what: what is being done, for the messages ("installing ...")
    :param pathlib.Path log: file to append the output to
    :param int timeout: seconds after which the program is ended
    :param progress: function called at each heartbeat, returns text to show behind it
    :param bool show: let the program write to the terminal instead of the log
    :param popen: further arguments of `subprocess.Popen` (env, cwd, user ...)
    :raise Failure: the program is missing, takes too long, or its exit status is not 0
    """
    status = run_status(
        argv, what=what, log=log, timeout=timeout, progress=progress, show=show, **popen
    )
    if status:
        end = tail(log)
        raise Failure(f"{what}: failed (exit status {status})\n{end}", hint_for(end), log)


def run_status(argv, *, what, log, timeout=1800, progress=None, show=False, **popen):
    """Like `run`, and return the exit status instead of judging it."""
    argv = [str(part) for part in argv]
    with log.open("a") as stream:
        stream.write(f"\n$ {' '.join(argv)}\n")
        stream.flush()
        output = None if show else stream
        try:
            process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **popen
            )
        except FileNotFoundError as error:
            raise Failure(f"{what}: {argv[0]} is missing on this machine", log=log) from error
        with ended(process):
            return _wait(process, what, timeout, None if show else progress or str, log)


def _wait(process, what, timeout, progress, log):
    """Wait for the process; say every few seconds that it is still at work."""
    start = time.monotonic()
    while True:
        try:
            return process.wait(timeout=HEARTBEAT_SECONDS)
        except subprocess.TimeoutExpired:
            seconds = time.monotonic() - start
        if seconds > timeout:
            raise Failure(f"{what}: not finished after {timeout} s, ended", log=log)
        if progress is not None:
            say(f"    still {what} ({seconds:.0f} s) {progress()}".rstrip())


@contextlib.contextmanager
def ended(process):
    """Make sure that a child process is over at the end of the block."""
    try:
        yield process
    finally:
        if process.poll() is None:
            stop(process)


def stop(process):
    """End a child process: ask first, then insist."""
    process.terminate()
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def is_root():
    """Whether this process may install system packages by itself."""
    return os.geteuid() == 0
