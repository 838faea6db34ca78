# Part of ar_collect. License LGPL-3.
"""How an amount is spread over instalments: what each comes to, and its day."""

from datetime import timedelta
from fractions import Fraction

from dateutil.relativedelta import relativedelta

#: More than ten years of months is no payment plan.
MOST = 120
STEPS = {
    "week": lambda number: timedelta(weeks=number),
    "fortnight": lambda number: timedelta(weeks=2 * number),
    "month": lambda number: relativedelta(months=number),
}


def split(amount, count, unit):
    """Equal parts in whole units of a currency; the last one takes what rounding leaves.

    :param float amount: what the parts come to
    :param int count: how many parts
    :param float unit: the smallest amount of the currency
    :rtype: list of float
    :raise ValueError: when there are no parts, too many, or not a unit for each of them

    >>> split(100.00, 3, 0.01), split(100, 3, 1), split(1, 3, 0.001), split(100, 3, 0.05)
    ([33.33, 33.33, 33.34], [33.0, 33.0, 34.0], [0.333, 0.333, 0.334], [33.3, 33.3, 33.4])
    >>> split(0.03, 3, 0.01), sum(split(0.1, 3, 0.01)) == 0.1
    ([0.01, 0.01, 0.01], True)
    >>> split(0.02, 3, 0.01)
    Traceback (most recent call last):
    ValueError: 0.02 in 3 parts
    """
    whole, step = Fraction(str(amount)), Fraction(str(unit))
    part = whole // step // count * step if 1 <= count <= MOST else 0
    if part <= 0:
        raise ValueError(f"{amount} in {count} parts")
    return [float(part)] * (count - 1) + [float(whole - part * (count - 1))]


def days(first, count, interval):
    """The days of instalments; each is counted from the first, so that they do not drift.

    :param date first: day of the first one
    :param int count: how many
    :param str interval: key of :data:`STEPS`
    :rtype: list of date

    >>> from datetime import date
    >>> [day.isoformat() for day in days(date(2027, 12, 31), 4, "month")]
    ['2027-12-31', '2028-01-31', '2028-02-29', '2028-03-31']
    >>> [day.day for day in days(date(2026, 3, 16), 3, "fortnight")]
    [16, 30, 13]
    >>> [day.day for day in days(date(2026, 3, 16), 3, "week")]
    [16, 23, 30]
    """
    return [first + STEPS[interval](number) for number in range(count)]
