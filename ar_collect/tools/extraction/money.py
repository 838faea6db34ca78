# Part of ar_collect. License LGPL-3.
"""Amounts of money and shares of what is owed."""

from .language import iso_codes, share
from .numbers import Number
from .patterns import longest
from .tokens import Item

MARKS = {
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "ARS", "CLP", "COP"),
    "us$": ("USD",),
    "ca$": ("CAD",),
    "c$": ("CAD",),
    "a$": ("AUD",),
    "€": ("EUR",),
    "£": ("GBP",),
    "¥": ("JPY", "CNY"),
    "₹": ("INR",),
}
#: A number below this, with nothing that says money, counts something else.
SMALLEST_BARE = 20


class Amount:
    """A value in a currency (None: not said), or a share: ``fraction`` of the total, or the rest."""

    __slots__ = ("currency", "fraction", "rest", "value")

    def __init__(self, value=None, currency=None, fraction=None, rest=False):
        self.value = value
        self.currency = currency
        self.fraction = fraction
        self.rest = rest


def collapse(items, language, currency):
    """Make one item of each amount (kind `amount`), share (`share`) and likely amount (`bare`).

    :param list items: with numbers and dates
    :param Language language: of the text
    :param str|None currency: ISO code preferred where a word or mark means several
    """
    items = _shares(items, language)
    found, position = [], 0
    while position < len(items):
        item, end = _amount(items, position, language, currency)
        found.append(item or items[position])
        position = end if item else position + 1
    return found


def _shares(items, language):
    matches = longest(language.shares.scan(items))
    found, position = [], 0
    while position < len(items):
        match = matches.get(position)
        value = _share_value(match) if match else None
        if value is None:
            found.append(items[position])
            position += 1
        else:
            found.append(_item("share", items[position : match.end], value))
            position = match.end
    return found


def _share_value(match):
    """What a share means, None when it cannot be one."""
    if match.rule == "percent":
        fraction = match.slots["number"] / 100
        return Amount(fraction=fraction) if 0 < fraction <= 1 else None
    fraction = share(match.rule)
    return Amount(fraction=fraction, rest=fraction is None)


def _amount(items, position, language, currency):
    """The amount that begins at an item: mark and number, number and mark, or a number alone."""
    item = items[position]
    codes = _codes(item, language)
    following = items[position + 1] if position + 1 < len(items) else None
    if codes and _is_value(following):
        # "500 dollars 300 on Friday" belongs to the number before
        return _money(items, position, position + 2, following, codes, currency)
    if not _is_value(item):
        return None, position
    if language.unsaid_hundreds and _is_unsaid(item, following):
        hundreds = Number(100 * item.value.value + following.value.value)
        pair = Item("number", item.text, item.start, following.end, value=hundreds)
        item, end = _amount([pair, *items[position + 2 : position + 4]], 0, language, currency)
        return item, position + 1 + end
    behind = position + 1
    if following is not None and following.norm in {"of", "de", "d"}:
        behind += 1  # "un million d'euros"
    codes = _codes(items[behind], language) if behind < len(items) else None
    if codes:
        return _money(items, position, behind + 1, item, codes, currency)
    if _is_bare(items, position, language):
        return _item("bare", [item], Amount(value=round(item.value.value, 2))), position + 1
    return None, position


def _money(items, start, end, number, codes, currency):
    code = currency if currency in codes else codes[0]
    return _item("amount", items[start:end], Amount(round(number.value.value, 2), code)), end


def _is_unsaid(item, following):
    """Whether two numbers in words leave out the "hundred": six fifty.

    >>> six, fifty = Item("number", "six", 0, 3), Item("number", "fifty", 4, 9)
    >>> six.value, fifty.value = Number(6), Number(50)
    >>> _is_unsaid(six, fifty), _is_unsaid(fifty, six)
    (True, False)
    """
    pair = (item, following)
    if not all(_is_value(part) and part.value.loose and not part.value.digits for part in pair):
        return False
    return item.value.value < 100 and 10 <= following.value.value < 100


def _is_value(item):
    return (
        item is not None
        and item.kind == "number"
        and not item.value.ordinal
        and item.value.value > 0
    )


def _codes(item, language):
    """ISO codes that an item may mean."""
    if item.kind == "money":
        return MARKS.get(item.norm)
    if item.kind != "word":
        return None
    if item.norm in language.currencies:
        return language.currencies[item.norm]
    code = item.text.upper()
    known = len(code) == 3 and (item.text.isupper() or code in MARKS_CODES)
    return (code,) if known and code in iso_codes() else None


def _is_bare(items, position, language):
    """Whether a number without a currency may be money."""
    number = items[position].value
    following = items[position + 1] if position + 1 < len(items) else None
    if following is not None:
        if following.norm in language.count_nouns or following.norm in {"%", "/", ":"}:
            return False
        if following.kind == "number" and not following.value.ordinal:
            return False
    if number.loose and number.value < SMALLEST_BARE:
        return False
    before = items[position - 1] if position else None
    # "six fifty" is not fifty
    is_part = before is not None and before.kind == "number" and not number.digits
    return not is_part and (before is None or before.norm not in language.count_heads)


def _item(kind, parts, value):
    first, last = parts[0], parts[-1]
    text = first.text if len(parts) == 1 else " ".join(part.text for part in parts)
    norm = " ".join(part.norm for part in parts)
    return Item(kind, text, first.start, last.end, norm=norm, value=value)


#: Codes that people also write in small letters.
MARKS_CODES = frozenset(("USD", "EUR", "GBP", "CHF", "CAD", "AUD"))
