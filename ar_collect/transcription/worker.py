# Part of ar_collect. License LGPL-3.
"""The other end of :mod:`.process`: one request, answered in lines of JSON, then the end.

Requests have the key `work`, one of the functions of :data:`WORKS`, and its arguments. Messages
have the key `type`; the last one is `end` or `error`.
"""

import contextlib
import importlib
import json
import os
import resource
import sys
import threading
import time

from .base import TranscriptionError

#: Behind everything that a person waits for.
NICENESS = 5
MEGABYTE = 1024 * 1024


def main():
    """Do what standard input asks for; output that libraries write goes to standard error."""
    channel = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    request = json.loads(sys.stdin.readline())
    threading.Thread(target=_die_with_the_parent, daemon=True).start()
    _limit(request.pop("memory", 0))

    def send(**message):
        channel.write(json.dumps(message) + "\n")

    try:
        WORKS[request.pop("work")](send, **request)
        send(type="end")
    except TranscriptionError as error:
        send(type="error", code=error.code, retry=error.retry, details=error.details)
    except MemoryError:
        send(type="error", code="memory", retry=False, details={})
    channel.flush()
    # not by the interpreter's way out, which waits for threads and frees what does not like it
    os._exit(0)


def _die_with_the_parent():
    """The parent keeps our input open as long as it lives and cares."""
    while os.read(0, 1024):
        pass
    os._exit(1)


def _limit(memory):
    """Give way to others, and let no file eat the machine's memory or disk."""
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory:
        with contextlib.suppress(ValueError):  # a lower limit stands already
            resource.setrlimit(resource.RLIMIT_AS, (memory * MEGABYTE, memory * MEGABYTE))


def prepare(send, path, mimetype, target):
    """Look into a recording, and make one that a player can seek in if this cannot be.

    :param send: takes messages: one `prepared`
    :param str path: the file
    :param str mimetype: what it is
    :param str target: where a better copy may be written
    """
    from . import audio

    duration, silent, seekable = audio.inspect(path, mimetype)
    # of all kinds only what browsers record as webm does not tell how long it is
    repaired = not seekable and mimetype == "audio/webm" and audio.remux(path, mimetype, target)
    send(type="prepared", duration=duration, silent=silent, repaired=repaired)


def ask(send, path, mimetype, start, seconds, part, duration, **endpoint):
    """Send a recording, or its next part, to an endpoint.

    :param send: takes messages, as :func:`transcribe` sends them
    :param float part: seconds of a part; 0: all at once
    :param float duration: seconds of the recording, 0 when nobody knows
    :param endpoint: `address`, `key` and `fields`, as :func:`.transport.post` takes them
    """
    from .endpoint import read_answer
    from .formats import EXTENSIONS
    from .transport import post

    position = duration
    if part:
        position = _cut(path, mimetype, start, part, "part.wav")
        path, mimetype = "part.wav", "audio/wav"
    if not part or position > start:
        name = f"recording.{EXTENSIONS.get(mimetype, 'bin')}"
        status, body = post(**endpoint, path=path, name=name, mimetype=mimetype, seconds=seconds)
        for line in read_answer(status, body, position - start):
            send(type="segment", start=start + line.start, end=start + line.end, text=line.text)
    send(type="position", position=position)
    if part and start < position < duration:
        send(type="pause")


def _cut(path, mimetype, start, seconds, target):
    """Write the next part of a recording as wav; the second at which it ends."""
    from . import audio
    from .windows import windows

    blocks = audio.blocks(path, mimetype, start)
    _offset, samples = next(windows(blocks, audio.RATE, seconds), (0, ()))
    audio.write_wav(target, samples)
    return start + len(samples) / audio.RATE


def transcribe(send, path, mimetype, start, seconds, loader):
    """Transcribe from a second on, for so many seconds of work.

    :param send: takes messages: `segment` for each sentence, and after each part `position`
    :param str loader: module:function; it returns the recogniser, a function of samples and rate
        that gives (start, end, text) for each sentence
    """
    from . import audio
    from .windows import windows

    begun = time.monotonic()
    module, _colon, function = loader.partition(":")
    recognise = getattr(importlib.import_module(module), function)()
    for offset, samples in windows(audio.blocks(path, mimetype, start), audio.RATE):
        for first, last, text in recognise(samples, audio.RATE):
            send(type="segment", start=start + offset + first, end=start + offset + last, text=text)
        send(type="position", position=start + offset + len(samples) / audio.RATE)
        if time.monotonic() - begun > seconds:
            send(type="pause")
            return


WORKS = {"prepare": prepare, "ask": ask, "transcribe": transcribe}
