# Part of ar_collect. License LGPL-3.
"""`make run` from the outside: it serves a living demo company and lets three persons in."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request

import pytest

from tools.odoo_runner import HANDOVER
from tools.paths import ROOT, log_file
from tools.postgres import POINTERS
from tools.server import LOGINS, check_demo, check_logins

pytestmark = pytest.mark.slow

DATABASE = "ar_collect_test-run"
SECONDS = 1800  # in which a server has to be up, also on a busy machine


@pytest.fixture
def environment(shop):
    """The environment of a person's shell, without what `make test` adds for its tests."""
    env = dict(os.environ, AR_COLLECT_DEMO_DB=DATABASE, PYTHONUNBUFFERED="1")
    added = ["PYTHONPATH", HANDOVER, "AR_COLLECT_ODOO_CONF"]
    if shop.databases.connection.own:
        added += POINTERS
    for name in added:
        env.pop(name, None)
    yield env
    shop.databases.drop(DATABASE)


def test_demo_company(shop, environment):
    """GIVEN nothing WHEN make run is called twice THEN it is built, served, and reused."""
    first, port = serve(environment)
    try:
        check_demo(shop.databases, DATABASE)
        check_logins(shop.databases, DATABASE)
        for login in LOGINS:
            assert sign_in(port, login)["username"] == login
        with pytest.raises(AssertionError, match="AccessDenied"):
            sign_in(port, "collector", password="wrong")
    finally:
        output = end(first)
    assert "installing ar_collect with its demo company" in output
    assert first.returncode == 0, output
    assert_worklist(shop.databases)

    second, _port = serve(environment)
    output = end(second)
    assert "reused" in output
    assert "installing" not in output


def assert_worklist(databases):
    """The demo company has customers of every kind to work on."""
    row = databases.query(
        "SELECT count(*), count(*) FILTER (WHERE priority > 0), count(DISTINCT company_id), "
        "count(*) FILTER (WHERE amount_credit < 0) FROM ar_collect_account",
        DATABASE,
    )[0]
    accounts, ranked, companies, with_credit = map(int, row)
    assert accounts >= 50
    assert ranked >= 20
    assert companies >= 2
    assert with_credit >= 1


def serve(env):
    """Start `make run` on a free port and wait for its address.

    :return: (process, port)
    """
    port = free_port()
    output = log_file("test-make-run").open("w+")
    process = subprocess.Popen(
        [sys.executable, "-B", "-m", "tools", "run"],
        env=dict(env, PORT=str(port)),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    process.seen = []
    limit = threading.Timer(SECONDS, process.terminate)
    limit.start()
    try:
        with output:
            for line in process.stdout:
                process.seen.append(line)
                output.write(line)
                if "Ctrl-C stops it" in line:
                    return process, port
    finally:
        limit.cancel()
    raise AssertionError(f"make run ended with {process.wait()}\n{''.join(process.seen)}")


def end(process):
    """Ask `make run` to end; return all it said."""
    process.send_signal(signal.SIGTERM)
    rest, _nothing = process.communicate(timeout=60)
    return "".join(process.seen) + rest


def free_port():
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def sign_in(port, login, password=None):
    """Sign in over HTTP, as a browser does.

    :return: the session's information
    """
    parameters = {"db": DATABASE, "login": login, "password": password or login}
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/web/session/authenticate",
        json.dumps({"jsonrpc": "2.0", "method": "call", "params": parameters}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=120) as response:
        answer = json.load(response)
    assert "result" in answer, answer["error"]["data"]["name"]
    return answer["result"]
