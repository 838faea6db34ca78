# Part of ar_collect. License LGPL-3.
"""What happened, in order of time."""

from dataclasses import dataclass, field
from datetime import date, datetime, time

#: On one day: what has no hour comes first, in this order.
KINDS = (
    *("document", "payment", "promise", "plan", "dispute"),
    *("contact", "transcript", "message", "file"),
)


@dataclass
class Entry:
    """Something that happened.

    :param date|datetime moment: when, in the time zone of who reads it
    :param str kind: see :data:`KINDS`
    :param str title: one line
    :param list facts: short lines
    :param str text: as it was said or written, plain
    :param attachments: recordset of `ir.attachment` that belong to it, or None
    :param str full_text: all of the text, where not all of it is told
    :param int document: id of the `account.move` that it is, or 0
    :param list files: paths of these in the archive
    :param int number: its place, see :func:`in_order`
    """

    moment: date
    kind: str
    title: str
    facts: list = field(default_factory=list)
    text: str = ""
    attachments: object = None
    full_text: str = ""
    document: int = 0
    files: list = field(default_factory=list)
    number: int = 0

    @property
    def day(self):
        """The date of it."""
        return self.moment.date() if isinstance(self.moment, datetime) else self.moment

    @property
    def hour(self):
        """The time of day, midnight where it is not known."""
        return self.moment.time() if isinstance(self.moment, datetime) else time.min


def in_order(entries):
    """Entries by time, numbered from 1 on.

    >>> call = Entry(datetime(2026, 3, 16, 9), "contact", "Call")
    >>> bill = Entry(date(2026, 3, 16), "document", "Invoice")
    >>> mail = Entry(datetime(2026, 3, 15, 23), "message", "Mail")
    >>> [(entry.number, entry.title) for entry in in_order([call, bill, mail])]
    [(1, 'Mail'), (2, 'Invoice'), (3, 'Call')]
    """
    entries = sorted(entries, key=lambda entry: (entry.day, entry.hour, KINDS.index(entry.kind)))
    for number, entry in enumerate(entries, start=1):
        entry.number = number
    return entries


def by_month(entries):
    """The contents: the first day of each month with its entries.

    :param list entries: in order
    :return: list of (date, list)

    >>> entries = in_order([Entry(date(2026, 3, day), "contact", "") for day in (1, 9)])
    >>> [(month, len(some)) for month, some in by_month(entries)]
    [(datetime.date(2026, 3, 1), 2)]
    """
    months = {}
    for entry in entries:
        months.setdefault(entry.day.replace(day=1), []).append(entry)
    return list(months.items())
