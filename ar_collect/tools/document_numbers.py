# Part of ar_collect. License LGPL-3.
"""Numbers of documents in what people write, who leave out separators and care for no case."""

import re

#: Characters of a number that are no separators, at least: a shorter one is found everywhere.
SHORTEST = 4
#: The same for a number of digits alone, which looks like a year, an amount or a postal code.
SHORTEST_DIGITS = 6
#: Words of a text looked at as possible numbers.
MOST_WORDS = 300

_ALNUM = re.compile(r"[^\W_]+")
#: A word with a digit in it, and the separators that numbers have.
_WORD = re.compile(r"[^\W_](?:[\w/.#+-]*[^\W_])?")


def named(numbers, text):
    """Which of some numbers a text names, whatever the separators and the case.

    :param numbers: iterable of str
    :param str text: plain
    :return: list of str, in the order given

    >>> named(["INV/2026/00012", "INV/2026/00123"], "Re: inv2026-00012 is wrong")
    ['INV/2026/00012']
    >>> named(["INV/2026/0001"], "INV/2026/00012")
    []
    >>> named(["INV/2026/00012"], "see INV_2026_00012_scan.pdf, please")
    ['INV/2026/00012']
    >>> named(["2026", "123456", "98765432"], "in 2026 we paid 123456.00 of 98765432")
    ['98765432']
    """
    squeezed = "".join(_ALNUM.findall(text)).lower()
    return [number for number in numbers if _is_named(number, text, squeezed)]


def _is_named(number, text, squeezed):
    parts = _ALNUM.findall(number)
    whole = "".join(parts).lower()
    shortest = SHORTEST_DIGITS if whole.isdigit() else SHORTEST
    if len(whole) < shortest or whole not in squeezed or not any(map(str.isdigit, whole)):
        return False
    middle = r"[\W_]{0,3}".join(map(re.escape, parts))
    # on its own: no part of a longer number, and no amount
    pattern = rf"(?<![^\W_])(?<!\d[.,]){middle}(?![^\W_]|[.,]\d)"
    return bool(re.search(pattern, text, re.IGNORECASE))


def possible_numbers(text):
    """The words of a text that may be numbers of documents, as written and in capitals.

    :param str text: plain
    :return: list of str, without double ones

    >>> possible_numbers("Re: [dsp00012] and INV/2026/00012. Thanks 2")
    ['dsp00012', 'DSP00012', 'INV/2026/00012']
    """
    words = [word for word in _WORD.findall(text) if len(word) >= SHORTEST]
    words = [word for word in words if any(map(str.isdigit, word))][:MOST_WORDS]
    return list(dict.fromkeys(form for word in words for form in (word, word.upper())))
