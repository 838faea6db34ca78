# Part of ar_collect. License LGPL-3.
"""Where one should be today to reach a target, and whether one is there.

A day counts as worked when it has ended: in the morning of the first working day nothing is
expected yet, and in the evening of the last everything is.
"""

from calendar import monthrange
from datetime import timedelta
from statistics import median

#: Ahead or behind is who is further from the pace than this share of it.
TOLERANCE = 0.05
#: So many people make a median that does not say who did what.
LEAST_PEOPLE = 3
DAY = timedelta(days=1)


def get_period(period, day):
    """First and last day of the week (from Monday), month or quarter that a day lies in.

    >>> from datetime import date
    >>> [str(end) for end in get_period("week", date(2026, 3, 1))]
    ['2026-02-23', '2026-03-01']
    >>> [str(end) for end in get_period("month", date(2028, 2, 29))]
    ['2028-02-01', '2028-02-29']
    >>> [str(end) for end in get_period("quarter", date(2026, 12, 31))]
    ['2026-10-01', '2026-12-31']
    """
    if period == "week":
        first = day - DAY * day.weekday()
        return first, first + 6 * DAY
    first_month = day.month if period == "month" else day.month - (day.month - 1) % 3
    last_month = first_month if period == "month" else first_month + 2
    last = monthrange(day.year, last_month)[1]
    return day.replace(month=first_month, day=1), day.replace(month=last_month, day=last)


def get_months(last, count):
    """The first days of the months up to that of a day, earliest first.

    >>> from datetime import date
    >>> [str(day) for day in get_months(date(2026, 1, 31), 3)]
    ['2025-11-01', '2025-12-01', '2026-01-01']
    """
    months = [last.replace(day=1)]
    while len(months) < count:
        months.append((months[-1] - DAY).replace(day=1))
    return months[::-1]


def get_pace(value, worked, total):
    """What should be reached by now, of a value that accumulates over the working days.

    :param float value: the target
    :param float worked: working days that have ended
    :param float total: working days of the period; without any, nothing is expected

    >>> get_pace(200, 5, 20), get_pace(200, 0, 20), get_pace(200, 0, 0)
    (50.0, 0.0, 0.0)
    """
    return value * worked / total if total else 0.0


def get_status(actual, value, pace, phase):
    """How a target stands.

    :param float|None actual: None of a rate that nothing is known of
    :param float pace: what should be reached by now; of a rate, the target
    :param str phase: before, running or over

    >>> get_status(0, 100, 0, "before"), get_status(120, 100, 100, "over")
    ('planned', 'reached')
    >>> get_status(99, 100, 100, "over"), get_status(None, 60, 60, "over")
    ('missed', 'none')
    >>> [get_status(actual, 100, 50, "running") for actual in (47, 47.5, 52.5, 53, 100)]
    ['behind', 'on_track', 'on_track', 'ahead', 'ahead']
    >>> get_status(0, 100, 0, "running"), get_status(1, 100, 0, "running")
    ('on_track', 'ahead')
    """
    if phase == "before":
        return "planned"
    if actual is None:
        return "none"
    if phase == "over":
        return "reached" if actual >= value else "missed"
    if actual < pace * (1 - TOLERANCE):
        return "behind"
    return "ahead" if actual > pace * (1 + TOLERANCE) else "on_track"


def get_progress(actual, value):
    """Percent of the target that is reached; 0 of no target.

    >>> get_progress(50, 200), get_progress(5, 0), get_progress(None, 60)
    (25.0, 0.0, 0.0)
    """
    return 100 * actual / value if value and actual else 0.0


def get_median(values):
    """The median of what is known of several people; None when they are too few to be hidden.

    >>> get_median([1, None, 5, 9]), get_median([1, 5, None]), get_median([])
    (5, None, None)
    """
    known = [value for value in values if value is not None]
    return median(known) if len(known) >= LEAST_PEOPLE else None


def propose(months, days, round_to=1):
    """A target from what was reached in full months, scaled to the working days of its period.

    :param months: pairs of (reached, working days); those without either are left out
    :param float days: working days of the period
    :return: None when there is nothing to go by

    >>> propose([(100, 20), (220, 22), (130, 20)], 22)
    143.0
    >>> propose([(None, 20), (100, 0)], 21) is None, propose([(100, 20)], 0)
    (True, 0.0)
    """
    known = [reached / worked for reached, worked in months if reached is not None and worked]
    return float(round(median(known) * days / round_to) * round_to) if known else None
