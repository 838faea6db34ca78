# Part of ar_collect. License LGPL-3.
"""The demo company's year of trade as a list of documents.

Pure Python: given the same day it plans the same year, down to the cent. Every date is relative to
that day, so the open items keep their age whenever the demo is made.
"""

import calendar
import math
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from .tables import CHILDREN, PRODUCTS, RATES, TERMS, load_customers

SEED = "alder-and-finch"
HISTORY_DAYS = 365

#: size -> (days between two invoices, smallest and largest net amount)
BILLING = {
    "small": (52, 200, 5_000),
    "mid": (37, 2_000, 20_000),
    "large": (24, 10_000, 120_000),
}
OFTEN_DAYS = 14

#: A payer of the kind "stopped" has paid nothing that fell due in the last days of this number.
STOPPED_DAYS = 175
#: The one big late invoice fell due about this many days ago.
BIG_LATE_DAYS = 72
#: Days since the invoices of a new customer; a "fresh" one has nothing due yet.
NEW_OFFSETS = (47, 12)
FRESH_OFFSETS = (14,)

#: Specials of the customers' table that add no documents of their own.
SPECIALS_ELSEWHERE = frozenset(
    ("archived", "bad", "children", "fresh", "good", "limit", "often", "portal")
)


class Line(NamedTuple):
    """Invoice line; the price is in the invoice's currency, the discount in percent."""

    product: str
    quantity: int
    price: float
    discount: float


class Invoice(NamedTuple):
    """One invoice; ``child`` is the key of the address it is made out to, if not the customer."""

    key: str
    customer: str
    child: str
    date: date
    due_dates: tuple[date, ...]
    terms: str
    currency: str
    lines: tuple[Line, ...]
    draft: bool = False

    @property
    def net(self):
        """Net amount in the invoice's currency.

        :rtype: float
        """
        return round(
            sum(line.quantity * line.price * (1 - line.discount / 100) for line in self.lines), 2
        )


class Payment(NamedTuple):
    """Money received: ``share`` of what is open on the ``items`` (invoice key, instalment)."""

    customer: str
    currency: str
    date: date
    items: tuple[tuple[str, int], ...]
    share: float = 1.0
    bounced: bool = False


class Credit(NamedTuple):
    """Credit note for a ``share`` of an invoice."""

    invoice: str
    date: date
    share: float
    reason: str


class OnAccount(NamedTuple):
    """Money received that nobody could match yet."""

    customer: str
    date: date
    amount: float


class Opening(NamedTuple):
    """Debt carried over from the former books, in the general journal."""

    customer: str
    date: date
    amount: float


class Plan(NamedTuple):
    """All documents of one company, each list by date."""

    invoices: list[Invoice]
    payments: list[Payment]
    credits: list[Credit]
    on_account: list[OnAccount]
    openings: list[Opening]


# --- dates


def weekday_before(day):
    """The day itself, or the Friday before a weekend.

    :rtype: date
    """
    return day - timedelta(days=max(0, day.weekday() - 4))


def weekday_after(day):
    """The day itself, or the Monday after a weekend.

    :rtype: date
    """
    return day + timedelta(days=(7 - day.weekday()) if day.weekday() > 4 else 0)


def month_end(day):
    """The last weekday of the day's month.

    :rtype: date
    """
    last = calendar.monthrange(day.year, day.month)[1]
    return weekday_before(day.replace(day=last))


def due_dates(terms, day):
    """Due date of each instalment of an invoice of that day.

    :param str terms: key of TERMS
    :rtype: tuple[date, ...]
    """
    return tuple(
        _end_of_next_month(day) if days is None else day + timedelta(days=days)
        for _percent, days in TERMS[terms].parts
    )


def _end_of_next_month(day):
    first = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


# --- payers: when is an instalment due on that day paid? None is never.


def _pay_prompt(due, today, rng):
    return weekday_before(due - timedelta(days=rng.randint(0, 4)))


def _pay_few_days(due, today, rng):
    return weekday_after(due + timedelta(days=rng.randint(2, 9)))


def _pay_friday(due, today, rng):
    return due + timedelta(days=(4 - due.weekday()) % 7)


def _pay_month_end(due, today, rng):
    """All that is due by then in one go, on the last weekday of the month."""
    end = month_end(due)
    return end if end >= due else month_end(due + timedelta(days=7))


def _pay_chronic(due, today, rng):
    return weekday_after(due + timedelta(days=rng.randint(32, 62)))


def _pay_deteriorating(due, today, rng):
    """On time a year ago, 75 days late now."""
    progress = 1 - min(1, max(0, (today - due).days) / HISTORY_DAYS)
    return weekday_after(due + timedelta(days=round(75 * progress) + rng.randint(0, 4)))


def _pay_stopped(due, today, rng):
    if (today - due).days <= STOPPED_DAYS:
        return None
    return _pay_few_days(due, today, rng)


def _pay_new(due, today, rng):
    return None


PAY_RULES = {
    "prompt": _pay_prompt,
    "few_days": _pay_few_days,
    "friday": _pay_friday,
    "month_end": _pay_month_end,
    "chronic": _pay_chronic,
    "deteriorating": _pay_deteriorating,
    "one_big_late": _pay_prompt,
    "stopped": _pay_stopped,
    "new": _pay_new,
}


# --- invoices


def make_lines(target, currency, rng):
    """Lines of real products that come near an amount.

    :param float target: net amount to aim at
    :rtype: tuple[Line, ...]
    """
    factor = 0.8 if currency == "GBP" else 1.0
    prices = {name: round(price * factor, 2) for name, (_kind, price) in PRODUCTS.items()}
    fitting = [name for name, price in prices.items() if target / 250 <= price <= target]
    main = rng.choice(fitting or ["Desk lamp"])
    quantity = max(1, round(target * rng.uniform(0.6, 0.95) / prices[main]))
    rest = target - quantity * prices[main]
    lines = [Line(main, quantity, prices[main], 0.0)]
    extra = [name for name, price in prices.items() if name != main and rest / 60 <= price <= rest]
    if extra:
        name = rng.choice(extra)
        lines.append(Line(name, max(1, math.floor(rest / prices[name])), prices[name], 0.0))
    return tuple(lines)


def _offsets(customer, rng):
    """Age in days of the customer's invoices, oldest first."""
    if customer.payer == "new":
        return FRESH_OFFSETS if "fresh" in customer.specials else NEW_OFFSETS
    period = OFTEN_DAYS if "often" in customer.specials else BILLING[customer.size][0]
    offsets = range(rng.randint(3, period), HISTORY_DAYS, period)
    if "archived" in customer.specials:
        offsets = [offset for offset in offsets if offset > 160]
    return sorted(offsets, reverse=True)


def _amount(customer, rng):
    """Net amount, small ones more often than big ones."""
    _period, low, high = BILLING[customer.size]
    return low * (high / low) ** (rng.random() ** 1.15 * 0.92)


def plan_invoices(customer, today, rng):
    """The customer's regular invoices, oldest first.

    :rtype: list[Invoice]
    """
    children = [key for key, *_rest in CHILDREN] if "children" in customer.specials else []
    invoices = []
    for number, offset in enumerate(_offsets(customer, rng)):
        day = weekday_before(today - timedelta(days=offset))
        child = ["", *children][number % (len(children) + 1)]
        lines = make_lines(_amount(customer, rng), customer.currency, rng)
        invoices.append(_invoice(customer, number, day, lines, child=child))
    return invoices


def _invoice(customer, number, day, lines, child="", draft=False):
    return Invoice(
        key=f"{customer.key}-{number:02d}",
        customer=customer.key,
        child=child,
        date=day,
        due_dates=due_dates(customer.terms, day),
        terms=customer.terms,
        currency=customer.currency,
        lines=lines,
        draft=draft,
    )


# --- one customer


class CustomerPlan:
    """Builds the documents of one customer in one company; see ``documents``."""

    def __init__(self, company_key, customer, today):
        self.customer = customer
        self.today = today
        # own chance per customer: a new line in the table leaves the others as they were
        self.rng = Random(f"{SEED}/{company_key}/{customer.key}")
        self.invoices = plan_invoices(customer, today, self.rng)
        self.credits = []
        self.on_account = []
        self.openings = []
        self.partials = []
        self.paid_on = {}  # (invoice key, instalment) -> day, only what is paid by today

    def documents(self):
        """Plan everything of this customer.

        :rtype: Plan
        """
        big_late = self._choose_big_late()
        rule = PAY_RULES[self.customer.payer]
        for invoice in self.invoices:
            for part, due in enumerate(invoice.due_dates):
                paid = rule(due, self.today, self.rng)
                if paid and invoice.key != big_late:
                    self._pay(invoice, part, paid)
        for special in sorted(self.customer.specials - SPECIALS_ELSEWHERE):
            getattr(self, f"_special_{special}")()
        return Plan(
            self.invoices,
            self._grouped_payments() + self.partials,
            self.credits,
            self.on_account,
            self.openings,
        )

    def _pay(self, invoice, part, day):
        day = max(day, invoice.date)
        if day <= self.today:
            self.paid_on[invoice.key, part] = day

    def _choose_big_late(self):
        """Make one invoice three times as big and leave it unpaid; return its key."""
        if self.customer.payer != "one_big_late":
            return None
        index = min(
            range(len(self.invoices)),
            key=lambda i: abs((self.today - self.invoices[i].due_dates[0]).days - BIG_LATE_DAYS),
        )
        invoice = self.invoices[index]
        bigger = tuple(line._replace(quantity=3 * line.quantity) for line in invoice.lines)
        self.invoices[index] = invoice._replace(lines=bigger)
        return invoice.key

    def _grouped_payments(self):
        """One payment for all that the customer pays on one day."""
        by_day = {}
        for item, day in self.paid_on.items():
            by_day.setdefault(day, []).append(item)
        customer = self.customer
        return [
            Payment(customer.key, customer.currency, day, tuple(items))
            for day, items in sorted(by_day.items())
        ]

    def _overdue_items(self):
        """Open instalments past due, oldest first: (due date, invoice, instalment)."""
        return sorted(
            (due, invoice.key, part)
            for invoice in self.invoices
            for part, due in enumerate(invoice.due_dates)
            if due < self.today and (invoice.key, part) not in self.paid_on
        )

    def _part_payment(self, share, bounced=False):
        """Pay a share of the oldest overdue instalment some days after it fell due."""
        due, key, part = self._overdue_items()[0]
        day = min(weekday_after(due + timedelta(days=9)), self.today)
        self.partials.append(
            Payment(self.customer.key, self.customer.currency, day, ((key, part),), share, bounced)
        )

    # --- the specials of the table

    def _special_partial(self):
        self._part_payment(0.4)

    def _special_disputed(self):
        self._part_payment(0.8)

    def _special_bounced(self):
        self._part_payment(1.0, bounced=True)

    def _special_instalments(self):
        """All first instalments are paid, the oldest one overdue after that half."""
        for invoice in self.invoices:
            self._pay(invoice, 0, weekday_after(invoice.date))
        self._part_payment(0.5)

    def _special_overpaid(self):
        """The last single payment was ten percent too much."""
        keys = list(self.paid_on)
        invoice_key, part = max(keys, key=lambda item: (self.paid_on[item], item))
        day = self.paid_on.pop((invoice_key, part))
        items = ((invoice_key, part),)
        self.partials.append(Payment(self.customer.key, self.customer.currency, day, items, 1.1))

    def _special_credit_note(self):
        """A quarter of one invoice is credited before it is paid."""
        invoice = self.invoices[self.rng.randrange(len(self.invoices) // 2, len(self.invoices))]
        day = min(self.today, weekday_after(invoice.date + timedelta(days=2)))
        self.credits.append(Credit(invoice.key, day, 0.25, "Price agreed afterwards"))

    def _special_reversed(self):
        """An invoice made twice by mistake is credited in full and never paid."""
        invoice = self.invoices[len(self.invoices) // 2]
        for part in range(len(invoice.due_dates)):
            self.paid_on.pop((invoice.key, part), None)
        day = weekday_after(invoice.date + timedelta(days=6))
        self.credits.append(Credit(invoice.key, day, 1.0, "Invoiced twice"))

    def _special_credit_balance(self):
        """A big order is paid and then taken back: the credit is more than the customer owes."""
        day = weekday_before(self.today - timedelta(days=75))
        self._add_invoice(day, (Line("Meeting chair", 40, 149.0, 0.0),))
        order = self.invoices[-1]
        self._pay(order, 0, _pay_prompt(order.due_dates[0], self.today, self.rng))
        returned = weekday_before(self.today - timedelta(days=8))
        self.credits.append(Credit(order.key, returned, 1.0, "Wrong colour, taken back"))

    def _special_on_account(self):
        day = weekday_before(self.today - timedelta(days=21))
        self.on_account.append(OnAccount(self.customer.key, day, 600.0))

    def _special_opening(self):
        day = weekday_before(self.today - timedelta(days=HISTORY_DAYS))
        self.openings.append(Opening(self.customer.key, day, 1842.5))

    def _special_zero(self):
        """A free sample: an invoice of nothing."""
        day = weekday_before(self.today - timedelta(days=40))
        self._add_invoice(day, (Line("Desk lamp", 1, 59.0, 100.0),))

    def _special_due_today(self):
        """An invoice that falls due on the very day."""
        day = self.today - timedelta(days=TERMS[self.customer.terms].parts[0][1])
        self._add_invoice(day, (Line("Task chair", 6, 289.0, 0.0),))

    def _special_draft(self):
        lines = (Line("Monthly service contract", 1, 450.0, 0.0),)
        self._add_invoice(weekday_before(self.today), lines, draft=True)

    def _add_invoice(self, day, lines, draft=False):
        number = len(self.invoices)
        self.invoices.append(_invoice(self.customer, number, day, lines, draft=draft))


def make_plan(company_key, today, customers=None):
    """Plan a company's year.

    :param str company_key: key of COMPANIES
    :param date today: the company's today
    :param list[Customer] customers: only for these, for all of the table by default
    :rtype: Plan
    """
    plan = Plan([], [], [], [], [])
    for customer in load_customers() if customers is None else customers:
        if company_key in customer.companies():
            documents = CustomerPlan(company_key, customer, today).documents()
            for everything, part in zip(plan, documents, strict=True):
                everything.extend(part)
    for documents in plan:
        documents.sort(key=lambda document: document.date)
    return plan


def make_rates(company_key, today):
    """Weekly currency rates over the history: a slow random walk.

    :param str company_key: key of COMPANIES
    :return: currency name -> list of (day, units of it for one unit of company currency)
    :rtype: dict[str, list[tuple[date, float]]]
    """
    monday = today - timedelta(days=HISTORY_DAYS + 35)
    monday -= timedelta(days=monday.weekday())
    days = [monday + timedelta(days=7 * week) for week in range((today - monday).days // 7 + 1)]
    rates = {}
    for currency, rate in RATES[company_key].items():
        rng = Random(f"{SEED}/{company_key}/{currency}")
        rates[currency] = []
        for day in days:
            rates[currency].append((day, round(rate, 6)))
            rate *= 1 + rng.gauss(0, 0.006)
    return rates
