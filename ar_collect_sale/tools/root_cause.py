# Part of ar_collect. License LGPL-3.
"""From what the order says to why the complaint came about."""

from collections import defaultdict
from dataclasses import dataclass

PRICE, QUANTITY, DELIVERY = (
    ("price_entered", "discount_forgotten"),
    "quantity_invoiced",
    "not_delivered",
)
LATE, TWICE, NUMBER, DEFECT = "delivered_late", "invoiced_twice", "order_number", "defect"
#: Codes of the causes that can be behind a reason, by its code: the first group that there is
#: evidence of counts. Of other complaints (paid already, tax, address) an order says nothing.
CAUSES = {
    "price": [PRICE, (QUANTITY,)],
    "quantity": [(QUANTITY, DELIVERY), (TWICE,)],
    "quality": [(DEFECT,)],
    "not_delivered": [(DELIVERY,), (QUANTITY,), (LATE,)],
    "late_delivery": [(LATE,), (DELIVERY,)],
    "missing_order_number": [(NUMBER,)],
    "duplicate": [(TWICE,), (QUANTITY,)],
    "contract": [PRICE, (QUANTITY, DELIVERY), (LATE,)],
}
#: For a reason of the company's own, and for "other".
ANY_CAUSE = [(*PRICE, QUANTITY, DELIVERY), (LATE,), (TWICE,)]
SILENT = {"already_paid", "tax", "wrong_address"}
#: What must be in order everywhere for a complaint to be without ground, by the code of its reason.
TOPICS = {
    "price": "price",
    "quantity": "delivery",
    "not_delivered": "delivery",
    "late_delivery": "time",
    "missing_order_number": "number",
}
UNFOUNDED = "unfounded"


@dataclass(frozen=True)
class Statement:
    """What the order says of a line of an invoice.

    :param str topic: price, quantity, delivery, time, number, twice, order
    :param str text: one sentence
    :param bool differs: whether order and invoice differ
    :param str cause: code of the root cause that it speaks for
    :param float weight: the money at stake, in the currency of the invoice
    """

    topic: str
    text: str
    differs: bool = False
    cause: str = ""
    weight: float = 0.0


def find_cause(reason, lines):
    """The root cause that the evidence speaks for.

    :param str|None reason: code of the customer's reason
    :param list lines: the statements of each line, lists
    :return: tuple of the cause's code ('' when nothing speaks for any) and what speaks for it:
        list of (number of the line, statement)

    >>> dear = Statement("price", "Too dear", True, "price_entered", 20.0)
    >>> late = Statement("time", "Late", True, "delivered_late")
    >>> as_quoted = Statement("price", "As quoted")
    >>> find_cause("price", [[late], [dear, late]])[0]
    'price_entered'
    >>> find_cause("late_delivery", [[late], [dear]])
    ('delivered_late', [(0, Statement(topic='time', text='Late', differs=True, cause='delivered_late', weight=0.0))])
    >>> find_cause("price", [[as_quoted], [as_quoted, late]])[0]
    'unfounded'
    >>> find_cause("price", [[as_quoted], [late]]), find_cause("tax", [[dear]])
    (('', []), ('', []))
    """
    if reason in SILENT:
        return "", []
    for group in CAUSES.get(reason, ANY_CAUSE):
        found = _by_cause(lines, group)
        if found:
            # of several the one with the most money; then the one named first
            cause = max(found, key=lambda code: (_weigh(found[code]), -group.index(code)))
            return cause, found[cause]
    agreed = _agreed(lines, TOPICS.get(reason))
    return (UNFOUNDED, agreed) if agreed else ("", [])


def _by_cause(lines, group):
    found = defaultdict(list)
    for number, statements in enumerate(lines):
        for statement in statements:
            if statement.cause in group:
                found[statement.cause].append((number, statement))
    return found


def _weigh(found):
    return round(sum(statement.weight for _number, statement in found), 2)


def _agreed(lines, topic):
    """What says of every line that there is nothing in it; empty if one is not sure."""
    found = []
    for number, statements in enumerate(lines):
        about = [statement for statement in statements if statement.topic == topic]
        if not about or any(statement.differs for statement in about):
            return []
        found += [(number, statement) for statement in about]
    return found
