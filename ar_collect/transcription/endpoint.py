# Part of ar_collect. License LGPL-3.
"""An engine that a company points to: an endpoint in the manner of OpenAI's transcriptions."""

import json
import math
from urllib.parse import urlsplit

from .base import Segment, TranscriptionError
from .preparation import has_decoder
from .worker_engine import WorkerEngine

PATH = "/v1/audio/transcriptions"
#: Seconds of sound in one request: also a server of modest power answers in time.
PART = 120.0
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
        if answer.get("segments"):
            lines = [
                (float(line["start"]), float(line["end"]), str(line["text"]).strip())
                for line in answer["segments"]
            ]
        else:
            lines = [(0.0, float(duration), answer["text"].strip())]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise TranscriptionError("endpoint_nonsense", retry=True, answer=_show(body))
    if not all(math.isfinite(start) and math.isfinite(end) for start, end, _text in lines):
        raise TranscriptionError("endpoint_nonsense", retry=True, answer=_show(body))
    return sorted(Segment(*line) for line in lines if line[2])


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
