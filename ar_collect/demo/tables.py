# Part of ar_collect. License LGPL-3.
"""What the demo company consists of, as plain data: no Odoo, no chance, no dates.

The customers are in ``customers.csv``. All names are invented; phone numbers come from the ranges
that the countries reserve for fiction, mail addresses from the ``.example`` domain.
"""

import csv
from pathlib import Path
from typing import NamedTuple

#: Prefix of the external ids of all demo records. Not the addon's name: uninstalling the addon must
#: not try to delete customers and users that have entries.
NAMESPACE = "__ar_collect_demo__"


class Company(NamedTuple):
    """One company of the demo."""

    key: str
    name: str
    country: str  # ISO code
    state: str
    city: str
    zip: str
    street: str
    phone: str
    currency: str
    tz: str
    domestic_tax: float  # percent on invoices to customers in the own country


class Customer(NamedTuple):
    """One line of ``customers.csv``."""

    key: str
    company: str  # main, second or both
    name: str
    country: str
    state: str
    city: str
    zip: str
    street: str
    phone: str
    size: str  # small, mid or large
    payer: str  # one of PAYERS
    terms: str  # one of TERMS
    currency: str
    tag: str
    contact: str
    function: str
    salesperson: str
    collector: str
    specials: frozenset[str]

    @property
    def domain(self):
        """The customer's invented mail domain.

        :rtype: str
        """
        return f"{self.key}.example"

    def companies(self):
        """The keys of the companies this customer buys from.

        :rtype: tuple[str, ...]
        """
        return ("main", "second") if self.company == "both" else (self.company,)


class Person(NamedTuple):
    """One user of the demo; the password is the login."""

    login: str
    name: str
    groups: tuple[str, ...]
    companies: tuple[str, ...]
    function: str


class Term(NamedTuple):
    """Payment term: either one of Odoo's own or one the demo creates.

    ``parts`` are pairs (percent, days); days ``None`` is the end of the following month.
    """

    xmlid: str
    name: str
    parts: tuple[tuple[float, int | None], ...]


COMPANIES = {
    "main": Company(
        key="main",
        name="Alder & Finch Supply Co.",
        country="US",
        state="NY",
        city="New York",
        zip="10013",
        street="148 Varnish Street",
        phone="+1 212-555-0140",
        currency="USD",
        tz="America/New_York",
        domestic_tax=0.0,
    ),
    "second": Company(
        key="second",
        name="Alder & Finch Europe GmbH",
        country="DE",
        state="",
        city="Berlin",
        zip="10969",
        street="Ritterhof 12",
        phone="+49 30 23125 100",
        currency="EUR",
        tz="Europe/Berlin",
        domestic_tax=19.0,
    ),
}

#: How customers pay; ``plan.py`` has one rule for each.
PAYERS = (
    "prompt",
    "few_days",
    "friday",
    "month_end",
    "chronic",
    "deteriorating",
    "one_big_late",
    "stopped",
    "new",
)

TERMS = {
    "15": Term("account.account_payment_term_15days", "15 Days", ((100.0, 15),)),
    "30": Term("account.account_payment_term_30days", "30 Days", ((100.0, 30),)),
    "45": Term("account.account_payment_term_45days", "45 Days", ((100.0, 45),)),
    "eom": Term(
        "account.account_payment_term_end_following_month",
        "End of Following Month",
        ((100.0, None),),
    ),
    "instal": Term(f"{NAMESPACE}.term_instal", "30% now, 70% in 60 days", ((30.0, 0), (70.0, 60))),
    "inst3": Term(
        f"{NAMESPACE}.term_inst3",
        "Three monthly instalments",
        ((33.0, 30), (33.0, 60), (34.0, 90)),
    ),
}

#: name -> (kind, list price)
PRODUCTS = {
    "Printer paper, carton of 5 reams": ("consu", 24.90),
    "Desk lamp": ("consu", 59.00),
    "Meeting chair": ("consu", 149.00),
    "Task chair": ("consu", 289.00),
    "Height-adjustable desk": ("consu", 640.00),
    "Meeting room display 65 in": ("consu", 1480.00),
    "Delivery and assembly": ("service", 120.00),
    "Workplace support, hour": ("service", 95.00),
    "On-site training, day": ("service", 890.00),
    "Monthly service contract": ("service", 450.00),
}

PEOPLE = (
    Person(
        "collections.manager",
        "Helena Marsh",
        ("ar_collect.group_manager", "account.group_account_invoice"),
        ("main", "second"),
        "Head of Credit and Collections",
    ),
    Person("collector", "Ruben Castillo", ("ar_collect.group_collector",), ("main",), "Collector"),
    Person(
        "collector2",
        "Annika Vogel",
        ("ar_collect.group_collector",),
        ("main", "second"),
        "Collector",
    ),
    Person(
        "salesperson",
        "Owen Barrett",
        ("ar_collect.group_inquiry",),
        ("main",),
        "Account Manager",
    ),
    Person(
        "salesperson2",
        "Marlene Dubois",
        ("ar_collect.group_inquiry",),
        ("main", "second"),
        "Account Manager",
    ),
    Person("resolver", "Pavel Novak", ("ar_collect.group_resolver",), ("main",), "Logistics"),
)

#: The portal user is the accounts-payable person of the customer with the special ``portal``.
PORTAL_LOGIN = "customer"

#: Addresses of the customer with the special ``children`` that get invoices of their own.
CHILDREN = (
    ("riverside", "Harlow Riverside", "Boston", "12 Embankment Road"),
    ("beacon", "Harlow Beacon Hill", "Boston", "7 Lantern Steps"),
    ("airport", "Harlow Airport", "East Boston", "1 Terminal Loop"),
)

#: Credit limit by size, in company currency; with the special ``limit`` it is nearly used up.
CREDIT_LIMITS = {"small": 12_000.0, "mid": 60_000.0, "large": 400_000.0}
TIGHT_LIMITS = {"small": 3_000.0, "mid": 17_500.0, "large": 120_000.0}

#: Units of foreign currency for one unit of the company's, at the start of the year of history.
RATES = {"main": {"EUR": 0.91, "GBP": 0.785}, "second": {"USD": 1.10, "GBP": 0.862}}


def load_customers(keys=None):
    """Read the customers in the order of the file.

    :param keys: only these customers, all by default
    :type keys: collections.abc.Container[str] | None
    :rtype: list[Customer]
    """
    path = Path(__file__).with_name("customers.csv")
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            Customer(**{**row, "specials": frozenset(row["specials"].split())})
            for row in csv.DictReader(stream)
            if keys is None or row["key"] in keys
        ]
