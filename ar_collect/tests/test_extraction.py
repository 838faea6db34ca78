# Part of ar_collect. License LGPL-3.
"""What is read out of sentences in four languages, and that no text can stop it."""

import doctest
import importlib
import json
import pkgutil
import random
import sys
from datetime import date, datetime
from datetime import time as clock
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.ar_collect.tools import extraction
from odoo.addons.ar_collect.tools.extraction import extract, language, languages, tokens
from odoo.addons.ar_collect.tools.extraction.language import WORD_LISTS

MONDAY = date(2026, 3, 16)
OWED = 6000.0
LOCALES = {"en": "en_US", "de": "de_DE", "fr": "fr_FR", "es": "es_ES", "en_GB": "en_GB"}
SENTENCES = Path(__file__).with_name("extraction_sentences.txt")


def _repeated(unit):
    return lambda _rand, size: (unit * (size // len(unit) + 1))[:size]


def _mixed(letters):
    return lambda rand, size: "".join(rand.choices(letters, k=size))


def _listed(make):
    def text(rand, size):
        return ", ".join(make(rand) for _n in range(size // 8))[:size]

    return text


#: What costs a reader most, as (random, letters) -> text.
HOSTILE = {
    "one word": _repeated("a"),
    "accents": _repeated("é"),
    "lines": _repeated("a\n"),
    "digits": _repeated("1"),
    "brackets": _repeated("(0"),
    "addresses": _repeated("@a"),
    "quotes": _repeated("> > "),
    "commas": _repeated(", "),
    "promises": _repeated("we will pay 500 by friday if "),
    "denials": _repeated("not "),
    "shares": _repeated("half "),
    "calls": _repeated("call me at 3 "),
    "any digits": _mixed("0123456789 ,."),
    "any marks": _mixed("\"'()[]<>,;:!?.- "),
    "any letters": _mixed("".join(map(chr, range(0x20, 0x3000)))),
    "names": _listed(lambda rand: "".join(rand.choices("abcdefgh", k=6)).title()),
    "days": _listed(lambda rand: f"{rand.randint(1, 31)}/{rand.randint(1, 12)}/2026"),
    "words": lambda rand, size: " ".join(rand.choices(_words("en"), k=size // 6))[:size],
}


def sentences():
    """(locale, text, findings expected) of each line."""
    for line in SENTENCES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            lang, text, expected = (part.strip() for part in line.split(" | "))
            found = [] if expected == "-" else [_expected(part) for part in expected.split(";")]
            yield LOCALES[lang], text.replace("\\n", "\n"), sorted(found, key=str)


def _expected(text):
    kind, *rest = text.split(None, 1)
    if kind == "promise":
        amount, day = rest[0].split()
        return kind, None if amount == "-" else float(amount), _day(day)
    if kind == "call_back":
        day, hour = rest[0].split()
        return kind, _day(day), None if hour == "-" else hour
    if kind == "contact":
        return kind, tuple(sorted(part.strip() for part in rest[0].split(",")))
    return kind, rest[0].strip()


def _day(text):
    if text == "-":
        return None
    return date.fromisoformat(text if len(text) == 10 else f"2026-{text}")


def shown(finding):
    """A finding as the list of sentences has it."""
    kind = finding.kind
    if kind == "promise":
        return kind, finding.amount, finding.date
    if kind == "call_back":
        return kind, finding.date, finding.time and finding.time.strftime("%H:%M")
    if kind == "contact":
        names = ("name", "phone", "email")
        values = {name: getattr(finding, name) for name in names}
        return kind, tuple(sorted(f"{name}={value}" for name, value in values.items() if value))
    return kind, finding.reason


def read(text, lang="en_US", today=MONDAY, total=OWED, **values):
    return sorted((shown(f) for f in extract(text, today, lang, total=total, **values)), key=str)


@tagged("post_install", "-at_install")
class TestExtraction(BaseCase):
    def test_sentences(self):
        count = 0
        for lang, text, expected in sentences():
            count += 1
            with self.subTest(text):
                self.assertEqual(read(text, lang), expected)
        self.assertGreater(count, 1300)

    def test_examples(self):
        for module in pkgutil.iter_modules(extraction.__path__):
            name = f"{extraction.__name__}.{module.name}"
            with self.subTest(module.name):
                result = doctest.testmod(importlib.import_module(name))
                self.assertEqual(result.failed, 0)

    def test_quote_is_where_it_says(self):
        for lang, text, _expected in sentences():
            padded = f"Hello.\n\n{text}\n\nGood bye."
            for found in extract(padded, MONDAY, lang, total=OWED):
                self.assertEqual(padded[found.start : found.end], found.quote)
                self.assertIn(found.quote.strip(), text)

    def test_without_marks_and_capitals(self):
        """As a speech engine writes it that knows no marks."""
        for text, expected in (
            ("we will pay 5000 dollars by friday", [("promise", 5000.0, date(2026, 3, 20))]),
            (
                "hello this is anna yes we got the invoice and we will pay two thousand on friday"
                " and the rest on april third",
                [
                    ("promise", 2000.0, date(2026, 3, 20)),
                    ("promise", 4000.0, date(2026, 4, 3)),
                ],
            ),
            (
                "if you send the invoice again today we will pay by friday",
                [("promise", None, date(2026, 3, 20))],
            ),
            ("no we will not pay on friday", []),
        ):
            with self.subTest(text):
                self.assertEqual(read(text), expected)


@tagged("post_install", "-at_install")
class TestExtractionDays(BaseCase):
    """Days, on the day on which they are said."""

    def said(self, today, words, lang="en_US"):
        [found] = extract(f"We will pay 500 {words}", today, lang)
        return found.date

    def test_weekday_on_that_day(self):
        friday = date(2026, 3, 20)
        for words, day in (
            ("by Friday", date(2026, 3, 27)),
            ("this Friday", friday),
            ("next Friday", date(2026, 3, 27)),
            ("today", friday),
            ("at the end of the week", friday),
            ("next week", date(2026, 3, 27)),
            ("a week from Tuesday", date(2026, 3, 31)),
            ("two weeks from Monday", date(2026, 4, 6)),
        ):
            with self.subTest(words):
                self.assertEqual(self.said(friday, words), day)

    def test_on_a_sunday(self):
        sunday = date(2026, 3, 22)
        for words, day in (
            ("on Monday", date(2026, 3, 23)),
            ("next Monday", date(2026, 3, 23)),
            ("by the end of the week", date(2026, 3, 27)),
            ("early next week", date(2026, 3, 23)),
        ):
            with self.subTest(words):
                self.assertEqual(self.said(sunday, words), day)

    def test_day_of_a_month(self):
        for today, words, day in (
            (date(2026, 3, 16), "on the 16th", date(2026, 3, 16)),
            (date(2026, 3, 17), "on the 16th", date(2026, 4, 16)),
            (date(2026, 1, 31), "on the 30th", date(2026, 3, 30)),
            (date(2026, 12, 20), "on January 5th", date(2027, 1, 5)),
            (date(2026, 12, 31), "by the end of the month", date(2026, 12, 31)),
            (date(2026, 1, 31), "in a month", date(2026, 2, 28)),
            (date(2028, 2, 10), "at the end of the month", date(2028, 2, 29)),
            (date(2026, 2, 1), "on February 29th", date(2028, 2, 29)),
            (date(2026, 12, 15), "by the first of the month", date(2027, 1, 1)),
            (date(2026, 3, 20), "mid-month", date(2026, 4, 15)),
            (date(2026, 12, 15), "in the new year", date(2027, 1, 1)),
        ):
            with self.subTest(words, today=today):
                self.assertEqual(self.said(today, words), day)

    def test_day_that_does_not_exist(self):
        for words in ("on February 30th", "on April 31", "on 2026-02-30", "on 13/13", "on 0/5"):
            with self.subTest(words):
                self.assertIsNone(self.said(MONDAY, words))

    def test_day_that_is_over(self):
        self.assertIsNone(self.said(MONDAY, "on March 3rd, 2026"))

    def test_at_the_ends_of_the_calendar(self):
        for today in (date.min, date.max):
            for lang, text, _expected in sentences():
                extract(text, today, lang)

    def test_order_of_day_and_month(self):
        for lang, day in (
            ("en_US", date(2027, 3, 4)),
            ("en_GB", date(2026, 4, 3)),
            ("en_AU", date(2026, 4, 3)),
        ):
            self.assertEqual(self.said(MONDAY, "on 3/4", lang), day)
        self.assertEqual(self.said(MONDAY, "on 25/3"), date(2026, 3, 25))

    def test_in_an_hour(self):
        now = datetime.fromisoformat("2026-03-16 23:30")
        [found] = extract("Call me back in an hour.", now)
        self.assertEqual((found.date, found.time), (date(2026, 3, 17), clock(0, 30)))


@tagged("post_install", "-at_install")
class TestExtractionAmounts(BaseCase):
    def test_written(self):
        for words, amount, currency in (
            ("5,000", 5000, None),
            ("5.000,00 €", 5000, "EUR"),
            ("1 234,56 EUR", 1234.56, "EUR"),
            ("$1,200.50", 1200.5, "USD"),
            ("USD 75", 75, "USD"),
            ("5k", 5000, None),
            ("12 thousand", 12000, None),
            ("twelve hundred", 1200, None),
            ("five thousand four hundred dollars", 5400, "USD"),
            ("two hundred and fifty pounds", 250, "GBP"),
            ("1.5 million euros", 1500000, "EUR"),
            ("a hundred bucks", 100, "USD"),
            ("¥90000", 90000, "JPY"),
            ("CHF 1'250.40", 1250.4, "CHF"),
        ):
            with self.subTest(words):
                [found] = extract(f"We will pay {words} on Friday.", MONDAY)
                self.assertEqual((found.amount, found.currency), (amount, currency))
                self.assertEqual(found.date, date(2026, 3, 20))

    def test_currency_of_the_customer(self):
        for currency, said in (("CAD", "CAD"), ("AUD", "AUD"), ("EUR", "USD")):
            [found] = extract("We pay 50 dollars on Friday", MONDAY, currency=currency)
            self.assertEqual(found.currency, said)

    def test_share_without_total(self):
        first, second = extract("Half now and the rest on Friday.", MONDAY)
        self.assertEqual((first.amount, first.fraction), (None, 0.5))
        self.assertEqual((second.amount, second.fraction), (None, 0.5))

    def test_share_of_an_amount(self):
        [found] = extract("We will pay half of the 5,000 on Friday.", MONDAY, total=OWED)
        self.assertEqual(found.amount, 2500)
        [found] = extract("We will pay the full amount of 5,000 on Friday.", MONDAY, total=OWED)
        self.assertEqual(found.amount, 5000)

    def test_references(self):
        amounts = {"INV/2026/0107": 321.0}
        [found] = extract("We will pay INV/2026/0107 on Friday.", MONDAY, amounts=amounts)
        self.assertEqual((found.references, found.amount), (("INV/2026/0107",), 321.0))
        [found] = extract("We will pay invoice 4711 on Friday.", MONDAY)
        self.assertEqual((found.references, found.amount), (("4711",), None))

    def test_what_counts_something_else(self):
        for text in ("We will pay the 3 invoices on Friday.", "We will pay in 30 days."):
            with self.subTest(text):
                [found] = extract(text, MONDAY)
                self.assertIsNone(found.amount)

    def test_several_references(self):
        amounts = {"1001": 200.0, "1002": 300.0}
        text = "Invoices 1001 and 1002 will be paid on the 25th."
        [found] = extract(text, MONDAY, amounts=amounts)
        self.assertEqual((found.references, found.amount), (("1001", "1002"), 500.0))

    def test_in_few_words(self):
        for words, amount in (
            ("six fifty", 650),
            ("twelve fifty dollars", 1250),
            ("two and a half thousand", 2500),
            ("five grand", 5000),
        ):
            with self.subTest(words):
                [found] = extract(f"we will pay {words} on friday", MONDAY)
                self.assertEqual(found.amount, amount)
        [found] = extract("call me at two thirty", MONDAY)
        self.assertEqual((found.kind, found.time), ("call_back", clock(14, 30)))

    def test_number_of_a_bank_account(self):
        text = "Our account is DE89 3704 0044 0532 0130 00."
        self.assertEqual(extract(text, MONDAY), [])

    def test_said_twice(self):
        text = "We will pay 500 on Friday. Fine, so. Yes, we will pay 500 on Friday."
        self.assertEqual(len(extract(text, MONDAY)), 1)
        [first, second] = extract("We can make two payments of 500.", MONDAY)
        self.assertEqual(first, second)

    def test_a_day_of_the_past_is_no_promise(self):
        for words in ("last year", "last week", "two months ago", "last Friday"):
            with self.subTest(words):
                text = f"We will pay the invoice of {words} on Friday."
                self.assertEqual(read(text), [("promise", None, date(2026, 3, 20))])

    def test_question_and_answer(self):
        """The quote has both, the answer alone says nothing."""
        asked = "Can you pay 500 by Friday?"
        [found] = extract(f"Hello. {asked} Yes, we can do that. Bye.", MONDAY)
        self.assertEqual(found.quote, f"{asked} Yes, we can do that.")
        self.assertEqual((found.amount, found.date), (500, date(2026, 3, 20)))
        for answer in ("No.", "I don't know.", "Yes, maybe.", "Why?", "Yes, if they pay us.", ""):
            with self.subTest(answer):
                self.assertEqual(extract(f"{asked} {answer}", MONDAY), [])

    def test_condition(self):
        [found] = extract("If you resend the invoice, we will pay by Friday.", MONDAY)
        self.assertTrue(found.conditional)
        self.assertLess(found.confidence, 0.5)
        [found] = extract("We will pay by Friday.", MONDAY)
        self.assertFalse(found.conditional)
        self.assertGreater(found.confidence, 0.5)


@tagged("post_install", "-at_install")
class TestExtractionAnyText(BaseCase):
    def test_work_is_linear(self):
        """Four times the text is four times the work, counted in calls: clocks depend on others."""
        rand = random.Random(4)
        extract("warm up", MONDAY)
        for name, make in HOSTILE.items():
            with self.subTest(name):
                short, long = self._work(make(rand, 3_000)), self._work(make(rand, 12_000))
                self.assertLess(long, 5 * short + 2_000)
                self.assertLess(long, 60 * 12_000, "calls for each letter")

    def test_what_is_too_long_is_not_read(self):
        items = 2 * tokens.MAX_ITEMS
        text = "1 " * items + "We will pay 500 on Friday."
        self.assertEqual(extract(text, MONDAY), [])
        self.assertLess(self._work("1 " * items), 1.1 * self._work("1 " * (items // 2)) + 2_000)
        talk = "so and then he went on about it . " * (tokens.MAX_ITEMS // 20)
        [found] = extract(f"{talk}\nWe will pay 500 on Friday.", MONDAY)
        self.assertEqual(found.amount, 500)

    def test_number_of_findings_is_bounded(self):
        text = "\n".join(f"We will pay {amount} on Friday." for amount in range(100, 300))
        self.assertEqual(len(extract(text, MONDAY)), extraction.MOST)

    def _work(self, text):
        """Functions called while a text is read."""
        calls = 0

        def count(_frame, event, _argument):
            nonlocal calls
            calls += event == "call"

        before = sys.getprofile()
        sys.setprofile(count)
        try:
            extract(text, MONDAY, total=OWED)
        finally:
            sys.setprofile(before)
        return calls

    @settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.text(max_size=300), st.sampled_from(list(LOCALES.values())))
    def test_any_characters(self, text, lang):
        for found in extract(text, MONDAY, lang, total=OWED):
            self.assertEqual(text[found.start : found.end], found.quote)

    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def test_any_words(self, data):
        """Words of the lists in any order."""
        lang = data.draw(st.sampled_from(sorted(languages())))
        words = data.draw(st.lists(st.sampled_from(_words(lang)), max_size=25))
        text = " ".join(words)
        for found in extract(text, MONDAY, lang, total=OWED):
            self.assertEqual(text[found.start : found.end], found.quote)
            self.assertIn(found.kind, extraction.KINDS)
            self.assertTrue(0 < found.confidence <= 1)

    def test_nothing(self):
        for text in ("", "   \n", None):
            self.assertEqual(extract(text, MONDAY), [])

    def test_language_nobody_knows(self):
        self.assertEqual(
            read("We will pay 500 on Friday.", "tlh_KX"), [("promise", 500.0, date(2026, 3, 20))]
        )

    def test_another_language_than_expected(self):
        text = "Wir werden die offene Rechnung am Freitag bezahlen."
        self.assertEqual(read(text, "en_US"), [("promise", None, date(2026, 3, 20))])


def _words(lang):
    """Words and numbers to put together at random."""
    words = {
        word.strip("()@*?=")
        for line in SENTENCES.read_text(encoding="utf-8").splitlines()
        if line.startswith(lang)
        for word in line.split(" | ")[1].split()
    }
    return [*sorted(words), "500", "1.", "3/4", "99:99", "$", "31.02.", "zero", ",", "?", "\n"]


@tagged("post_install", "-at_install")
class TestWordLists(BaseCase):
    """The files are data: whoever adds one is told what is wrong with it."""

    def data(self, code):
        return json.loads((language.FOLDER / f"{code}.json").read_text(encoding="utf-8"))

    def test_every_language_has_every_list(self):
        english = self.data("en")
        optional = {"fold", "compounds", "digit_repeats", "unsaid_hundreds"}
        for code in languages():
            data = self.data(code)
            with self.subTest(code):
                self.assertFalse(english.keys() - data.keys() - optional)
                self.assertEqual(data["disputes"].keys(), english["disputes"].keys())
                self.assertEqual(data["roles"].keys(), english["roles"].keys())
                self.assertFalse(data["cues"].keys() - english["cues"].keys())
                self.assertFalse(data.keys() - english.keys() - optional - set(WORD_LISTS))

    def test_a_new_language_is_a_file(self):
        """Nothing but a file is needed."""
        data = self.data("es")
        data["numbers"]["1000"].append("milpunto")
        spanish = language.Language("es", data)
        items = spanish.cut("dos milpunto")
        self.assertEqual(spanish.numbers.read(items, 0)[0].value, 2000)

    def test_mistakes_are_named(self):
        for pattern in ("", "... pay", "(a|b", "@nothing", "a||b", "(|a)"):
            data = self.data("en")
            data["cues"]["promise"].append(pattern)
            with self.subTest(pattern), self.assertRaises(ValueError):
                language.Language("en", data)
