# Part of ar_collect. License LGPL-3.
"""Everything a command needs, set up in order: packages, Odoo, PostgreSQL, template databases."""

import contextlib
from dataclasses import dataclass

from . import debian, odoo_source, postgres, python_env
from .console import Failure, say
from .databases import Databases
from .locks import exclusive
from .odoo_runner import Runner, dependencies
from .paths import ADDON, FIRST_TIME_GB, LATER_GB, ROOT, cache, check_space, tree_digest

BUSY = "Another command is setting things up: waiting for it"
PDF = {("wkhtmltopdf",): "wkhtmltopdf"}
BROWSER = {("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"): "chromium"}
TEMPLATE = "ar_collect_template"
DEMO_TEMPLATE = "ar_collect_template_demo"


@dataclass(frozen=True)
class Workshop:
    """A prepared machine."""

    runner: Runner
    log: object

    @property
    def databases(self):
        """The databases of the server in use."""
        return self.runner.databases

    def template(self, *, demo):
        """Return the name of a database with all that ar_collect depends on; make it once.

        :param bool demo: with the demo data of these modules
        """
        name = DEMO_TEMPLATE if demo else TEMPLATE
        with exclusive("template", BUSY):
            modules = dependencies()
            key = self.runner.template_key(modules, demo)
            if not self.databases.is_ready(name, key):
                self._make_template(name, modules, demo)
                self.databases.set_mark(name, key)
        return name

    def _make_template(self, name, modules, demo):
        """Install the modules of Odoo itself; their own warnings are not ours to judge."""
        self.replaceable(name)
        check_space(cache(), LATER_GB)
        say(f"Database {name}: installing {len(modules)} modules of Odoo and what they need")
        self.databases.drop(name)
        options = ["-i", ",".join(modules), *(["--with-demo"] if demo else [])]
        self.runner.install(name, *options, what=f"preparing {name}", strict=False)

    def replaceable(self, name):
        """Refuse to replace a database that these tools did not make.

        In our own server every database is ours, also one that was left half-made.
        """
        foreign = self.databases.exists(name) and self.databases.mark(name) is None
        if foreign and not self.databases.connection.own:
            raise Failure(
                f"The database {name} exists, and was not finished or not made by these tools.",
                f"Look at it; if it may go: dropdb {name}",
            )


@contextlib.contextmanager
def opened(purpose, log, *, browser=False):
    """Prepare the machine, and keep PostgreSQL up during the block.

    :param str purpose: which Python packages, "run" or "test"
    :param pathlib.Path log: log of the set-up
    :param bool browser: whether Chromium is needed
    :return: a `Workshop`
    """
    with exclusive("setup", BUSY):
        check_space(cache(), LATER_GB if (cache() / "odoo").exists() else FIRST_TIME_GB)
        debian.ensure_programs({**PDF, **(BROWSER if browser else {})}, log)
        odoo = odoo_source.find(log)
        python_env.ensure(purpose, log)
    with postgres.server(log) as connection:
        data_dir = cache() / "odoo-data"
        data_dir.mkdir(exist_ok=True)
        runner = Runner(odoo, Databases(connection, data_dir))
        runner.write_config()
        yield Workshop(runner, log)


def addon_key(addon=ADDON):
    """What a database with one of our addons installed depends on, besides its template."""
    return tree_digest(ROOT / addon, without=("__pycache__", "tests"))
