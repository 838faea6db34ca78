# Part of ar_collect. License LGPL-3.
"""Work in a process of its own, spoken to in lines of JSON, and killed when its time is up."""

import contextlib
import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .base import TranscriptionError

#: Where this package can be imported from, without the rest of the addon and without Odoo.
ROOT = str(Path(__file__).resolve().parent.parent)
#: At the end of the path: the addon's other folders must not hide anybody's packages.
BOOT = "import sys; sys.path.append(sys.argv[1]); from transcription.worker import main; main()"
#: What of the environment a child needs; passwords stay here.
ENVIRONMENT = (
    *("PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH", "TMPDIR", "VIRTUAL_ENV"),
    # how the network is reached, for an endpoint
    *("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"),
)
#: Bytes of a dying process's last words that are kept.
LAST_WORDS = 600
#: A process that has closed its output is given so long to end.
ENDING_SECONDS = 5


def converse(request, seconds):
    """Have a request worked on, and pass on each message as it comes.

    :param dict request: see :mod:`.worker`
    :param float seconds: after which the process is killed
    :return: generator of dicts
    :raise TranscriptionError: with the code `timeout`, `died`, or what the worker says
    """
    deadline = time.monotonic() + seconds
    with tempfile.TemporaryFile() as errors, tempfile.TemporaryDirectory() as folder:
        process = _start(request, errors, folder)
        try:
            for line in _read_lines(process.stdout, deadline):
                message = json.loads(line)
                if message["type"] == "end":
                    return
                if message["type"] == "error":
                    raise TranscriptionError(
                        message["code"], retry=message["retry"], **message["details"]
                    )
                yield message
            raise TranscriptionError("died", retry=True, reason=_last_words(process, errors))
        finally:
            process.kill()
            with contextlib.suppress(BrokenPipeError):  # it died before it had read all
                process.stdin.close()
            process.stdout.close()
            process.wait()


def _start(request, errors, folder):
    """The child process, its request given; its input stays open, so that it sees us die."""
    environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    # one core: the others belong to whoever works now
    environment |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    process = subprocess.Popen(
        [sys.executable, "-c", BOOT, ROOT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        cwd=folder,
        env=environment,
        start_new_session=True,
    )
    with contextlib.suppress(BrokenPipeError):  # it died at once: reading will tell
        process.stdin.write(json.dumps(request).encode() + b"\n")
        process.stdin.flush()
    return process


def _read_lines(stream, deadline):
    """Lines as they come, until the other side closes.

    :raise TranscriptionError: `timeout` at the deadline
    """
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while True:
            remaining = deadline - time.monotonic()
            if remaining <= 0 or not selector.select(remaining):
                raise TranscriptionError("timeout", retry=True)
            data = os.read(stream.fileno(), 65536)
            if not data:
                return
            *lines, rest = (rest + data).split(b"\n")
            yield from lines


def _last_words(process, errors):
    """How a process ended that talks no more, and what it said last."""
    try:
        code = process.wait(ENDING_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        code = process.wait()
    errors.seek(0, os.SEEK_END)
    errors.seek(max(0, errors.tell() - LAST_WORDS))
    words = errors.read().decode(errors="replace").strip()
    ending = f"signal {-code}" if code < 0 else f"exit code {code}"
    return f"{ending}: {words.splitlines()[-1]}" if words else ending
