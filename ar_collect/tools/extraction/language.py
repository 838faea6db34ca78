# Part of ar_collect. License LGPL-3.
"""What is known of a language: its word list (``lang/*.json``) and what Babel knows of it."""

import functools
import json
import re
from fractions import Fraction
from pathlib import Path

import babel
from babel.numbers import list_currencies

from . import tokens
from .numbers import NumberWords
from .patterns import Patterns

FOLDER = Path(__file__).parent / "lang"
FALLBACK = "en"
#: Letters compared to guess a language; a longer text says no more.
GUESS_WORDS = 400


@functools.cache
def languages():
    """Codes of the languages with a word list.

    >>> {"en", "fr", "de", "es"} <= set(languages())
    True
    """
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


@functools.cache
def load(code):
    """A language by its code.

    :rtype: Language
    """
    return Language(code, json.loads((FOLDER / f"{code}.json").read_text(encoding="utf-8")))


def code_of(locale):
    """The language with a word list that fits a locale best, None when there is none.

    >>> code_of("fr_CA"), code_of("tlh_KX")
    ('fr', None)
    """
    code = re.split(r"[_-]", locale or FALLBACK)[0].lower()
    return code if code in languages() else None


def guess(text, preferred=None):
    """The language a text is written in.

    :param str text: any text
    :param str|None preferred: locale, kept unless another language fits clearly better
    :return str: code of a language with a word list

    >>> guess("Wir können die Rechnung leider noch nicht bezahlen", "en_US")
    'de'
    >>> guess("OK", "fr_FR")
    'fr'
    """
    preferred = code_of(preferred)
    words = re.findall(r"[^\W\d_]{1,30}", text[:8000])[:GUESS_WORDS]
    words = {tokens.fold(word) for word in words}  # each once: "en" four times says no more
    scores = {code: sum(word in load(code).common for word in words) for code in languages()}
    best = max(scores, key=scores.get)
    if preferred and scores[best] < 1.5 * scores[preferred] + 1.5:
        return preferred
    return best if scores[best] or not preferred else preferred


@functools.lru_cache(maxsize=64)
def month_first(locale):
    """Whether a locale writes the month before the day.

    >>> month_first("en_US"), month_first("en_GB"), month_first("de_DE"), month_first("??")
    (True, False, False, False)
    """
    try:
        pattern = babel.Locale.parse(locale.split("@")[0]).date_formats["short"].pattern
    except (ValueError, babel.UnknownLocaleError):
        return False
    return pattern.lower().index("m") < pattern.index("d")


#: Plain lists of words in a file; what they are for is told in README.md.
WORD_LISTS = (
    "abbreviations",
    "common",
    "count_heads",
    "count_nouns",
    "digit_repeats",
    "filler",
    "hard",
    "joiners",
    "joints",
    "not_names",
    "ordinal_marks",
    "spoken_at",
    "spoken_dot",
    "titles",
)


#: Kinds of items that may fill a slot of a pattern; some are filled by words as well.
SLOT_KINDS = {
    "day": {"number"},
    "ord": {"number"},
    "ordd": {"number"},
    "year": {"number"},
    "dm": {"number"},
    "h": {"number"},
    "m": {"number"},
    "number": {"number", "bare"},
    "date": {"date"},
    "past": {"date"},
    "time": {"time", "part"},
    "amount": {"amount", "bare", "share"},
    "ref": {"ref"},
    "address": {"phone", "email"},
    "n": {"number"},
    "month": set(),
    "weekday": set(),
}


class Language:
    """A word list, ready to be searched with.

    :param str code: its language
    :param dict data: content of the file
    """

    def __init__(self, code, data):
        self.code = code
        self._data = data
        self._fold_pairs = tuple(data.get("fold", {}).items())
        suffixes = data.get("ordinal_suffixes", ())
        self.scanner = tokens.scanner(suffixes, dotted="." in data.get("ordinal_marks", ()))
        for name in WORD_LISTS:
            setattr(self, name, self._words(name))
        #: "six fifty" is 650
        self.unsaid_hundreds = data.get("unsaid_hundreds", False)
        self.glue = self._words("date_glue") | {","}
        self.articles = {self.fold(word): n for word, n in data.get("articles", {}).items()}
        self.reach = data.get("negation_reach", {"before": 3, "after": 0})
        self.numbers = self._number_words()
        self._months = self._calendar_names("months", ("wide", "abbreviated"), 1)
        self._weekdays = self._calendar_names("days", ("wide",), 0)
        self.currencies = self._currency_words()
        self.dates = self._patterns(data["dates"])
        self.times = self._patterns(data["times"])
        self.shares = self._patterns(data["shares"])
        self.cues = self._patterns(self._cue_rules())

    def fold(self, word):
        """A word as patterns compare it."""
        return tokens.fold(word, self._fold_pairs)

    def cut(self, text):
        """The items of a text, see :func:`tokens.cut`."""
        return tokens.cut(text, self.scanner, self._fold_pairs)

    # --- reading the file

    def _words(self, name):
        return frozenset(self.fold(word) for word in self._data.get(name, ()))

    def _number_words(self):
        names = ("numbers", "ordinals")
        cardinals, ordinals = (self._data.get(name, {}) for name in names)
        ones = {word for word, number in self.articles.items() if number == 1}
        compounds = self._data.get("compounds", False)
        return NumberWords(cardinals, ordinals, ones, self.joiners, compounds, self.fold)

    def _calendar_names(self, kind, widths, first):
        """{word: number} of months (from 1) or weekdays (Monday 0)."""
        names = {}
        try:
            table = getattr(babel.Locale.parse(self.code), kind)
        except babel.UnknownLocaleError:
            table = {}
        for context in ("format", "stand-alone"):
            for width in widths:
                for number, name in table.get(context, {}).get(width, {}).items():
                    names.setdefault(self.fold(name.rstrip(".")), number)
        own = self._data.get("months" if first else "weekdays", {})
        return names | {self.fold(n): int(number) for number, more in own.items() for n in more}

    def _currency_words(self):
        """{word: ISO codes it may mean, the likeliest first}."""
        return {
            self.fold(word): tuple(codes.split())
            for codes, words in self._data["currencies"].items()
            for word in words
        }

    def _patterns(self, rules):
        patterns = Patterns(self._data.get("groups", {}), self.fold, self._slot, self._fillers)
        for rule, texts in rules.items():
            for text in texts:
                patterns.add(rule, text)
        return patterns

    def _cue_rules(self):
        rules = dict(self._data["cues"])
        rules |= {f"dispute:{reason}": texts for reason, texts in self._data["disputes"].items()}
        return rules | {f"role:{role}": texts for role, texts in self._data["roles"].items()}

    # --- slots of patterns

    def _fillers(self, name):
        """Kinds of items that may fill a slot, and words that may."""
        words = {"n": self.articles, "month": self._months, "weekday": self._weekdays}
        return SLOT_KINDS[name], frozenset(words.get(name, ()))

    def _slot(self, name, items, position):
        """What fits a slot at an item.

        :return: (position behind it, value) or None
        """
        return getattr(self, f"_slot_{name}")(items, position)

    def _slot_n(self, items, position):
        """A count: a number, or a word like "a" or "few"."""
        item = items[position]
        number = _integer(item, 0, 999)
        if number is None and item.kind == "word":
            number = self.articles.get(item.norm)
        return None if number is None else (position + 1, number)

    def _slot_day(self, items, position):
        """The number of a day, counted or not, with what is written behind it."""
        number = _integer(items[position], 1, 31)
        if number is None:
            return None
        behind = items[position + 1] if position + 1 < len(items) else None
        dot = behind is not None and behind.norm == "." and "." in self.ordinal_marks
        return position + 1 + dot, number

    def _slot_ord(self, items, position):
        """The number of a day, counted: 15th, fifteenth."""
        item = items[position]
        if item.kind == "number" and item.value.ordinal:
            number = _integer(item, 1, 31)
            return None if number is None else (position + 1, number)
        found = self._slot_day(items, position)
        return found if found and found[0] > position + 1 else None

    def _slot_ordd(self, items, position):
        """As `ord`, in digits."""
        item = items[position]
        return (
            self._slot_ord(items, position) if item.kind == "number" and item.value.digits else None
        )

    def _slot_month(self, items, position):
        return self._name(self._months, items, position)

    def _slot_weekday(self, items, position):
        return self._name(self._weekdays, items, position)

    def _name(self, names, items, position):
        number = names.get(items[position].norm)
        if number is None:
            return None
        behind = items[position + 1 : position + 3]
        # "Mar." before a day is an abbreviation
        dot = bool(behind) and behind[0].norm == "." and len(items[position].text) <= 5
        dot = dot and len(behind) == 2 and behind[1].kind in {"number", "ordinal"}
        return position + 1 + dot, number

    def _slot_year(self, items, position):
        number = _integer(items[position], 2000, 2099)
        if number is not None:
            return position + 1, number
        if _integer(items[position], 20, 20) and position + 1 < len(items):
            if (rest := _integer(items[position + 1], 10, 99)) is not None:
                return position + 2, 2000 + rest
        return None

    def _slot_dm(self, items, position):
        """A day and a month in figures, which look like decimals."""
        text = items[position].text
        fits = re.fullmatch(r"\d{1,2}\.\d{1,2}", text)
        return (position + 1, text) if fits else None

    def _slot_h(self, items, position):
        number = _integer(items[position], 0, 24)
        return None if number is None else (position + 1, number)

    def _slot_m(self, items, position):
        number = _integer(items[position], 1, 59)
        return None if number is None else (position + 1, number)

    def _slot_number(self, items, position):
        item = items[position]
        is_number = item.kind in SLOT_KINDS["number"]
        return (position + 1, item.value.value) if is_number else None

    def _slot_date(self, items, position):
        return (position + 1, None) if items[position].kind == "date" else None

    def _slot_past(self, items, position):
        item = items[position]
        past = item.kind == "date" and item.value.past
        return (position + 1, None) if past else None

    def _slot_time(self, items, position):
        return (position + 1, None) if items[position].kind in {"time", "part"} else None

    def _slot_amount(self, items, position):
        item = items[position]
        return (position + 1, None) if item.kind in {"amount", "bare", "share"} else None

    def _slot_ref(self, items, position):
        return (position + 1, None) if items[position].kind == "ref" else None

    def _slot_address(self, items, position):
        return (position + 1, None) if items[position].kind in {"phone", "email"} else None


def _integer(item, low, high):
    """The value of a number item, when it is whole and within bounds."""
    if item.kind != "number":
        return None
    value = item.value.value
    return int(value) if low <= value <= high and value == int(value) else None


@functools.cache
def iso_codes():
    """Codes of all currencies."""
    return frozenset(list_currencies())


@functools.cache
def share(text):
    """A share as the word lists name it.

    >>> share("1/3"), share("rest") is None
    (0.3333333333333333, True)
    """
    return None if text == "rest" else float(Fraction(text))
