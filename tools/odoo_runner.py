# Part of ar_collect. License LGPL-3.
"""Odoo as a program: its configuration, its environment, and installing into a database."""

import os
from dataclasses import dataclass
from pathlib import Path

from . import odoo_log, python_env
from .console import Failure, hint_for, run_status, tail
from .databases import Databases
from .odoo_source import Odoo
from .paths import ROOT, cache, digest, log_file, manifest

SHOWN_LINES = 5
# Variables of the person's shell that would change what Odoo does
FOREIGN = ("PYTHONHOME", "ODOO_RC", "OPENERP_SERVER", "PYTHONSTARTUP")


@dataclass(frozen=True)
class Runner:
    """An Odoo with its server of databases."""

    odoo: Odoo
    databases: Databases

    @property
    def config(self):
        """The configuration file."""
        return cache() / "odoo.conf"

    def write_config(self):
        """Write the configuration file; a password stays in the environment."""
        variables = self.databases.connection.variables
        options = {
            "db_host": variables.get("PGHOST"),
            "db_port": variables.get("PGPORT"),
            "db_user": variables.get("PGUSER"),
            "addons_path": str(ROOT) if (ROOT / "ar_collect").exists() else None,
            "data_dir": str(self.databases.data_dir),
            "http_interface": "127.0.0.1",
            "list_db": "False",
            "max_cron_threads": "0",
        }
        lines = [f"{name} = {value}\n" for name, value in options.items() if value]
        self.config.write_text("[options]\n" + "".join(lines))

    def environment(self):
        """Environment in which Odoo, its tests and its clients find each other."""
        env = self.databases.connection.environment()
        for name in FOREIGN:
            env.pop(name, None)
        # paths of this repository come last: its folder `tools` is not Odoo's
        env["PYTHONPATH"] = str(self.odoo.path)
        env["PATH"] = f"{python_env.folder() / 'bin'}{os.pathsep}{env['PATH']}"
        env["AR_COLLECT_ODOO_CONF"] = str(self.config)
        env.setdefault("LANG", "C.UTF-8")
        return env

    def command(self, *arguments):
        """Command line of Odoo with our configuration."""
        subcommand, rest = _split(arguments)
        return [python_env.python(), "-m", "odoo", *subcommand, "-c", self.config, *rest]

    def install(self, database, *arguments, what, strict=True):
        """Run Odoo on a database until it has loaded, and read its log.

        :param str database: name
        :param arguments: options of Odoo, such as ``-i module``
        :param str what: what is being done, for the messages
        :param bool strict: fail on any warning too, not only on errors of the program
        :return: the log of this run, as text
        :raise Failure: Odoo failed, or its log has warnings or errors
        """
        arguments = ["-d", database, *arguments, "--stop-after-init", "--no-http"]
        return self.logged(arguments, name=f"odoo-{database}", what=what, strict=strict)

    def logged(self, arguments, *, name, what, strict=True):
        """Run Odoo with a log of its own and judge the log; see `install`."""
        log = log_file(name)
        log.write_text("")
        status = run_status(
            self.command(*arguments, "--logfile", log),
            what=what,
            log=log_file("odoo-output"),
            env=self.environment(),
            cwd=cache(),
            progress=lambda: odoo_log.last_message(tail(log, lines=20))[:70],
        )
        text = log.read_text(errors="replace")
        serious = odoo_log.serious_lines(text)
        if status or (strict and serious):
            raise _failure(what, status, serious, log)
        return text

    def template_key(self, modules, demo):
        """What a database with these modules depends on."""
        requirements = (Path(__file__).parent / "requirements.txt").read_text()
        return digest(self.odoo.key, ",".join(modules), demo, requirements)


def _split(arguments):
    """Separate a subcommand, which must come first, from the options."""
    if arguments and not str(arguments[0]).startswith("-"):
        return arguments[:1], arguments[1:]
    return (), arguments


def _failure(what, status, serious, log):
    """Say what went wrong in Odoo, with the first lines of its log that matter."""
    first = "\n".join(serious[:SHOWN_LINES]) or tail(log_file("odoo-output"))
    more = len(serious) - SHOWN_LINES
    rest = f"\n... and {more} more" if more > 0 else ""
    ending = f"Odoo ended with status {status}" if status else "Odoo warned"
    return Failure(f"{what}: {ending}\n{first}{rest}", hint_for(first), log)


def dependencies():
    """Modules that ar_collect builds upon, from its manifest."""
    return tuple(manifest()["depends"])
