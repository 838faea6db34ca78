# Part of ar_collect. License LGPL-3.
"""Days on which banks book, and the ones that people usually promise."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import timedelta

from .public_holidays import public_holidays, weekend

#: Nowhere are banks closed for longer.
LONGEST_BREAK = 14
DAY = timedelta(days=1)


@dataclass(frozen=True)
class BankDays:
    """The days on which the banks of a country book: off its weekend and public holidays.

    :param str|None country: code of two letters; without one, Saturday and Sunday are off
    :param str|None state: code
    :param str lang: of the names of holidays

    >>> from datetime import date
    >>> days = BankDays()
    >>> date(2026, 11, 27) in days, date(2026, 11, 28) in days
    (True, False)
    """

    country: str | None = None
    state: str | None = None
    lang: str = "en_US"

    def __contains__(self, day):
        return not self.is_weekend(day) and self.get_holiday(day) is None

    def is_weekend(self, day):
        """Whether nobody works there on this weekday.

        :param date day:
        """
        return day.weekday() in weekend(self.country)

    def get_holiday(self, day):
        """The name of the public holiday of a day, or None.

        :param date day:
        """
        return public_holidays(self.country, self.state, day.year, self.lang).get(day)

    def find(self, day, step=DAY):
        """The first bank day from a day on, forwards or backwards.

        :param date day: may be the one
        :param timedelta step: of a day, or of minus one
        :rtype: date

        >>> from datetime import date
        >>> str(BankDays().find(date(2026, 11, 28))), str(BankDays().find(date(2026, 11, 28), -DAY))
        ('2026-11-30', '2026-11-27')
        """
        found = day
        for _attempt in range(LONGEST_BREAK):
            if found in self:
                return found
            found += step
        return day

    def get_closed(self, first, count):
        """The days off within a time: {date: name of the holiday, None for a weekend}.

        :param date first:
        :param int count: days

        >>> from datetime import date
        >>> [str(day) for day in BankDays().get_closed(date(2026, 11, 23), 7)]
        ['2026-11-28', '2026-11-29']
        """
        days = (first + DAY * number for number in range(count))
        return {day: self.get_holiday(day) for day in days if day not in self}

    def get_usual(self, today):
        """The days that people promise: the next one, Friday, in a week, the end of the month.

        What falls on a day off is moved: to the day before for an end, else to the day after.

        :param date today:
        :return: list of dates after today, earliest first

        >>> from datetime import date
        >>> [day.isoformat()[5:] for day in BankDays().get_usual(date(2026, 11, 24))]
        ['11-25', '11-27', '11-30', '12-01']
        >>> [day.isoformat()[5:] for day in BankDays().get_usual(date(2026, 11, 27))]
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
