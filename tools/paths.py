# Part of ar_collect. License LGPL-3.
"""Where everything is kept: one git-ignored folder, `.ar_cache` (or AR_COLLECT_CACHE)."""

import ast
import functools
import hashlib
import os
import shutil
from pathlib import Path

from .console import Failure

ROOT = Path(__file__).resolve().parent.parent
ADDON = "ar_collect"
FIRST_TIME_GB = 5.0  # package 0.1, Odoo 1.3, Python packages 0.5, databases and logs 2, spare 1
LATER_GB = 1.0


@functools.lru_cache(maxsize=1)
def cache():
    """Folder of everything that is downloaded or built.

    A subfolder of its own, so that whatever else lies in the folder stays untouched.

    :raise Failure: the folder cannot be made or written
    """
    base = Path(os.environ.get("AR_COLLECT_CACHE") or ROOT / ".ar_cache").absolute()
    folder = base / "tool"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(f"Cannot make the folder {folder}: {error.strerror}", _elsewhere()) from error
    if not os.access(folder, os.W_OK):
        raise Failure(f"The folder {folder} belongs to another user.", _elsewhere())
    return folder


def _elsewhere():
    return "Choose a folder you may write to: AR_COLLECT_CACHE=/some/folder make ..."


def log_file(name):
    """Path of a log of this name."""
    folder = cache() / "log"
    folder.mkdir(exist_ok=True)
    return folder / f"{name}.log"


def check_space(folder, gigabytes):
    """Refuse to begin what the disk cannot hold.

    :param pathlib.Path folder: where it will be written
    :param float gigabytes: how much is needed
    :raise Failure: less than that is free
    """
    free = shutil.disk_usage(folder).free / 1e9
    if free < gigabytes:
        raise Failure(
            f"Not enough space in {folder}: {gigabytes:.1f} GB are needed, {free:.1f} GB are free.",
            "Free some space, or choose another disk: AR_COLLECT_CACHE=/some/folder make ...",
        )


def digest(*parts):
    """Short name for the given values, the same as long as none of them changes."""
    text = "\0".join(str(part) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def tree_digest(folder, without=("__pycache__",)):
    """Digest of all files below a folder, names and content.

    :param pathlib.Path folder: the folder
    :param tuple without: names of folders to leave out
    """
    state = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and not set(without) & set(name.parts):
            state.update(str(name).encode() + b"\0" + path.read_bytes())
    return state.hexdigest()[:16]


def addons():
    """Folders of this repository that are Odoo addons."""
    return sorted(path.parent for path in ROOT.glob("*/__manifest__.py"))


def glue():
    """Names of our addons that are installed by themselves beside others of Odoo."""
    return [path.name for path in addons() if path.name != ADDON]


def manifest(addon=ADDON):
    """Read an addon's manifest.

    :raise Failure: there is no such addon, or its manifest cannot be read
    """
    path = ROOT / addon / "__manifest__.py"
    try:
        return ast.literal_eval(path.read_text())
    except (OSError, ValueError, SyntaxError) as error:
        raise Failure(f"{path.relative_to(ROOT)} cannot be read: {error}") from error
