# Part of ar_collect. License LGPL-3.
"""Days that are meant by words, relative to the day on which they were said.

Decisions, all of them for promises said in passing:

* a weekday is the next one after today: "Friday" said on a Friday is in seven days, "this Friday"
  is today, "next Friday" (where a language uses it so) is that of the next week, Monday first
* "the 15th" and "15 March" are the next such day, today included
* a span counts by its two ends: "next week" is Monday to Friday, "in April" the whole month. A
  promise means the last day of it, a call the first
* the end of a week is its Friday
* a day that does not exist is no date: "February 30th"
"""

import calendar
import datetime as dt
import re

from .patterns import longest
from .tokens import Item

FRIDAY = 4
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMERIC = re.compile(r"(\d{1,2})[./-](\d{1,2})(?:[./-](\d{2,4}))?\.?")


class Span:
    """First and last day meant, and whether the past was meant. ``first`` is None: no such day."""

    __slots__ = ("first", "last", "past", "time", "weekday", "yearless")

    def __init__(self, first, last=None, past=False, weekday=False, yearless=False, time=None):
        self.first = first
        self.last = last or first
        self.past = past
        self.weekday = weekday
        self.yearless = yearless
        self.time = time

    def before(self, today):
        """The same words said about the past: "on Friday" in "we paid on Friday".

        :return: date or None
        """
        day = self.first
        if day is None or day <= today:
            return day
        if self.weekday:
            return shift(day, -7)
        return _date(day.year - 1, day.month, day.day) if self.yearless else None


def _date(year, month, day):
    try:
        return dt.date(year, month, day)
    except (ValueError, OverflowError):
        return None


def shift(day, days):
    """A day so many days later, None beyond the calendar.

    >>> shift(dt.date(2026, 2, 27), 2)
    datetime.date(2026, 3, 1)
    """
    try:
        return day + dt.timedelta(days=int(days))
    except OverflowError:
        return None


def shift_months(day, months):
    """A day so many months later, at the last day of a shorter month.

    >>> shift_months(dt.date(2026, 1, 31), 1), shift_months(dt.date(2026, 11, 5), 2)
    (datetime.date(2026, 2, 28), datetime.date(2027, 1, 5))
    """
    index = day.year * 12 + day.month - 1 + int(months)
    year, month = divmod(index, 12)
    if not 1 <= year <= 9999:
        return None
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def working_day(day, count):
    """The day so many working days later, Monday to Friday.

    >>> working_day(dt.date(2026, 3, 19), 2)
    datetime.date(2026, 3, 23)
    """
    weeks, rest = divmod(int(count), 5)
    day = shift(day, 7 * weeks)
    while day and rest:
        day = shift(day, 1)
        rest -= bool(day) and day.weekday() < 5
    return day


def next_day_of_month(today, number):
    """The next day with this number, today included.

    >>> next_day_of_month(dt.date(2026, 3, 16), 15)
    datetime.date(2026, 4, 15)
    >>> next_day_of_month(dt.date(2026, 4, 16), 31)
    datetime.date(2026, 5, 31)
    """
    start = today.replace(day=1)
    for months in range(3):
        month = shift_months(start, months)
        day = month and _date(month.year, month.month, number)
        if day and day >= today:
            return day
    return None


def next_day_month(today, day, month, year=None):
    """A day of a month, the next one when no year was said.

    >>> next_day_month(dt.date(2026, 3, 16), 3, 3)
    datetime.date(2027, 3, 3)
    >>> next_day_month(dt.date(2026, 3, 16), 30, 2) is None
    True
    """
    if year is not None:
        return _date(year + 2000 if year < 100 else year, month, day)
    for year in range(today.year, today.year + 9):
        found = _date(year, month, day)
        if found and found >= today:
            return found
    return None


def month_end(day):
    """The last day of a day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


class Days:
    """The rules that the word lists name, for one day of speaking.

    :param date today: the day on which it was said, a datetime when the time is known too
    :param bool month_first: "3/4" is the fourth of March
    """

    def __init__(self, today, month_first):
        self.now = today if isinstance(today, dt.datetime) else None
        self.today = today.date() if self.now else today
        today = self.today
        self.month_first = month_first
        self._monday = shift(today, -today.weekday()) or today

    def span(self, rule, slots):
        """The days meant by a rule.

        :param str rule: name of a rule, with ":" and a number when it needs one
        :param dict slots: what the pattern found
        :rtype: Span
        """
        name, _, number = rule.partition(":")
        method = getattr(self, f"_{name}")
        span = method(slots, int(number)) if number else method(slots)
        return span if isinstance(span, Span) else Span(span)

    def numeric(self, text):
        """A date in figures.

        :rtype: Span
        """
        if iso := _ISO.fullmatch(text):
            return Span(_date(*map(int, iso.groups())))
        numeric = _NUMERIC.fullmatch(text)
        if not numeric:
            return Span(None)
        day, month, year = (int(part) if part else None for part in numeric.groups())
        if ("." not in text and self.month_first and day <= 12) or month > 12:
            day, month = month, day
        if not 1 <= month <= 12:
            return Span(None)
        return Span(next_day_month(self.today, day, month, year), yearless=year is None)

    # --- rules: days

    def _day(self, slots, days=0):
        return shift(self.today, days)

    def _in_days(self, slots):
        return shift(self.today, slots["n"])

    def _in_workdays(self, slots):
        return working_day(self.today, slots["n"])

    def _in_weeks(self, slots):
        return shift(self.today, 7 * slots["n"])

    def _in_months(self, slots):
        return shift_months(self.today, slots["n"])

    def _days_ago(self, slots):
        return Span(shift(self.today, -slots["n"]), past=True)

    def _weeks_ago(self, slots):
        return Span(shift(self.today, -7 * slots["n"]), past=True)

    def _months_ago(self, slots):
        return Span(shift_months(self.today, -slots["n"]), past=True)

    def _yesterday(self, slots):
        return Span(shift(self.today, -1), past=True)

    def _past(self, slots):
        return Span(None, past=True)

    def _in_hours(self, slots):
        return self._in_minutes(slots, 60 * slots.get("n", 1))

    def _in_minutes(self, slots, minutes=None):
        if self.now is None:
            return Span(self.today)
        moment = self.now + dt.timedelta(minutes=minutes or slots["n"])
        return Span(moment.date(), time=moment.time().replace(second=0, microsecond=0))

    # --- rules: weekdays and weeks

    def _weekday(self, slots):
        return Span(
            shift(self.today, (slots["weekday"] - self.today.weekday() - 1) % 7 + 1), weekday=True
        )

    def _weekday_this(self, slots):
        return shift(self.today, (slots["weekday"] - self.today.weekday()) % 7)

    def _weekday_week(self, slots, weeks=1):
        return shift(self._monday, 7 * weeks + slots["weekday"])

    def _weekday_after(self, slots, weeks=1):
        """A week from Tuesday."""
        return shift(self._weekday(slots).first, 7 * weeks)

    def _weekday_last(self, slots):
        days = (self.today.weekday() - slots["weekday"] - 1) % 7 + 1
        return Span(shift(self.today, -days), past=True)

    def _week(self, slots, weeks=0):
        monday = shift(self._monday, 7 * weeks)
        friday = shift(monday, FRIDAY)
        if weeks == 0:
            return Span(self.today, max(friday, self.today))
        return Span(monday, friday)

    def _week_start(self, slots, weeks=1):
        return shift(self._monday, 7 * weeks)

    def _week_mid(self, slots, weeks=1):
        day = shift(self._monday, 7 * weeks + 2)
        return day if day >= self.today else shift(day, 7)

    def _week_end(self, slots, weeks=0):
        friday = shift(self._monday, 7 * weeks + FRIDAY)
        return friday if friday >= self.today else shift(friday, 7)

    def _last_week(self, slots):
        return Span(shift(self._monday, -7), shift(self._monday, -3), past=True)

    # --- rules: days of a month

    def _day_of_month(self, slots):
        number = slots.get("day") or slots.get("ord") or slots["ordd"]
        return Span(next_day_of_month(self.today, number), yearless=True)

    def _day_of_this_month(self, slots):
        return _date(self.today.year, self.today.month, slots.get("ord") or slots["day"])

    def _day_of_next_month(self, slots):
        month = shift_months(self.today.replace(day=1), 1)
        return _date(month.year, month.month, slots.get("ord") or slots["day"])

    def _day_month(self, slots):
        day = slots.get("day") or slots["ord"]
        year = slots.get("year")
        found = next_day_month(self.today, day, slots["month"], year)
        return Span(found, yearless=year is None)

    def _day_month_decimal(self, slots):
        return self.numeric(slots["dm"])

    # --- rules: months and years

    def _month(self, slots):
        start = self._start_of(slots)
        return Span(max(start, self.today), month_end(start)) if start else None

    def _month_start(self, slots):
        return self._start_of(slots, strict=True)

    def _month_mid(self, slots):
        start = self._start_of(slots)
        day = start and start.replace(day=15)
        return shift_months(day, 12) if day and day < self.today else day

    def _month_end(self, slots):
        start = self._start_of(slots)
        return start and month_end(start)

    def _start_of(self, slots, strict=False):
        """First day of a named month, in this year or the next."""
        month, year = slots["month"], slots.get("year")
        if year is not None:
            return _date(year, month, 1)
        start = _date(self.today.year, month, 1)
        over = start < self.today if strict else month_end(start) < self.today
        return shift_months(start, 12) if over else start

    def _rel_month(self, slots, months=0):
        start = shift_months(self.today.replace(day=1), months)
        return Span(max(start, self.today), month_end(start))

    def _rel_month_start(self, slots, months=0):
        start = shift_months(self.today.replace(day=1), months)
        return start if start >= self.today else shift_months(start, 1)

    def _rel_month_mid(self, slots, months=0):
        day = shift_months(self.today.replace(day=15), months)
        return day if day >= self.today else shift_months(day, 1)

    def _rel_month_end(self, slots, months=0):
        return month_end(shift_months(self.today.replace(day=1), months))

    def _last_month(self, slots):
        start = shift_months(self.today.replace(day=1), -1)
        return Span(start, month_end(start), past=True)

    def _quarter_end(self, slots):
        month = (self.today.month - 1) // 3 * 3 + 3
        return month_end(dt.date(self.today.year, month, 1))

    def _year_end(self, slots):
        return dt.date(self.today.year, 12, 31)

    def _next_year(self, slots):
        return _date(self.today.year + 1, 1, 1)


def collapse(items, patterns, days, glue):
    """Make one item of each date.

    :param list items: with numbers
    :param Patterns patterns: rules of the language
    :param Days days: for the day of speaking
    :param set glue: words that may stand between "Friday" and "the 20th"
    :return list: items, dates with a :class:`Span` as their value
    """
    found, position = [], 0
    matches = longest(patterns.scan(items))
    while position < len(items):
        item, match = items[position], matches.get(position)
        if match:
            span = days.span(match.rule, match.slots)
            _append(found, _date_item(items[position : match.end], span), glue)
            position = match.end
            continue
        if item.kind == "date":
            item = Item("date", item.text, item.start, item.end, value=days.numeric(item.text))
            _append(found, item, glue)
        else:
            found.append(item)
        position += 1
    return found


def _date_item(parts, span):
    first, last = parts[0], parts[-1]
    text = " ".join(part.text for part in parts)
    return Item("date", text, first.start, last.end, norm="", value=span)


def _append(found, item, glue):
    """Append a date; one that only says more of the weekday before takes its place."""
    back = len(found) - 1
    while back >= 0 and len(found) - back <= 2 and found[back].norm in glue:
        back -= 1
    if back >= 0 and found[back].kind == "date" and found[back].value.weekday:
        if not item.value.weekday:
            item.start = found[back].start
            del found[back:]
    found.append(item)
