# Part of ar_collect. License LGPL-3.
"""What engines take, give and raise."""

from dataclasses import dataclass, field
from typing import NamedTuple

#: What has to be installed, as pip knows it. Later versions of the speech model fetch it from the
#: network; this one carries it.
SPEECH_PACKAGE = "moonshine-voice==0.0.49"
DECODER_PACKAGE = "av==17.1.0"


class Segment(NamedTuple):
    """A sentence and its time, in seconds from the beginning of the recording."""

    start: float
    end: float
    text: str


@dataclass
class Options:
    """How one call of an engine is to work.

    :param float start: seconds of the recording that are transcribed already
    :param float duration: seconds of the whole recording, 0 when nobody knows
    :param float seconds: time the call may take; it then ends with what there is
    :param int memory: megabytes a process of its own may use
    :param str mimetype: of the recording
    :param str url: address of an endpoint
    :param str key: its key
    :param str model: its model
    """

    start: float = 0
    duration: float = 0
    seconds: float = 90
    memory: int = 2048
    mimetype: str = ""
    url: str = ""
    key: str = field(default="", repr=False)
    model: str = ""


@dataclass
class Result:
    """What one call has brought.

    :param list segments: of :class:`Segment`, in the order of their time
    :param float position: seconds from the beginning that are transcribed now
    :param bool complete: whether that is all; otherwise call again with this start
    """

    segments: list
    position: float
    complete: bool


class TranscriptionError(Exception):
    """A recording cannot be transcribed, now or at all.

    :param str code: what happened, one of the codes that the texts in Odoo are kept for
    :param bool retry: whether another try may help
    :param details: what the text tells besides
    """

    def __init__(self, code, *, retry, **details):
        super().__init__(code, details)
        self.code = code
        self.retry = retry
        self.details = details


class Engine:
    """Turns speech into text. To be overridden by each way of doing so."""

    #: What the settings keep.
    key = ""
    #: Codes of the languages it understands; None: those that its model knows.
    languages = None

    def missing(self, options):
        """Say what has to be done before the engine can work.

        :param Options options: as configured
        :return list: of (code, what is missing), empty when it is ready
        """
        raise NotImplementedError

    def transcribe(self, path, language, options):
        """Transcribe a recording, or the next part of it.

        :param str path: the file
        :param str language: two letters
        :param Options options: how
        :rtype: Result
        :raise TranscriptionError: when that is not possible
        """
        raise NotImplementedError
