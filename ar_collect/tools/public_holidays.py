# Part of ar_collect. License LGPL-3.
"""Public holidays by country and state, from the Python library `holidays` where it is installed.

Working them out takes a while, so each process keeps what it has worked out.
"""

from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

try:
    import holidays as library
except ImportError:  # optional: without it no country has holidays, and the settings say so
    library = None

NONE = MappingProxyType({})
WEEKEND = frozenset({5, 6})


def is_installed():
    """Whether public holidays are known at all.

    >>> is_installed() == (library is not None)
    True
    """
    return library is not None


@lru_cache(maxsize=1024)
def public_holidays(country, state, year, lang="en_US"):
    """The holidays of a year.

    :param str country: code of two letters
    :param str|None state: code; one that the library does not know is left out
    :param int year:
    :param str lang: of the names, where there is a translation
    :return: read-only mapping {date: name}; empty for a country nobody knows

    >>> from datetime import date
    >>> public_holidays("XX", None, 2026)
    mappingproxy({})
    >>> not is_installed() or date(2026, 12, 25) in public_holidays("US", "CA", 2026)
    True
    """
    source = _get_source(country, state, lang)
    if source is None:
        return NONE
    return MappingProxyType(dict(source(years=year)))


def _get_source(country, state, lang):
    """What makes the holidays of a country and state; None for a country nobody knows."""
    kind = getattr(library, country or "", None) if library else None
    if kind is None or country not in library.list_supported_countries():
        return None
    # some write DE-BY where others write BY
    state = next((c for c in (state, (state or "").split("-")[-1]) if c in kind.subdivisions), None)
    return lambda **options: kind(subdiv=state, language=lang, expand=False, **options)


@lru_cache(maxsize=512)
def weekend(country):
    """The weekdays on which nobody works there, 0 is Monday.

    >>> sorted(weekend("FR")), sorted(weekend(None))
    ([5, 6], [5, 6])
    """
    source = _get_source(country, None, "en_US")
    found = frozenset(source().weekend) if source else WEEKEND
    return found if len(found) < 7 else WEEKEND


@dataclass(frozen=True)
class ClosedDays:
    """The days on which somebody is closed: public holidays, and days of their own.

    :param str|None country: code
    :param str|None state: code
    :param tuple periods: (first day, last day, name) of days of their own
    :param str lang: of the names

    >>> from datetime import date
    >>> days = ClosedDays(periods=((date(2026, 8, 3), date(2026, 8, 14), "Summer"),))
    >>> date(2026, 8, 14) in days, date(2026, 8, 15) in days, days.get_name(date(2026, 8, 3))
    (True, False, 'Summer')
    """

    country: str | None = None
    state: str | None = None
    periods: tuple = ()
    lang: str = "en_US"

    def __contains__(self, day):
        return self.get_name(day) is not None

    def get_name(self, day):
        """Why they are closed on a day; None when they are not.

        :param date day:
        """
        for first, last, name in self.periods:
            if first <= day <= last:
                return name
        return public_holidays(self.country, self.state, day.year, self.lang).get(day)
