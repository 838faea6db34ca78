# Part of ar_collect. License LGPL-3.
"""The small language in which the word lists are written, and its matcher.

====================  =========================================================================
``will pay``          these words, one after the other; case and accents do not matter
``pay|settle``        one of them
``pay*``              a word beginning so
``=si``               this spelling, accents included
``(has not|never)``   one of these phrases
``(the)?``            may be missing
``...``               up to four items of any kind
``@money``            one of the group `money` of the same file
``{date}``            something recognised before: see ``SLOTS`` of the module that reads the list
``price & wrong``     both, in either order, in the same clause
====================  =========================================================================

The time a match takes is bounded: nothing repeats without a limit.
"""

import re

GAP = 4
#: How far apart the two sides of ``&`` may be, in items.
REACH = 12
#: Marks that end a sentence end a gap.
STOPS = frozenset(".?!;\n")
#: Items looked at together, and how far a pattern may reach beyond them.
BLOCK, AHEAD = 64, 32

_ATOM = re.compile(r"@\w+|\{\w+\}|=?[^\W_]+\*?|[^\w\s]")


class Node:
    """One step of a pattern."""

    __slots__ = ("data", "kind")

    def __init__(self, kind, data=None):
        self.kind = kind
        self.data = data


class Choice:
    """Sequences of which one is to be found; by their first word, so that few are tried."""

    __slots__ = ("_by_word", "_others", "sequences")

    def __init__(self, sequences):
        self.sequences = sequences
        firsts = [_first_words(nodes) for nodes in sequences]
        words = frozenset().union(*(first for first in firsts if first))
        self._others = [s for s, first in zip(sequences, firsts, strict=True) if first is None]
        self._by_word = {
            word: [
                s for s, first in zip(sequences, firsts, strict=True) if not first or word in first
            ]
            for word in words
        }

    def at(self, item):
        """The sequences that may begin at an item."""
        return self._by_word.get(item.norm, self._others)


class Match:
    """Where a pattern was found: first and last item, those compared, and what filled its slots."""

    __slots__ = ("end", "kind", "rule", "slots", "start", "used")

    def __init__(self, rule, start, end, used, slots):
        self.rule = rule
        #: the rule without its detail: "dispute" of "dispute:price"
        self.kind = rule.partition(":")[0]
        self.start = start
        self.end = end
        self.used = used
        self.slots = slots

    def __repr__(self):
        return f"{self.rule}[{self.start}:{self.end}]"


class Entry:
    """A pattern, or one side of it, and what a text must contain for it to be looked for at all.

    ``needs`` are sets of marks as :func:`_marks` gives them: a text has one of each, or no match.
    """

    __slots__ = ("key", "needs", "nodes")

    def __init__(self, key, nodes, fillers):
        self.key = key
        self.nodes = nodes
        self.needs = _needs(nodes, fillers)

    def may_be_in(self, marks):
        """Whether a text with these marks can contain the pattern."""
        return not any(map(marks.isdisjoint, self.needs))


class Patterns:
    """A list of patterns, each under the name of a rule.

    :param list groups: {name: list of patterns}, used by ``@name``
    :param callable fold: makes words comparable
    :param callable slot: (name, items, position) -> (end, value), or None when nothing fits there
    :param callable fillers: name -> kinds of items that may fill it, and words that may
    """

    def __init__(self, groups, fold, slot, fillers):
        self._groups = groups
        self._fold = fold
        self._slot = slot
        self._fillers = fillers
        self._nodes = {}
        self._by_word = {}
        self._by_exact = {}
        self._by_prefix = {}
        self._by_kind = {}
        self._prefix_lengths = ()
        self._lengths = set()
        self._pairs = 0

    def add(self, rule, pattern):
        """Add a pattern under the name of a rule.

        :raise ValueError: the pattern cannot be read
        """
        sides = pattern.split(" & ")
        if len(sides) == 1:
            self._index((rule, None, 0), self._parse(pattern))
            return
        self._pairs += 1
        for side, text in enumerate(sides):
            self._index((rule, self._pairs, (side, len(sides))), self._parse(text))

    def scan(self, items, start=0, end=None):
        """All places where a pattern is found.

        :param list items: of :class:`~tokens.Item`
        :return list: of :class:`Match`, in the order of the text
        """
        end = len(items) if end is None else end
        single, sided = [], {}
        for first in range(start, end, BLOCK):
            last = min(first + BLOCK, end)
            for match, pair, side in self._scan_block(items, first, last, end):
                if pair is None:
                    single.append(match)
                else:
                    sided.setdefault((pair, side[1]), {}).setdefault(side[0], []).append(match)
        for (_pair, count), sides in sided.items():
            if len(sides) == count:
                single += _joined([sides[side] for side in range(count)])
        return sorted(single, key=lambda match: (match.start, -match.end))

    def _scan_block(self, items, first, last, end):
        """Matches that begin in a block, as (match, pair, side)."""
        marks = _marks(items[first : min(last + AHEAD, end)], self._lengths)
        alive = {}
        for position in range(first, last):
            item = items[position]
            kind = (item.norm, item.exact, item.kind)
            if kind not in alive:
                alive[kind] = [e for e in self._candidates(item) if e.may_be_in(marks)]
            for entry in alive[kind]:
                found = next(self._walk(entry.nodes, 0, items, position, end), None)
                if found is not None and found[0] > position:
                    rule, pair, side = entry.key
                    yield Match(rule, position, found[0], found[1], dict(found[2])), pair, side

    # --- reading patterns

    def _parse(self, text):
        pieces = _pieces(text)
        nodes, rest = self._sequence(pieces, 0)
        if rest != len(pieces) or not nodes or nodes[0].kind == "gap":
            raise ValueError(f"Cannot read the pattern {text!r}")
        return nodes

    def _sequence(self, pieces, position):
        """Nodes up to the end, or to what ends a phrase in brackets."""
        nodes = []
        while position < len(pieces) and pieces[position] not in {")", ")?", "|"}:
            if pieces[position] == "(":
                node, position = self._bracket(pieces, position + 1)
                nodes.append(node)
            elif pieces[position] == "...":
                nodes.append(Node("gap"))
                position += 1
            else:
                nodes += self._alternatives(pieces[position])
                position += 1
        return nodes, position

    def _bracket(self, pieces, position):
        """The phrases between brackets, as one node."""
        choices = []
        while True:
            nodes, position = self._sequence(pieces, position)
            choices.append(nodes)
            if position == len(pieces) or not nodes:
                raise ValueError(f"A bracket is open or empty in {' '.join(pieces)!r}")
            if pieces[position] != "|":
                break
            position += 1
        node = _choice(choices)
        return (Node("option", [node]) if pieces[position] == ")?" else node), position + 1

    def _alternatives(self, piece):
        choices = [self._atoms(choice) for choice in piece.split("|")]
        if not all(choices):
            raise ValueError(f"Nothing stands beside | in {piece!r}")
        return choices[0] if len(choices) == 1 else [_choice(choices)]

    def _atoms(self, text):
        return [
            self._atom(atom) for atom in _ATOM.findall(text) if atom not in {"'", "\u2019", "-"}
        ]

    def _atom(self, atom):
        if atom[0] == "@":
            return self._group(atom[1:])
        if atom[0] == "{":
            return Node("slot", atom[1:-1])
        if atom[0] == "=" and len(atom) > 1:
            return Node("words", (frozenset(), frozenset((atom[1:].lower(),)), ()))
        word = self._fold(atom.rstrip("*"))
        if atom.endswith("*") and len(atom) > 1:
            return Node("words", (frozenset(), frozenset(), (word,)))
        return Node("words", (frozenset((word,)), frozenset(), ()))

    def _group(self, name):
        if name not in self._nodes:
            if name not in self._groups:
                raise ValueError(f"There is no group {name!r}")
            self._nodes[name] = None  # a group inside itself is refused below
            self._nodes[name] = _choice([self._parse(text) for text in self._groups[name]])
        if self._nodes[name] is None:
            raise ValueError(f"The group {name!r} contains itself")
        return self._nodes[name]

    # --- finding patterns

    def _index(self, key, nodes):
        entry = Entry(key, nodes, self._fillers)
        self._lengths |= {len(m) - 1 for need in entry.needs for m in need if _is_prefix(m)}
        for kind, value in _beginnings(nodes):
            if kind == "word":
                self._by_word.setdefault(value, []).append(entry)
            elif kind == "exact":
                self._by_exact.setdefault(value, []).append(entry)
            elif kind == "prefix":
                self._by_prefix.setdefault(value, []).append(entry)
            else:
                kinds, words = self._fillers(value)
                for name in kinds:
                    self._by_kind.setdefault(name, []).append(entry)
                for word in words:
                    self._by_word.setdefault(word, []).append(entry)
        self._prefix_lengths = sorted({len(prefix) for prefix in self._by_prefix})

    def _candidates(self, item):
        norm = item.norm
        yield from self._by_word.get(norm, ())
        yield from self._by_exact.get(item.exact, ())
        for length in self._prefix_lengths:
            if length > len(norm):
                break
            yield from self._by_prefix.get(norm[:length], ())
        yield from self._by_kind.get(item.kind, ())

    def _walk(self, nodes, step, items, position, end):
        """Ways to match from a step on, as (end, positions compared, slots), the longest first."""
        used = ()
        while step < len(nodes) and nodes[step].kind == "words":
            if position >= end or not _is_word(nodes[step].data, items[position]):
                return
            used += (position,)
            position, step = position + 1, step + 1
        if step == len(nodes):
            yield position, used, ()
            return
        for middle, more, slots in self._step(nodes[step], items, position, end):
            for last, rest, others in self._walk(nodes, step + 1, items, middle, end):
                yield last, used + more + rest, slots + others

    def _step(self, node, items, position, end):
        if node.kind == "choice":
            for nodes in node.data.at(items[position]) if position < end else ():
                yield from self._walk(nodes, 0, items, position, end)
        elif node.kind == "option":
            yield from self._walk(node.data, 0, items, position, end)
            yield position, (), ()
        elif node.kind == "slot":
            found = self._slot(node.data, items, position) if position < end else None
            if found and found[0] <= end:
                yield found[0], tuple(range(position, found[0])), ((node.data, found[1]),)
        else:
            yield from _gap(items, position, end)


def longest(matches):
    """The match to take at each position: the longest one.

    One that reaches into a match further on, and ends before it, is left out: "by April" in
    "by April 10".

    :param list matches: as :meth:`Patterns.scan` gives them
    :return dict: match by position
    """
    found = {}
    for match in matches:
        if match.start not in found or match.end > found[match.start].end:
            found[match.start] = match
    for start in sorted(found):
        match = found[start]
        inner = (found.get(position) for position in range(start + 1, match.end))
        if any(other is not None and other.end > match.end for other in inner):
            del found[start]
    return found


def _pieces(text):
    """The words, marks and brackets of a pattern; ``|`` is a piece of its own between brackets.

    >>> _pieces("(has not|never) paid|sent (the)?")
    ['(', 'has', 'not', '|', 'never', ')', 'paid|sent', '(', 'the', ')?']
    """
    found, depth = [], 0
    for piece in re.findall(r"\(|\)\??|[^\s()]+", text):
        depth += (piece == "(") - (piece[0] == ")")
        if depth and "|" in piece:
            found += re.findall(r"\||[^|]+", piece)
        else:
            found.append(piece)
    return found


def _gap(items, position, end):
    """The shortest way first: what belongs together stands close."""
    for last in range(position, min(position + GAP, end) + 1):
        if last > position and items[last - 1].norm in STOPS:
            return
        yield last, (), ()


def _is_prefix(mark):
    return len(mark) > 1 and mark[-1] == "*"


def _marks(items, lengths):
    """What can be told of items one by one: their words, spellings, beginnings and kinds."""
    norms = {item.norm for item in items}
    marks = {f"={item.exact}" for item in items} | {f"{{{item.kind}}}" for item in items}
    for length in lengths:
        marks.update(f"{norm[:length]}*" for norm in norms if len(norm) >= length)
    return marks | norms


def _needs(nodes, fillers):
    """The marks of which a text must have one, for each step that may not be missing."""
    needs = (_need(node, fillers) for node in nodes)
    return [need for need in needs if need]


def _need(node, fillers):
    if node.kind == "words":
        words, exact, prefixes = node.data
        return words | {f"={word}" for word in exact} | {f"{prefix}*" for prefix in prefixes}
    if node.kind == "slot":
        kinds, words = fillers(node.data)
        return words | {f"{{{kind}}}" for kind in kinds}
    if node.kind != "choice":
        return None
    each = [_needs(choice, fillers) for choice in node.data.sequences]
    return frozenset().union(*(min(needs, key=len) for needs in each)) if all(each) else None


def _first_words(nodes):
    """The words with which a sequence begins, None when it may begin otherwise."""
    node = nodes[0]
    if node.kind == "words" and not node.data[1] and not node.data[2]:
        return node.data[0]
    return None


def _is_word(data, item):
    words, exact, prefixes = data
    return (
        item.norm in words
        or (exact and item.exact in exact)
        or (bool(prefixes) and item.norm.startswith(prefixes))
    )


def _choice(choices):
    """One node of several sequences; single words become one look-up."""
    words, exact, prefixes, longer = set(), set(), [], []
    for nodes in choices:
        if len(nodes) == 1 and nodes[0].kind == "words":
            words |= nodes[0].data[0]
            exact |= nodes[0].data[1]
            prefixes += nodes[0].data[2]
        else:
            longer.append(nodes)
    single = Node("words", (frozenset(words), frozenset(exact), tuple(prefixes)))
    if not longer:
        return single
    longer.sort(key=len, reverse=True)
    return Node("choice", Choice(longer + ([[single]] if words or exact or prefixes else [])))


def _beginnings(nodes):
    """What the first item of a match can be.

    :return: pairs ("word" | "exact" | "prefix" | "slot", value)
    """
    found = []
    for node in nodes:
        if node.kind == "words":
            found += [("word", word) for word in node.data[0]]
            found += [("exact", word) for word in node.data[1]]
            found += [("prefix", prefix) for prefix in node.data[2]]
        elif node.kind == "choice":
            found += [begin for choice in node.data.sequences for begin in _beginnings(choice)]
        elif node.kind == "option":
            found += _beginnings(node.data)
            continue
        else:
            found.append(("slot", node.data))
        break
    return list(dict.fromkeys(found))


def _joined(sides):
    """Matches of a pattern with ``&``: for each of the first side the nearest of the others."""
    matches = []
    for first in sides[0]:
        parts = [first]
        for others in sides[1:]:
            near = [other for other in others if _apart(first, other) is not None]
            if not near:
                break
            parts.append(min(near, key=lambda other: _apart(first, other)))
        else:
            matches.append(
                Match(
                    first.rule,
                    min(part.start for part in parts),
                    max(part.end for part in parts),
                    tuple(sorted({used for part in parts for used in part.used})),
                    {name: value for part in parts for name, value in part.slots.items()},
                )
            )
    return matches


def _apart(one, other):
    """Items between two matches; None when they overlap or are too far apart."""
    if set(one.used) & set(other.used):
        return None
    distance = max(other.start - one.end, one.start - other.end, 0)
    return distance if distance <= REACH else None
