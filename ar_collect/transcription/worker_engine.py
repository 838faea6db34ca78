# Part of ar_collect. License LGPL-3.
"""What engines have in common: their work is done by a process that can be killed."""

from .base import Engine, Result, Segment, TranscriptionError
from .process import converse

#: Seconds after its time is up until a worker that does not end is killed.
GRACE = 15


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
                    pending.append(Segment(message["start"], message["end"], message["text"]))
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
