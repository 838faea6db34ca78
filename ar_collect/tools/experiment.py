# Part of ar_collect. License LGPL-3.
"""Whether customers pay sooner: days to pay and shares paid of two groups, with their intervals.

What is known of one time a customer was looked at is a pair (days followed, day of payment; None:
not paid as long as it was followed). A customer may have been looked at several times. A group is
a dict of such histories, tuples of pairs, with the number of customers who have each.

Who has not paid yet is no late payer: the days to pay are estimated from the survival curve
(Kaplan and Meier 1958), as the mean of the days within a horizon (restricted mean survival time,
Irwin 1949; Royston and Parmar 2013). Times of one customer are alike, so the variance is that of
the sums by customer of the estimate's influence function (Williams 1995), not of single times.
"""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

#: Customers below which a group says nothing.
MIN_CUSTOMERS = 20
#: Share of intervals that contain the truth.
CONFIDENCE = 0.95
#: How often a real difference of the size wanted is to be seen.
POWER = 0.8


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and where it may really lie."""

    value: float
    low: float
    high: float

    @property
    def sign(self):
        """1: above zero, -1: below, 0: may be either."""
        return (self.low > 0) - (self.high < 0)


@dataclass(frozen=True, slots=True)
class Days:
    """Mean days to pay of a group within the horizon.

    :param float mean:
    :param float variance: of the mean
    :param int count: customers
    """

    mean: float
    variance: float
    count: int

    @property
    def spread(self):
        """Standard deviation of one customer's days."""
        return sqrt(self.variance * self.count)


def count_customers(group):
    """How many customers were looked at.

    >>> count_customers({((60, 3),): 2, ((60, None), (10, 4)): 1})
    3
    """
    return sum(group.values())


def is_enough(group, day):
    """Whether enough customers were followed so long for a mean to be said.

    >>> is_enough({((60, 3),): MIN_CUSTOMERS}, 30), is_enough({((29, 3),): MIN_CUSTOMERS}, 30)
    (True, False)
    """
    return get_share(group, day)[1] >= MIN_CUSTOMERS


def pool(group, other):
    """Two groups as one.

    >>> pool({((60, 3),): 2}, {((60, 3),): 1, ((60, None),): 1})
    {((60, 3),): 3, ((60, None),): 1}
    """
    return {key: group.get(key, 0) + other.get(key, 0) for key in {**group, **other}}


# --- days to pay


def get_days(group, horizon):
    """The mean days to pay within a horizon; who has not paid by then counts with the horizon.

    :param dict group: number of customers by history
    :param int horizon: days; somebody has to have been followed as long
    :rtype: Days

    When all were followed to the end, it is the plain mean (here of 2, 4 and 10), and its
    variance that of any mean:

    >>> days = get_days({((10, 2),): 1, ((10, 4),): 1, ((10, None),): 1}, 10)
    >>> round(days.mean, 6), round(days.variance, 6), days.count
    (5.333333, 5.777778, 3)

    Who was followed for 3 days alone says nothing of the rest:

    >>> round(get_days({((10, 2),): 2, ((10, None),): 2, ((3, None),): 1}, 10).mean, 6)
    6.8
    """
    left, hazards, risks = _get_curve(group, horizon)
    rest = [0.0] * (horizon + 1)
    for day in reversed(range(horizon)):
        rest[day] = rest[day + 1] + left[day]
    pulls = [
        rest[day] / (1 - hazards[day]) / risks[day] if risks[day] and hazards[day] < 1 else 0.0
        for day in range(horizon)
    ]
    drifts = [0.0]
    for pull, hazard in zip(pulls, hazards, strict=True):
        drifts.append(drifts[-1] + pull * hazard)
    count = count_customers(group)
    squares = sum(
        number * sum(_get_influence(*time, pulls, drifts) for time in history) ** 2
        for history, number in group.items()
    )
    variance = squares * count / (count - 1) if count > 1 else 0.0
    return Days(rest[0], variance, count)


def _get_curve(group, horizon):
    """Of each day, the share that has not paid by its end, the hazard, and how many were at risk.

    Who was followed to a day still was at risk on it.
    """
    paying, ending = [0] * horizon, [0] * horizon
    at_risk = 0
    for history, number in group.items():
        for followed, paid in history:
            at_risk += number * (followed >= 0)
            if paid is not None and paid < horizon:
                paying[paid] += number
            elif 0 <= followed < horizon:
                ending[followed] += number
    left, hazards, risks = [], [], []
    share = 1.0
    for paid, ended in zip(paying, ending, strict=True):
        hazard = paid / at_risk if at_risk else 0.0
        share *= 1 - hazard
        left.append(share)
        hazards.append(hazard)
        risks.append(at_risk)
        at_risk -= paid + ended
    return left, hazards, risks


def _get_influence(followed, paid, pulls, drifts):
    """How much one time pulls the mean."""
    horizon = len(pulls)
    if followed < 0:
        return 0.0
    if paid is not None and paid < horizon:
        return drifts[paid + 1] - pulls[paid]
    return drifts[min(followed + 1, horizon)]


def get_days_estimate(group, horizon):
    """The mean days to pay of one group, with its interval.

    :rtype: Estimate
    """
    days = get_days(group, horizon)
    reach = get_quantile(days.count - 1) * sqrt(days.variance)
    return Estimate(days.mean, max(0.0, days.mean - reach), min(horizon, days.mean + reach))


def get_days_saved(group, other, horizon):
    """By how many days the group pays sooner than the other one; Welch's interval.

    Customers who are in both, at different times, make it wider than it had to be.

    :param dict group: number of customers by history
    :param dict other: likewise
    :param int horizon: days
    :rtype: Estimate

    >>> sooner = {((30, day),): 10 for day in range(1, 5)}
    >>> later = {((30, day),): 10 for day in range(4, 8)}
    >>> saved = get_days_saved(sooner, later, 30)
    >>> round(saved.value, 3), round(saved.low, 3), round(saved.high, 3), saved.sign
    (3.0, 2.496, 3.504, 1)
    """
    mine, theirs = get_days(group, horizon), get_days(other, horizon)
    total = mine.variance + theirs.variance
    parts = sum(days.variance**2 / (days.count - 1) for days in (mine, theirs) if days.count > 1)
    freedom = total**2 / parts if parts else 10**6
    reach = get_quantile(freedom) * sqrt(total)
    value = theirs.mean - mine.mean
    return Estimate(value, value - reach, value + reach)


def get_quantile(freedom):
    """The quantile of Student's t that an interval reaches to (Abramowitz and Stegun 26.7.5).

    >>> [round(get_quantile(freedom), 3) for freedom in (5, 10, 30, 10**6)]
    [2.568, 2.228, 2.042, 1.96]
    """
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    freedom = max(freedom, 1)
    return (
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    )


# --- shares paid


def get_share(group, day):
    """Of those followed so long, which share has paid by a day, and how many customers they are.

    :return: pair (share, customers)
    :rtype: tuple

    >>> get_share({((40, 3),): 3, ((40, None),): 1, ((10, 2),): 5}, 30)
    (0.75, 4)
    """
    paid = times = customers = 0
    for history, number in group.items():
        seen = [when is not None and when <= day for followed, when in history if followed >= day]
        paid += number * sum(seen)
        times += number * len(seen)
        customers += number * bool(seen)
    return (paid / times if times else 0.0), customers


def get_share_gained(group, other, day):
    """By how much the share paid of a group is above that of another one.

    The interval is that of Newcombe (1998, method 10), from those of Wilson. Each customer counts
    once, however often looked at, which makes it rather too wide than too narrow.

    :rtype: Estimate

    >>> gained = get_share_gained(
    ...     {((30, 1),): 56, ((30, None),): 14}, {((30, 1),): 48, ((30, None),): 32}, 30
    ... )
    >>> round(gained.value, 4), round(gained.low, 4), round(gained.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    mine, my_count = get_share(group, day)
    theirs, their_count = get_share(other, day)
    value = mine - theirs
    if not my_count or not their_count:
        return Estimate(value, -1.0, 1.0)
    my_low, my_high = get_wilson(mine, my_count)
    their_low, their_high = get_wilson(theirs, their_count)
    return Estimate(
        value,
        value - sqrt((mine - my_low) ** 2 + (their_high - theirs) ** 2),
        value + sqrt((my_high - mine) ** 2 + (theirs - their_low) ** 2),
    )


def get_wilson(share, count):
    """The interval of a share seen in so many cases (Wilson 1927).

    >>> tuple(round(limit, 4) for limit in get_wilson(0.8, 70))
    (0.6918, 0.877)
    """
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    middle = share + z**2 / (2 * count)
    reach = z * sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
    whole = 1 + z**2 / count
    return (middle - reach) / whole, (middle + reach) / whole


# --- how many are needed


def get_needed(group, other, horizon, left_out, difference):
    """How many customers have to be left out for a difference to be seen, four times in five.

    :param dict group: number of customers by history
    :param dict other: likewise
    :param int horizon: days
    :param float left_out: the share of customers who are left out
    :param float difference: days
    :rtype: int

    With nobody to judge by, days are taken to be spread evenly over the horizon:

    >>> get_needed({}, {}, 30, 0.1, 3)
    73
    """
    both = pool(group, other)
    spread = horizon / sqrt(12)
    if is_enough(both, horizon):
        spread = get_days(both, horizon).spread
    normal = NormalDist()
    reach = normal.inv_cdf((1 + CONFIDENCE) / 2) + normal.inv_cdf(POWER)
    # variance of the difference: spread² (1 / out + 1 / got), with got = out (1 - p) / p
    needed = (reach * spread / difference) ** 2 / (1 - left_out)
    return max(MIN_CUSTOMERS, int(needed) + 1)
