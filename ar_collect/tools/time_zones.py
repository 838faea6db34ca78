# Part of ar_collect. License LGPL-3.
"""Time zones by name and by country."""

from datetime import datetime, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytz


def get_zone(name):
    """The time zone of that name.

    :rtype: ZoneInfo
    :raise ValueError: when there is none

    >>> get_zone("Pacific/Auckland").key
    'Pacific/Auckland'
    >>> get_zone("Mars/Olympus_Mons")
    Traceback (most recent call last):
    ...
    ValueError: There is no time zone “Mars/Olympus_Mons”.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError, TypeError) as error:
        raise ValueError(f"There is no time zone “{name}”.") from error


@lru_cache(maxsize=512)
def get_country_zone(country):
    """The time zone of a country in which all clocks show the same.

    :param str country: code of two letters
    :rtype: ZoneInfo|None

    >>> get_country_zone("FR").key, get_country_zone("DE").key
    ('Europe/Paris', 'Europe/Berlin')
    >>> get_country_zone("US"), get_country_zone("XX")
    (None, None)
    """
    zones = [ZoneInfo(name) for name in pytz.country_timezones.get(country or "", ())]
    return zones[0] if len({_get_clock(zone) for zone in zones}) == 1 else None


def belongs_to(zone, country):
    """Whether clocks in the country show what they show in the time zone.

    True for a country of which nothing is known.

    >>> belongs_to(ZoneInfo("Europe/Zurich"), "FR"), belongs_to(ZoneInfo("Asia/Tokyo"), "FR")
    (True, False)
    """
    names = pytz.country_timezones.get(country or "", ())
    return not names or _get_clock(zone) in {_get_clock(ZoneInfo(name)) for name in names}


def _get_clock(zone):
    """The offsets in winter and in summer of the present year."""
    year = datetime.now(timezone.utc).year
    days = (datetime(year, month, 1, tzinfo=zone) for month in (1, 7))
    return tuple(day.utcoffset() for day in days)
