# Part of ar_collect. License LGPL-3.
"""From words to records: what is promised, contested, asked for and told in a text.

``extract`` reads a transcript, a note or an e-mail. Everything that depends on the language stands
in ``lang/<code>.json``; how to add one is told in ``README.md`` beside this file.

What is *not* a promise, by decision: a question of the collector ("when will you pay?"), a request
("please pay"), a past or usual payment, doubt ("I'll try", "maybe", "I can't promise"), and
anything negated. "Can we pay on Friday?" is an offer, with a low confidence. What hangs on a
condition ("if you send the invoice again, we will pay by Friday") is found with ``conditional``
and a confidence of 0.3. "Half" and "the rest" become amounts when the caller gives the total.
"""

import datetime as dt

from . import addresses, dates, money, numbers, promises, sentences, talks, times
from .clauses import Sentence
from .finding import CALL_BACK, CONTACT, DISPUTE, KINDS, PROMISE, Finding
from .language import code_of, guess, languages, load, month_first
from .tokens import Item

#: Letters read; more than some hours of talk.
MAX_TEXT = 500_000
#: Years in which days are counted: nobody speaks at the ends of the calendar.
YEARS = range(10, 9980)
#: More of a text nobody would go through.
MOST = 60
#: A longer sentence is quoted by the clause.
MAX_QUOTE = 300


def extract(text, today, lang="en_US", currency=None, total=None, amounts=None):
    """Find promises, disputes, call-backs and contacts in a text.

    :param str text: what was said or written, in any punctuation or none
    :param date today: the day on which it was, where the customer is; a datetime lets "in an hour"
        have a time
    :param str lang: locale of the customer; text that clearly is in another known language is
        read in that one, but with the customer's order of day and month
    :param str|None currency: ISO code of the customer's currency, for words that may mean several
    :param float|None total: what is owed; "half" needs it to become an amount
    :param dict|None amounts: {number of a document: open amount}; "we pay INV/1" is its amount then
    :return list: of :class:`Finding`, in the order of the text

    >>> day = dt.date(2026, 3, 16)
    >>> [found] = extract("Hello. We will pay 5,000 dollars by Friday.", day)
    >>> found.kind, found.amount, found.currency, found.date.isoformat(), found.quote
    ('promise', 5000.0, 'USD', '2026-03-20', 'We will pay 5,000 dollars by Friday.')
    >>> parts = extract("half now and half on april third", day, total=900.0)
    >>> [(part.amount, part.date.isoformat()) for part in parts]
    [(450.0, '2026-03-16'), (450.0, '2026-04-03')]
    >>> extract("When will you pay?", day), extract("We will not pay on Friday.", day)
    ([], [])
    """
    text = (text or "")[:MAX_TEXT] if today.year in YEARS else ""
    code = guess(text, lang)
    language = load(code)
    locale = lang if code_of(lang) == code else lang if lang else code
    days = dates.Days(today, month_first(locale or code))
    today = days.today
    plan = promises.Plan(today, total, amounts or {})
    found, memo = [], {}
    for items in sentences.split(_items(text, language, days, currency), language):
        sentence = Sentence(items, language, memo)
        if sentence.tells_nothing:
            plan.pause()
        else:
            found += _findings(text, sentence, plan, today)
    return _distinct(found)[:MOST]


def _items(text, language, days, currency):
    """The text as items, all that means something made one of."""
    items = addresses.collapse(language.cut(text), language)
    items = numbers.collapse(items, language.numbers)
    items = dates.collapse(items, language.dates, days, language.glue)
    items = times.collapse(items, language.times)
    return money.collapse(_references(items, language), language, currency)


def _references(items, language):
    """A number behind "invoice" is the invoice's, and so are those joined to it."""
    found = []
    for position, item in enumerate(items):
        if _is_reference(items, position, found, language):
            item = Item("ref", item.text, item.start, item.end)
        found.append(item)
    return found


def _is_reference(items, position, before, language):
    """Whether a number names a document; ``before`` is what was read up to it."""
    item = items[position]
    if item.kind != "number" or not item.value.loose or not item.value.digits:
        return False
    behind = items[position + 1] if position + 1 < len(items) else None
    money_behind = behind is not None and (
        behind.kind == "money" or behind.norm in language.currencies
    )
    if len(item.text) < 3 or money_behind or not before:
        return False
    is_next = before[-1].norm in language.joiners | language.joints | {",", "/", "+"}
    is_listed = is_next and len(before) > 1 and before[-2].kind == "ref"
    return before[-1].norm in language.count_heads or is_listed


def _findings(text, sentence, plan, today):
    """What a sentence says, with its quotes."""
    found = plan.read(sentence)
    found += _not_promised(talks.disputes(sentence, today), found)
    found += talks.call_backs(sentence, today)
    contact = talks.contact(sentence)
    if contact:
        found.append((contact, sentence.clauses[0]))
    return [_quoted(text, sentence, values, clause) for values, clause in found]


def _not_promised(disputes, promised):
    """The disputes without "is paid" where that is promised: "I see to it that it is paid"."""
    clauses = [clause for _values, clause in promised]
    return [
        (values, clause)
        for values, clause in disputes
        if values["reason"] != "already_paid" or clause not in clauses or _is_past(clause)
    ]


def _is_past(clause):
    return any(item.value.past for _position, item in clause.items("date"))


def _quoted(text, sentence, values, clause):
    values = dict(values)
    start, end = values.pop("start", sentence.start), sentence.end
    if end - start > MAX_QUOTE:
        items = sentence.items[clause.start : clause.end]
        start, end = items[0].start, items[-1].end
    end = min(end, start + MAX_QUOTE)
    return Finding(quote=text[start:end], start=start, end=end, **values)


def _distinct(findings):
    """Each thing once: what is only repeated in another sentence is left out."""
    seen, kept = {}, []
    for found in findings:
        key = tuple(getattr(found, name) for name in _SAME)
        # two equal instalments of one sentence are two
        if seen.setdefault(key, found.start) == found.start:
            kept.append(found)
    return kept


#: Two findings with these alike are the same thing, said twice.
_SAME = (
    "kind",
    "amount",
    "fraction",
    "date",
    "time",
    "phone",
    "email",
    "name",
    "reason",
)
