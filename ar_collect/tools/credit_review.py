# Part of ar_collect. License LGPL-3.
"""How risky a customer's credit is, and how much of it is reasonable: proposals with their reasons.

Amounts are in company currency, shares are 0 to 1, days are calendar days; figures cover 12 months
unless they say otherwise. There is no standard for the points, factors and caps: they are plain
numbers that a credit manager can check by hand, and decide against.
"""

from dataclasses import dataclass
from math import floor, log10

CLASSES = ("A", "B", "C", "D")
#: Points that each class ends with; the last one has no end.
CLASS_ENDS = (1, 3, 6)
#: What points are given for: (more than, points); the last step that is passed counts.
STEPS = {
    "late": ((5, 1), (15, 2), (30, 3), (60, 4)),
    "worse": ((10, 1), (30, 2)),
    "overdue": ((0.1, 1), (0.3, 2), (0.6, 3)),
    "oldest": ((30, 1), (90, 2)),
    "broken": ((0, 1), (2, 2)),
    "disputed": ((0.05, 1), (0.2, 2)),
    # cents that somebody lets go say nothing
    "written_off": ((0.001, 2), (0.05, 3)),
}
#: Paid items below which nobody knows how a customer pays, and the points for that.
MIN_ITEMS, FEW_POINTS = 3, 2
#: What the usual debt is multiplied with: a safe customer gets room for peaks.
FACTORS = {"A": 1.5, "B": 1.2, "C": 0.8, "D": 0.4}
#: Days to pay that count: who pays cash still needs some room, and paying late earns no more.
MIN_DAYS, MAX_DAYS, USUAL_DAYS = 7, 90, 30
#: Days that make a difference where the settings name none.
TREND_DAYS = 10
#: By how much one review raises a limit at most.
STEP_UP = 2


@dataclass(frozen=True)
class Figures:
    """What is known of a customer; None: nothing to measure it by."""

    #: share of what is open
    overdue: float = 0.0
    oldest: int = 0
    limit: float = 0.0
    sales: float = 0.0
    #: of the year, in which there were sales: fewer than 365 of a new customer
    sales_days: int = 365
    written_off: float = 0.0
    #: mean days from invoice to money, weighted by amount
    days_to_pay: float | None = None
    #: mean days past due of the last 90 days and of what is open, and of the year before these
    late_now: float | None = None
    late_now_count: int = 0
    late_before: float | None = None
    late_before_count: int = 0
    broken: int = 0
    #: contested, and decided not to be our fault
    disputed: float = 0.0


@dataclass(frozen=True)
class Reason:
    """What speaks for a proposal: a code, the value measured, the points it is given."""

    code: str
    value: float = 0.0
    points: int = 0


@dataclass(frozen=True)
class Proposal:
    """A class from A (safe) to D, and a limit; 0: none is proposed."""

    risk_class: str
    limit: float
    reasons: tuple = ()


def propose(figures, has_limits=True):
    """What to decide of a customer.

    :param Figures figures: of the customer
    :param bool has_limits: whether the company gives credit limits
    :rtype: Proposal

    >>> good = Figures(sales=73000, days_to_pay=30, late_now=1, late_now_count=9)
    >>> propose(good)
    Proposal(risk_class='A', limit=9000.0, reasons=(Reason(code='usual', value=30, points=0),))

    >>> from dataclasses import replace
    >>> bad = replace(good, late_now=40, overdue=0.7, broken=3, limit=5000)
    >>> proposal = propose(bad)
    >>> proposal.risk_class, proposal.limit
    ('D', 2400.0)
    >>> [(reason.code, reason.points) for reason in proposal.reasons]
    [('late', 3), ('overdue', 3), ('broken', 2), ('usual', 0)]
    """
    reasons = get_risks(figures)
    risk_class = get_class(sum(reason.points for reason in reasons))
    if not has_limits:
        return Proposal(risk_class, figures.limit, tuple(reasons))
    limit, limit_reasons = get_limit(figures, risk_class)
    return Proposal(risk_class, limit, (*reasons, *limit_reasons))


# --- risk


def get_risks(figures):
    """What speaks against a customer, by points.

    :param Figures figures: of the customer
    :return: list of :class:`Reason`

    >>> get_risks(Figures(late_before=70, late_before_count=2))
    [Reason(code='late', value=70, points=4), Reason(code='few', value=2, points=2)]
    >>> [(risk.code, risk.points) for risk in get_risks(Figures(sales=100, written_off=6))]
    [('written_off', 3), ('few', 2)]
    >>> get_risks(Figures(late_now=2, late_now_count=1, late_before=2, late_before_count=2))
    []
    """
    measured = {
        "late": figures.late_before if figures.late_now is None else figures.late_now,
        "worse": get_change(figures),
        "overdue": figures.overdue,
        "oldest": figures.oldest,
        "broken": figures.broken,
        "disputed": get_share(figures.disputed, figures.sales),
        "written_off": get_share(figures.written_off, figures.sales),
    }
    reasons = [
        Reason(code, value, points)
        for code, value in measured.items()
        if (points := get_points(code, value))
    ]
    known = figures.late_now_count + figures.late_before_count
    if known < MIN_ITEMS:
        reasons.append(Reason("few", known, FEW_POINTS))
    return reasons


def get_points(code, value):
    """The points of a value.

    >>> get_points("late", 5), get_points("late", 5.1), get_points("late", 99)
    (0, 1, 4)
    >>> get_points("broken", 1), get_points("late", None), get_points("late", -3)
    (1, 0, 0)
    """
    if value is None:
        return 0
    return max((points for above, points in STEPS[code] if value > above), default=0)


def get_class(points):
    """The class that so many points are in.

    >>> [get_class(points) for points in (0, 1, 2, 3, 4, 6, 7, 20)]
    ['A', 'A', 'B', 'B', 'C', 'C', 'D', 'D']
    """
    return CLASSES[sum(points > end for end in CLASS_ENDS)]


def get_change(figures):
    """By how many days a customer pays later than in the year before; few items say nothing.

    >>> get_change(Figures(late_now=12, late_now_count=3, late_before=2, late_before_count=3))
    10
    >>> get_change(Figures(late_now=12, late_now_count=2, late_before=2, late_before_count=3))
    """
    if min(figures.late_now_count, figures.late_before_count) < MIN_ITEMS:
        return None
    return figures.late_now - figures.late_before


def get_trend(change, days):
    """In one word; less than so many days is no change.

    >>> get_trend(None, 10), get_trend(10, 10), get_trend(11, 10), get_trend(-11, 10)
    ('unknown', 'same', 'worse', 'better')
    """
    if change is None:
        return "unknown"
    if abs(change) <= days:
        return "same"
    return "worse" if change > 0 else "better"


def get_share(part, whole):
    """A share; of nothing it is all or nothing.

    >>> get_share(1, 4), get_share(0, 0), get_share(5, 0), get_share(9, 4)
    (0.25, 0.0, 1.0, 1.0)
    """
    if part <= 0:
        return 0.0
    return min(1.0, part / whole) if whole > 0 else 1.0


# --- limit


def get_limit(figures, risk_class):
    """The limit that fits what a customer usually owes.

    What is owed on average is what is sold in a day times the days it takes to be paid (Little's
    law, 1961). That is multiplied with the factor of the class, at most doubled, and rounded down
    to two digits. What was written off was not sold to anybody who pays. Without sales there is
    nothing to tell by: the limit stays as it is.

    :param Figures figures: of the customer
    :param str risk_class: of :data:`CLASSES`
    :return: limit, list of :class:`Reason`
    :rtype: tuple

    >>> get_limit(Figures(sales=365000, days_to_pay=45), "C")
    (36000.0, [Reason(code='usual', value=45, points=0)])
    >>> get_limit(Figures(sales=365000, days_to_pay=200), "B")
    (100000.0, [Reason(code='longest', value=90, points=0)])
    >>> get_limit(Figures(sales=365000, days_to_pay=0), "A")
    (10000.0, [Reason(code='shortest', value=7, points=0)])
    >>> get_limit(Figures(sales=36500, limit=1000), "B")
    (2000.0, [Reason(code='assumed', value=30, points=0), Reason(code='step', value=2, points=0)])
    >>> get_limit(Figures(sales=3000, sales_days=60, written_off=600, days_to_pay=30), "C")
    (960.0, [Reason(code='usual', value=30, points=0)])
    >>> get_limit(Figures(limit=500), "B")
    (500, [Reason(code='kept', value=0.0, points=0)])
    """
    sales = figures.sales - figures.written_off
    if sales <= 0:
        return figures.limit, [Reason("kept")]
    days, code = get_days(figures.days_to_pay)
    reasons = [Reason(code, days)]
    limit = sales * days / figures.sales_days * FACTORS[risk_class]
    if 0 < STEP_UP * figures.limit < limit:
        limit = STEP_UP * figures.limit
        reasons.append(Reason("step", STEP_UP))
    return round_down(limit), reasons


def get_days(days_to_pay):
    """The days to pay that a limit is made for, and where they come from.

    >>> get_days(41.5), get_days(None), get_days(-3), get_days(91)
    ((41.5, 'usual'), (30, 'assumed'), (7, 'shortest'), (90, 'longest'))
    """
    if days_to_pay is None:
        return USUAL_DAYS, "assumed"
    if days_to_pay < MIN_DAYS:
        return MIN_DAYS, "shortest"
    if days_to_pay > MAX_DAYS:
        return MAX_DAYS, "longest"
    return days_to_pay, "usual"


def round_down(amount):
    """An amount as people say it: two digits and zeros.

    >>> [round_down(amount) for amount in (12999.99, 9876, 100, 7.77, 0)]
    [12000.0, 9800.0, 100.0, 7.7, 0.0]
    """
    if amount <= 0:
        return 0.0
    digits = 1 - floor(log10(amount))
    # what is a whole number of units but for the last bit of a float stays
    return round(floor(amount * 10**digits + 1e-6) / 10**digits, max(digits, 0))
