# Part of ar_collect. License LGPL-3.
"""Telephone numbers and e-mail addresses, also as they are spoken: "john dot smith at ..."."""

import re

from .tokens import Item

#: Digits of the shortest number worth noting.
SHORTEST_PHONE = 7
LONGEST_PHONE = 15
MAX_WORDS = 12


def clean_phone(text):
    """Digits of a telephone number, with its plus.

    >>> clean_phone("+1 (415) 555-0100"), clean_phone("06 12 34 56 78")
    ('+14155550100', '0612345678')
    """
    return ("+" if text.lstrip().startswith("+") else "") + re.sub(r"\D", "", text)


def collapse(items, language):
    """Make one item of each number and address that takes several words.

    :param list items: as cut from the text
    :param Language language: of the text
    """
    found, position = [], 0
    while position < len(items):
        item, end = _read(items, position, language)
        found.append(item)
        position = end
    return found


def _read(items, position, language):
    item = items[position]
    if item.kind == "phone":
        return _checked_phone(items, position, language), position + 1
    if item.kind == "email":
        return Item("email", item.text, item.start, item.end, value=item.text.lower()), position + 1
    if item.kind == "word":
        for reader in (_spoken_email, _spoken_phone):
            found, end = reader(items, position, language)
            if found:
                return found, end
    return item, position + 1


def _checked_phone(items, position, language):
    """A number that is followed by a currency is an amount after all."""
    item = items[position]
    behind = items[position + 1] if position + 1 < len(items) else None
    money = (
        behind is not None
        and "-" not in item.text
        and (behind.kind == "money" or behind.norm in language.currencies or behind.norm == "%")
    )
    if money:
        return Item("number", item.text, item.start, item.end)
    return Item("phone", item.text, item.start, item.end, value=clean_phone(item.text))


def _spoken_email(items, position, language):
    """ "john dot smith at example dot com"."""
    name, end = _dotted(items, position, language)
    if not name or end >= len(items) or items[end].norm not in language.spoken_at:
        return None, position
    host, end = _dotted(items, end + 1, language)
    if not host or not host.rpartition(".")[2].isalpha() or "." not in host:
        return None, position
    first, last = items[position], items[end - 1]
    value = f"{name}@{host}"
    return Item("email", value, first.start, last.end, value=value), end


def _dotted(items, position, language):
    """Words joined by the word for a dot.

    :return: (text or None, position behind it)
    """
    parts = []
    while position < len(items) and items[position].kind in {"word", "number"}:
        parts.append(items[position].norm.replace(" ", ""))
        position += 1
        dot = position + 1 < len(items) and items[position].norm in language.spoken_dot
        if not dot or len(parts) > MAX_WORDS:
            break
        position += 1
    return (".".join(parts) if parts else None), position


def _spoken_phone(items, position, language):
    """Digits, or pairs of digits, one after the other."""
    digits, repeat, end = [], 1, position
    while end < len(items) and len(digits) < LONGEST_PHONE:
        if items[end].norm in language.digit_repeats:
            repeat, end = 2, end + 1
            continue
        value, behind = language.numbers.small(items, end)
        if value is None:
            break
        digits += [str(value)] * repeat
        repeat, end = 1, behind
    number = "".join(digits)
    if len(digits) < 4 or len(number) < SHORTEST_PHONE:
        return None, position
    first, last = items[position], items[end - 1]
    return Item("phone", number, first.start, last.end, value=number), end
