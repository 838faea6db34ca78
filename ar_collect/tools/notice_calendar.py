# Part of ar_collect. License LGPL-3.
"""The notices of the days to come, one customer at a time, without a database.

Day by day it does what the planning does in SQL (`models/notice_query.py`), as if nothing were paid
meanwhile, every promise were kept and everything that waits for approval were approved. A test lets
both go through the same days and compares them.
"""

import math
from bisect import bisect_right
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

#: Reasons that put a step off, so that no lower one comes instead.
PUT_OFF = ("hold", "paused", "credits", "recent")
#: Days of the step of an item that has reached none.
NEVER = -10_000


@dataclass(frozen=True)
class Step:
    """A step of a strategy; `days` after due, amounts in company currency."""

    id: int
    channel: str
    days: int
    level: str = "customer"
    min_amount: float = 0
    min_gap: int = 0


class Strategy:
    """The steps of a strategy, and what a notice of one of them makes an item reach.

    :param dict tracks: steps in the order of their days, by channel
    :param int first: days after due of the first reminder of what is late
    """

    def __init__(self, tracks, first=0):
        self.tracks = tracks
        self.first = first
        self.days = {channel: [step.days for step in steps] for channel, steps in tracks.items()}
        #: whether there are steps for items that are not late yet
        self.is_early = any(days[0] <= 0 for days in self.days.values())
        self._marks = {}

    def get_marks(self, step, late):
        """The steps that an item reaches with a notice: its own, and lower ones it passes over.

        :param Step step: of the notice
        :param int late: days that the item is late
        :return: days of the highest step by channel
        :rtype: dict
        """
        key = (step.id, min(late, step.days))
        if key not in self._marks:
            self._marks[key] = dict(self._find_marks(step, min(late, step.days)))
        return self._marks[key]

    def _find_marks(self, step, latest):
        for channel, days in self.days.items():
            number = bisect_right(days, latest)
            if channel != step.channel and number and days[number - 1] == step.days:
                number -= 1  # a step on the same day comes as well
            if number:
                yield channel, days[number - 1]


@dataclass
class Item:
    """An open item: days late on day 0, what may be asked for, why nothing may, steps reached."""

    late: int
    claim: float
    reason: str | None = None
    #: days of the highest step reached, by channel
    done: dict = field(default_factory=dict)


@dataclass
class Decision:
    """What becomes of a step on a day: it is due, or there is a reason (see `notice_query`)."""

    step: Step
    reason: str | None
    amount: float
    count: int
    late: int
    #: the notice that is planned already
    notice_id: int | None = None


@dataclass
class Day:
    """A day on which something is decided; what is withheld stays so until the next of these."""

    number: int
    due: list
    withheld: list


@dataclass
class Customer:
    """A customer on day 0, with a strategy; days are counted from day 0."""

    strategy: Strategy
    items: list
    hold: bool = False
    #: nothing goes out before this day
    pause: int = 0
    #: day of the last contact
    touched: int | None = None
    #: days for which the company has begun gently: what was late before counts as late since then
    gentle: int | None = None
    #: credits and unmatched payments, 0 or less
    credit: float = 0
    #: ids of the steps whose condition the customer does not meet
    unmet: frozenset = frozenset()
    #: what is planned already: (day, notice id, step, amount, count)
    planned: list = field(default_factory=list)

    def __post_init__(self):
        self.planned = [(max(0, day), *rest) for day, *rest in self.planned]
        #: nothing counts as later than this on day 0
        self.latest = math.inf if self.gentle is None else self.gentle + self.strategy.first

    # --- going through the days

    def run(self, last):
        """Go through the days; the customer is another one afterwards.

        >>> steps = [Step(1, "email", 3), Step(2, "email", 10, min_gap=10)]
        >>> customer = Customer(Strategy({"email": steps}), [Item(late=2, claim=100.0)])
        >>> for day in customer.run(12):
        ...     print(day.number, [made.step.id for made in day.due], [
        ...         (made.step.id, made.reason) for made in day.withheld])
        1 [1] []
        8 [] [(2, 'recent')]
        11 [2] []

        :param int last: number of the last day
        :return: generator of :class:`Day`, in order
        """
        self._ahead = list({0, *self._get_crossings(last)})
        heapify(self._ahead)
        former = None
        while self._ahead:
            day = heappop(self._ahead)
            if day == former or day > last:
                continue
            former = day
            found = self._get_day(day)
            if found.due or found.withheld or day:
                yield found

    def _get_crossings(self, last):
        """The days on which an item reaches a step, or on which something planned is due."""
        for item in self.items:
            late = min(item.late, self.latest)
            for days in self.strategy.days.values():
                for at in days:
                    if 0 < at - late <= last:
                        yield at - late
        for day, *_rest in self.planned:
            yield day

    def _get_day(self, day):
        decisions = [
            made
            for channel in self.strategy.tracks
            if (made := self._decide(channel, day)) and not self._is_waiting(made.step, day)
        ]
        due = [made for made in decisions if not made.reason]
        highest = max((made.step.days for made in due), default=None)
        due = [made for made in due if made.step.days == highest]
        due += self._take_planned(day)
        for made in due:
            self._mark(made.step, day)
        withheld = [made for made in decisions if made.reason]
        if due:
            self.touched = day
            if self._is_rest(decisions, due):
                heappush(self._ahead, day + 1)
        for made in withheld:
            self._look_again(made, day)
        return Day(day, due, withheld)

    def _is_rest(self, decisions, due):
        """Whether something else may be asked for, which had to wait behind what is due."""
        return (
            self.strategy.is_early
            or len(decisions) != len(due)
            or any(made.step.level == "invoice" for made in due)
        )

    def _is_waiting(self, step, day):
        """Whether another notice is planned on the channel, or a higher one on another."""
        return any(
            at >= day and (planned.channel == step.channel or planned.days > step.days)
            for at, _notice_id, planned, *_rest in self.planned
        )

    def _take_planned(self, day):
        """What is planned for the day already."""
        return [
            Decision(step, None, amount, count, self._get_late(day), notice_id)
            for at, notice_id, step, amount, count in self.planned
            if at == day
        ]

    def _get_late(self, day):
        return max((item.late + day for item in self.items if item.claim > 0), default=0)

    def _look_again(self, decision, day):
        """Note when what is withheld may come after all."""
        if decision.reason == "recent":
            heappush(self._ahead, self.touched + decision.step.min_gap)
        elif decision.reason == "paused":
            heappush(self._ahead, self.pause)
        elif decision.reason in ("minimum", "credits"):
            for item in self.items:
                if item.late + day <= 0:
                    heappush(self._ahead, 1 - item.late)

    # --- one day

    def _decide(self, channel, day):
        """The step of a channel that is decided on; None when no item asks for one."""
        spans = self._get_spans(channel, day)
        refused = None
        for number in range(max((high for _low, high, _item in spans), default=0), 0, -1):
            members = [item for low, high, item in spans if low < number <= high]
            if members:
                made = self._weigh(self.strategy.tracks[channel][number - 1], members, day)
                if not made.reason or made.reason in PUT_OFF:
                    return made
                refused = refused or made
        return refused

    def _get_spans(self, channel, day):
        """The items that ask for steps: (last number reached, highest number asked for, item)."""
        days, spans = self.strategy.days[channel], []
        for item in self.items:
            high = bisect_right(days, min(item.late, self.latest) + day)
            if high:
                done = item.done.get(channel)
                low = 0 if done is None else bisect_right(days, done)
                if high > low:
                    spans.append((low, high, item))
        return spans

    def _weigh(self, step, members, day):
        """Whether a step is due for the items that ask for it."""
        claimed = [item for item in members if item.claim > 0]
        amount = sum(item.claim for item in claimed)
        if step.level == "customer":
            overdue = sum(item.claim for item in self.items if item.late + day > 0)
            amount = max(amount, overdue)
        net = self.credit + amount
        if claimed:
            reason = self._get_reason(step, net, day)
        else:
            reason = min((item.reason for item in members if item.reason), default="promised")
        late = max(item.late for item in members) + day
        return Decision(step, reason, net, len(claimed), late)

    def _get_reason(self, step, net, day):
        """Why a step is put off or skipped; None when it is due."""
        reasons = {
            "hold": self.hold,
            "paused": self.pause > day,
            "credits": net <= 0,
            "condition": step.id in self.unmet,
            "minimum": net < step.min_amount,
            "recent": self.touched is not None and day - self.touched < step.min_gap,
        }
        return next((reason for reason, holds in reasons.items() if holds), None)

    def _mark(self, step, day):
        """Let the items that a notice names have reached its step, and pass over lower ones."""
        get_marks, full = self.strategy.get_marks, self.strategy.get_marks(step, step.days)
        for item in self.items:
            if self._is_named(item, step, day):
                late, done = item.late + day, item.done
                marks = full if late >= step.days else get_marks(step, late)
                for channel, mark in marks.items():
                    if channel not in done or done[channel] < mark:
                        done[channel] = mark

    def _is_named(self, item, step, day):
        late = item.late + day
        if item.claim <= 0:
            return False
        if step.level == "invoice":
            return late >= step.days and item.done.get(step.channel, NEVER) < step.days
        return late >= min(step.days, 1)
