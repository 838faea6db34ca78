# Part of ar_collect. License LGPL-3.
"""Was a payment plan kept? What came in for its items, handed to its instalments in order."""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from .sharing import Payment, Pledge, share_out

NOTHING = Fraction(0)
#: A plan has one currency: what its payments are worth is kept under this key.
OWN = "plan"
SETTLED = {("kept", None), ("cancelled", "settled")}


@dataclass
class Receipt(Payment):
    """A part of a payment that is matched with an item.

    :param Fraction booked: what the item's currency is in the company's
    """

    booked: Fraction = NOTHING

    @property
    def amount(self):
        """In the currency of the plan."""
        return self.worth[OWN]

    def cut(self, most):
        """The part of it that counts for an item of which so much is left to pay."""
        amount = min(self.amount, most)
        share = amount / self.amount if self.amount else NOTHING
        return Receipt(self.day, self.number, {OWN: amount}, booked=self.booked * share)


@dataclass
class PlanItem:
    """How much of a journal item is in a plan, and what came in for it since.

    :param Fraction amount: in the plan
    :param Fraction residual: of the journal item
    :param list receipts: of :class:`Receipt`, oldest first
    :param Fraction suspended: matched with payments that are not posted for the time being
    """

    amount: Fraction
    residual: Fraction
    receipts: list = field(default_factory=list)
    suspended: Fraction = NOTHING
    #: what came in for it until the plan ended, no more than is in the plan
    paid: Fraction = field(default=NOTHING, init=False)

    @property
    def received(self):
        """All money that came in for it."""
        return sum((receipt.amount for receipt in self.receipts), NOTHING)

    @property
    def due(self):
        """What has to be paid in money: credited or written off is not."""
        return min(self.amount, self.residual + self.received + self.suspended)

    @property
    def left(self):
        """What of the plan is still to pay."""
        return min(self.residual, max(NOTHING, self.amount - self.received))

    def get_counted(self):
        """The receipts that count, no more than is in the plan."""
        most, counted = self.amount, []
        for receipt in self.receipts:
            part = receipt.cut(most)
            most -= part.amount
            counted.append(part)
        return [part for part in counted if part.amount > 0]


@dataclass
class Instalment:
    """One instalment and what is decided of it.

    :param int number: id of its promise
    :param date deadline: last day on which money counts
    """

    number: int
    amount: Fraction
    deadline: date
    kept: Fraction = field(default=NOTHING, init=False)
    kept_on: date | None = field(default=None, init=False)
    state: str = field(default="open", init=False)
    end_reason: str | None = field(default=None, init=False)


@dataclass
class Plan:
    """A payment plan to be judged.

    :param tuple agreed: day of the agreement, and number of the newest payment at that moment
    :param date today: in the company's time zone
    :param int limit: as many missed instalments break it
    :param list items: of :class:`PlanItem`
    :param list instalments: of :class:`Instalment`, in order
    :param date|None paused_on: since when no deadline passes
    :param tuple|None ended: like ``agreed``, when it was cancelled or another one took its place
    :param bool withdrawn: whether it was cancelled
    :param bool is_being_paid: whether a payment of an item is on its way
    """

    agreed: tuple
    today: date
    limit: int
    items: list
    instalments: list
    paused_on: date | None = None
    ended: tuple | None = None
    withdrawn: bool = False
    is_being_paid: bool = False

    state: str = field(default="active", init=False)
    missed: int = field(default=0, init=False)
    #: by number of the payment: what of it was counted, in company currency
    counted: dict = field(default_factory=dict, init=False)

    def judge(self):
        """Decide on the instalments and the plan.

        >>> def play(*paid, limit=1, today=25):
        ...     money = [Receipt(date(2026, 3, day), 9, {OWN: Fraction(part)}) for day, part in paid]
        ...     left = 100 - sum(part for _day, part in paid)
        ...     days = [date(2026, 3, day) for day in (10, 20, 30)]
        ...     plan = Plan(
        ...         (date(2026, 3, 1), 5),
        ...         date(2026, 3, today),
        ...         limit,
        ...         [PlanItem(Fraction(100), Fraction(left), money)],
        ...         [Instalment(part, Fraction(part), day) for part, day in zip((30, 30, 40), days)],
        ...     )
        ...     plan.judge()
        ...     return plan.state, *(instalment.state for instalment in plan.instalments)
        >>> play((9, 30), (20, 30)), play((2, 100))
        (('active', 'kept', 'kept', 'open'), ('done', 'kept', 'kept', 'kept'))
        >>> play((9, 30), (20, 10)), play((9, 20), (19, 30), limit=2)
        (('broken', 'kept', 'partial', 'cancelled'), ('active', 'partial', 'kept', 'open'))
        """
        self._share_out()
        for instalment in self.instalments:
            if instalment.state == "open":
                self._decide(instalment)
        self.state = self._get_state()

    def _get_deadline(self, instalment):
        """While the plan is paused, what has not passed does not come nearer."""
        if self.paused_on and instalment.deadline >= self.paused_on:
            return instalment.deadline + (self.today - self.paused_on)
        return instalment.deadline

    def _share_out(self):
        """Hand the money to the instalments; what need not be paid is taken off the last ones."""
        payments = []
        for item in self.items:
            counted = [receipt for receipt in item.get_counted() if self._is_before_end(receipt)]
            item.paid = sum((receipt.amount for receipt in counted), NOTHING)
            payments += counted
        left = sum((item.due for item in self.items), NOTHING)
        pledges = []
        for instalment in self.instalments:
            pledge = Pledge(
                number=len(pledges),
                amount=min(instalment.amount, left),
                currency=OWN,
                promised_on=self.agreed[0],
                mark=self.agreed[1],
                deadline=self._get_deadline(instalment),
            )
            left -= pledge.amount
            pledges.append(pledge)
        share_out(payments, pledges)
        for instalment, pledge in zip(self.instalments, pledges, strict=True):
            instalment.kept, instalment.kept_on = pledge.kept, pledge.kept_on
            instalment.state, instalment.end_reason = self._get_paid_state(pledge)
        for payment in payments:
            part = payment.booked * (1 - payment.left)
            self.counted[payment.number] = self.counted.get(payment.number, NOTHING) + part

    def _is_before_end(self, receipt):
        return not self.ended or (receipt.day, receipt.number) <= self.ended

    @staticmethod
    def _get_paid_state(pledge):
        if pledge.amount <= 0:
            return "cancelled", "settled"
        return "kept" if pledge.kept >= pledge.amount else "open", None

    def _decide(self, instalment):
        """Decide on an instalment that is not paid, those before it being decided."""
        deadline = self._get_deadline(instalment)
        if self.missed >= self.limit:
            instalment.state, instalment.end_reason = "cancelled", "plan"
        elif self.ended and deadline >= self.ended[0]:
            ended_as = ("cancelled", "withdrawn") if self.withdrawn else ("replaced", "replaced")
            instalment.state, instalment.end_reason = ended_as
        elif self.today > deadline and not self.is_being_paid:
            instalment.state = "partial" if instalment.kept else "broken"
            self.missed += 1

    def _get_state(self):
        states = {(instalment.state, instalment.end_reason) for instalment in self.instalments}
        if self.missed >= self.limit:
            return "broken"
        if states <= SETTLED:
            return "done"
        if self.ended:
            return "replaced"
        if ("open", None) not in states:  # it has run out
            return "broken" if any(item.left > 0 for item in self.items) else "done"
        return "paused" if self.paused_on else "active"
