# Part of ar_collect. License LGPL-3.
"""Text to items: words, numbers, marks, and what is recognised by its spelling alone."""

import itertools
import re
import unicodedata

#: Longer words and numbers are noise, kept as one item that matches nothing.
MAX_LENGTH = 60
#: What is behind these is not read: they are two hours of talk without a pause.
MAX_ITEMS = 20_000

EMAIL = r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"
REFERENCE = r"[A-Z][A-Z0-9]{0,9}(?:[/-][A-Z0-9]{1,12}){0,4}[/-]\d{2,12}\b|[A-Z]{2,6}\d{3,12}\b"
#: The number of a bank account is no telephone number.
IBAN = r"[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,7}(?:\s?[A-Z0-9]{1,3})?\b"
DATE = (
    r"\d{4}-\d{1,2}-\d{1,2}(?!\d)"
    r"|\d{1,2}(?P<mark>[./-])\d{1,2}(?P=mark)(?:\d{4}|\d{2})(?!\d|[./-]\d)"
    r"|\d{1,2}/\d{1,2}(?![\d/])"
)
DOTTED_DATE = r"|\d{1,2}\.\d{1,2}\.(?!\d)"
TIME = (
    r"\d{1,2}(?:[:.]\d{2})?\s?[aApP](?:\.[mM]\.|[mM]\b)"
    r"|\d{1,2}:\d{2}(?!\d)|\d{1,2}\s?[hH](?:\s?\d{2}(?!\d)|(?!\w))"
)
PHONE = (
    r"\+\d[\d\s().\-/]{6,20}\d|\(\d{2,5}\)[ \-]?\d[\d \-.]{4,14}\d(?!\d)"
    r"|0\d[\d \-./]{5,16}\d(?![\d%])|\d{3}[ .\-]\d{3}[ .\-]\d{3,4}(?!\d)|\d{3}-\d{4}(?!\d)"
)
NUMBER = (
    r"\d{1,3}(?:[ \u00a0\u202f]\d{3}){1,4}(?:[.,]\d{1,2})?(?!\d)"
    r"|\d+(?:[.,'\u2019]\d+)*"
)
MONEY_MARK = r"(?:US|CA|A|C)?\$|[€£¥₹]"


class Item:
    """A piece of text with a meaning.

    ``norm`` is what patterns are compared with, ``value`` depends on the kind.
    """

    __slots__ = ("end", "exact", "kind", "norm", "start", "text", "value")

    def __init__(self, kind, text, start, end, norm=None, value=None):
        self.kind = kind
        self.text = text
        self.start = start
        self.end = end
        self.exact = text.lower() if len(text) <= MAX_LENGTH else ""
        self.norm = self.exact if norm is None else norm
        self.value = value

    def __repr__(self):
        return f"{self.kind}:{self.text}"


def fold(word, replacements=()):
    """A word without case and accents.

    :param str word: one word
    :param replacements: pairs of (spelling, spelling) that a language writes alike
    :rtype: str

    >>> fold("Straße"), fold("déjà"), fold("Naechste", [("ae", "a")])
    ('strasse', 'deja', 'nachste')
    """
    word = word.casefold()
    if not word.isascii():
        plain = unicodedata.normalize("NFKD", word)
        word = "".join(char for char in plain if not unicodedata.combining(char))
    for old, new in replacements:
        word = word.replace(old, new)
    return word


def scanner(ordinal_suffixes=(), dotted=False):
    """The expression that cuts a text into items.

    :param ordinal_suffixes: what a language writes behind a number to count with it: st, nd, ème
    :param bool dotted: "11.03." is a day; elsewhere it is a number at the end of a sentence
    :rtype: re.Pattern
    """
    suffixes = "|".join(map(re.escape, sorted(ordinal_suffixes, key=len, reverse=True)))
    ordinal = rf"(?P<ordinal>\d{{1,2}}(?:{suffixes})(?!\w))|" if suffixes else ""
    date = DATE + DOTTED_DATE if dotted else DATE
    return re.compile(
        rf"(?P<email>{EMAIL})|(?P<noise>{IBAN})|(?P<ref>{REFERENCE})|(?P<date>{date})|(?P<time>{TIME})"
        rf"|(?P<phone>{PHONE})|{ordinal}(?P<number>{NUMBER})(?P<thousand>[kK]\b)?"
        rf"|(?P<money>{MONEY_MARK})|(?P<word>[^\W\d_]+)|(?P<line>\n+)|(?P<mark_>(?P<sign>[^\w\s])(?P=sign)*|\S)"
    )


def cut(text, expression, replacements=()):
    """Cut a text into items, the first :data:`MAX_ITEMS` of it.

    :param re.Pattern expression: see :func:`scanner`
    :return list: of :class:`Item`; blanks, and hyphens and apostrophes inside words, are left out

    >>> [item.norm for item in cut("Don't pay twenty-five, José!", scanner())]
    ['don', 't', 'pay', 'twenty', 'five', ',', 'jose', '!']
    """
    items = []
    for match in itertools.islice(expression.finditer(text), MAX_ITEMS):
        kind = match.lastgroup
        if kind == "thousand":
            kind = "number"
        elif kind == "mark":
            kind = "date"
        if kind != "mark_" or not _inside_word(text, match.start()):
            items.append(_item(kind, match, replacements))
    return items


def _item(kind, match, replacements):
    text = match.group()
    if kind == "word":
        norm = fold(text, replacements) if len(text) <= MAX_LENGTH else ""
        return Item("word", text, *match.span(), norm=norm)
    if kind == "line":
        return Item("line", text, *match.span(), norm="\n")
    if kind == "mark_":
        return Item("mark", text, *match.span(), norm=text[0])
    return Item(kind, text, *match.span())


def _inside_word(text, position):
    """Whether a hyphen or apostrophe stands between two letters."""
    return (
        text[position] in "-\u2010\u2011'\u2019\u02bc"
        and 0 < position < len(text) - 1
        and text[position - 1].isalnum()
        and text[position + 1].isalpha()
    )
