# Part of ar_collect. License LGPL-3.
"""Odoo 19.0 itself: the one pointed to, the one that is importable, or Debian's package."""

import importlib.util
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from . import debian
from .console import Failure, say
from .paths import cache, digest

RELEASE = (19, 0)
PACKAGE = "odoo-19"
# Odoo's package has links to files of these; without jquery every page is an error
COMPANIONS = (
    "libjs-jquery",
    "libjs-underscore",
    "libjs-jquery-form",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-font-awesome",
    "fonts-inconsolata",
)
# Listed in a bundle, and removed by Debian: its absence is an error in every back-end page
REMOVED_FILE = "addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@dataclass(frozen=True)
class Odoo:
    """An Odoo that can be run: the folder for PYTHONPATH, and what identifies its code."""

    path: Path
    key: str
    origin: str


def find(log):
    """Find Odoo 19.0, or fetch it.

    :param pathlib.Path log: log
    :raise Failure: ODOO_HOME is not Odoo 19.0, or Odoo cannot be had
    """
    home = os.environ.get("ODOO_HOME")
    odoo = from_home(Path(home)) if home else importable() or downloaded(log)
    say(f"Odoo 19.0: {odoo.origin}")
    return odoo


def release_of(package):
    """Read the release of an `odoo` package.

    :param pathlib.Path package: folder of the package
    :return: (major, minor), or None when this is no Odoo
    """
    try:
        text = (package / "release.py").read_text()
    except OSError:
        return None
    found = re.search(r"^version_info\s*=\s*\(\s*(\d+)\s*,\s*(\d+)", text, re.MULTILINE)
    return tuple(int(part) for part in found.groups()) if found else None


def from_home(home):
    """Use the folder the person pointed to.

    :param pathlib.Path home: a source checkout, or a folder that holds the `odoo` package
    :raise Failure: it is neither, or not of release 19.0
    """
    home = home.expanduser().absolute()
    candidates = (home, home.parent if home.name == "odoo" else home)
    path = next((folder for folder in candidates if release_of(folder / "odoo")), None)
    if path is None:
        raise Failure(
            f"ODOO_HOME={home} holds no Odoo (no odoo/release.py there).",
            "Point it to a checkout of Odoo 19.0, the folder with odoo-bin.",
        )
    release = release_of(path / "odoo")
    if release != RELEASE:
        raise Failure(
            f"ODOO_HOME={home} is Odoo {release[0]}.{release[1]}; 19.0 is needed.",
            "Check out the branch 19.0, or unset ODOO_HOME to have it fetched.",
        )
    return Odoo(_alone(path), _source_key(path), f"as given by ODOO_HOME, {home}")


def importable(find_spec=importlib.util.find_spec):
    """Use the `odoo` that this Python can import, if it is 19.0."""
    spec = find_spec("odoo")
    places = list(spec.submodule_search_locations or ()) if spec else []
    for package in map(Path, places):
        if release_of(package) == RELEASE:
            path = package.parent
            return Odoo(_alone(path), _source_key(path), f"the installed one, {package}")
    return None


def _source_key(path):
    """Identify code we did not fetch: its place, release, and commit when it is a checkout."""
    head = path / ".git" / "HEAD"
    commit = head.read_text().strip() if head.is_file() else ""
    if commit.startswith("ref: "):
        reference = path / ".git" / commit[5:]
        commit = reference.read_text().strip() if reference.is_file() else commit
    return digest(path, (path / "odoo" / "release.py").read_text(), commit)


def _alone(path):
    """Return a folder with Odoo in it and no other Python package.

    Beside an installed Odoo lie other packages, which would hide the pinned ones.
    """
    if path.name not in ("site-packages", "dist-packages"):
        return path
    folder = cache() / f"odoo-link-{digest(path)}"
    folder.mkdir(exist_ok=True)
    for name in ("odoo", "addons"):
        link = folder / name
        if (path / name).is_dir() and not link.is_symlink():
            link.symlink_to(path / name)
    return folder


def downloaded(log):
    """Use Debian's package, unpacked in the cache; fetch it when it is not there."""
    prefix = cache() / "odoo"
    stamp = prefix / ".package"
    if not stamp.exists():
        _fetch(prefix, log)
        stamp.write_text(_package_file().name)
    path = prefix / "usr" / "lib" / "python3" / "dist-packages"
    release = release_of(path / "odoo")
    if release != RELEASE:
        raise Failure(
            f"Debian's {PACKAGE} is release {release}, 19.0 is needed.",
            "Point ODOO_HOME to a checkout of Odoo 19.0.",
        )
    return Odoo(path, digest(stamp.read_text()), f"Debian's package {stamp.read_text()}")


def _package_file():
    """The downloaded package of Odoo, or None."""
    return max((cache() / "deb").glob(f"{PACKAGE}_*.deb"), default=None)


def _fetch(prefix, log):
    """Download, unpack beside, complete, and only then put in place."""
    names = (PACKAGE, *COMPANIONS)
    packages = cache() / "deb"
    if any(not list(packages.glob(f"{name}_*.deb")) for name in names):
        debian.check_debian()
        say("Odoo 19.0: downloading Debian's package (130 MB)")
        debian.download(names, packages, cache() / "apt", log)
    say("Odoo 19.0: unpacking")
    partial = prefix.with_name("odoo.partial")
    for folder in (partial, prefix):
        shutil.rmtree(folder, ignore_errors=True)
    partial.mkdir()
    for name in names:
        debian.extract(max(packages.glob(f"{name}_*.deb")), partial, log)
    _complete(partial / "usr" / "lib" / "python3" / "dist-packages" / "odoo")
    partial.rename(prefix)


def _complete(package):
    """Put an empty file where Debian removed one that a bundle lists."""
    path = package / REMOVED_FILE
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
