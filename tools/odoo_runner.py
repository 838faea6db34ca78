# Part of ar_collect. License LGPL-3.
"""Odoo as a program: its configuration, its environment, and installing into a database."""

import itertools
import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import odoo_log, python_env
from .console import Failure, hint_for, run_status, tail
from .databases import Databases
from .odoo_source import Odoo
from .paths import ADDON, ROOT, cache, digest, glue, log_file, manifest
from .postgres import Connection

SHOWN_LINES = 5
SCRIPT_TIMEOUT = 900
HANDOVER = "AR_COLLECT_TOOLS"


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

    def environment(self, log=None):
        """Return an environment in which Odoo, its tests and its clients find each other.

        :param pathlib.Path log: where Odoo shall log to
        """
        env = self.databases.connection.environment()
        for name in filter(_is_foreign, list(env)):
            del env[name]
        if log:
            env["ODOO_LOGFILE"] = str(log)  # unlike the option, every subcommand knows it
        env["PYTHONPATH"] = str(self.odoo.path)
        env["PATH"] = f"{python_env.folder() / 'bin'}{os.pathsep}{env['PATH']}"
        env["AR_COLLECT_ODOO_CONF"] = str(self.config)
        env[HANDOVER] = self._handover()
        env.setdefault("LANG", "C.UTF-8")
        return env

    def _handover(self):
        """Put into text what `attached` needs to make the same runner in another process."""
        connection = self.databases.connection
        return json.dumps(
            {
                "odoo": [str(self.odoo.path), self.odoo.key, self.odoo.origin],
                "variables": connection.variables,
                "clients": str(connection.clients),
                "own": connection.own,
                "data_dir": str(self.databases.data_dir),
            }
        )

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
            self.command(*arguments),
            what=what,
            log=log_file("odoo-output"),
            env=self.environment(log),
            cwd=cache(),
            progress=lambda: odoo_log.last_message(tail(log, lines=20))[:70],
        )
        text = log.read_text(errors="replace")
        serious = odoo_log.serious_lines(text)
        if status or (strict and serious):
            raise _failure(what, status, serious, log)
        return text

    def script(self, database, code, *, what):
        """Run Python code in Odoo's shell, where `env` is the superuser's environment.

        :param str database: name
        :param str code: the code; it has to commit what shall stay
        :param str what: what is being done, for the messages
        :return: what the code printed
        :raise Failure: an exception, or a warning in Odoo's log
        """
        log = log_file(f"shell-{database}")
        log.write_text("")
        result = subprocess.run(
            [*map(str, self.command("shell", "-d", database, "--no-http"))],
            input=code,
            env=self.environment(log),
            cwd=cache(),
            capture_output=True,
            text=True,
            check=False,
            timeout=SCRIPT_TIMEOUT,
        )
        serious = odoo_log.serious_lines(log.read_text(errors="replace"))
        if result.returncode or serious:
            raise _failure(what, result.returncode, [*serious, result.stderr.strip()], log)
        return result.stdout

    def template_key(self, modules, demo):
        """What a database with these modules depends on."""
        requirements = (Path(__file__).parent / "requirements.txt").read_text()
        return digest(self.odoo.key, ",".join(modules), demo, requirements)


def attached():
    """Make the runner of the process that started this one (such as `make test` a test).

    :return: a `Runner`, or None when no command of these tools did
    """
    text = os.environ.get(HANDOVER)
    if not text:
        return None
    values = json.loads(text)
    path, key, origin = values["odoo"]
    connection = Connection(values["variables"], Path(values["clients"]), values["own"])
    return Runner(Odoo(Path(path), key, origin), Databases(connection, Path(values["data_dir"])))


def _is_foreign(name):
    """Whether a variable of the person's shell would change what Odoo does."""
    return name in ("PYTHONHOME", "PYTHONSTARTUP", "OPENERP_SERVER") or (
        name.startswith("ODOO_") and name != "ODOO_HOME"
    )


def _split(arguments):
    """Separate the words of a subcommand, which must come first, from the options."""
    words = list(itertools.takewhile(lambda word: not str(word).startswith("-"), arguments))
    return words, arguments[len(words) :]


def _failure(what, status, serious, log):
    """Say what went wrong in Odoo, with the first lines of its log that matter."""
    first = "\n".join(serious[:SHOWN_LINES]) or tail(log_file("odoo-output"))
    more = len(serious) - SHOWN_LINES
    rest = f"\n... and {more} more" if more > 0 else ""
    ending = f"Odoo ended with status {status}" if status else "Odoo warned"
    return Failure(f"{what}: {ending}\n{first}{rest}", hint_for(first), log)


#: Ways to pay that need nobody outside: tests and the demo company pay with them on the portal.
PAYMENT_PROVIDERS = ("payment_custom", "payment_demo")


def dependencies():
    """Modules that ar_collect builds upon, from its manifest, and what it is tried out with."""
    return (*manifest()["depends"], *PAYMENT_PROVIDERS)


def glued():
    """Modules of Odoo beside which our other addons install themselves."""
    ours = {ADDON, *glue()}
    return sorted({name for addon in glue() for name in manifest(addon)["depends"]} - ours)
