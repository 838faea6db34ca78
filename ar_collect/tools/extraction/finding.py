# Part of ar_collect. License LGPL-3.
"""What an extraction returns."""

import datetime as dt
from dataclasses import dataclass

PROMISE = "promise"
DISPUTE = "dispute"
CALL_BACK = "call_back"
CONTACT = "contact"
KINDS = (PROMISE, DISPUTE, CALL_BACK, CONTACT)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that somebody said and that may become a record.

    ``text[start:end] == quote`` holds for the text it was found in.

    >>> Finding("promise", "We pay 500 on Friday.", 0, 21, amount=500.0).amount
    500.0
    """

    kind: str
    #: the words it stands on, and where in the text they are
    quote: str
    start: int
    end: int
    #: 0 to 1; below 0.5 it hangs on a condition or on a guess
    confidence: float = 0.9
    amount: float | None = None
    #: ISO code; None when none was said
    currency: str | None = None
    #: share of the open total, when that was said instead of an amount
    fraction: float | None = None
    #: of a promise the last day meant, of a call-back the first
    date: dt.date | None = None
    time: dt.time | None = None
    phone: str | None = None
    email: str | None = None
    name: str | None = None
    #: code of a contact's role: accounts_payable, approver, disputes, escalation, statements
    role: str | None = None
    #: code of a dispute's reason
    reason: str | None = None
    #: numbers of documents that were named
    references: tuple[str, ...] = ()
    #: something else has to happen first
    conditional: bool = False
