# Part of ar_collect. License LGPL-3.
"""What somebody says will be paid, and when."""

from .finding import PROMISE, Finding
from .money import Amount

#: More instalments than this are no promise that a person keeps in mind.
MAX_PARTS = 12
SURE, NO_AMOUNT, NO_DATE, ELLIPTIC, WEAK, OFFER, CONDITIONAL = 0.95, 0.1, 0.25, 0.65, 0.3, 0.4, 0.3
AGREED = 0.6


class Plan:
    """The promises of one text: later ones know what "the rest" is.

    :param date today: the day of speaking
    :param float|None total: what is owed
    :param dict amounts: {number of a document: open amount}
    """

    def __init__(self, today, total, amounts):
        self._today = today
        self._total = total
        self._amounts = amounts
        self._parts = []
        #: paying was talked about in the sentence before
        self.is_topic = False
        #: what the sentence before asked for: (sentence, clause, parts)
        self._proposal = None

    def read(self, sentence):  # pylint: disable=method-required-super
        """The promises of a sentence.

        :return list: (values of a :class:`Finding`, clause) for each
        """
        found = []
        for clause in sentence.clauses:
            cues = self._valid_cues(sentence, clause)
            parts = []
            if cues:
                parts = self._parts_of(clause, cues)
            elif self._is_elliptic(sentence, clause):
                parts = self._parts_of(clause, ())
            if clause.of("dispute"):  # "45 instead of 40" is contested, not promised
                parts = [part for part in parts if part[1]]
            found += [(values, clause) for values in self._values(sentence, clause, cues, parts)]
        found = _joined(found) or self._agreed(sentence)
        self._proposal = None if found else self._proposed(sentence)
        self.is_topic = not found and sentence.has("promise", "offer", "not_promise", "topic")
        if not found and not self.is_topic:
            self._parts = []
        return found

    def pause(self):
        """A sentence about anything else ends what was talked about."""
        self.is_topic = False
        self._parts = []
        self._proposal = None

    # --- is it one

    def _valid_cues(self, sentence, clause):
        """The cues of a clause that nothing takes back."""
        if self._is_void(sentence, clause):
            return []
        voids = [void for void in clause.of("not_promise", "past") if not _is_led_to(clause, void)]
        asked = sentence.is_question or self._is_asked(sentence, clause)
        return [
            cue
            for cue in clause.of("promise", "offer")
            if not (asked and cue.rule != "offer")
            and not any(_overlap(cue, void) for void in voids)
            and not sentence.is_negated(cue)
        ]

    @staticmethod
    def _is_void(sentence, clause):
        """Whether a doubt stands in the clause, or in what leads to it."""
        return sentence.has("if_paid", "ours") or any(
            cue.rule == "doubt" and cue.start < clause.end for cue in sentence.cues
        )

    @staticmethod
    def _is_asked(sentence, clause):
        return any(cue.rule == "question" and cue.start < clause.end for cue in sentence.cues)

    def _is_elliptic(self, sentence, clause):
        """Whether amount and day stand there with hardly a word between: "half now, half Friday".

        After a question about paying, one of the two is enough.
        """
        if sentence.is_question or self._is_void(sentence, clause):
            return False
        if self._is_asked(sentence, clause):
            return False
        pieces = _pieces_of_entities(clause)
        for cue in clause.cues:
            beside = cue.rule == "negation" and clause.sentence.piece(cue.start) not in pieces
            if cue.rule not in HARMLESS and not beside:
                return False
        days = [item for _p, item in clause.items("date") if self._is_future(item)]
        money = clause.items("amount", "share", "bare")
        if not (days and money) and not (self.is_topic and (days or money)):
            return False
        return len(_unknown_words(clause)) <= (0 if not (days and money) else 1)

    # --- asked and answered

    def _proposed(self, sentence):
        """What a question asks to be paid, None when it asks for nothing of the kind."""
        if not sentence.is_question or sentence.has("doubt", "condition"):
            return None
        for clause in sentence.clauses:
            if (cues := clause.of("request")) and (parts := self._parts_of(clause, cues)):
                return sentence, clause, parts
        return None

    def _agreed(self, sentence):
        """The promises of "yes", behind a question that names an amount or a day.

        The quote begins with the question: the answer alone says nothing.
        """
        if not self._proposal or not _says_yes(sentence):
            return []
        asked, clause, parts = self._proposal
        return [
            ({**values, "start": asked.start, "confidence": AGREED}, sentence.clauses[0])
            for values in self._values(asked, clause, (), parts)
        ]

    def _is_future(self, item):
        span = item.value
        return not span.past and span.last is not None and span.last >= self._today

    # --- what is in it

    def _parts_of(self, clause, cues):
        """Pairs of (amount item or None, date item or None)."""
        low, high = _scope(clause, cues)
        entities = [
            (position, item)
            for position, item in clause.items("amount", "share", "bare", "date")
            if low <= position < high and (item.kind != "date" or self._is_future(item))
        ]
        entities = [entity for entity in entities if not _is_excepted(clause, entity[0], cues)]
        entities = _without_repeats(clause, entities)
        start = cues[0].start if cues else clause.start
        parts = _paired(entities, start)
        return _instalments(clause, parts)[:MAX_PARTS]

    def _values(self, sentence, clause, cues, parts):
        references = tuple(item.text for item in sentence.items if item.kind == "ref")
        for money, day in parts:
            amount = money.value if money else Amount()
            value, fraction = self._worth(amount)
            if not money and references:
                known = [self._amounts[name] for name in references if name in self._amounts]
                value = round(sum(known), 2) if len(known) == len(references) else None
            self._parts.append((value, fraction))
            conditional = any(cue.rule == "condition" for cue in sentence.cues)
            yield {
                "kind": PROMISE,
                "amount": value,
                "currency": amount.currency,
                "fraction": fraction,
                "date": day.value.last if day else None,
                "references": references,
                "conditional": conditional,
                "confidence": _confidence(clause, cues, money, day, conditional),
            }

    def _worth(self, amount):
        """(amount or None, fraction or None) of what was said."""
        fraction = amount.fraction
        if amount.rest:
            return self._rest()
        if fraction is None:
            return amount.value, None
        if self._total is None:
            return None, fraction
        return round(self._total * fraction, 2), fraction

    def _rest(self):
        """What the parts before leave."""
        fractions = [fraction for _value, fraction in self._parts]
        left = 1.0 - sum(fractions) if None not in fractions else None
        if left is not None and left <= 0:
            return None, None
        if self._total is None:
            return None, left
        values = [value for value, _fraction in self._parts]
        if None in values or sum(values) >= self._total:
            return None, left
        return round(self._total - sum(values), 2), left


#: Cues beside which an answer without a verb still is one.
HARMLESS = frozenset(
    ("neutral", "weak", "topic", "instalments", "report", "self", "successor", "yes")
)


#: Cues that may stand in a "yes".
AGREEING = HARMLESS - {"weak"} | {"promise", "offer"}
LONGEST_YES = 14


def _says_yes(sentence):
    """Whether an answer agrees, and says nothing else."""
    items = sentence.items
    label = next((p + 1 for p, item in enumerate(items[:4]) if item.norm == ":"), 0)
    known = {used for cue in sentence.cues if cue.rule in AGREEING for used in cue.used}
    return (
        not sentence.is_question
        and len(items) <= LONGEST_YES
        and sentence.has("yes")
        and all(cue.rule in AGREEING for cue in sentence.cues)
        and all(
            item.kind == "mark" or position in known or item.norm in sentence.language.filler
            for position, item in enumerate(items[label:], label)
        )
    )


def _unknown_words(clause):
    """Words beside amounts and days of which it is not known that they say nothing more.

    What leads to them does not count: "Denise says", "spoke to John,".
    """
    sentence = clause.sentence
    told = {used for cue in clause.of("instalments", "yes") for used in cue.used}
    told |= {position for cue in clause.of("report") for position in sentence.leads_to(cue)}
    pieces = _pieces_of_entities(clause)
    return [
        item
        for position, item in clause.items("word", "number")
        if item.norm not in sentence.language.filler
        and position not in told
        and sentence.piece(position) in pieces
    ]


def _joined(found):
    """An amount in one clause and a day in the next are one: "300 a month, the first in May"."""
    joined = []
    for values, clause in found:
        before = joined[-1][0] if joined else None
        if (
            before
            and before["date"] is None
            and values["date"]
            and values["amount"] is values["fraction"] is None
        ):
            before["date"] = values["date"]
            before["confidence"] = min(before["confidence"] + NO_DATE, SURE)
        else:
            joined.append((values, clause))
    return joined


def _pieces_of_entities(clause):
    """The parts between commas that have an amount or a day."""
    entities = clause.items("amount", "share", "bare", "date")
    return {clause.sentence.piece(position) for position, _item in entities}


def _overlap(one, other):
    return one.start < other.end and other.start < one.end


def _is_led_to(clause, void):
    """Whether a match has somebody's "says" in its gap: "has [confirmed that it will be] paid"."""
    return any(
        void.start < report.start < report.end < void.end and not {*report.used} & {*void.used}
        for report in clause.of("report")
    )


def _scope(clause, cues):
    """(start, end) of the items that are about the promise, not about its condition."""
    conditions = clause.of("condition")
    if not cues or not conditions:
        return clause.start, clause.end
    condition = conditions[0]
    if condition.start <= cues[0].start:
        return cues[0].start, clause.end
    return clause.start, condition.start


def _is_excepted(clause, position, cues):
    """Whether an item belongs to what is not promised: "and not on Monday"."""
    sentence = clause.sentence
    piece = sentence.piece(position)
    if any(sentence.piece(used) == piece for cue in cues for used in cue.used):
        return False
    return any(
        cue.rule == "negation" and any(sentence.piece(used) == piece for used in cue.used)
        for cue in sentence.cues
    )


def _without_repeats(clause, entities):
    """An amount said twice, as a share and in figures, counts once."""
    found = []
    for position, item in entities:
        before = found[-1] if found else None
        if before and before[1].kind == "share" and item.kind in {"amount", "bare"}:
            if position - before[0] <= 3:
                found[-1] = (position, _share_of(clause, before, position, item))
                continue
        found.append((position, item))
    return found


def _share_of(clause, before, position, item):
    """ "half of the 5,000" is a part of it, "the full amount of 5,000" and "half, 2,500" are not."""
    share = before[1].value
    words = clause.sentence.items[before[0] + 1 : position]
    if share.rest or share.fraction == 1 or not any(word.kind == "word" for word in words):
        return item
    part = Amount(round(item.value.value * share.fraction, 2), item.value.currency)
    return type(item)(item.kind, item.text, item.start, item.end, value=part)


def _paired(entities, cue_start):
    """Which amount is paid on which day.

    :param list entities: (position, item) of amounts and dates
    """
    days = [entity for entity in entities if entity[1].kind == "date"]
    amounts = [entity for entity in entities if entity[1].kind != "date"]
    if not amounts:
        return _only_days(days, cue_start)
    if len(amounts) == 1:
        day = _nearest(days, amounts[0][0], cue_start)
        return [(amounts[0][1], day)]
    return _by_turns(amounts, days)


def _only_days(days, cue_start):
    if not days:
        return []
    behind = [day for day in days if day[0] >= cue_start]
    return [(None, (behind or days[-1:])[0][1])]


def _nearest(days, position, cue_start):
    """The day for the only amount: behind the verb if there is one."""
    if not days:
        return None
    behind = [day for day in days if day[0] >= min(position, cue_start)]
    return (behind or days[-1:])[0][1]


def _by_turns(amounts, days):
    """Amount, day, amount, day; a day may stand before its amount as well."""
    parts, waiting = [], None
    for _position, item in sorted(amounts + days, key=lambda entity: entity[0]):
        if item.kind != "date":
            parts.append([item, waiting])
            waiting = None
        elif parts and parts[-1][1] is None:
            parts[-1][1] = item
        else:
            waiting = item
    following = waiting
    for part in reversed(parts):  # "300 and 200 on Friday"
        part[1] = following = part[1] or following
    return [tuple(part) for part in parts]


def _instalments(clause, parts):
    """ "two payments of 500": as many parts."""
    counts = [cue.slots.get("n", 0) for cue in clause.of("instalments")]
    if not counts or not 1 < counts[0] <= MAX_PARTS or len(parts) != 1 or parts[0][0] is None:
        return parts
    money = parts[0][0]
    days = [item for _p, item in clause.items("date") if not item.value.past and item.value.last]
    days = list({item.value.last: item for item in days}.values()) + [None] * counts[0]
    return [(money, day) for day in days[: counts[0]]]


def _confidence(clause, cues, money, day, conditional):
    value = SURE if cues else ELLIPTIC
    value -= NO_AMOUNT * (money is None) + NO_DATE * (day is None)
    value -= WEAK * bool(clause.of("weak"))
    if cues and all(cue.rule == "offer" for cue in cues):
        value = min(value, OFFER)
    return round(max(0.1, min(value, CONDITIONAL) if conditional else value), 2)


def finding(values, quote, start, end):
    """A finding of these values.

    >>> finding({"kind": "promise"}, "x", 0, 1).kind
    'promise'
    """
    return Finding(quote=quote, start=start, end=end, **values)
