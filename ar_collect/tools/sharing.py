# Part of ar_collect. License LGPL-3.
"""Which payment counts for which promise, where the promises name no items."""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction


@dataclass
class Payment:
    """Money that came in.

    :param date day: on which it came
    :param int number: it was entered before those with a higher one
    :param dict worth: what it is worth, :class:`~fractions.Fraction` by currency
    :param Fraction left: the share of it that has not been counted yet, 1 for all of it
    """

    day: date
    number: int
    worth: dict
    left: Fraction = Fraction(1)


@dataclass
class Pledge:
    """An amount that was promised on whatever is owed.

    :param int number: pledges are served in this order
    :param Fraction amount: in its currency
    :param currency: key of :attr:`Payment.worth`
    :param date promised_on: the day it was given
    :param int mark: number of the newest payment at that moment
    :param date deadline: last day on which money counts
    """

    number: int
    amount: Fraction
    currency: object
    promised_on: date
    mark: int
    deadline: date
    #: in time, and on which day the last of it came
    kept: Fraction = field(default=Fraction(0), init=False)
    kept_on: date | None = field(default=None, init=False)
    #: that came too late, whatever else it was counted for
    late: Fraction = field(default=Fraction(0), init=False)

    def began_before(self, payment):
        """Whether the money came after the promise was given."""
        return (payment.day, payment.number) > (self.promised_on, self.mark)


def share_out(payments, pledges):
    """Count payments for the pledges, oldest first; what counts for one does not for another.

    :param list payments: of :class:`Payment`; what is left of each goes down
    :param list pledges: of :class:`Pledge`, in which the result is kept

    >>> first, second = (
    ...     Pledge(number, Fraction(50), "EUR", date(2026, 3, day), 0, date(2026, 3, 20))
    ...     for number, day in ((1, 2), (2, 4))
    ... )
    >>> money = [Payment(date(2026, 3, day), day, {"EUR": Fraction(40)}) for day in (3, 5, 25)]
    >>> share_out(money, [second, first])
    >>> [(int(pledge.kept), pledge.kept_on.day, int(pledge.late)) for pledge in (first, second)]
    [(50, 5, 40), (30, 5, 40)]
    """
    payments = sorted(payments, key=lambda payment: (payment.day, payment.number))
    for pledge in sorted(pledges, key=lambda pledge: pledge.number):
        for payment in payments:
            worth = payment.worth[pledge.currency]
            if not worth or not pledge.began_before(payment):
                continue
            if payment.day > pledge.deadline:
                pledge.late += worth
            elif part := min(pledge.amount - pledge.kept, payment.left * worth):
                payment.left -= part / worth
                pledge.kept += part
                pledge.kept_on = payment.day
