# Part of ar_collect. License LGPL-3.
"""Whether new business on credit is stopped: what a company wants, where a customer stands.

Amounts are in company currency, days are days past due, use is in percent of the credit limit.
"""

from dataclasses import dataclass, field, replace
from datetime import date

#: From the mildest to the hardest.
LEVELS = ("none", "warn", "approve", "block")
#: Those that stop an order unless somebody releases it.
STOPS = ("approve", "block")


@dataclass(frozen=True)
class Limits:
    """What a company allows before a level is reached; 0: that does not matter."""

    active: bool = True
    tolerance: float = 0.0
    by_hand: str = "approve"
    days: dict = field(default_factory=dict)
    amounts: dict = field(default_factory=dict)
    uses: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """Where a customer stands: less what is disputed, excluded, or covered by unapplied credits.

    `late` is, by level, what is past due for as many days as the level asks for; `hand_reason` and
    `hand_until` are what the manager said who stopped it by hand, if anything; `group_id` is the
    parent on top of the group of companies, if there is one.
    """

    by_hand: bool = False
    hand_reason: str = ""
    hand_until: date | None = None
    overdue: float = 0.0
    late: dict = field(default_factory=dict)
    oldest: int = 0
    exposure: float = 0.0
    limit: float = 0.0
    group_id: int = 0
    group_exposure: float = 0.0
    group_limit: float = 0.0

    def adding(self, amount):
        """The same customer, owing so much more.

        >>> Standing(exposure=10).adding(5).exposure
        15
        """
        return replace(
            self,
            exposure=self.exposure + amount,
            group_exposure=self.group_exposure + amount,
        )

    def beside(self, amount):
        """The same customer, others of the group owing so much more.

        >>> Standing(exposure=10, group_exposure=30).beside(5).group_exposure
        35
        """
        return replace(self, group_exposure=self.group_exposure + amount)


@dataclass(frozen=True)
class Verdict:
    """The hardest level that is reached, and by what: by_hand, late, amount, limit, group."""

    level: str = "none"
    causes: tuple = ()

    @property
    def stops(self):
        """Whether an order needs to be released."""
        return self.level in STOPS


def hardest(levels):
    """The hardest of some levels.

    >>> hardest(["warn", "block", "none"]), hardest([])
    ('block', 'none')
    """
    return max(levels, key=LEVELS.index, default="none")


def judge(standing, limits):
    """What holds a customer, by what the company allows.

    :param Standing standing: with what the customer is about to owe
    :param Limits limits: of the company
    :rtype: Verdict

    >>> limits = Limits(tolerance=5, days={"warn": 1, "approve": 30, "block": 60})
    >>> judge(Standing(overdue=100, late={"warn": 100, "approve": 4}), limits)
    Verdict(level='warn', causes=('late',))
    >>> judge(Standing(overdue=100, late={"warn": 100, "approve": 90}), limits).level
    'approve'
    >>> judge(Standing(exposure=120, limit=100), Limits(uses={"warn": 80, "approve": 100}))
    Verdict(level='approve', causes=('limit',))
    >>> judge(Standing(by_hand=True), Limits(active=False, by_hand="block"))
    Verdict(level='block', causes=('by_hand',))
    >>> judge(Standing(overdue=100, late={"block": 100}), Limits(active=False, days={"block": 1}))
    Verdict(level='none', causes=())
    """
    reached = {"by_hand": limits.by_hand if standing.by_hand else "none"}
    if limits.active:
        for cause, is_reached in _CAUSES.items():
            reached[cause] = hardest(
                level for level in LEVELS[1:] if is_reached(standing, limits, level)
            )
    level = hardest(reached.values())
    if level == "none":
        return Verdict()
    return Verdict(level, tuple(cause for cause in reached if reached[cause] == level))


def _is_late(standing, limits, level):
    return bool(limits.days.get(level)) and standing.late.get(level, 0) > limits.tolerance


def _is_amount(standing, limits, level):
    """A limit below what is tolerated is what is tolerated."""
    allowed = limits.amounts.get(level)
    return bool(allowed) and standing.overdue > max(allowed, limits.tolerance)


def _is_used(exposure, limit, percent):
    """Whether more than so much percent of a limit is used; without a limit never.

    >>> _is_used(100, 100, 100), _is_used(100.01, 100, 100), _is_used(100, 0, 100)
    (False, True, False)

    Not by what is lost when fractions are multiplied: 110 * 33.3 is a bit less than 3663.

    >>> _is_used(36.63, 33.3, 110), _is_used(36.64, 33.3, 110)
    (False, True)
    """
    return limit > 0 and bool(percent) and round(100 * exposure - percent * limit, 4) > 0


def _is_over(standing, limits, level):
    return _is_used(standing.exposure, standing.limit, limits.uses.get(level))


def _is_group_over(standing, limits, level):
    return _is_used(standing.group_exposure, standing.group_limit, limits.uses.get(level))


_CAUSES = {"late": _is_late, "amount": _is_amount, "limit": _is_over, "group": _is_group_over}
