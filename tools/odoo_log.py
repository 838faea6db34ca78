# Part of ar_collect. License LGPL-3.
"""Odoo's log: the lines that nobody may overlook, and the few that are known and harmless."""

import re
from dataclasses import dataclass

LINE = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ (?P<level>[A-Z]+) (?P<db>\S+) (?P<logger>\S+?):"
    r" (?P<text>.*)$"
)
SERIOUS = frozenset({"WARNING", "ERROR", "CRITICAL"})


@dataclass(frozen=True)
class Allowed:
    """A line that may appear, and why."""

    logger: str
    pattern: str
    reason: str


ALLOWED = (
    Allowed(
        "odoo.addons.iap.tools.iap_tools",
        r"iap jsonrpc .* failed",
        "a service of Odoo SA on the internet: not reached from an offline machine",
    ),
    Allowed(
        "odoo.addons.mail.models.update",
        r"Exception when sending a get messages",
        "publisher warranty call to the internet",
    ),
)


def is_allowed(logger, text):
    """Whether a line is on the list above."""
    return any(logger == allowed.logger and re.search(allowed.pattern, text) for allowed in ALLOWED)


def serious_lines(text):
    """Find the warnings and errors of a log, each with the lines that belong to it.

    :param str text: a log as Odoo writes it
    :return: list of texts, in order
    """
    entries = []
    current = None
    for line in text.splitlines():
        match = LINE.match(line)
        if not match:
            if current is not None:
                current.append(line)
            continue
        current = None
        if match["level"] in SERIOUS and not is_allowed(match["logger"], match["text"]):
            current = [line]
            entries.append(current)
    return ["\n".join(entry) for entry in entries]


def last_message(text):
    """Return the text of the last line of a log, to show what is going on."""
    matches = (LINE.match(line) for line in reversed(text.splitlines()))
    return next((match["text"] for match in matches if match), "")
