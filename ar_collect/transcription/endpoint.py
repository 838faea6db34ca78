# Part of ar_collect. License LGPL-3.
"""An engine that a company points to: an endpoint in the manner of OpenAI's transcriptions."""

import json
import math
from urllib.parse import urlsplit

from .base import DECODER_PACKAGE, Segment, TranscriptionError
from .preparation import has_decoder
from .worker_engine import WorkerEngine

PATH = "/v1/audio/transcriptions"
#: Seconds of sound in one request: a server that keeps pace with a talk answers in time.
PART = 30.0
#: Characters of what an endpoint says about an error that are shown.
SHOWN = 200


class EndpointEngine(WorkerEngine):
    """Sends recordings, in parts, to the configured address."""

    key = "endpoint"

    def missing(self, options):
        """Override to ask for an address that can be called."""
        if not options.url:
            return [("url", "")]
        address = urlsplit(options.url)
        valid = address.scheme in {"http", "https"} and address.hostname
        return [] if valid else [("url_wrong", options.url)]

    def transcribe(self, path, language, options):
        """Override to say what would help when a file was sent in one piece."""
        try:
            return super().transcribe(path, language, options)
        except TranscriptionError as error:
            if error.code != "timeout" or has_decoder():
                raise
            raise TranscriptionError("timeout_whole", retry=True, package=DECODER_PACKAGE)

    def _get_request(self, language, options):
        # without a decoder nothing can be cut: the file is sent as it is
        is_cut = has_decoder() and not 0 < options.duration <= PART
        return {
            "work": "ask",
            "part": PART if is_cut else 0,
            "duration": options.duration,
            "address": get_address(options.url),
            "key": options.key,
            "fields": {
                "model": options.model,
                "language": language,
                "response_format": "verbose_json",
            },
        }


def get_address(url):
    """The address to post to, from what a person types in.

    >>> get_address("http://speech.example:8000/")
    'http://speech.example:8000/v1/audio/transcriptions'
    >>> get_address("https://speech.example/v1")
    'https://speech.example/v1/audio/transcriptions'
    >>> get_address("https://speech.example/my/v1/audio/transcriptions")
    'https://speech.example/my/v1/audio/transcriptions'
    """
    url = url.rstrip("/")
    if url.endswith(PATH):
        return url
    return url + PATH.removeprefix("/v1") if url.endswith("/v1") else url + PATH


def read_answer(status, body, duration):
    """Read the sentences out of an answer.

    :param int status: of HTTP
    :param bytes body: JSON with `segments`, or at least a `text`
    :param float duration: seconds of the sound, as the time of a text without segments
    :return list: of :class:`Segment`
    :raise TranscriptionError: `endpoint_key`, `endpoint_status` or `endpoint_nonsense`

    >>> answer = b'{"text": "Hi", "segments": [{"start": 0, "end": 1.5, "text": " Hi "}]}'
    >>> read_answer(200, answer, 2)
    [Segment(start=0.0, end=1.5, text='Hi')]
    >>> read_answer(200, b'{"text": "Hello"}', 2)
    [Segment(start=0.0, end=2.0, text='Hello')]
    >>> read_answer(200, b'{"text": ""}', 2)
    []
    """
    _check_status(status, body)
    try:
        answer = json.loads(body)
        whole = {"start": 0, "end": duration}
        lines = answer.get("segments") or [{**whole, "text": answer["text"]}]
        segments = [_read_line(line, duration) for line in lines]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise TranscriptionError("endpoint_nonsense", retry=True, answer=_show(body))
    return sorted(segment for segment in segments if segment.text)


def _read_line(line, duration):
    """A sentence of an answer, its times within the sound that was sent.

    :param dict line: with `start`, `end` and `text`
    :param float duration: seconds of the sound; 0: nobody knows
    :rtype: Segment
    :raise ValueError: or another error, when it is none

    >>> _read_line({"start": -2, "end": 31.5, "text": " Hi "}, 30)
    Segment(start=0.0, end=30.0, text='Hi')
    >>> _read_line({"start": 5, "end": 4, "text": "Hi"}, 0)
    Segment(start=5.0, end=5.0, text='Hi')
    """
    start, end = float(line["start"]), float(line["end"])
    if not (math.isfinite(start) and math.isfinite(end)):
        raise ValueError("no time")
    latest = float(duration) or max(0.0, start, end)
    start = min(max(0.0, start), latest)
    return Segment(start, min(max(start, end), latest), line["text"].strip())


def _check_status(status, body):
    """Raise what an answer other than OK means."""
    if status == 200:
        return
    if status in {401, 403}:
        raise TranscriptionError("endpoint_key", retry=False, status=status)
    retry = status in {408, 409, 425, 429} or status >= 500
    raise TranscriptionError("endpoint_status", retry=retry, status=status, answer=_show(body))


def _show(body):
    """The beginning of an answer, on one line."""
    return " ".join(body[: 4 * SHOWN].decode(errors="replace").split())[:SHOWN]
