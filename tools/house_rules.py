# Part of ar_collect. License LGPL-3.
"""Our own lint: nothing in the repository may tie it to one machine or one package registry."""

import re
from pathlib import Path

from .paths import ROOT

# In parts, so that this file passes its own check.
REGISTRIES = (
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("debian", "org"),
    ("debian", "net"),
    ("ubuntu", "com"),
    ("npmjs", "org"),
    ("npmjs", "com"),
    ("yarnpkg", "com"),
    ("jsdelivr", "net"),
    ("unpkg", "com"),
    ("nodesource", "com"),
)
HOMES = ("home", "root", "work", "Users")
LICENCE = "# Part of ar_collect. License LGPL-3."

_HOST = re.compile("|".join(rf"\b{name}\.{end}\b" for name, end in REGISTRIES))
_PATH = re.compile(rf"(?<![\w.}}/])/(?:{'|'.join(HOMES)})/\w")


def findings(paths):
    """Check files.

    :param list paths: files, absolute
    :return: one line of text for each thing found
    """
    return [finding for path in paths for finding in _of_file(path)]


def _of_file(path):
    """Check one file; a binary one has nothing to say."""
    try:
        text = path.read_text()
    except UnicodeDecodeError:
        return
    name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    if path.suffix == ".py" and text.strip() and not _has_licence(text):
        yield f"{name}:1: the licence line is missing: {LICENCE}"
    for number, line in enumerate(text.splitlines(), 1):
        for problem in problems(line):
            yield f"{name}:{number}: {problem}"


def _has_licence(text):
    """The licence stands on top, after a shebang at most."""
    return LICENCE in text.splitlines()[:2]


def problems(line, here=str(ROOT)):
    """Say what is wrong with a line.

    :param str line: a line of a file
    :param str here: folder of this checkout
    :return: list of texts
    """
    found = []
    if _HOST.search(line):
        found.append("host name of a package registry")
    if _PATH.search(line) or (len(Path(here).parts) > 2 and here in line):
        found.append("absolute path of one machine")
    return found
