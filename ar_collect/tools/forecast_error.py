# Part of ar_collect. License LGPL-3.
"""Weeks, and how far a forecast was off."""

from datetime import timedelta


def monday(day):
    """The first day of the week that a day is in.

    :param date day:
    :rtype: date

    >>> from datetime import date
    >>> monday(date(2026, 3, 22)), monday(date(2026, 3, 23))
    (datetime.date(2026, 3, 16), datetime.date(2026, 3, 23))
    """
    return day - timedelta(days=day.weekday())


def share(part, whole):
    """A part as a share of the whole; 0 of nothing.

    >>> share(-25, 100), share(30, 0)
    (-0.25, 0.0)
    """
    return part / whole if whole else 0.0
