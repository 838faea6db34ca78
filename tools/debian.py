# Part of ar_collect. License LGPL-3.
"""Debian's packages: Odoo's taken from the suite `sid` without touching the system, and the
system packages (browser, PDF) that only the administrator may install.

The archive's address is the machine's own, asked from apt at run time.
"""

import functools
import os
import shutil
import subprocess
from pathlib import Path

from .console import Failure, is_root, run, say

SUITE = "sid"  # odoo-19 is in no stable release
APT_TIMEOUT = 1800
NEEDED_TOOLS = ("apt-get", "dpkg")


def check_debian(os_release=Path("/etc/os-release"), which=shutil.which):
    """Make sure that Debian's own packages can be had here.

    :param pathlib.Path os_release: the file that names the system
    :param which: how a program is looked up (`shutil.which`)
    :raise Failure: another system, or apt and dpkg are missing
    """
    instead = (
        "Point ODOO_HOME to a checkout of Odoo 19.0 (the folder with odoo-bin): "
        "ODOO_HOME=/some/odoo make run"
    )
    missing = [tool for tool in NEEDED_TOOLS if not which(tool)]
    if missing:
        raise Failure(
            f"This is not a Debian system ({' and '.join(missing)} not found), "
            "so Odoo cannot be fetched.",
            instead,
        )
    name = system_id(os_release)
    if name != "debian":
        raise Failure(f"This system is {name}, not Debian: its archive has no odoo-19.", instead)


def system_id(os_release):
    """Return the ID of the system as os-release has it ("debian", "ubuntu" ...)."""
    try:
        lines = os_release.read_text().splitlines()
    except OSError:
        return "unknown"
    pairs = dict(line.split("=", 1) for line in lines if "=" in line)
    return pairs.get("ID", "unknown").strip('"')


def archive(stanzas, codename):
    """Choose the main archive among what apt is configured with.

    :param str stanzas: output of ``apt-get indextargets``
    :param str codename: the suite this system was installed from
    :return: (address, key file or None) of the archive that has this suite
    :raise Failure: there is none
    """
    for stanza in stanzas.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in stanza.splitlines() if ": " in line)
        suites = {fields.get("Codename"), fields.get("Release"), fields.get("Suite")}
        if fields.get("Component") == "main" and codename in suites:
            return fields["Repo-URI"], fields.get("Signed-By")
    raise Failure(
        f"No package source for {codename} main is configured in /etc/apt.",
        "Restore Debian's own sources, or point ODOO_HOME to a checkout of Odoo 19.0.",
    )


@functools.lru_cache(maxsize=1)
def _codename():
    pairs = dict(
        line.split("=", 1)
        for line in Path("/etc/os-release").read_text().splitlines()
        if "=" in line
    )
    return pairs.get("VERSION_CODENAME", "stable").strip('"')


def write_sources(folder):
    """Write a private apt configuration that knows the suite `sid` of the same archive.

    :param pathlib.Path folder: where apt may keep what it needs
    :return: the configuration file, to be given by ``apt-get -c``
    """
    listed = subprocess.run(
        ["apt-get", "indextargets", "Created-By: Packages"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    address, key = archive(listed, _codename())
    for name in ("lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    source = f"Types: deb\nURIs: {address}\nSuites: {SUITE}\nComponents: main\n"
    (folder / "sid.sources").write_text(source + (f"Signed-By: {key}\n" if key else ""))
    config = folder / "apt.conf"
    config.write_text(_apt_options(folder))
    return config


def _apt_options(folder):
    """Keep apt within the folder, and quiet about everything but packages."""
    options = [
        f'Dir::Etc::sourcelist "{folder / "sid.sources"}";',
        'Dir::Etc::sourceparts "/dev/null";',
        f'Dir::State::lists "{folder / "lists"}";',
        f'Dir::Cache "{folder / "cache"}";',
        'Acquire::Languages "none";',
        'Acquire::Retries "3";',
        # without this, an archive that cannot be reached is only a warning
        'APT::Update::Error-Mode "any";',
        # a mirror may lag behind; what it serves still has to be signed with Debian's key
        'Acquire::Check-Valid-Until "false";',
        # other indexes (icons, contents) are of no use here, and large
        'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";',
        'Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";',
        # hooks of the system would act on its own lists, and fail for an ordinary user
        "#clear APT::Update::Post-Invoke;",
        "#clear APT::Update::Post-Invoke-Success;",
    ]
    if is_root():
        # the user _apt may not be able to reach the folder
        options.append('APT::Sandbox::User "root";')
    return "\n".join(options) + "\n"


def download(names, into, state, log):
    """Fetch packages of `sid` as files.

    :param list names: package names
    :param pathlib.Path into: folder for the .deb files
    :param pathlib.Path state: folder for apt's own files
    :param pathlib.Path log: log
    """
    check_debian()
    config = write_sources(state)
    into.mkdir(parents=True, exist_ok=True)
    options = ["apt-get", "-c", config, "-y", "-q"]
    run([*options, "update"], what="reading the package lists", log=log, timeout=APT_TIMEOUT)
    run(
        [*options, "download", *names],
        what=f"downloading {names[0]}",
        log=log,
        timeout=APT_TIMEOUT,
        cwd=into,
    )


def extract(package, prefix, log):
    """Unpack a .deb file below a folder, without installing it."""
    run(["dpkg", "-x", package, prefix], what=f"unpacking {package.name.split('_')[0]}", log=log)


def ensure_programs(programs, log):
    """Make sure that system programs are there; install them when this user may.

    :param dict programs: package name by tuple of program names, any of which will do
    :param pathlib.Path log: log
    :raise Failure: some are missing and this user cannot install them
    """
    missing = missing_packages(programs)
    if not missing:
        return
    command = f"apt-get install -y --no-install-recommends {' '.join(missing)}"
    if not is_root() or not shutil.which("apt-get"):
        raise Failure(
            f"System packages are missing: {', '.join(missing)}.",
            f"Install them, then run this again: sudo {command}",
        )
    say(f"System packages: installing {', '.join(missing)}")
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    run(["apt-get", "update", "-q"], what="reading the package lists", log=log, env=env)
    run(command.split(), what=f"installing {', '.join(missing)}", log=log, env=env)
    still = missing_packages(programs)
    if still:
        raise Failure(f"Installed, and yet not found: {', '.join(still)}.", log=log)


def missing_packages(programs, which=shutil.which):
    """List the packages of which no program can be found."""
    return [
        package for names, package in programs.items() if not any(which(name) for name in names)
    ]
