# Part of ar_collect. License LGPL-3.
from dataclasses import dataclass, field

from ..tools.best_time import BestTime, PaymentRun
from ..tools.schedule import Hours, Window, hours_of


@dataclass
class ContactReach:
    """When and how a customer is to be reached: what was typed, else what was learned.

    :param Hours hours: with the time zone and the closed days
    :param str zone_source: where the time zone comes from, in words
    :param list problems: what somebody should mend, in words
    :param bool typed: whether a person has said when; then nothing learned counts
    :param BestTime|None best_time: learned, whether it counts or not
    :param PaymentRun|None payment_run: learned
    :param frozenset weekend: weekdays on which nobody works there
    """

    hours: Hours
    zone_source: str
    problems: list = field(default_factory=list)
    typed: bool = False
    best_time: BestTime | None = None
    payment_run: PaymentRun | None = None
    weekend: frozenset = frozenset({5, 6})

    def get_window(self, moment):
        """The window in which a moment of their time lies; a best one first.

        :param datetime moment: in their time zone
        :rtype: Window|None
        """
        clock = hours_of(moment)
        found = [
            window
            for window in self.hours.windows
            if window.weekday == moment.weekday() and window.start <= clock < window.end
        ]
        return max(found, key=lambda window: window.best, default=None)

    @property
    def has_typed_best(self):
        """Whether a person has said which time is the best."""
        return self.typed and any(window.best for window in self.hours.windows)


def get_assumed_windows(weekend, best_time):
    """Windows of who has said nothing: office hours, and the learned best time.

    :param frozenset weekend: weekdays without work
    :param BestTime|None best_time:
    :return tuple: of :class:`Window`
    """
    days = [weekday for weekday in range(7) if weekday not in weekend]
    windows = [Window(weekday, 9, 17) for weekday in days]
    if best_time:
        best_days = days if best_time.weekday is None else [best_time.weekday]
        windows += [Window(day, best_time.start, best_time.end, best=True) for day in best_days]
    return tuple(windows)
