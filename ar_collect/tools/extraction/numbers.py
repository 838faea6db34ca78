# Part of ar_collect. License LGPL-3.
"""Numbers, in digits or in words as a speech engine writes them."""

import re

from .tokens import MAX_LENGTH, Item

HUNDRED, THOUSAND = 100, 1000
#: Longer rows of digits are no amount and no day.
MAX_DIGITS = 15

_TAIL = re.compile(r"[.,](\d+)$")
_BLANKS, _MARKS = re.compile(r"[\s'\u2019]"), re.compile(r"[.,]")


class Number:
    """The value of an item of kind `number`.

    ``ordinal``: third instead of three. ``digits``: written so. ``loose``: neither grouped nor
    with decimals, so that it may count anything.
    """

    __slots__ = ("digits", "loose", "ordinal", "value")

    def __init__(self, value, ordinal=False, digits=False, loose=True):
        self.value = value
        self.ordinal = ordinal
        self.digits = digits
        self.loose = loose


def read_digits(text):
    """The value of digits with separators, whatever country they come from.

    One separator with three digits behind it groups thousands, one with one or two is decimal.

    :return: float, or None when it is no number

    >>> [read_digits(text) for text in ("5,000", "5.000,00", "1 234,56", "1,200.50", "1'000", "3.5")]
    [5000.0, 5000.0, 1234.56, 1200.5, 1000.0, 3.5]
    >>> [read_digits(text) for text in ("1.2.3.4", "9" * 40, "312-555-0142")]
    [None, None, None]
    """
    if len(text) > 2 * MAX_DIGITS:
        return None
    whole, decimals = _split(_BLANKS.sub("", text))
    groups = _MARKS.split(whole)
    grouped = len(groups) == 1 or all(len(group) in (2, 3) for group in groups[1:])
    digits = "".join(groups)
    if not digits.isdecimal() or not grouped or len(digits) > MAX_DIGITS:
        return None
    if len(groups) > 1 and len(groups[-1]) != 3:
        return None
    return float(f"{digits}.{decimals}")


def _split(text):
    """Whole part and decimals."""
    tail = _TAIL.search(text)
    if not tail:
        return text, "0"
    mark, decimals = tail.group()[0], tail.group(1)
    other = "," if mark == "." else "."
    if text.count(mark) == 1 and (len(decimals) != 3 or other in text):
        return text[: tail.start()], decimals
    return text, "0"


def collapse(items, words):
    """Make one item of each number.

    :param list items: of a whole text
    :param NumberWords words: of the language
    :return list: items, numbers with a :class:`Number` as their value
    """
    found, position = [], 0
    while position < len(items):
        number, end = words.read(items, position)
        if number is None:
            item = items[position]
            is_noise = item.kind in {"number", "ordinal"}
            found.append(Item("noise", item.text, item.start, item.end, "") if is_noise else item)
            position += 1
        else:
            found.append(_number_item(items[position:end], number))
            position = end
    return found


def _number_item(parts, number):
    first, last = parts[0], parts[-1]
    text = first.text if len(parts) == 1 else f"{first.text} {last.text}"
    norm = " ".join(part.norm for part in parts)
    return Item("number", text, first.start, last.end, norm=norm, value=number)


class NumberWords:
    """The number words of a language.

    :param dict cardinals: {value: list of words}
    :param dict ordinals: {value: list of words}
    :param set articles: words like "a", one only before a hundred or behind a ten
    :param set joiners: words like "and"
    :param bool compounds: numbers are written as one word
    :param callable fold: makes words comparable
    """

    def __init__(self, cardinals, ordinals, articles, joiners, compounds, fold):
        self._articles = articles
        self._joiners = joiners
        self._compounds = compounds
        self._phrases = {}
        self._parts = {}
        for kind, table in (("cardinal", cardinals), ("ordinal", ordinals)):
            for value, phrases in table.items():
                for phrase in phrases:
                    self._add(kind, int(value), tuple(fold(word) for word in phrase.split()))
        for phrases in self._phrases.values():
            phrases.sort(key=lambda phrase: -len(phrase[0]))

    def _add(self, kind, value, words):
        self._phrases.setdefault(words[0], []).append((words, kind, value))
        if kind == "cardinal" and len(words) == 1:
            self._parts[words[0]] = value

    def read(self, items, position):  # pylint: disable=method-required-super
        """The number that begins at an item.

        :return: (:class:`Number` or None, position behind it)
        """
        item = items[position]
        if item.kind == "ordinal":
            digits = re.match(r"\d+", item.text).group()
            return Number(float(digits), ordinal=True, digits=True), position + 1
        if item.kind == "number":
            return self._after_digits(items, position)
        if item.kind != "word":
            return None, position
        return self._in_words(items, position)

    def small(self, items, position):
        """A number word below a hundred, as in telephone numbers.

        :return: (value or None, position behind it)
        """
        kind, value, end = self._word(items, position)
        if kind != "cardinal" or value >= HUNDRED:
            return None, position
        number, behind = self._in_words(items, position)
        if not number.ordinal and number.value < HUNDRED:
            return int(number.value), behind
        return value, end

    def _after_digits(self, items, position):
        text = items[position].text
        factor = THOUSAND if text[-1] in "kK" else 1
        value = read_digits(text.rstrip("kK"))
        if value is None:
            return None, position
        loose = factor == 1 and text.isdigit()
        end = position + 1
        kind, multiplier, after = self._word(items, end)
        if kind == "cardinal" and multiplier >= HUNDRED and multiplier in (100, 1000, 10**6):
            return Number(value * multiplier, digits=True, loose=False), after
        return Number(value * factor, digits=True, loose=loose), end

    def _in_words(self, items, position):
        start, kind, value, end = position, *self._word(items, position)
        if kind is None and items[position].norm in self._articles:
            kind, value, end = self._word(items, position + 1)
            if kind != "cardinal" or value not in (HUNDRED, THOUSAND, 10**6):
                return None, start
        if kind is None:
            return None, start
        if kind == "ordinal":
            return Number(float(value), ordinal=True), end
        return self._sum(items, end, value)

    def _sum(self, items, end, value):
        """Add the words that follow as long as they continue the number."""
        total, group, room = _start(value)
        while True:
            kind, value, after = self._next(items, end, room)
            if kind is None:
                break
            if kind == "ordinal":
                if value < room:
                    return Number(float(total + group + value), ordinal=True), after
                break
            step = _add(total, group, room, value)
            if step is None:
                break
            (total, group, room), end = step, after
        return Number(float(total + group), loose=total + group < HUNDRED), end

    def _next(self, items, position, room):
        """The next number word, over one "and" at most."""
        found = self._word(items, position)
        if found[0] is None and position + 1 < len(items):
            norm = items[position].norm
            if norm in self._joiners:
                kind, value, after = self._word(items, position + 1)
                if kind is None and room == 10 and items[position + 1].norm in self._articles:
                    return "cardinal", 1, position + 2
                return (kind, value, after) if kind and value < room else (None, 0, position)
        return found

    def _word(self, items, position):
        """A number word or phrase.

        :return: ("cardinal" | "ordinal" | None, value, position behind it)
        """
        if position >= len(items) or items[position].kind != "word":
            return None, 0, position
        norm = items[position].norm
        for words, kind, value in self._phrases.get(norm, ()):
            end = position + len(words)
            if all(a.norm == b for a, b in zip(items[position:end], words, strict=False)):
                if len(items) >= end:
                    return kind, value, end
        if self._compounds and 6 < len(norm) < MAX_LENGTH:
            value = self._compound(norm)
            if value is not None:
                return "cardinal", value, position + 1
        return None, 0, position

    def _compound(self, word):
        """The value of a number written as one word, None when it is none."""
        values = self._morphemes(word)
        if not values:
            return None
        total, group, room = _start(values[0])
        for value in values[1:]:
            step = _add(total, group, room, value)
            if step is None:
                return None
            total, group, room = step
        return total + group

    def _morphemes(self, word):
        """Values of the parts of a word; a unit before a ten is added to it."""
        values, position, swap = [], 0, None
        while position < len(word):
            joiner = next((j for j in self._joiners if word.startswith(j, position)), None)
            if joiner and values and values[-1] < 10:
                swap, position = values.pop(), position + len(joiner)
                continue
            part = self._longest(word, position)
            if part is None:
                return None
            value = self._parts.get(part, 1)
            values.append(value if swap is None else value + swap)
            swap, position = None, position + len(part)
        return None if swap is not None else values

    def _longest(self, word, position):
        for length in range(min(len(word) - position, 12), 1, -1):
            part = word[position : position + length]
            if part in self._parts or part in self._articles:
                return part
        return None


def _start(value):
    """Total, group and room behind a first word.

    >>> _start(5), _start(20), _start(1000)
    ((0, 5, 1), (0, 20, 10), (1000, 0, 1000))
    """
    if value >= THOUSAND:
        return value, 0, value
    return 0, value, _room(value)


def _room(value):
    """What may still be added to a value."""
    if value >= HUNDRED:
        return 100 if value % 100 == 0 else _room(value % 100)
    if value in (60, 80):
        return 20  # soixante-dix, quatre-vingt-dix
    return 10 if value >= 20 and value % 10 == 0 else 1


def _add(total, group, room, value):
    """Continue a number by a word; None when the word begins another number.

    >>> _add(0, 12, 1, 100), _add(0, 5, 1, 1000), _add(5000, 0, 1000, 400), _add(0, 5, 1, 5)
    ((0, 1200, 100), (5000, 0, 1000), (5000, 400, 100), None)
    """
    if value >= THOUSAND:
        if not group or (total and value >= total):
            return None
        return total + group * value, 0, value
    if value == HUNDRED and 0 < group < HUNDRED:
        return total, group * HUNDRED, HUNDRED
    if not 0 < value < room:
        return None
    return total, group + value, _room(value) if value > 1 or room > 10 else 1
