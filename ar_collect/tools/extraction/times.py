# Part of ar_collect. License LGPL-3.
"""Times of the day. An hour from 1 to 6 without more is meant in the afternoon: offices are open."""

import datetime as dt
import re

from .patterns import longest
from .tokens import Item

_TIME = re.compile(r"(\d{1,2})(?:[:.hH]?\s?(\d{2}))?\s?(?:([aApP])\.?[mM]\.?|[hH])?")
FIRST_HOUR, NOON = 7, 12


class Clock:
    """An hour and minute; ``half`` is "am", "pm", "day" (24 hours) or None: not said."""

    __slots__ = ("half", "hour", "minute")

    def __init__(self, hour, minute=0, half=None):
        self.hour = hour
        self.minute = minute
        self.half = half

    def time(self, part=None):
        """The time meant.

        :param int|None part: hour of a part of the day said with it: 9 for "in the morning"
        :return: time, or None when there is none such

        >>> Clock(3).time(), Clock(9).time(), Clock(8).time(part=19)
        (datetime.time(15, 0), datetime.time(9, 0), datetime.time(20, 0))
        >>> Clock(27).time() is None
        True
        """
        hour = self.hour
        if self.half == "pm" and hour < NOON:
            hour += NOON
        elif self.half == "am" and hour == NOON:
            hour = 0
        elif self.half is None:
            hour = self._guessed(part)
        if hour == 24:
            hour = 0
        return dt.time(hour, self.minute) if hour < 24 and self.minute < 60 else None

    def _guessed(self, part):
        if part is None:
            return self.hour + NOON if 0 < self.hour < FIRST_HOUR else self.hour
        if part >= NOON and 0 < self.hour < NOON:
            return self.hour + NOON
        return self.hour


def read(text):
    """A time in figures.

    >>> read("3:30 pm").time(), read("15h30").time(), read("10 a.m.").time(), read("9h").time()
    (datetime.time(15, 30), datetime.time(15, 30), datetime.time(10, 0), datetime.time(9, 0))
    """
    hour, minute, half = _TIME.fullmatch(text).groups()
    half = f"{half.lower()}m" if half else ("day" if len(hour) == 2 or int(hour) > NOON else None)
    return Clock(int(hour), int(minute or 0), half)


def collapse(items, patterns):
    """Make one item of each time (kind `time`) and part of the day (kind `part`)."""
    matches = longest(patterns.scan(items))
    found, position = [], 0
    while position < len(items):
        match = matches.get(position)
        if match:
            found.append(_item(items[position : match.end], match))
            position = match.end
            continue
        item = items[position]
        if item.kind == "time":
            item = Item("time", item.text, item.start, item.end, value=read(item.text))
        found.append(item)
        position += 1
    return found


def _item(parts, match):
    first, last = parts[0], parts[-1]
    text = " ".join(part.text for part in parts)
    name, _, number = match.rule.partition(":")
    if name == "part":
        norm = " ".join(part.norm for part in parts)
        return Item("part", text, first.start, last.end, norm=norm, value=int(number))
    return Item(
        "time", text, first.start, last.end, norm="", value=_clock(name, number, match.slots)
    )


def _clock(name, number, slots):
    """The clock of a rule of the word lists."""
    hour, minute = slots.get("h", 0), slots.get("m", 0)
    if name == "fixed":
        return Clock(int(number), 0, "day")
    if name in {"am", "pm"}:
        return Clock(hour, minute, name)
    if name == "past":  # minutes past the hour
        return Clock(hour, int(number) if number else minute)
    if name == "to":  # minutes to the hour
        minutes = int(number) if number else minute
        return Clock((hour - 1) % 24 or 12, 60 - minutes)
    return Clock(hour, minute, "day" if hour > NOON else None)
