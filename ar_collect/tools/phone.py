# Part of ar_collect. License LGPL-3.
"""Whether two telephone numbers are the same, however they are written."""

import re

#: Fewer digits than this are an extension or a short code: too few to recognise a number by.
ENOUGH_DIGITS = 7


def national_digits(number):
    """The digits of a number without the signs that only say how to dial it.

    :param str|None number: as somebody typed it
    :rtype: str

    >>> national_digits("+32 (0)2 290 34 90"), national_digits("0032 2 290 34 90")
    ('3222903490', '3222903490')
    >>> national_digits("02/290.34.90"), national_digits(None)
    ('22903490', '')
    """
    digits = re.sub(r"\D", "", re.sub(r"\(0\)", "", number or ""))
    return digits.lstrip("0")


def same_number(one, other):
    """Whether two spellings, with or without the country's prefix, mean the same number.

    :param str|None one: as somebody typed it
    :param str|None other: likewise
    :rtype: bool

    >>> same_number("+32 2 290 34 90", "02 290 34 90")
    True
    >>> same_number("+32 2 290 34 90", "+32 2 290 34 91"), same_number("", "")
    (False, False)
    >>> same_number("290", "+32 2 290 34 90 290")
    False
    """
    shorter, longer = sorted((national_digits(one), national_digits(other)), key=len)
    if shorter == longer:
        return bool(shorter)
    return len(shorter) >= ENOUGH_DIGITS and longer.endswith(shorter)
