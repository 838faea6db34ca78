# Part of ar_collect. License LGPL-3.
"""Disputes, call-backs and contacts in a sentence."""

import datetime as dt

from .clauses import kind_of
from .finding import CALL_BACK, CONTACT, DISPUTE

#: At most so many words of a name.
MAX_NAME = 3


def disputes(sentence, today):
    """What is contested, one for each reason.

    :return list: (values of a :class:`Finding`, clause)
    """
    asked = sentence.is_question or sentence.has("question")
    if asked and not sentence.has("complaint"):
        return []
    found = {}
    for clause in sentence.clauses:
        for cue in clause.of("dispute"):
            reason = cue.rule.partition(":")[2]
            if reason not in found and not _is_supposed(sentence, cue):
                found[reason] = (_dispute(sentence, clause, reason, today), clause)
    if len(found) > 1:
        found.pop("other", None)
    return list(found.values())


def _is_supposed(sentence, cue):
    """Whether something is denied, or only thought of: "if the goods are damaged"."""
    if sentence.is_negated(cue, after=2):
        return True
    return any(other.rule == "condition" and other.start < cue.start for other in sentence.cues)


def _dispute(sentence, clause, reason, today):
    amounts = [item.value for item in sentence.items if item.kind == "amount"]
    amounts = amounts or [item.value for _p, item in clause.items("bare")]
    money = amounts[0] if len(amounts) == 1 else None
    days = [item.value.before(today) for _p, item in clause.items("date")]
    days = [day for day in days if day]
    return {
        "kind": DISPUTE,
        "reason": reason,
        "amount": money.value if money else None,
        "currency": money.currency if money else None,
        "date": days[0] if days and reason == "already_paid" else None,
        "references": tuple(item.text for item in sentence.items if item.kind == "ref"),
        "confidence": 0.6 if reason == "other" else 0.85,
    }


def call_backs(sentence, today):
    """When somebody wants to be called, or is back.

    :return list: (values of a :class:`Finding`, clause)
    """
    found = []
    for clause in sentence.clauses:
        cues = [
            cue
            for cue in clause.of("call_back", "absent")
            if not sentence.is_negated(cue, after=1)
            and not any(void.start < cue.end and cue.start < void.end for void in clause.of("past"))
        ]
        if cues and (values := _call_back(sentence, clause, cues[0], today)):
            found.append((values, clause))
    return found[:1]


def _call_back(sentence, clause, cue, today):
    day, time = _moment(clause, today)
    vague = day is None and time is None
    address = any(item.kind in {"phone", "email"} for item in sentence.items)
    if vague and (cue.rule == "absent" or sentence.is_question or address):
        return None
    if cue.rule == "absent" and day is None:
        return None
    confidence = 0.4 if vague else 0.6 if cue.rule == "absent" else 0.9
    if day is None and time is not None:
        day = today
    return {"kind": CALL_BACK, "date": day, "time": time, "confidence": confidence}


def _moment(clause, today):
    """(date, time) of a clause, each None when not said."""
    days = [item.value for _p, item in clause.items("date")]
    days = [span.first for span in days if not span.past and span.first and span.first >= today]
    parts = [item.value for _p, item in clause.items("part")]
    part = parts[0] if parts else None
    times = [item.value.time(part) for _p, item in clause.items("time")]
    times += [item.value.time for _p, item in clause.items("date")]
    times = [time for time in times if time]
    if not times and part is not None:
        times = [dt.time(part, 0)]
    return (days[0] if days else None), (times[0] if times else None)


def contact(sentence):
    """Who else to talk to, and how.

    :return: values of a :class:`Finding`, or None
    """
    cues = [cue for cue in sentence.cues if kind_of(cue) in {"contact", "person"}]
    cues = [cue for cue in cues if not sentence.is_negated(cue)]
    people = [cue for cue in cues if cue.rule == "person"]
    phones = [item.value for item in sentence.items if item.kind == "phone"]
    emails = [item.value for item in sentence.items if item.kind == "email"]
    name = _name(sentence, people)
    if not phones and not emails and not (name and people):
        return None
    if sentence.is_question and not phones and not emails:
        return None
    roles = [cue.rule.partition(":")[2] for cue in sentence.cues if kind_of(cue) == "role"]
    return {
        "kind": CONTACT,
        "phone": phones[0] if phones else None,
        "email": emails[0] if emails else None,
        "name": name,
        "role": roles[0] if roles else None,
        "confidence": 0.9 if cues else 0.6,
    }


def _name(sentence, cues):
    """A name behind a title, or behind words like "ask for"."""
    items, language = sentence.items, sentence.language
    for position, item in enumerate(items):
        if item.norm in language.titles and item.kind == "word":
            if name := _words_of_name(sentence, position + 1):
                return name
    for cue in cues:
        for position in range(cue.end, min(cue.end + 6, len(items))):
            if items[position].kind != "word" and items[position].norm not in {",", "."}:
                break
            if items[position].norm in language.not_names:
                continue
            return _words_of_name(sentence, position)
    return None


def _words_of_name(sentence, position):
    """The name that begins at an item: its capitals, or in text without any the first two words."""
    items, language = sentence.items, sentence.language
    has_capitals = any(item.text[:1].isupper() for item in items[1:] if item.kind == "word")
    if position < len(items) and items[position].norm == ".":
        position += 1
    words = []
    for item in items[position : position + MAX_NAME]:
        known = item.norm in language.not_names or item.norm in language.filler
        if item.kind != "word" or known or (has_capitals and not item.text[0].isupper()):
            break
        words.append(item.text)
    if not has_capitals:
        words = [word.capitalize() for word in words[:2]]
    return " ".join(words) or None
