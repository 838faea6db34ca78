# Part of ar_collect. License LGPL-3.
"""Days on which banks book, and the ones that people usually promise."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import timedelta

from .public_holidays import ClosedDays, weekend

#: Nowhere are banks closed for longer.
LONGEST_BREAK = 14
DAY = timedelta(days=1)


@dataclass(frozen=True)
class BankDays:
    """The days on which the banks of a country book: off its weekend and public holidays.

    :param ClosedDays closed: with its country; without one, Saturday and Sunday are off

    >>> from datetime import date
    >>> days = BankDays(ClosedDays())
    >>> date(2026, 11, 27) in days, date(2026, 11, 28) in days
    (True, False)
    """

    closed: ClosedDays

    def __contains__(self, day):
        return day.weekday() not in weekend(self.closed.country) and day not in self.closed

    def find(self, day, step=DAY):
        """The first bank day from a day on, forwards or backwards.

        :param date day: may be the one
        :param timedelta step: of a day, or of minus one
        :rtype: date

        >>> from datetime import date
        >>> days = BankDays(ClosedDays())
        >>> str(days.find(date(2026, 11, 28))), str(days.find(date(2026, 11, 28), -DAY))
        ('2026-11-30', '2026-11-27')
        """
        found = day
        for _attempt in range(LONGEST_BREAK):
            if found in self:
                return found
            found += step
        return day

    def add(self, day, count):
        """The day that is a number of bank days later, or earlier.

        :param date day: not counted itself
        :param int count: negative: earlier
        :rtype: date

        >>> from datetime import date
        >>> days = BankDays(ClosedDays())
        >>> str(days.add(date(2026, 11, 27), 1)), str(days.add(date(2026, 11, 28), -2))
        ('2026-11-30', '2026-11-26')
        >>> str(days.add(date(2026, 11, 28), 0))
        '2026-11-28'
        """
        step = DAY if count > 0 else -DAY
        for _number in range(abs(count)):
            day = self.find(day + step, step)
        return day

    def count(self, first, last):
        """How many bank days lie between two days.

        :param date first: not counted itself
        :param date last: counted; not before the first
        :rtype: int

        >>> from datetime import date
        >>> days = BankDays(ClosedDays())
        >>> days.count(date(2026, 11, 27), date(2026, 12, 1))
        2
        """
        span = range(1, (last - first).days + 1)
        return sum(first + DAY * number in self for number in span)

    def get_closed(self, first, count):
        """The days off within a time: {date: name of the holiday, None for a weekend}.

        :param date first:
        :param int count: days

        >>> from datetime import date
        >>> [str(day) for day in BankDays(ClosedDays()).get_closed(date(2026, 11, 23), 7)]
        ['2026-11-28', '2026-11-29']
        """
        days = (first + DAY * number for number in range(count))
        return {day: self.closed.get_name(day) for day in days if day not in self}

    def get_usual(self, today):
        """The days that people promise: the next one, Friday, in a week, the end of the month.

        What falls on a day off is moved: to the day before for an end, else to the day after.

        :param date today:
        :return: list of dates after today, earliest first

        >>> from datetime import date
        >>> days = BankDays(ClosedDays())
        >>> [day.isoformat()[5:] for day in days.get_usual(date(2026, 11, 24))]
        ['11-25', '11-27', '11-30', '12-01']
        >>> [day.isoformat()[5:] for day in days.get_usual(date(2026, 11, 27))]
        ['11-30', '12-04']
        """
        friday = today + DAY * ((4 - today.weekday()) % 7 or 7)
        month_end = today.replace(day=monthrange(today.year, today.month)[1])
        usual = {
            self.find(today + DAY),
            self.find(friday, -DAY),
            self.find(today + 7 * DAY),
            self.find(month_end, -DAY),
        }
        return sorted(day for day in usual if day > today)
