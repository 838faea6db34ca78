# Part of ar_collect. License LGPL-3.
"""The worklist page against core's plain partner list, over HTTP on one server."""

import contextlib
import socket
import statistics
import subprocess
import time

import requests
from lxml import etree

from . import process
from .settings import BenchError, odoo_command

ROWS = 80
WARM_UP = 3
REQUESTS = 20
COUNT_LIMIT = 10_001
START_TIMEOUT = 120
REQUEST_TIMEOUT = 60
TO_CHASE = [("state", "=", "to_chase")]
# What is compared: name, model, domain, number of companies the user has switched on.
PAGES = (
    ("partners", "res.partner", [], 1),
    ("worklist", "ar.collect.account", TO_CHASE, 1),
    ("worklist, all customers", "ar.collect.account", [], 1),
    ("worklist, two companies", "ar.collect.account", TO_CHASE, 2),
)


def measure(settings, database):
    """Median milliseconds and size of each page of ``PAGES``, requested in turns.

    :param Settings settings: the configuration in use
    :param str database: seeded database with the addon
    :return: per page ``ms`` (median), ``best`` and ``kb``
    :rtype: dict
    """
    with server(settings, database) as address:
        client = _Client(address, database)
        calls = {
            name: client.list_call(model, domain, companies)
            for name, model, domain, companies in PAGES
        }
        times = {name: [] for name in calls}
        sizes = {}
        for turn in range(WARM_UP + REQUESTS):
            for name, call in calls.items():
                milliseconds, sizes[name] = client.timed(call)
                if turn >= WARM_UP:
                    times[name].append(milliseconds)
    return {
        name: {"ms": statistics.median(taken), "best": min(taken), "kb": sizes[name] / 1024}
        for name, taken in times.items()
    }


@contextlib.contextmanager
def server(settings, database):
    """An Odoo server of our own on a free port; ended by its process at the end."""
    port = _free_port()
    command = odoo_command(
        settings,
        *("server", "-d", database, "--db-filter", f"^{database}$"),
        *("--http-interface", "127.0.0.1", "--http-port", str(port)),
        *("--workers", "0", "--max-cron-threads", "0", "--log-level", "warn"),
    )
    server = subprocess.Popen(
        command,
        env=process.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(server, address)
        yield address
    finally:
        server.terminate()
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _wait(server, address):
    """Return when the server answers.

    :raise BenchError: it ended or does not answer in time
    """
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(requests.ConnectionError):
            if requests.get(f"{address}/web/health", timeout=REQUEST_TIMEOUT).ok:
                return
        time.sleep(0.3)
    raise BenchError(f"The server of the bench at {address} did not start.")


class _Client:
    """A logged-in web client that asks for what a list view asks for."""

    def __init__(self, address, database):
        self.address = address
        self.session = requests.Session()
        credentials = {"db": database, "login": "admin", "password": "admin"}
        session = self._rpc("/web/session/authenticate", credentials)
        current = session["user_companies"]["current_company"]
        others = session["user_companies"]["allowed_companies"]
        self.company_ids = sorted(map(int, others), key=lambda company: company != current)

    def _rpc(self, path, parameters):
        """Call a JSON-RPC route; return its result.

        :raise BenchError: the server answered with an error
        """
        answer = self._post(path, parameters).json()
        if "error" in answer:
            message = answer["error"].get("data", answer["error"]).get("message")
            raise BenchError(f"{path}: {message}")
        return answer["result"]

    def _post(self, path, parameters):
        body = {"jsonrpc": "2.0", "method": "call", "params": parameters}
        return self.session.post(self.address + path, json=body, timeout=REQUEST_TIMEOUT)

    def list_call(self, model, domain, companies):
        """Parameters of the request by which a list view loads its first page."""
        views = self._call(model, "get_views", [[[False, "list"]]], {})
        fields = views["models"][model]["fields"]
        arch = etree.fromstring(views["views"]["list"]["arch"])
        return {
            "model": model,
            "method": "web_search_read",
            "args": [],
            "kwargs": {
                "domain": domain,
                "specification": _specification(arch, fields),
                "order": arch.get("default_order", ""),
                "limit": ROWS,
                "offset": 0,
                "count_limit": COUNT_LIMIT,
                "context": {
                    "lang": "en_US",
                    "bin_size": True,
                    "allowed_company_ids": self.company_ids[:companies],
                },
            },
        }

    def _call(self, model, method, arguments, keywords):
        parameters = {"model": model, "method": method, "args": arguments, "kwargs": keywords}
        return self._rpc("/web/dataset/call_kw", parameters)

    def timed(self, parameters):
        """Milliseconds and bytes of one request; a page with too few rows is an error."""
        started = time.perf_counter()
        response = self._post("/web/dataset/call_kw", parameters)
        milliseconds = (time.perf_counter() - started) * 1000
        records = response.json()["result"]["records"]
        if len(records) != ROWS:
            raise BenchError(f"{parameters['model']}: {len(records)} rows instead of {ROWS}")
        return milliseconds, len(response.content)


def _specification(arch, fields):
    """Which fields a list view reads, with the names of related records."""
    relations = ("many2one", "many2many", "one2many")
    names = [node.get("name") for node in arch.iter("field") if node.get("name") in fields]
    return {
        name: {"fields": {"display_name": {}}} if fields[name]["type"] in relations else {}
        for name in names
    }
