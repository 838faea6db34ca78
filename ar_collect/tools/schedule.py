# Part of ar_collect. License LGPL-3.
"""When somebody can be reached: windows of the week, in a time zone, on days that are not closed.

Everything is worked out in UTC from the clock on the wall there, so that a change of the clocks
moves nothing: a time that the clocks leap over counts as the first moment after the leap; of a
time that occurs twice a window starts with the first occurrence and ends with the second.
"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone, tzinfo

QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)
#: Days looked at before somebody counts as never to be reached.
HORIZON_DAYS = 120
#: Days that the best time is worth waiting for. Longer, and the customer is called at any open
#: time: a debt is worth less every day.
PATIENCE_DAYS = 3


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of a weekday, as decimal numbers: 9.5 is half past nine.

    :param int weekday: 0 is Monday
    :param bool best: whether this is the time to prefer
    """

    weekday: int
    start: float
    end: float
    best: bool = False

    @property
    def is_open(self):
        """Whether the window has any time in it.

        >>> Window(0, 9, 17).is_open, Window(0, 17, 9).is_open, Window(7, 9, 17).is_open
        (True, False, False)
        """
        return 0 <= self.weekday <= 6 and 0 <= self.start < self.end <= 24


#: Assumed of a customer of whom nobody has said anything.
OFFICE_HOURS = tuple(Window(weekday, 9, 17) for weekday in range(5))


@dataclass(frozen=True)
class Hours:
    """Somebody's hours.

    :param tuple windows: of :class:`Window`
    :param tzinfo zone: where their clock hangs
    :param closed: container of dates there; whatever supports ``in``
    :param tuple busy: pairs (start, end) of aware datetimes in which they are not to be reached
    """

    windows: tuple = OFFICE_HOURS
    zone: tzinfo = timezone.utc
    closed: Container = frozenset()
    busy: tuple = ()

    def spans(self, day, best_only=False):
        """The open times of a day there.

        :param date day:
        :param bool best_only: the best windows alone
        :return list: sorted pairs of aware datetimes in UTC, that neither touch nor overlap

        A night in which the clocks go forward, and back:

        >>> from datetime import date
        >>> from zoneinfo import ZoneInfo
        >>> here = Hours((Window(6, 1, 2.5),), ZoneInfo("Europe/Berlin"))
        >>> [(end - start).seconds / 3600 for start, end in here.spans(date(2026, 3, 29))]
        [1.0]
        >>> [(end - start).seconds / 3600 for start, end in here.spans(date(2026, 10, 25))]
        [2.5]
        """
        if day in self.closed:
            return []
        spans = [
            (
                from_wall(day, window.start, self.zone),
                from_wall(day, window.end, self.zone, last=True),
            )
            for window in self.windows
            if window.is_open and window.weekday == day.weekday() and (window.best or not best_only)
        ]
        return subtract(merge(spans), self.busy)


def from_wall(day, hours, zone, last=False):
    """The moment at which the clock there shows that many hours.

    :param date day:
    :param float hours: 24 is midnight at the end of the day
    :param bool last: of a time that occurs twice, the second one
    :return datetime: in UTC

    Summer time begins at two o'clock, and ends at three:

    >>> from datetime import date
    >>> from zoneinfo import ZoneInfo
    >>> berlin = ZoneInfo("Europe/Berlin")
    >>> [from_wall(date(2026, 3, 29), h, berlin).hour for h in (1.75, 2, 2.5, 3)]
    [0, 1, 1, 1]
    >>> from_wall(date(2026, 10, 25), 2.5, berlin).hour
    0
    >>> from_wall(date(2026, 10, 25), 2.5, berlin, last=True).hour
    1
    """
    wall = datetime.combine(day, time.min) + timedelta(minutes=round(hours * 60))
    while (moment := wall.replace(tzinfo=zone, fold=int(last)).astimezone(timezone.utc)).astimezone(
        zone
    ).replace(tzinfo=None) != wall:
        # the clocks leap over this time, to a full quarter of an hour
        wall = round_up(wall + timedelta(minutes=1))
    return moment


def merge(spans):
    """Pairs (start, end) without those that are empty, and joined where they touch.

    >>> merge([(13, 17), (9, 12), (12, 13), (20, 20), (19, 18)])
    [(9, 17)]
    """
    merged = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def subtract(spans, busy):
    """Pairs (start, end) without what lies in the busy ones.

    >>> subtract([(9, 12), (13, 17)], [(8, 10), (11, 14), (16, 16.5)])
    [(10, 11), (14, 16), (16.5, 17)]
    """
    for begin, finish in busy:
        if any(begin < end and start < finish for start, end in spans):
            parts = [((start, min(end, begin)), (max(start, finish), end)) for start, end in spans]
            spans = [part for pair in parts for part in pair if part[0] < part[1]]
    return spans


def intersect(spans, others):
    """What lies in both lists of pairs (start, end).

    >>> intersect([(9, 12), (13, 17)], [(8, 10), (11, 14)])
    [(9, 10), (11, 12), (13, 14)]
    """
    pairs = ((max(a, c), min(b, d)) for a, b in spans for c, d in others)
    return [pair for pair in pairs if pair[0] < pair[1]]


def round_up(moment):
    """The next full quarter of an hour.

    >>> round_up(datetime(2026, 3, 16, 9, 0)), round_up(datetime(2026, 3, 16, 9, 0, 1))
    (datetime.datetime(2026, 3, 16, 9, 0), datetime.datetime(2026, 3, 16, 9, 15))
    """
    rest = (moment - datetime.combine(moment, time.min, moment.tzinfo)) % QUARTER
    return moment + (QUARTER - rest if rest else timedelta())


def next_slot(earliest, theirs, ours=None, *, patience=PATIENCE_DAYS, horizon=HORIZON_DAYS):
    """The first moment at or after ``earliest`` at which they can be reached, in quarters of hours.

    A best window is preferred when it comes at most ``patience`` days after the first open moment.

    :param datetime earliest: aware
    :param Hours theirs: of who is called
    :param Hours|None ours: of who calls; None when any time does
    :param int patience: days
    :param int horizon: days looked at from ``earliest`` on
    :return datetime|None: in their time zone; None when there is none within the horizon
    :raise ValueError: when ``earliest`` has no time zone

    Friday afternoon in Los Angeles is Saturday in Auckland, and Monday there a holiday:

    >>> from datetime import date
    >>> from zoneinfo import ZoneInfo
    >>> zone = ZoneInfo("Pacific/Auckland")
    >>> auckland = Hours(OFFICE_HOURS, zone, {date(2026, 2, 9)})
    >>> print(next_slot(datetime(2026, 2, 6, 22, tzinfo=timezone.utc), auckland))
    2026-02-10 09:00:00+13:00

    A day later than the first open moment they are reached best; but nobody waits for a week:

    >>> best = Hours((*OFFICE_HOURS, Window(1, 10, 12, best=True)), zone)
    >>> print(next_slot(datetime(2026, 2, 8, 22, tzinfo=timezone.utc), best))
    2026-02-10 10:00:00+13:00
    >>> print(next_slot(datetime(2026, 2, 10, 22, tzinfo=timezone.utc), best))
    2026-02-11 11:00:00+13:00

    >>> next_slot(datetime(2026, 2, 8, tzinfo=timezone.utc), Hours((Window(0, 17, 9),), zone)) is None
    True
    """
    if earliest.tzinfo is None:
        raise ValueError("The earliest moment needs a time zone.")
    slot = _first(earliest, theirs, ours, horizon)
    if slot and patience >= 0 and any(window.best for window in theirs.windows):
        end = slot.date() + timedelta(days=patience)
        best = _first(slot, theirs, ours, patience, best_only=True)
        slot = best if best and best.date() <= end else slot
    return slot


def _first(earliest, theirs, ours, horizon, best_only=False):
    """The first quarter of an hour with time left in it; see :func:`next_slot`."""
    if not any(window.is_open for window in theirs.windows):
        return None
    start = round_up(earliest.astimezone(timezone.utc))
    first = start.astimezone(theirs.zone).date()
    for number in range(horizon + 1):
        spans = theirs.spans(first + number * DAY, best_only)
        if spans and ours:
            spans = intersect(spans, _spans_between(ours, spans[0][0], spans[-1][1]))
        for begin, end in spans:
            moment = round_up(max(begin, start))
            if moment + QUARTER <= end:
                return moment.astimezone(theirs.zone)
    return None


def _spans_between(hours, start, end):
    """The open times on the days, there, from one moment to another."""
    first, last = start.astimezone(hours.zone).date(), end.astimezone(hours.zone).date()
    days = (first + number * DAY for number in range((last - first).days + 1))
    return [span for day in days for span in hours.spans(day)]


def opening(now, hours, horizon=HORIZON_DAYS):
    """Whether they can be reached now, and when that changes.

    :param datetime now: aware
    :param Hours hours:
    :return tuple: (open, moment in their time zone at which they close, or open next; None when
        they never do within the horizon)

    >>> from zoneinfo import ZoneInfo
    >>> paris = Hours(OFFICE_HOURS, ZoneInfo("Europe/Paris"))
    >>> is_open, until = opening(datetime(2026, 3, 27, 8, 30, tzinfo=timezone.utc), paris)
    >>> print(is_open, until)
    True 2026-03-27 17:00:00+01:00
    >>> is_open, until = opening(datetime(2026, 3, 27, 16, 0, tzinfo=timezone.utc), paris)
    >>> print(is_open, until)
    False 2026-03-30 09:00:00+02:00
    """
    if not any(window.is_open for window in hours.windows):
        return False, None
    first = now.astimezone(hours.zone).date()
    for number in range(horizon + 1):
        for start, end in hours.spans(first + number * DAY):
            if now < start:
                return False, start.astimezone(hours.zone)
            if now < end:
                return True, end.astimezone(hours.zone)
    return False, None


def shift_working_days(day, count, closed=frozenset(), weekend=frozenset({5, 6})):
    """The day so many working days later, or earlier.

    :param date day:
    :param int count: negative for earlier; 0 gives the day itself
    :param closed: container of dates
    :param weekend: weekdays, 0 is Monday
    :raise ValueError: when every weekday is one of the weekend

    >>> from datetime import date
    >>> shift_working_days(date(2026, 3, 16), -2), shift_working_days(date(2026, 3, 13), 1)
    (datetime.date(2026, 3, 12), datetime.date(2026, 3, 16))
    >>> shift_working_days(date(2026, 3, 16), -2, closed={date(2026, 3, 13)})
    datetime.date(2026, 3, 11)
    """
    if len(set(weekend)) >= 7:
        raise ValueError("A week needs a working day.")
    step = DAY if count > 0 else -DAY
    left = abs(count)
    for _number in range(HORIZON_DAYS + 7 * abs(count)):
        if not left:
            break
        day += step
        left -= day.weekday() not in weekend and day not in closed
    return day


def hours_of(moment):
    """The hours of a moment on its own clock.

    >>> hours_of(datetime(2026, 3, 16, 9, 45))
    9.75
    """
    return moment.hour + moment.minute / 60
