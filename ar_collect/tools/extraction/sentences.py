# Part of ar_collect. License LGPL-3.
"""Where a sentence ends, in written text and in what a speech engine writes without any marks."""

#: A line this long was broken by the mail program, not by its writer.
WRAPPED_LINE = 60
#: Items of the longest sentence; a longer one is cut.
LONGEST = 60
ENDS = frozenset(".?!\u2026")


def split(items, language):
    """Cut items into sentences.

    :param list items: of a whole text
    :param Language language: of the text
    :return list: of lists of items, the marks at the end included
    """
    sentences, current, line_start = [], [], 0
    for position, item in enumerate(items):
        if item.kind == "line":
            if current and not _is_wrapped(items, position, line_start):
                sentences.append(current)
                current = []
            line_start = item.end
            continue
        current.append(item)
        if len(current) >= LONGEST or _is_end(items, position, language):
            current, rest = _cut_long(current, language)
            sentences.append(current)
            current = rest
    if current:
        sentences.append(current)
    return sentences


def _cut_long(items, language):
    """A sentence too long is cut before the last word that joins two clauses."""
    if len(items) < LONGEST:
        return items, []
    for position in range(len(items) - 1, LONGEST // 2, -1):
        if items[position].norm in language.joints or items[position].norm in language.hard:
            return items[:position], items[position:]
    return items, []


def _is_wrapped(items, position, line_start):
    """Whether the sentence goes on behind a line break."""
    line = items[position]
    if line.end - line.start > 1 or line.start - line_start < WRAPPED_LINE:
        return False
    behind = items[position + 1] if position + 1 < len(items) else None
    return behind is not None and not behind.text[0].isupper() and behind.text[0].isalnum()


def _is_end(items, position, language):
    item = items[position]
    if item.norm not in ENDS or item.kind != "mark":
        return False
    behind = items[position + 1] if position + 1 < len(items) else None
    if behind is not None and behind.start == item.end and behind.kind != "mark":
        return item.norm != "." and behind.kind != "number"
    if behind is not None and behind.norm in ENDS and behind.kind == "mark":
        return False
    return item.norm != "." or not _is_abbreviation(items, position, language)


def _is_abbreviation(items, position, language):
    if not position:
        return False
    before = items[position - 1]
    if before.end != items[position].start or before.kind != "word":
        return False
    initial = len(before.text) == 1 and before.text.isupper()
    return before.norm in language.abbreviations or before.norm in language.titles or initial
