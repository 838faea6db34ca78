# Part of ar_collect. License LGPL-3.
"""The Python packages, in an environment of their own, all of one known version."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from .console import Failure, is_root, run, say
from .paths import cache, digest

HERE = Path(__file__).resolve().parent
FILES = {
    "run": ("requirements.txt",),
    "test": ("requirements.txt", "requirements-dev.txt"),
}


def folder():
    """The virtual environment."""
    return cache() / "venv"


def python():
    """The environment's interpreter."""
    return folder() / "bin" / "python"


def site_packages():
    """Folder of the installed packages."""
    return next((folder() / "lib").glob("python3.*")) / "site-packages"


def key(purpose):
    """What the installed packages depend on: the pinned versions and the interpreter."""
    texts = [(HERE / name).read_text() for name in FILES[purpose]]
    return digest(*texts, _interpreter())


def _interpreter():
    """Name the interpreter; inside the environment the answer is the same as outside."""
    return f"{sys.base_prefix} {sys.version}"


def ensure(purpose, log):
    """Make the environment, and install what is missing.

    :param str purpose: "run", or "test" (which has everything of "run" too)
    :param pathlib.Path log: log
    """
    if _is_current(purpose):
        return
    _ensure_venv(log)
    files = FILES[purpose]
    say(f"Python packages: installing {' and '.join('tools/' + name for name in files)}")
    wanted = [part for name in files for part in ("-r", HERE / name)]
    pip = [python(), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    run([*pip, *wanted], what="installing Python packages", log=log, env=clean_environment())
    _stamp(purpose).write_text(key(purpose))


def _stamp(purpose):
    return folder() / f".installed-{purpose}"


def _is_current(purpose):
    """Whether this set, or the larger one that contains it, is installed and unchanged."""
    wider = {"run": ("run", "test"), "test": ("test",)}[purpose]
    return python().exists() and any(
        _stamp(name).exists() and _stamp(name).read_text() == key(name) for name in wider
    )


def _ensure_venv(log):
    """Make the environment anew unless it belongs to this very interpreter."""
    origin = folder() / ".made-by"
    wanted = _interpreter()
    if origin.exists() and origin.read_text() == wanted and _works():
        return
    shutil.rmtree(folder(), ignore_errors=True)
    _ensure_venv_module(log)
    say(f"Python packages: new environment of Python {sys.version.split()[0]}")
    run(
        [sys.executable, "-m", "venv", folder()],
        what="making the Python environment",
        log=log,
        env=clean_environment(),
    )
    origin.write_text(wanted)


def _works():
    """Whether the environment's interpreter starts (its base may have been removed)."""
    try:
        return subprocess.run([python(), "-c", ""], check=False).returncode == 0
    except OSError:
        return False


def _ensure_venv_module(log, find=importlib.util.find_spec):
    """Debian ships `venv` without `ensurepip` unless python3-venv is installed."""
    if find("venv") and find("ensurepip"):
        return
    package = f"python3.{sys.version_info[1]}-venv"
    command = f"apt-get install -y --no-install-recommends {package}"
    if not is_root() or not shutil.which("apt-get"):
        raise Failure(
            "Python's module venv is missing.", f"Install it: sudo {command}, then run this again."
        )
    say(f"System packages: installing {package}")
    run(["apt-get", "update", "-q"], what="reading the package lists", log=log)
    run(command.split(), what=f"installing {package}", log=log)
    importlib.invalidate_caches()


def clean_environment():
    """Environment without what would lead pip or Python elsewhere."""
    unwanted = ("PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_USER", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if name not in unwanted}
