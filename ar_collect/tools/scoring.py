# Part of ar_collect. License LGPL-3.
"""The built-in part of the priority, as plain functions.

The ranking computes the same in SQL for all customers at once; a test holds the two together.
"""

import math

#: Points that the expected gain and the age of the debt can bring.
GAIN_POINTS = 60
AGE_POINTS = 20
#: Days late at which the age brings all its points.
AGE_FULL_DAYS = 120
#: How much the share of all customers weighs against a customer's own history, in paid items.
PRIOR_WEIGHT = 5
#: Above this many paid items a company's share is rounded, so that one payment more does not
#: change the rank of every customer.
EXACT_SHARE_LIMIT = 1_000
#: Horizon of the expected gain, in days.
HORIZON_DAYS = 14


def late_probability(late_count, paid_count, late_share):
    """How likely the customer pays late: the own history, drawn towards that of all customers.

    :param int late_count: items of the customer paid after their due date
    :param int paid_count: items of the customer paid
    :param float late_share: share paid late over all customers of the company
    :rtype: float

    >>> late_probability(0, 0, 0.4)
    0.4
    >>> late_probability(3, 5, 0.4)
    0.5
    """
    return (late_count + PRIOR_WEIGHT * late_share) / (paid_count + PRIOR_WEIGHT)


def unpaid_probability(probability_late, days_to_expected_payment):
    """How likely the debt is still unpaid in 14 days if nobody does anything.

    A customer who usually pays within these days is given half the doubt; for one whose usual day
    lies beyond them, or has passed already, the doubt is half way to certainty.

    :param float probability_late: see :func:`late_probability`
    :param int days_to_expected_payment: days from today; negative when it has passed
    :rtype: float

    >>> unpaid_probability(0.4, 5)
    0.2
    >>> unpaid_probability(0.4, 30), unpaid_probability(0.4, -1)
    (0.7, 0.7)
    """
    if 0 <= days_to_expected_payment <= HORIZON_DAYS:
        return probability_late / 2
    return (1 + probability_late) / 2


def gain_points(gain, mean, top):
    """Points for the expected gain, on a scale that neither one giant nor many dwarfs can bend.

    :param float gain: expected gain of the customer, company currency
    :param float mean: typical gain in the company (rounded), positive
    :param float top: largest gain in the company (rounded up), at least ``gain``
    :rtype: int

    >>> gain_points(0, 1000, 50000), gain_points(50000, 1000, 50000)
    (0, 60)
    >>> gain_points(1000, 1000, 50000)
    11
    """
    if gain <= 0 or mean <= 0 or top <= 0:
        return 0
    return round(GAIN_POINTS * min(1, math.log1p(gain / mean) / math.log1p(top / mean)))


def age_points(days_late):
    """Points for the days the oldest item to chase is late.

    >>> age_points(0), age_points(60), age_points(500)
    (0, 10, 20)
    """
    return round(AGE_POINTS * min(max(days_late, 0), AGE_FULL_DAYS) / AGE_FULL_DAYS)


def round_up_125(amount):
    """The next amount of the series 1, 2, 5, 10, 20, 50 ...; 0 for nothing.

    >>> [round_up_125(amount) for amount in (0, 0.3, 1, 1.1, 2500, 5001)]
    [0, 0.5, 1, 2, 5000, 10000]
    """
    if amount <= 0:
        return 0
    power = 10 ** math.floor(math.log10(amount))
    for step in (1, 2, 5, 10):
        # 1e-9: a decimal fraction is not exact in binary
        if amount <= step * power * (1 + 1e-9):
            return step * power
    return 10 * power


def rounded_share(share, count):
    """A company's figure, rounded once many items stand behind it.

    >>> rounded_share(1 / 3, 3) == 1 / 3, rounded_share(1 / 3, 20000)
    (True, 0.3333)
    """
    return round(share, 4) if count > EXACT_SHARE_LIMIT else share
