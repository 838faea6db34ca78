# Part of ar_collect. License LGPL-3.
"""What engines have in common: their work is done by a process that can be killed."""

import re

from .base import Engine, Result, Segment, TranscriptionError
from .process import converse

#: Seconds after its time is up until a worker that does not end is killed.
GRACE = 15
#: Characters that no speech has, and no database takes.
UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]+")


class WorkerEngine(Engine):
    """Has a worker transcribe, and keeps what it has finished when its time is up."""

    def transcribe(self, path, language, options):
        """Override to collect what a worker sends."""
        if self.languages and language not in self.languages:
            raise TranscriptionError("language", retry=False, language=language)
        request = {
            "path": str(path),
            "mimetype": options.mimetype,
            "start": options.start,
            "seconds": options.seconds,
            "memory": options.memory,
            **self._get_request(language, options),
        }
        segments, pending, position, complete = [], [], options.start, True
        try:
            for message in converse(request, options.seconds + GRACE):
                if message["type"] == "segment":
                    pending += _get_segments(message)
                elif message["type"] == "position":
                    segments += pending
                    pending, position = [], message["position"]
                else:
                    complete = False
        except TranscriptionError as error:
            if error.code != "timeout" or position <= options.start:
                raise
            complete = False
        return Result(segments, position, complete)

    def _get_request(self, language, options):
        """What this engine's worker has to know besides.

        :param str language: two letters
        :param Options options: how
        :return dict: `work` and its own arguments
        """
        raise NotImplementedError


def _get_segments(message):
    """The sentence of a message, or none when nothing is left of its text.

    >>> _get_segments({"start": 0, "end": 1.5, "text": " I\\x00 pay "})
    [Segment(start=0, end=1.5, text='I pay')]
    >>> _get_segments({"start": 0, "end": 1.5, "text": chr(0xD800)})
    []
    """
    text = " ".join(UNSPEAKABLE.sub(" ", message["text"]).split())
    return [Segment(message["start"], message["end"], text)] if text else []
