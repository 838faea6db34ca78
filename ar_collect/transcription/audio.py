# Part of ar_collect. License LGPL-3.
"""Reading sound, in the process of a worker only: files come from anywhere."""

import contextlib
import wave

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
#: A file is read on after so many places in a row that cannot be read.
MOST_FAILURES = 100


@contextlib.contextmanager
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
    for packet in _packets(container, stream):
        with contextlib.suppress(av.error.FFmpegError):
            yield from packet.decode()


def _packets(container, stream):
    """Packets as far as they can be read; after what is damaged it goes on."""
    failures = 0
    while failures < MOST_FAILURES:
        try:
            for packet in container.demux(stream):
                failures = 0
                yield packet
            return
        except av.error.FFmpegError:
            failures += 1


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
        resamplers = {}
        position = None
        for frame in _frames(container, stream):
            time = _time(frame)
            if position is None:
                position = time if time is not None and start > 1 else 0.0
            elif time is not None and 0.5 < time - position < LONGEST_GAP:
                yield from _from(start, position, np.zeros(int((time - position) * RATE)))
                position = time
            for samples in _resampled(frame, resamplers):
                yield from _from(start, position, samples)
                position += len(samples) / RATE


def _resampled(frame, resamplers):
    """The samples of a frame; where a file is damaged, frames of another kind are among them."""
    kind = (frame.format.name, frame.layout.name, frame.sample_rate)
    if kind not in resamplers:
        resamplers[kind] = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    for part in resamplers[kind].resample(frame):
        yield part.to_ndarray().reshape(-1)


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
        is_empty = length or duration or not _has_packets(path, mimetype)
        raise TranscriptionError("empty" if is_empty else "damaged", retry=False)
    return duration, silent, seekable


def _has_packets(path, mimetype):
    """Whether a file has anything that should be sound."""
    with _opened(path, mimetype) as (container, stream):
        return any(packet.size for packet in _packets(container, stream))


def _loudest(block):
    """Loudness of the loudest tenth of a second of a block, or of the block if it is shorter."""
    size = min(len(block), RATE // 10)
    count = len(block) // size
    return float(np.sqrt((block[: count * size].reshape(count, size) ** 2).mean(axis=1)).max())


def _measure(container, stream):
    """Seconds of a stream that does not say how long it is."""
    end = 0.0
    for packet in _packets(container, stream):
        if packet.pts is not None:
            end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
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
