# Part of ar_collect. License LGPL-3.
"""A transcript in timed pieces as one text, and back to the second at which something was said."""

import bisect

ENDS = (".", "?", "!", "\u2026")


def join_segments(segments):
    """One text of the pieces of a transcript.

    A piece goes on with the next one unless it ends like a sentence. An engine that writes no
    marks at all cuts at pauses: then each piece stands for itself.

    :param list segments: dicts with ``start`` (seconds) and ``text``
    :return: (text, list of pairs of position in the text and second)

    >>> join_segments([{"start": 1.0, "text": "We pay on"}, {"start": 2.5, "text": "Friday."}])
    ('We pay on Friday.', [(0, 1.0), (10, 2.5)])
    >>> join_segments([{"start": 0, "text": "yes"}, {"start": 2, "text": "on friday"}])[0]
    'yes\\n\\non friday'
    """
    texts = [" ".join(str(segment.get("text") or "").split()) for segment in segments]
    has_marks = any(text.endswith(ENDS) for text in texts)
    joined, starts, length = [], [], 0
    for segment, text in zip(segments, texts, strict=True):
        if not text:
            continue
        if joined:
            goes_on = has_marks and not joined[-1].endswith(ENDS)
            joined.append(" " if goes_on else "\n\n")
            length += len(joined[-1])
        starts.append((length, float(segment.get("start") or 0)))
        joined.append(text)
        length += len(text)
    return "".join(joined), starts


def second_at(starts, position):
    """The second at which the piece with this position began.

    >>> second_at([(0, 1.0), (10, 2.5)], 12), second_at([], 3)
    (2.5, 0.0)
    """
    index = bisect.bisect_right([start for start, _second in starts], position) - 1
    return starts[index][1] if index >= 0 else 0.0
