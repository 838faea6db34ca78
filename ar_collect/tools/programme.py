# Part of ar_collect. License LGPL-3.
"""Calls agreed with a customer to come again and again: every second Tuesday at ten, their time."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekday

from .schedule import from_wall

#: Ways in which a programme comes again.
WEEK, MONTH_WEEKDAY, MONTH_DAY = "week", "month_weekday", "month_day"


@dataclass(frozen=True, slots=True)
class Programme:
    """Which days, and when on them.

    :param str unit: every so many weeks on a weekday; the n-th weekday of a month; a day of a month
    :param date start: the first week or month, from which every second one is counted
    :param float hour: of their clock, 9.5 is half past nine
    :param int interval: every so many weeks or months, from 1 on
    :param int weekday: 0 is Monday
    :param int nth: 1 to 4, or -1 for the last one of the month
    :param int day: of the month; the last one of a month that is shorter
    """

    unit: str
    start: date
    hour: float
    interval: int = 1
    weekday: int = 0
    nth: int = 1
    day: int = 1

    def get_days(self, after, count):
        """The next days on which a call is due.

        :param date after: the first day that counts
        :param int count: how many
        :return list: dates

        Every second Tuesday, counted from the week of 3 March:

        >>> tuesdays = Programme("week", date(2026, 3, 3), 10, interval=2, weekday=1)
        >>> [day.day for day in tuesdays.get_days(date(2026, 3, 4), 2)]
        [17, 31]

        The last Friday of a month, and the 31st or the last day before:

        >>> fridays = Programme("month_weekday", date(2026, 1, 1), 10, weekday=4, nth=-1)
        >>> [str(day) for day in fridays.get_days(date(2026, 2, 1), 2)]
        ['2026-02-27', '2026-03-27']
        >>> ends = Programme("month_day", date(2026, 1, 1), 10, day=31)
        >>> [str(day) for day in ends.get_days(date(2026, 2, 1), 2)]
        ['2026-02-28', '2026-03-31']
        """
        first = datetime.combine(max(after, self.start), time.min)
        rule = rrule(count=count + 2, **self._get_rule(self._get_anchor(first.date())))
        return [found.date() for found in rule if found >= first][:count]

    def _get_anchor(self, first):
        """The last week or month of the programme at or before a day: the rule counts from there."""
        if self.unit == WEEK:
            monday = self.start - timedelta(days=self.start.weekday())
            weeks = (first - monday).days // 7
            return monday + timedelta(weeks=weeks - weeks % self.interval)
        month = self.start.replace(day=1)
        months = (first.year - month.year) * 12 + first.month - month.month
        return month + relativedelta(months=months - months % self.interval)

    def _get_rule(self, anchor):
        """Arguments of `rrule`."""
        rule = {"dtstart": datetime.combine(anchor, time.min), "interval": self.interval}
        if self.unit == WEEK:
            return {**rule, "freq": WEEKLY, "byweekday": weekday(self.weekday)}
        if self.unit == MONTH_WEEKDAY:
            return {**rule, "freq": MONTHLY, "byweekday": weekday(self.weekday)(self.nth)}
        # the last of these days that the month has
        days = range(min(self.day, 28), self.day + 1)
        return {**rule, "freq": MONTHLY, "bymonthday": list(days), "bysetpos": -1}

    def get_slots(self, earliest, zone, count=3):
        """The next moments at which a call is due.

        :param datetime earliest: aware
        :param ZoneInfo zone: where the customer is
        :return list: aware datetimes in that zone

        Ten o'clock there stays ten o'clock when the clocks change:

        >>> from datetime import timezone
        >>> from zoneinfo import ZoneInfo
        >>> weekly = Programme("week", date(2026, 3, 3), 10, weekday=1)
        >>> earliest = datetime(2026, 3, 24, 9, 30, tzinfo=timezone.utc)
        >>> [str(slot) for slot in weekly.get_slots(earliest, ZoneInfo("Europe/Paris"), 2)]
        ['2026-03-31 10:00:00+02:00', '2026-04-07 10:00:00+02:00']
        """
        first = earliest.astimezone(zone).date()
        slots = [from_wall(day, self.hour, zone) for day in self.get_days(first, count + 1)]
        return [slot.astimezone(zone) for slot in slots if slot >= earliest][:count]
