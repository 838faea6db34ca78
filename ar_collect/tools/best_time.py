# Part of ar_collect. License LGPL-3.
"""What a customer's history teaches: when they answer, and when they pay.

Few calls prove little. So every share is drawn towards what is known without it, as if that had
been seen in some calls before, and nothing is said below a minimum of cases. The number of cases
is always part of the answer.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from dateutil.relativedelta import relativedelta

#: Hours in one part of the day.
BLOCK = 2
#: Attempts below which a weekday's part of the day, or that of all days, says nothing.
MIN_CELL, MIN_BLOCK = 3, 5
#: How much the share without the weekday, or without the hour, weighs, in attempts.
PRIOR_WEIGHT = 4
#: How much better than usual a time has to be to be called the best one.
MARGIN = 0.1
#: Days with payments below which no habit is seen, and the share of them that makes one.
MIN_PAYMENTS, MIN_SHARE = 4, 0.5
#: Days after the 15th, say, that still are the payment run of the 15th: weekends, bank transfer.
RUN_DAYS = 3


@dataclass(frozen=True, slots=True)
class BestTime:
    """A time at which the customer answers more often than otherwise.

    :param int|None weekday: 0 is Monday; None for any day
    :param int start: hour of their clock
    :param int end: hour
    :param int answered: attempts then that reached somebody
    :param int count: attempts then
    """

    weekday: int | None
    start: int
    end: int
    answered: int
    count: int


def learn_best_time(attempts):
    """When the customer answers best; None when nothing stands out.

    :param attempts: pairs (datetime on their clock, whether somebody was reached)
    :rtype: BestTime|None

    >>> from datetime import datetime
    >>> tuesdays = [(datetime(2026, 3, 3 + 7 * n, 10), True) for n in range(3)]
    >>> mondays = [(datetime(2026, 3, 2 + 7 * n, 15), False) for n in range(4)]
    >>> learn_best_time(tuesdays + mondays)
    BestTime(weekday=1, start=10, end=12, answered=3, count=3)

    Too few, or all alike:

    >>> learn_best_time(tuesdays[:2] + mondays), learn_best_time(mondays)
    (None, None)

    In the mornings, on whatever day:

    >>> mornings = [(datetime(2026, 3, 2 + n, 9), True) for n in range(5)]
    >>> evenings = [(datetime(2026, 3, 2 + n, 16), False) for n in range(5)]
    >>> learn_best_time(mornings + evenings)
    BestTime(weekday=None, start=8, end=10, answered=5, count=5)
    """
    cells, blocks = _count(attempts)
    total = sum(found.count for found in blocks.values())
    usual = sum(found.answered for found in blocks.values()) / total if total else 0
    shares = {start: _shrink(found, usual) for start, found in blocks.items()}
    candidates = [(_shrink(cell, shares[cell.start]), cell) for cell in cells.values()]
    candidates += [(shares[block.start], block) for block in blocks.values()]
    enough = [
        (share, found)
        for share, found in candidates
        if found.count >= (MIN_BLOCK if found.weekday is None else MIN_CELL)
        and share >= usual + MARGIN
    ]
    # of equals, the one with most attempts, then the earliest
    best = max(
        enough,
        key=lambda pair: (pair[0], pair[1].count, -(pair[1].weekday or 0), -pair[1].start),
        default=(0, None),
    )
    return best[1]


def _count(attempts):
    """Attempts by weekday and part of the day, and by part of the day alone.

    :return tuple: two dicts of :class:`BestTime`
    """
    answers, counts = Counter(), Counter()
    for moment, answered in attempts:
        start = moment.hour - moment.hour % BLOCK
        for key in ((moment.weekday(), start), (None, start)):
            counts[key] += 1
            answers[key] += bool(answered)
    found = {
        (weekday, start): BestTime(weekday, start, start + BLOCK, answers[weekday, start], count)
        for (weekday, start), count in counts.items()
    }
    cells = {key: time for key, time in found.items() if time.weekday is not None}
    blocks = {time.start: time for time in found.values() if time.weekday is None}
    return cells, blocks


def _shrink(found, prior):
    """The share answered, drawn towards what is known without it."""
    return (found.answered + PRIOR_WEIGHT * prior) / (found.count + PRIOR_WEIGHT)


@dataclass(frozen=True, slots=True)
class PaymentRun:
    """The days on which the customer usually pays.

    :param int|None weekday: 0 is Monday; None when it is a day of the month
    :param int|None day: of the month; the last one of a month that is shorter
    :param int hits: days with payments that fit
    :param int count: days with payments
    """

    weekday: int | None
    day: int | None
    hits: int
    count: int

    def get_next(self, after):
        """The next usual day.

        :param date after: the first day that counts
        :rtype: date

        >>> from datetime import date
        >>> str(PaymentRun(4, None, 5, 6).get_next(date(2026, 3, 16)))
        '2026-03-20'
        >>> run = PaymentRun(None, 31, 5, 6)
        >>> str(run.get_next(date(2026, 2, 16))), str(run.get_next(date(2026, 2, 28)))
        ('2026-02-28', '2026-02-28')
        >>> str(PaymentRun(None, 15, 5, 6).get_next(date(2026, 3, 16)))
        '2026-04-15'
        """
        if self.weekday is not None:
            return after + timedelta(days=(self.weekday - after.weekday()) % 7)
        day = after + relativedelta(day=self.day)
        return day if day >= after else after + relativedelta(months=1, day=self.day)


def learn_payment_run(days):
    """When the customer's payments usually arrive; None when there is no habit.

    :param days: dates; several payments of a day count once
    :rtype: PaymentRun|None

    >>> from datetime import date
    >>> fridays = [date(2026, 1, 2) + timedelta(weeks=n) for n in range(8)]
    >>> learn_payment_run(fridays)
    PaymentRun(weekday=4, day=None, hits=8, count=8)

    The 15th, or the Monday after when that is a weekend:

    >>> mid = [date(2026, 1, 15), date(2026, 2, 16), date(2026, 3, 16), date(2026, 4, 15)]
    >>> learn_payment_run(mid)
    PaymentRun(weekday=None, day=15, hits=4, count=4)
    >>> learn_payment_run(mid[:3]) is None
    True
    """
    days = set(days)
    count = len(days)
    if count < MIN_PAYMENTS:
        return None
    by_weekday = Counter(day.weekday() for day in days)
    weekday, weekday_hits = max(by_weekday.items(), key=lambda item: (item[1], -item[0]))
    month_day, month_hits = _usual_month_day(days)
    weekday_share = (weekday_hits + PRIOR_WEIGHT / 5) / (count + PRIOR_WEIGHT)
    month_share = (month_hits + PRIOR_WEIGHT * RUN_DAYS / 30) / (count + PRIOR_WEIGHT)
    if max(weekday_share, month_share) < MIN_SHARE:
        return None
    # a day of the month is hit by chance less often than a weekday
    if month_hits >= weekday_hits:
        return PaymentRun(None, month_day, month_hits, count)
    return PaymentRun(weekday, None, weekday_hits, count)


def _usual_month_day(days):
    """The day of the month from which on most payments arrive, and how many."""
    late = {day: Counter(_days_after(paid, day) for paid in days) for day in range(1, 32)}
    hits = {day: sum(found[n] for n in range(RUN_DAYS)) for day, found in late.items()}
    best = max(hits, key=lambda day: (hits[day], late[day][0], -day))
    return best, hits[best]


def _days_after(paid, day):
    """Days since that day of the month, or the last one of a shorter month, last came."""
    this = paid + relativedelta(day=day)
    return (paid - (this if this <= paid else paid + relativedelta(months=-1, day=day))).days
