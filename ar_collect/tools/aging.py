# Part of ar_collect. License LGPL-3.
"""Buckets of days past due with limits of one's choice."""

from itertools import pairwise

#: Limits unless others are asked for, how many there may be, and the highest.
DEFAULT, MOST, HIGHEST = (30, 60, 90), 6, 3650


def parse(text):
    """Limits from what somebody typed; the default of nothing.

    :raise ValueError: not some increasing numbers of days

    >>> parse("30, 60; 90"), parse("15-45"), parse(""), parse([7, 14])
    ((30, 60, 90), (15, 45), (30, 60, 90), (7, 14))
    >>> for wrong in ("60, 30", "0", "1,2,3,4,5,6,7", "x", "30, 30", "99999"):
    ...     try:
    ...         parse(wrong)
    ...     except ValueError:
    ...         print("refused")
    refused
    refused
    refused
    refused
    refused
    refused
    """
    if isinstance(text, str):
        for sign in ";-/":
            text = text.replace(sign, ",")
        text = text.replace(",", " ").split()
    limits = tuple(int(part) for part in text or ())
    if not limits:
        return DEFAULT
    rising = all(low < high for low, high in pairwise(limits))
    if limits[0] < 1 or not rising or len(limits) > MOST or limits[-1] > HIGHEST:
        raise ValueError(limits)
    return limits


def ranges(limits):
    """The first and last day past due of each bucket; None: no end.

    >>> ranges((30, 60, 90))
    [(1, 30), (31, 60), (61, 90), (91, None)]
    """
    firsts = [1, *(limit + 1 for limit in limits)]
    return list(zip(firsts, [*limits, None], strict=True))
