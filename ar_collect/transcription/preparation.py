# Part of ar_collect. License LGPL-3.
"""What is done with every recording before an engine gets it."""

import importlib.util
from dataclasses import dataclass

from .process import converse

#: Megabytes a look into a file may take.
MEMORY = 1024


@dataclass
class Preparation:
    """What is known of a recording.

    :param float duration: seconds; 0 without a decoder: nobody knows
    :param bool silent: nothing is to be heard
    :param bool repaired: a copy was written that a player can seek in
    """

    duration: float = 0
    silent: bool = False
    repaired: bool = False


def has_decoder():
    """Whether sound can be decoded here."""
    return importlib.util.find_spec("av") is not None


def prepare(path, mimetype, target, seconds):
    """Look into a recording, in a process of its own.

    :param str path: the file
    :param str mimetype: what it is
    :param str target: where a better copy may be written
    :param float seconds: that this may take
    :rtype: Preparation
    :raise TranscriptionError: when it cannot be played
    """
    if not has_decoder():
        return Preparation()
    request = {
        "work": "prepare",
        "path": path,
        "mimetype": mimetype,
        "target": target,
        "memory": MEMORY,
    }
    [message] = converse(request, seconds)
    return Preparation(message["duration"], message["silent"], message["repaired"])
