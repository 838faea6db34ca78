# Part of ar_collect. License LGPL-3.
"""`make lint`: style and the mistakes that a program can see."""

import subprocess

from . import house_rules, python_env, workshop
from .console import Failure, plain, run_status, say, start_log
from .locks import exclusive
from .paths import ROOT, addons, log_file


def run():
    """Run every check, all of them even if one finds something.

    :raise Failure: naming the checks that found something
    """
    log = log_file("lint")
    start_log(log, "make lint")
    with exclusive("setup", workshop.BUSY):
        python_env.ensure("test", log)
    found = [name for name, command in checks() if not _passes(name, command, log)]
    if not _house_rules():
        found.append("house rules")
    if found:
        raise Failure(f"Found something to mend: {', '.join(found)}", log=log)
    say("Lint: nothing found")


def checks():
    """Name and command line of each program."""
    tools = python_env.folder() / "bin"
    folders = [str(path.relative_to(ROOT)) for path in addons()]
    commands = [
        ("ruff check", [tools / "ruff", "check", "--no-cache", "."]),
        ("ruff format", [tools / "ruff", "format", "--no-cache", "--check", "--diff", "."]),
    ]
    if folders:
        po_files = [str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("*/i18n/*.po*"))]
        commands += [
            ("pylint-odoo", [tools / "pylint", "--rcfile=.pylintrc", *folders]),
            ("oca-checks-odoo-module", [tools / "oca-checks-odoo-module", *folders]),
        ]
        if po_files:
            commands.append(("oca-checks-po", [tools / "oca-checks-po", *po_files]))
    return commands


def _passes(name, command, log):
    """Run one check on the terminal."""
    say(f"Lint: {name}")
    return run_status(command, what=name, log=log, show=True, cwd=ROOT) == 0


def _house_rules():
    """Run our own check of every tracked or new file."""
    say("Lint: house rules")
    findings = house_rules.findings(tracked_files())
    for finding in findings:
        plain(finding)
    return not findings


def tracked_files():
    """Files that are or would be in the repository.

    :raise Failure: this is no git checkout
    """
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode:
        raise Failure(f"git cannot list the files of {ROOT}: {result.stderr.strip()}")
    paths = (ROOT / name for name in result.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]
