# Part of ar_collect. License LGPL-3.
"""OCA's addon in the bench: fetched once, on the addons path, and never what ends the bench."""

import configparser
import contextlib
import time
from pathlib import Path

import pytest

from bench import clock, peer, process, tables
from bench.settings import BenchError, Settings
from tools import paths

STEP = {"wall": 9.0, "server": 3.0, "python": 6.0, "queries": 9_000}
EACH = {"count": 100, "wall": 0.09, "server": 0.02, "python": 0.07, "queries": 35.0}
PEER = {
    "version": "19.0.1.0.0.13",
    **dict.fromkeys(("generate", "ready", "communicate", "again"), STEP),
    "queued": EACH,
    "lines": 4_000,
    "reminders": 900,
    "again_lines": 3_000,
}
NOTICES = {
    "notices": 800,
    "repeated": 0,
    "plan": {"wall": 0.8, "server": 0.4, "python": 0.4, "queries": 80},
    "queued": [{"count": 100, "wall": 0.008, "server": 0.001, "python": 0.003, "queries": 0.8}],
}
REFRESH = {"engine_change_all": {"wall": 0.8, "server": 0.4, "python": 0.4, "queries": 80}}


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A cache of its own."""
    monkeypatch.setattr(paths, "cache", lambda: tmp_path)
    return tmp_path


@pytest.fixture
def settings(tmp_path):
    """A configuration file with an addons path of its own."""
    conf = tmp_path / "odoo.conf"
    conf.write_text("[options]\ndb_user = someone\naddons_path = /there\n")
    return Settings(conf=conf, data_dir=tmp_path, server={})


def test_fetched_once(cache, monkeypatch):
    """One call for all packages, none when they are there."""
    calls = []

    def install(command, timeout, env):
        calls.append(command)
        assert "PYTHONPATH" not in env and timeout
        addon = Path(command[command.index("--target") + 1], "odoo", "addons", peer.ADDON)
        addon.mkdir(parents=True)
        (addon / "__manifest__.py").touch()

    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setattr(process, "run", install)
    assert peer._fetched() == peer._fetched() == cache / "peer"
    assert len(calls) == 1
    assert "--no-deps" in calls[0] and set(peer.PACKAGES) <= set(calls[0])


@pytest.mark.parametrize(
    ("log", "reason"),
    [
        ("Failed to establish a new connection", "network cannot be reached"),
        ("Something else", "could not be fetched or run"),
    ],
)
def test_missing_package_is_said(cache, settings, monkeypatch, log, reason):
    """What cannot be fetched is a line of the table, and not the end."""

    def fail(*_arguments, **_options):
        raise BenchError(log)

    monkeypatch.setattr(process, "run", fail)
    figures = peer.measure(settings, "ledger", "copy")
    assert reason in figures["skipped"]
    lines = dict(_lines(figures))
    assert list(lines) == ["OCA account_credit_control"]
    assert lines["OCA account_credit_control"].startswith("not measured: ")


def test_addons_path(cache, settings):
    """The packages stand behind what was on the path; the rest of the configuration stays."""
    with peer._configured(settings, cache / "peer") as own:
        parser = configparser.ConfigParser()
        parser.read(own.conf)
    assert parser["options"]["addons_path"] == f"/there,{cache}/peer/odoo/addons"
    assert parser["options"]["db_user"] == "someone"
    assert not own.conf.exists()
    assert "peer" not in settings.conf.read_text()


def test_limit():
    """A work that takes too long is ended, even one that catches every exception."""

    def work():
        with clock.limit(1), contextlib.suppress(Exception):
            time.sleep(20)

    started = time.monotonic()
    with pytest.raises(clock.TooLong):
        work()
    assert time.monotonic() - started < 10
    with clock.limit(1):
        pass
    time.sleep(1.2)  # the alarm is off: nothing happens


def test_table_compares_the_whole_way():
    """Each reminder has its share of the steps and its own e-mail, on both sides."""
    lines = dict(_lines(PEER))
    assert lines["reminders: OCA / ours"] == "900 / 800"
    assert lines["each from the ledger to the queue, OCA: wall / CPU, queries"] == (
        "120.0 ms / 120.0 ms, 65.0"
    )
    assert lines["each from the ledger to the queue, ours: wall / CPU, queries"] == (
        "10.0 ms / 6.0 ms, 1.0"
    )
    assert lines["ratio of both: wall / CPU, queries"] == "x12.0 / x20.0, x65.0"
    assert lines["reminded once more on the same day: items by OCA / customers by us"] == "3000 / 0"


def test_table_of_an_unfinished_run():
    """The steps before the one that was given up are shown, and no ratio."""
    lines = dict(
        _lines({"version": "1", "generate": STEP, "unfinished": "communicate", "seconds": 300})
    )
    assert lines["OCA: given up"] == "communicate, after 300 s"
    assert "OCA: generating its lines: wall / server CPU, queries" in lines
    assert not any("ratio" in label for label in lines)


def _lines(figures):
    return tables._peer_lines(REFRESH, NOTICES, figures)
