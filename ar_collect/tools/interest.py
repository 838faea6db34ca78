# Part of ar_collect. License LGPL-3.
"""Interest on what was paid late, to the day, on what was open on each day.

Days of interest are whole days: the first is the day after the due date, the last one is the day
of the payment itself, or today. A rate is in force from its first day on.
"""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

#: How the days of a year are counted.
DAY_COUNTS = ("365", "actual", "360")

_DAY = timedelta(days=1)


class MissingRate(LookupError):
    """No rate is known for a day.

    :param date day:
    """

    def __init__(self, day):
        super().__init__(day)
        self.day = day


def to_decimal(amount):
    """An amount as it is written, without what binary numbers add to it.

    >>> to_decimal(0.1 + 0.2), to_decimal(1200)
    (Decimal('0.3'), Decimal('1200.0'))
    """
    return Decimal(repr(round(float(amount), 9)))


def round_to(amount, rounding):
    """An amount rounded half up to a multiple of the currency's smallest unit.

    >>> round_to(Decimal("10.005"), Decimal("0.01")), round_to(Decimal("1.26"), Decimal("0.05"))
    (Decimal('10.01'), Decimal('1.25'))
    """
    return (amount / rounding).quantize(Decimal(1), ROUND_HALF_UP) * rounding


def days_in_year(day, day_count):
    """What a yearly rate is divided by on a day.

    >>> [days_in_year(date(2028, 5, 1), count) for count in ("365", "actual", "360")]
    [365, 366, 360]
    """
    if day_count == "actual":
        return (date(day.year + 1, 1, 1) - date(day.year, 1, 1)).days
    return int(day_count)


def forgive(settlements, due, grace_days):
    """Settlements with those of the days of grace counted as in time.

    :param list settlements: of (day, amount)
    :rtype: list

    >>> forgive([(date(2026, 3, 9), 5), (date(2026, 3, 10), 7)], date(2026, 3, 6), 3)
    [(datetime.date(2026, 3, 6), 5), (datetime.date(2026, 3, 10), 7)]
    """
    last = due + timedelta(days=grace_days)
    return [(due if day <= last else day, amount) for day, amount in settlements]


def open_on(amount, settlements, day):
    """What was still open on a day, never below zero; what was paid on it was.

    >>> open_on(100, [(date(2026, 3, 6), 40)], date(2026, 3, 6))
    Decimal('100.0')
    >>> open_on(100, [(date(2026, 3, 6), 40), (date(2026, 3, 6), 70)], date(2026, 3, 7))
    Decimal('0')
    """
    paid = sum((to_decimal(part) for when, part in settlements if when < day), Decimal(0))
    return max(to_decimal(amount) - paid, Decimal(0))


def rate_on(rates, day):
    """The rate in force on a day.

    :param list rates: of (first day or None, percent), in order
    :raise MissingRate: none is known

    >>> rate_on([(None, 5)], date(2026, 3, 6))
    Decimal('5.0')
    >>> rate_on([(date(2026, 1, 1), 9.25), (date(2026, 7, 1), 9)], date(2026, 7, 1))
    Decimal('9.0')
    >>> rate_on([(date(2026, 1, 1), 9.25)], date(2025, 12, 31))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    ...
    MissingRate: 2025-12-31
    """
    found = None
    for start, percent in rates:
        if start is None or start <= day:
            found = percent
    if found is None:
        raise MissingRate(day)
    return to_decimal(found)


def get_parts(amount, settlements, start, end, rates, day_count="365", rounding="0.01"):
    """The interest of the days from `start` to `end`, both included.

    Each part is rounded by itself, so that what is explained adds up to what is asked for.

    :param float amount: of the item when it was due
    :param list settlements: of (day, amount): what was paid of it and when
    :param date start: first day of interest
    :param date end: last day of interest
    :param list rates: see :func:`rate_on`
    :param str day_count: one of :data:`DAY_COUNTS`
    :param str rounding: smallest unit of the currency
    :return: dicts with ``start``, ``end``, ``days``, ``principal``, ``rate`` and ``amount``, only of
        days on which something was open
    :rtype: list
    :raise MissingRate: no rate is known for a day on which something was open

    >>> for part in get_parts(1000, [(date(2026, 3, 20), 400)], date(2026, 3, 11),
    ...                       date(2026, 3, 31), [(None, 9)]):
    ...     print(part["start"], part["end"], part["days"], part["principal"], part["amount"])
    2026-03-11 2026-03-20 10 1000.0 2.47
    2026-03-21 2026-03-31 11 600.0 1.63

    The rate changes, and so does the length of the year:

    >>> rates = [(date(2027, 7, 1), 10), (date(2028, 1, 1), 9)]
    >>> parts = get_parts(36600, [], date(2027, 12, 31), date(2028, 1, 1), rates, "actual")
    >>> [(part["days"], part["rate"], part["amount"]) for part in parts]
    [(1, Decimal('10.0'), Decimal('10.03')), (1, Decimal('9.0'), Decimal('9.00'))]
    """
    firsts = {start}
    firsts.update(day + _DAY for day, _part in settlements)
    firsts.update(day for day, _percent in rates if day)
    if day_count == "actual":
        firsts.update(date(year, 1, 1) for year in range(start.year + 1, end.year + 1))
    firsts = sorted(day for day in firsts if start <= day <= end)
    parts = []
    for first, following in zip(firsts, [*firsts[1:], end + _DAY], strict=True):
        principal = open_on(amount, settlements, first)
        if principal > 0:
            days = (following - first).days
            rate = rate_on(rates, first)
            interest = principal * rate * days / (100 * days_in_year(first, day_count))
            parts.append(
                {
                    "start": first,
                    "end": following - _DAY,
                    "days": days,
                    "principal": principal,
                    "rate": rate,
                    "amount": round_to(interest, Decimal(str(rounding))),
                }
            )
    return parts
