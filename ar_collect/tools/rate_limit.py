# Part of ar_collect. License LGPL-3.
"""How often a stranger may ask."""

import ipaddress
import threading
import time
from collections import OrderedDict


def network_of(address):
    """What one caller is known by: the address, of IPv6 the network that one household has.

    >>> network_of("203.0.113.7"), network_of("2001:db8:1:2:3::9"), network_of("x")
    ('203.0.113.7', '2001:db8:1:2::/64', 'x')
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return str(address)
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network((found, 64), strict=False))


class RateLimit:
    """So many calls in so many seconds, by key, counted in the memory of this process.

    It keeps what a stranger can cost us small; that links cannot be guessed does not depend on it.
    So it is enough that every worker counts by itself, and a count is never written to disk: that
    would cost more than most of what it protects from.

    :param int calls: allowed within the window
    :param float seconds: length of the window, which begins with the first call
    :param int most: keys that are remembered; the oldest is forgotten first

    >>> limit, clock = RateLimit(2, 60), iter([0, 1, 2, 61]).__next__
    >>> [limit.allows("a", clock) for _call in range(4)]
    [True, True, False, True]
    >>> limit.allows("b", lambda: 61)
    True
    """

    def __init__(self, calls, seconds, most=10_000):
        self.calls, self.seconds, self.most = calls, seconds, most
        self.counts = OrderedDict()
        self.lock = threading.Lock()

    def allows(self, key, clock=time.monotonic):
        """Whether one more call is allowed; it is counted.

        :param key: of the caller, or of what is called
        :rtype: bool
        """
        now = clock()
        with self.lock:
            start, count = self.counts.get(key, (now, 0))
            if now - start >= self.seconds:
                start, count = now, 0
                self.counts.pop(key, None)
            self.counts[key] = start, count + 1
            if len(self.counts) > self.most:
                self.counts.popitem(last=False)
            return count < self.calls

    def forget(self):
        """Begin anew."""
        with self.lock:
            self.counts.clear()
