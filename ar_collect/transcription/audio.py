# Part of ar_collect. License LGPL-3.
"""Reading sound, in the process of a worker only: files come from anywhere."""

import wave
from contextlib import contextmanager

import av
import numpy as np

from .base import TranscriptionError

#: Samples per second that recognisers work with.
RATE = 16000
#: The only reader tried on a file is the one of its kind: playlists and the like open other files.
READERS = {
    "audio/wav": "wav",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/mp4": "mov",
    "audio/webm": "matroska",
}
#: Loudness of the loudest tenth of a second, of 1, below which nothing was recorded.
SILENCE = 0.001
#: Less is no recording.
SHORTEST = 0.1
#: Where something is missing inside a recording, times go on as a player shows them.
LONGEST_GAP = 60.0


@contextmanager
def _opened(path, mimetype):
    """The container and its first audio stream."""
    try:
        container = av.open(f"file:{path}", format=READERS[mimetype])
    except (av.error.FFmpegError, KeyError):
        raise TranscriptionError("damaged", retry=False)
    with container:
        if not container.streams.audio:
            raise TranscriptionError("no_audio", retry=False)
        yield container, container.streams.audio[0]


def _frames(container, stream):
    """Frames as far as they can be decoded; what is damaged is left out."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
            if packet is None:
                return
            yield from packet.decode()
        except av.error.FFmpegError:
            if packets.gi_frame is None:  # not the packet, the file cannot be read further
                return


def blocks(path, mimetype, start=0.0):
    """Sound of one channel at :data:`RATE`, with the silence of what is missing.

    :param str path: the file
    :param str mimetype: what it is
    :param float start: seconds from the beginning
    :return: generator of arrays of float samples
    """
    with _opened(path, mimetype) as (container, stream):
        if start > 1:
            container.seek(int((start - 1) * av.time_base))
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        position = None
        for frame in _frames(container, stream):
            time = _time(frame)
            if position is None:
                position = time if time is not None and start > 1 else 0.0
            elif time is not None and 0.5 < time - position < LONGEST_GAP:
                yield from _from(start, position, np.zeros(int((time - position) * RATE)))
                position = time
            for part in resampler.resample(frame):
                samples = part.to_ndarray().reshape(-1)
                yield from _from(start, position, samples)
                position += len(samples) / RATE


def _time(frame):
    """Seconds at which a frame begins, None when the file does not tell."""
    return None if frame.pts is None or frame.time_base is None else float(frame.time)


def _from(start, position, samples):
    """The samples as far as they are not before the start."""
    skipped = max(0, round((start - position) * RATE))
    if skipped < len(samples):
        yield samples[skipped:].astype(np.float32, copy=False)


def inspect(path, mimetype):
    """Tell how long a recording is, whether there is any sound, and whether one can seek in it.

    :return tuple: (seconds, silent, seekable)
    :raise TranscriptionError: `damaged`, `no_audio` or `empty`
    """
    length, silent = 0.0, True
    for block in blocks(path, mimetype):
        length += len(block) / RATE
        if silent and _loudest(block) > SILENCE:
            silent = False
            break
    with _opened(path, mimetype) as (container, stream):
        seekable = container.duration is not None
        duration = container.duration / av.time_base if seekable else _measure(container, stream)
    if silent:
        duration = length
    if duration < SHORTEST:
        raise TranscriptionError("empty" if length or duration else "damaged", retry=False)
    return duration, silent, seekable


def _loudest(block):
    """Loudness of the loudest tenth of a second of a block, or of the block if it is shorter."""
    size = min(len(block), RATE // 10)
    count = len(block) // size
    return float(np.sqrt((block[: count * size].reshape(count, size) ** 2).mean(axis=1)).max())


def _measure(container, stream):
    """Seconds of a stream that does not say how long it is."""
    end = 0.0
    try:
        for packet in container.demux(stream):
            if packet.pts is not None:
                end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    except av.error.FFmpegError:
        return end  # as far as it can be read
    return end


def remux(path, mimetype, target):
    """Write the same sound with the length and the index that a browser's recorder leaves out.

    :return bool: whether the copy is there
    """
    with (
        _opened(path, mimetype) as (container, stream),
        av.open(target, "w", format="webm") as copy,
    ):
        track = copy.add_stream_from_template(stream)
        try:
            for packet in container.demux(stream):
                if packet.dts is not None:
                    packet.stream = track
                    copy.mux(packet)
        except av.error.FFmpegError:
            return False
    return True


def write_wav(target, samples):
    """Write samples as a wav file of 16 bits."""
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
