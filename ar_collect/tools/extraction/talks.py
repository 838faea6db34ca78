# Part of ar_collect. License LGPL-3.
"""Disputes, call-backs and contacts in a sentence."""

import datetime as dt

from .finding import CALL_BACK, CONTACT, DISPUTE

#: At most so many words of a name.
MAX_NAME = 3
#: How sure a call is that somebody asked for, with a day or a time.
ASKED = 0.9


def disputes(sentence, today):
    """What is contested, one for each reason.

    :return list: (values of a :class:`Finding`, clause)
    """
    asked = sentence.is_question or sentence.has("question")
    if (asked and not sentence.has("complaint")) or sentence.has("ours"):
        return []
    found = {}
    for clause in sentence.clauses:
        for cue in clause.of("dispute"):
            reason = cue.rule.partition(":")[2]
            if reason not in found and not _is_supposed(sentence, cue):
                found[reason] = (_dispute(sentence, clause, reason, today), clause)
    if len(found) > 1 or sentence.has("if_paid"):
        found.pop("other", None)
    if "quantity" in found:  # what is missing of a delivery
        found.pop("not_delivered", None)
    return list(found.values())


def _is_supposed(sentence, cue):
    """Whether something is denied, or only thought of: "if the goods are damaged"."""
    if sentence.is_negated(cue, after=2) or sentence.has("resolved"):
        return True
    if _is_accounted_for(sentence, cue):
        return True
    return any(other.rule == "condition" and other.start < cue.start for other in sentence.cues)


def _is_accounted_for(sentence, cue):
    """Whether a set phrase has words of a cue: "no problem with the delivery", "can't talk now"."""
    return any(
        other.rule == "neutral" and not {*other.used}.isdisjoint(cue.used)
        for other in sentence.cues
    )


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
            and not (cue.rule == "absent" and clause.of("promise"))
            and not _is_accounted_for(sentence, cue)
        ]
        # who asks to be called says more; "away this week, back on Monday"
        cues.sort(key=lambda cue: -cue.start if cue.rule == "absent" else -len(sentence.items))
        if cues and (values := _call_back(sentence, clause, cues[0], today)):
            found.append((values, clause))
    asked = [entry for entry in found if entry[0]["confidence"] == ASKED]
    return asked[:1] or sorted(found, key=lambda entry: entry[0]["confidence"])[-1:]


def _call_back(sentence, clause, cue, today):
    day, time = _moment(clause, cue, today)
    vague = day is None and time is None
    if vague and any(item.value.past for _position, item in clause.items("date")):
        return None
    address = any(item.kind in {"phone", "email"} for item in sentence.items)
    if vague and (cue.rule == "absent" or sentence.is_question or address):
        return None
    if cue.rule == "absent" and day is None:
        return None
    confidence = 0.4 if vague else 0.6 if cue.rule == "absent" else ASKED
    if day is None and time is not None:
        day = today
    return {"kind": CALL_BACK, "date": day, "time": time, "confidence": confidence}


def _moment(clause, cue, today):
    """(date, time) of a clause, each None when not said; a day in the cue, or behind it, comes first."""
    dates = clause.items("date")
    dates.sort(key=lambda entity: (entity[0] not in cue.used, entity[0] < cue.start))
    days = [item.value for _p, item in dates]
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
    cues = [cue for cue in sentence.cues if cue.kind in {"contact", "person", "self", "successor"}]
    cues = [cue for cue in cues if not sentence.is_negated(cue)]
    people = [cue for cue in cues if cue.kind != "contact"]
    phones = [item.value for item in sentence.items if item.kind == "phone"]
    emails = [item.value for item in sentence.items if item.kind == "email"]
    name = _name(sentence, people) or _name_in_address(sentence, emails)
    is_other = any(cue.rule != "self" for cue in people)
    if not phones and not emails and not (name and is_other):
        return None
    if sentence.is_question and not phones and not emails:
        return None
    roles = [cue.rule.partition(":")[2] for cue in sentence.cues if cue.kind == "role"]
    return {
        "kind": CONTACT,
        "phone": phones[0] if phones else None,
        "email": emails[0] if emails else None,
        "name": name,
        "role": roles[0] if roles else None,
        "confidence": 0.9 if cues else 0.6,
    }


#: Marks between "contact" and the name.
OPENERS = frozenset(",.:-(\u2013")


def _name(sentence, cues):
    """A name behind a title, or where words like "ask for" and "took over" say it stands."""
    for cue in cues:
        is_before = cue.rule == "successor"
        if name := (_name_before if is_before else _name_behind)(sentence, cue):
            return name
    for position, item in enumerate(sentence.items):
        if item.norm in sentence.language.titles and item.kind == "word":
            if name := _words_of_name(sentence, position + 1):
                return name
    return None


def _name_behind(sentence, cue):
    items, language = sentence.items, sentence.language
    for position in range(cue.end, min(cue.end + 6, len(items))):
        if items[position].kind != "word" and items[position].norm not in OPENERS:
            break
        if items[position].kind == "word" and _may_begin(items[position], language):
            return _words_of_name(sentence, position)
    return None


def _may_begin(item, language):
    return item.norm not in language.not_names and item.norm not in language.titles


def _name_before(sentence, cue):
    """The name that ends where a cue begins: "Anna Lee took over"."""
    first = cue.start
    while first > max(cue.start - MAX_NAME, 0) and _is_name(sentence, sentence.items[first - 1]):
        first -= 1
    words = [item.text for item in sentence.items[first : cue.start]]
    if all(word[0].isupper() for word in words):
        return " ".join(words) or None
    # in text without capitals only first and last name are known as a name
    is_plain = not sentence.items[0].text[0].isupper() and len(words) == 2
    return " ".join(words).title() if is_plain else None


def _name_in_address(sentence, emails):
    """Words in capitals that are also in the e-mail address."""
    if not emails:
        return None
    local = emails[0].partition("@")[0]
    for position, item in enumerate(sentence.items):
        if item.kind == "word" and len(item.norm) > 2 and item.norm in local:
            if item.text[0].isupper() and _is_name(sentence, item):
                before = position and sentence.items[position - 1]
                is_first = before and before.text[0].isupper() and _is_name(sentence, before)
                return _words_of_name(sentence, position - bool(is_first))
    return None


def _has_capitals(sentence):
    """Whether the writer uses capitals, so that a name would have them."""
    return any(item.text[:1].isupper() for item in sentence.items if item.kind == "word")


def _is_name(sentence, item):
    """Whether a word may be part of a name."""
    language = sentence.language
    known = any(
        item.norm in words for words in (language.not_names, language.filler, language.titles)
    )
    lower = _has_capitals(sentence) and not item.text[0].isupper()
    return item.kind == "word" and not known and not lower


def _words_of_name(sentence, position):
    """The name that begins at an item: its capitals, or in text without any the first two words."""
    items = sentence.items
    if position < len(items) and items[position].norm == ".":
        position += 1
    words = []
    for item in items[position : position + MAX_NAME]:
        if not _is_name(sentence, item):
            break
        words.append(item.text)
    if not _has_capitals(sentence):
        words = [word.capitalize() for word in words[:2]]
    return " ".join(words) or None
