# Part of ar_collect. License LGPL-3.
"""`make run`: the demo company in a browser."""

import errno
import http.client
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

from . import odoo_log, workshop
from .console import Failure, ended, plain, say, start_log, stop, tail
from .databases import literal
from .locks import open_lock, try_lock
from .paths import ADDON, cache, log_file

DEMO = os.environ.get("AR_COLLECT_DEMO_DB") or "ar_collect_demo"
HOST = "127.0.0.1"
DEFAULT_PORT = 8069
ANSWER_SECONDS = 180
# login -> what the person sees with it; in the demo data a password is equal to its login
LOGINS = {
    "collections.manager": "manager: strategies, targets, everybody's customers",
    "collector": "collector: the worklist, the page to call from",
    "customer": "a customer, who sees the portal only",
}


def run():
    """Bring up the demo company, and serve it until Ctrl-C."""
    log = log_file(f"run-{DEMO}")
    start_log(log, "make run")
    port = chosen_port(os.environ.get("PORT"))
    with only_one():
        check_port(port)
        with workshop.opened("run", log) as shop:
            prepare(shop, fresh=os.environ.get("FRESH", "") not in ("", "0"))
            serve(shop.runner, port)


def chosen_port(text):
    """Read the port that the person wants.

    :param text: as given, or nothing
    :raise Failure: it is not a port number
    """
    if not text:
        return DEFAULT_PORT
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise Failure(f"PORT={text} is not a port number (1 to 65535).")
    return int(text)


def check_port(port):
    """Refuse a port that cannot be listened on, before anything long begins.

    :raise Failure: the port is taken, or not allowed to this user
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            reason = "is taken by another program" if taken else f"cannot be used: {error.strerror}"
            other = 8070 if port == DEFAULT_PORT else DEFAULT_PORT
            raise Failure(
                f"Port {port} on {HOST} {reason}.", f"Choose another one: make run PORT={other}"
            ) from error


@contextmanager
def only_one():
    """One server for each demo database: a second one would upgrade it under the first."""
    descriptor = open_lock(f"run-{DEMO}")
    try:
        if not try_lock(descriptor):
            holder = os.pread(descriptor, 100, 0).decode()
            raise Failure(
                f"make run is already running here (process {holder.strip() or 'unknown'}).",
                "Use that one, or stop it with Ctrl-C in its terminal.",
            )
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def prepare(shop, *, fresh):
    """Have the demo database: made the first time, upgraded when the addon has changed.

    :param shop: a `workshop.Workshop`
    :param bool fresh: throw away the one that is there
    """
    databases = shop.databases
    wanted = f"{shop.runner.odoo.key} {workshop.addon_key()}"
    if fresh:
        say(f"Database {DEMO}: dropping it (FRESH=1)")
        databases.drop(DEMO)
    mark = databases.mark(DEMO) if databases.files(DEMO).exists() else None
    if mark == wanted:
        say(f"Database {DEMO}: reused (make run FRESH=1 makes it anew)")
        return
    if mark is None:
        _build(shop)
    else:
        _upgrade(shop, same_odoo=mark.split(" ")[0] == shop.runner.odoo.key)
    check_logins(databases)
    databases.set_mark(DEMO, wanted)


def _build(shop):
    """Make the demo database and refuse one whose demo data failed."""
    shop.replaceable(DEMO)
    template = shop.template(demo=True)
    say(f"Database {DEMO}: installing {ADDON} with its demo company")
    shop.databases.copy(template, DEMO)
    shop.runner.install(DEMO, "-i", ADDON, "--with-demo", what=f"installing {ADDON}")
    check_demo(shop.databases, DEMO)


def _upgrade(shop, *, same_odoo):
    """Bring the demo database up to the code of today."""
    modules = ADDON if same_odoo else "all"
    say(f"Database {DEMO}: the code has changed, upgrading {modules}")
    try:
        shop.runner.install(DEMO, "-u", modules, what=f"upgrading {modules}")
    except Failure as failure:
        failure.hint = "To begin with a new database: make run FRESH=1"
        raise


def check_demo(databases, name):
    """Make sure that Odoo did not quietly leave out demo data.

    :raise Failure: it did; the error of Odoo is in the message
    """
    rows = databases.query(
        "SELECT m.name, f.error FROM ir_demo_failure f "
        "JOIN ir_module_module m ON m.id = f.module_id ORDER BY f.id",
        name,
    )
    if rows:
        text = "\n".join("\t".join(row) for row in rows)
        raise Failure(f"The demo data could not be loaded:\n{text}", log=log_file(f"odoo-{name}"))


def check_logins(databases, name=DEMO):
    """Make sure that the three persons of the demo company are there.

    :raise Failure: naming who is missing
    """
    wanted = ", ".join(map(literal, LOGINS))
    rows = databases.query(
        f"SELECT login FROM res_users WHERE active AND login IN ({wanted})", name
    )
    missing = sorted(set(LOGINS) - {row[0] for row in rows})
    if missing:
        raise Failure(
            f"The demo company has no user {' and no user '.join(missing)}.",
            "The demo data of ar_collect are incomplete: make run FRESH=1",
            log_file(f"odoo-{name}"),
        )


def serve(runner, port):
    """Run the server until somebody stops it."""
    log = log_file(f"server-{DEMO}")
    command = runner.command(
        *("-d", DEMO, "--db-filter", f"^{DEMO}$", "--http-interface", HOST),
        *("--http-port", port, "--max-cron-threads", 1),
    )
    say(f"Server: starting on port {port} (log: {log})")
    with log_file("odoo-output").open("a") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=runner.environment(log),
            cwd=cache(),
            # an interrupt reaches us alone: we end the server in order, then PostgreSQL
            start_new_session=True,
        )
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with ended(process):
            _wait_for_answer(process, port, log)
            _announce(port)
            status = process.wait()
            raise Failure(f"The server ended by itself (status {status}).\n{tail(log)}", log=log)
    except KeyboardInterrupt:
        plain()
        say("Server: stopped")


def _interrupt(_signal, _frame):
    """Treat a polite request to end like Ctrl-C."""
    raise KeyboardInterrupt


def _wait_for_answer(process, port, log):
    """Wait until the login page is served."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while not answers(port):
        if process.poll() is not None:
            raise Failure(f"The server did not start.\n{_errors(log)}", log=log)
        if time.monotonic() > deadline:
            stop(process)
            raise Failure(f"The server gave no answer in {ANSWER_SECONDS} s.", log=log)
        time.sleep(0.5)


def _errors(log):
    """Errors of the log, or its end when there are none."""
    serious = odoo_log.serious_lines(tail(log, lines=200, max_bytes=200_000))
    return serious[-1] if serious else tail(log)


def answers(port):
    """Whether the login page is served."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/web/login", timeout=30) as page:
            return page.status == 200
    except (urllib.error.URLError, http.client.HTTPException, OSError):
        return False


def _announce(port):
    """Tell where to go and as whom."""
    plain()
    plain(f"    ar_collect is ready: http://localhost:{port}")
    plain()
    plain(f"    {'login':<22}{'password':<22}")
    for login, meaning in LOGINS.items():
        plain(f"    {login:<22}{login:<22}{meaning}")
    plain()
    plain("    Ctrl-C stops it. The data stay; make run FRESH=1 begins anew.")
    plain()
