# Part of ar_collect. License LGPL-3.
"""A sentence taken apart: its clauses, what each is about, and what takes that back."""

BREAKS = frozenset(',:()[]\u2013\u2014-\u201e\u201c\u201d"')
#: What makes a part of a sentence stand for itself.
MAJOR = ("promise", "offer", "dispute", "call_back", "absent", "condition", "other", "person")

#: Kinds of items that may be told without a verb.
TELLING = frozenset(("amount", "share", "bare", "date", "phone", "email"))


class Clause:
    """Part of a sentence, with the cues found in it."""

    __slots__ = ("cues", "end", "sentence", "start")

    def __init__(self, sentence, start, end, cues):
        self.sentence = sentence
        self.start = start
        self.end = end
        self.cues = cues

    def of(self, *kinds):
        """The cues of these kinds."""
        return [cue for cue in self.cues if cue.kind in kinds]

    def items(self, *kinds):
        """(position, item) of the items of these kinds, in order."""
        numbered = enumerate(self.sentence.items[self.start : self.end], self.start)
        return [(position, item) for position, item in numbered if item.kind in kinds]


class Sentence:
    """A sentence and its clauses.

    :param list items: of the sentence
    :param Language language: of the text
    :param dict memo: what was found in other sentences of the text: people repeat themselves
    """

    def __init__(self, items, language, memo):
        self.items = items
        self.language = language
        self._memo = memo
        marks = [item.norm for item in items[-3:] if item.kind == "mark"]
        self.is_question = "?" in marks or items[0].norm == "\u00bf"
        self.clauses = []
        self.cues = []
        self._pieces = [0] * len(items)
        for start, end in self._segments():
            self._take_apart(start, end)

    @property
    def start(self):
        """Where it begins in the text."""
        return self.items[0].start

    @property
    def end(self):
        """Where it ends in the text."""
        return self.items[-1].end

    @property
    def tells_nothing(self):
        """Whether nothing at all was recognised in it."""
        return not self.cues and not any(item.kind in TELLING for item in self.items)

    def _segments(self):
        """(start, end) of what stands between "but" and "but"."""
        cuts = [0]
        for position, item in enumerate(self.items):
            if position and (item.norm in self.language.hard or item.norm == ";"):
                cuts.append(position)
        return list(zip(cuts, [*cuts[1:], len(self.items)], strict=True))

    def _take_apart(self, start, end):
        cues = self._scan(start, end)
        self.cues += cues
        major = [cue for cue in cues if cue.kind in MAJOR]
        pieces = self._cut(start, end, major)
        for number, (first, last) in enumerate(pieces, len(self.clauses) + 1):
            self._pieces[first:last] = [number + first] * (last - first)
        for first, last in _merged(pieces, major):
            inside = [cue for cue in cues if first <= cue.start < last]
            self.clauses.append(Clause(self, first, last, inside))

    def _scan(self, start, end):
        """The cues of a segment, without those that a harmless phrase accounts for."""
        words = (start, *((item.kind, item.exact) for item in self.items[start:end]))
        if words not in self._memo:
            self._memo[words] = self.language.cues.scan(self.items, start, end)
        cues = self._memo[words]
        harmless = {used for cue in cues if cue.rule == "neutral" for used in cue.used}
        return [
            cue
            for cue in cues
            if self._is_in_place(cue, start)
            and (
                cue.rule == "neutral"
                or cue.kind not in {"negation", "doubt", "condition", "question", "dispute"}
                or not harmless.issuperset(cue.used)
            )
        ]

    def _is_in_place(self, cue, start):
        """Whether words that ask stand where questions begin, not "that have you charged"."""
        if cue.rule != "question":
            return True
        before = self.items[start : cue.start]
        openers = self.language.joints | self.language.hard | BREAKS | {"\u00bf", "\u00a1"}
        if all(item.norm in openers for item in before):
            return True
        return bool(before) and before[-1].norm in BREAKS | self.language.joints

    def _cut(self, start, end, major):
        """(start, end) of what stands between commas and joining words, no cue cut in two."""
        cuts = [start]
        for position in range(start + 1, end):
            item = self.items[position]
            is_break = item.norm in BREAKS or item.norm in self.language.joints
            if is_break and not any(cue.start < position < cue.end for cue in major):
                cuts.append(position)
        return list(zip(cuts, [*cuts[1:], end], strict=True))

    def is_negated(self, cue, after=None):
        """Whether a "not" belongs to a cue: inside it, shortly before, or shortly behind.

        A part of the sentence that the cue has no part in does not count.

        :param int|None after: how far behind it reaches; by default what is usual in the language
        """
        negations = {used for other in self.cues if other.rule == "negation" for used in other.used}
        if negations.intersection(cue.used):
            # "never arrived" says no in as many words as it takes, "can't pay" takes "can pay" back
            return cue.kind not in {"dispute", "absent"}
        reach = self.language.reach
        first = cue.start - reach["before"]
        last = cue.end + (reach["after"] if after is None else after)
        pieces = {self._pieces[used] for used in cue.used}
        return any(
            first <= position < last and self._pieces[position] in pieces for position in negations
        )

    def piece(self, position):
        """Which part between commas and joining words an item stands in."""
        return self._pieces[position]

    def leads_to(self, cue):
        """The positions of a cue and of what stands before it in its part of the sentence."""
        first = cue.start
        while first and self._pieces[first - 1] == self._pieces[cue.start]:
            first -= 1
        return range(first, cue.end)

    def has(self, *kinds):
        """Whether the sentence has a cue of these kinds."""
        return any(cue.kind in kinds for cue in self.cues)


def _merged(pieces, major):
    """Pieces joined until each has a cue of its own."""
    merged, has_cue = [], False
    for first, last in pieces:
        own = any(first <= cue.start < last for cue in major)
        if merged and not (own and has_cue):
            merged[-1] = (merged[-1][0], last)
        else:
            merged.append((first, last))
            has_cue = False
        has_cue = has_cue or own
    return merged
