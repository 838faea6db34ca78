# Part of ar_collect. License LGPL-3.
"""Long sound in parts of bounded length, cut where nobody speaks."""

import numpy as np

#: Seconds of one part at most.
LONGEST = 30.0
#: The cut is looked for in this last share of a part.
SEARCHED = 1 / 3
#: Seconds of the stretches that are compared.
STRETCH = 0.2


def windows(blocks, rate, longest=LONGEST):
    """Put blocks together to parts.

    :param blocks: iterable of arrays of samples
    :param int rate: samples per second
    :param float longest: seconds
    :return: generator of (second at which the part begins, samples)

    >>> sound = [np.ones(1000, np.float32)] * 5
    >>> sound[2] = np.concatenate([np.ones(500), np.zeros(300), np.ones(200)])
    >>> [(float(start), len(part)) for start, part in windows(sound, 1000, 3)]
    [(0.0, 2700), (2.7, 2300)]
    """
    size = int(longest * rate)
    offset = 0
    kept = np.empty(0, np.float32)
    for block in blocks:
        kept = np.concatenate((kept, block))
        while len(kept) > size:
            end = _quietest(kept[:size], rate)
            yield offset / rate, kept[:end]
            offset += end
            kept = kept[end:]
    if len(kept):
        yield offset / rate, kept


def _quietest(samples, rate):
    """The middle of the quietest stretch near the end."""
    stretch = int(STRETCH * rate)
    first = int(len(samples) * (1 - SEARCHED))
    count = (len(samples) - first) // stretch
    energy = (samples[first : first + count * stretch].reshape(count, stretch) ** 2).sum(axis=1)
    return first + int(energy.argmin()) * stretch + stretch // 2
