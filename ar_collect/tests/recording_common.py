# Part of ar_collect. License LGPL-3.
"""What the tests of recordings share: real speech, in every kind of file, and its words."""

import importlib.util
import math
import re
import struct
import wave
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from .worklist_common import WorklistCase

#: What is said in the recordings that come with the speech model.
SPOKEN = {
    "beckett.wav": "Ever tried. Ever failed. No matter. Try again. Fail again. Fail better.",
    "two_cities.wav": (
        "It was the best of times, it was the worst of times, it was the age of wisdom, it was"
        " the age of foolishness, it was the epoch of belief, it was the epoch of incredulity, it"
        " was the season of Light, it was the season of Darkness, it was the spring of hope, it"
        " was the winter of despair, we had everything before us, we had nothing before us, we"
        " were all going direct to Heaven, we were all going direct the other way, in short, the"
        " period was so far like the present period, that some of its noisiest authorities"
        " insisted on its being received, for good or for evil, in the superlative degree of"
        " comparison only."
    ),
}
#: Of these, the beginning is encoded in other ways: up to "No matter".
ENCODED_SECONDS = 5
#: Encoder and container by mimetype.
ENCODINGS = {
    "audio/wav": ("pcm_s16le", "wav", {}),
    "audio/webm": ("libopus", "webm", {"live": "1"}),
    "audio/ogg": ("libopus", "ogg", {}),
    "audio/mpeg": ("libmp3lame", "mp3", {}),
    "audio/mp4": ("aac", "mp4", {}),
}


def spoken(name="beckett.wav"):
    """The path of a recording of somebody speaking.

    :raise AssertionError: when the speech model is not installed: nothing could be tested then
    """
    spec = importlib.util.find_spec("moonshine_voice")
    assert spec, "moonshine-voice is not installed: see tools/requirements.txt"
    return Path(spec.origin).parent / "assets" / name


@cache
def encoded(mimetype, layout="mono"):
    """The path of the beginning of a recording, as another kind of file.

    A webm file is as a browser records it: without its length and without an index.
    """
    import av  # not before it is needed: without it the test fails, not the loading of all tests

    codec, container, options = ENCODINGS[mimetype]
    target = Path(mkdtemp(prefix="ar_collect_")) / f"speech.{container}"
    with av.open(str(spoken())) as source:
        with av.open(str(target), "w", format=container, options=options) as copy:
            stream = copy.add_stream(codec, rate=48000, layout=layout)
            resampler = av.AudioResampler(format=stream.format, layout=layout, rate=48000)
            for frame in source.decode(audio=0):
                if frame.time > ENCODED_SECONDS:
                    break
                for part in resampler.resample(frame):
                    part.pts = None
                    copy.mux(stream.encode(part))
            copy.mux(stream.encode(None))
    return target


def tone(path, seconds, loudness=0.3, rate=16000):
    """Write a wav file of a tone, or of silence."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(
            b"".join(
                struct.pack("<h", int(32767 * loudness * math.sin(number / 6)))
                for number in range(int(seconds * rate))
            )
        )
    return path


def words(text):
    """The words of a text, without what one does not hear.

    >>> words("It's the 1st -- no, the 2nd!")
    ['its', 'the', '1st', 'no', 'the', '2nd']
    """
    return re.findall(r"\w+", text.lower().replace("'", ""))


def count_right(said, heard):
    """How many of the words said were heard, in their order.

    >>> count_right("ever tried ever failed", "ever tired ever failed")
    3
    """
    row = [0] * (len(words(heard)) + 1)
    for one in words(said):
        former = row[:]
        for index, other in enumerate(words(heard), 1):
            row[index] = (
                former[index - 1] + 1 if one == other else max(former[index], row[index - 1])
            )
    return row[-1]


class RecordingCase(WorklistCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.env["res.partner"].create(
            {"name": "Anna Payable", "parent_id": cls.own.partner_id.id}
        )
        # sudo: what happened is set up by nobody in particular
        cls.recordings = cls.env["ar.collect.recording"].sudo()

    def start(self, login="collector", account=None, **values):
        """A recording that begins, as that user sees it."""
        account = account or self.own
        values = {"consent": True, "consent_name": "Anna Payable", **values}
        recordings = self.recordings.sudo(False).with_user(self.users[login])
        return recordings.browse(recordings.start_recording(account.id, values)["id"])

    def upload(self, path, login="collector", parts=3, **values):
        """A recording of a file that has arrived in parts."""
        recording = self.start(login, filename=Path(path).name, **values)
        data = Path(path).read_bytes()
        size = max(1, -(-len(data) // parts))
        pieces = [data[start : start + size] for start in range(0, len(data), size)]
        for sequence, piece in enumerate(pieces):
            recording._add_chunk(sequence, piece)
        recording.finish_recording(len(pieces))
        return recording

    def audio_of(self, recording):
        """The attachment with the sound."""
        return (
            recording.env["ir.attachment"].sudo().search(recording._get_audio_domain())
        )  # sudo: to look at it from outside
