# Part of ar_collect. License LGPL-3.
"""Recognisers that misbehave, loaded by a worker of the tests in place of the model."""

import ctypes
import time


def hang():
    """One that never answers."""

    def recognise(_samples, _rate):
        time.sleep(3600)
        return []

    return recognise


def hang_later():
    """One that answers once."""
    answers = iter([[(0, 1, "Once")]])

    def recognise(_samples, _rate):
        return next(answers, None) or hang()(None, None)

    return recognise


def crash():
    """One that takes its process with it."""

    def recognise(_samples, _rate):
        return ctypes.string_at(0)

    return recognise


def complain():
    """One that raises."""
    raise RuntimeError("the model is incomplete")


def devour():
    """One that wants all the memory there is."""

    def recognise(_samples, _rate):
        hoard = []
        while True:
            hoard.append(bytearray(64 * 1024 * 1024))

    return recognise


def chatter():
    """One that writes where only messages belong."""
    print("loading...")  # noqa: T201  # pylint: disable=print-used  # that is the misbehaviour

    def recognise(_samples, _rate):
        print('{"type": "end"}', flush=True)  # noqa: T201  # pylint: disable=print-used  # see above
        return [(0, 1, "Still there")]

    return recognise
