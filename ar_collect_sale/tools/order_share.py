# Part of ar_collect. License LGPL-3.
"""Which part of an order line belongs to which of its invoices: first invoiced, first delivered."""


def net_quantities(invoiced, credited):
    """What credit notes leave of each invoice line.

    :param dict invoiced: quantity by invoice line, earliest first
    :param list credited: (keys of the invoice lines that it reverses, quantity); without keys,
        or for what they do not cover, the latest lines lose it
    :return: dict, quantity by invoice line

    >>> net_quantities({"a": 5, "b": 5}, [(["a"], 2)])
    {'a': 3, 'b': 5}
    >>> net_quantities({"a": 5, "b": 5}, [([], 6)])
    {'a': 4, 'b': 0}
    >>> net_quantities({"a": 5}, [(["a"], 7)])
    {'a': 0}
    """
    left = dict(invoiced)
    for keys, quantity in credited:
        for key in [*keys, *reversed(left)]:
            taken = min(left.get(key, 0), quantity)
            if taken > 0:
                left[key] -= taken
                quantity -= taken
    return left


def before(key, quantities):
    """What was invoiced earlier.

    :param key: of an invoice line
    :param dict quantities: by invoice line, earliest first

    >>> before("b", {"a": 3, "b": 5, "c": 1})
    3
    """
    total = 0
    for other, quantity in quantities.items():
        if other == key:
            break
        total += quantity
    return total


def overlap(start, length, total):
    """How much of a stretch lies below a total.

    >>> overlap(5, 5, 8), overlap(0, 5, 8), overlap(8, 5, 8)
    (3, 5, 0)
    """
    return max(min(start + length, total) - start, 0)


def completed_on(start, length, deliveries):
    """The day on which a stretch was delivered in full.

    :param list deliveries: (day, quantity), earliest first
    :return: date, or None as long as something is missing

    >>> deliveries = [("Mon", 5), ("Tue", 3), ("Wed", 2)]
    >>> completed_on(0, 5, deliveries), completed_on(5, 5, deliveries), completed_on(8, 5, deliveries)
    ('Mon', 'Wed', None)
    """
    total = 0
    for day, quantity in deliveries:
        total += quantity
        # floats: a unit of measure converted there and back
        if total - (start + length) > -1e-6:
            return day
    return None
