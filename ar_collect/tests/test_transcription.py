# Part of ar_collect. License LGPL-3.
"""The engines, on real speech and a real server: what they hear, and what they make of the rest."""

import doctest
import os
import random
import subprocess
import sys
import time
import wave
from pathlib import Path
from tempfile import mkdtemp
from unittest.mock import patch

import psutil

from odoo.tests import BaseCase, tagged

from odoo.addons.ar_collect.transcription import (
    ENGINES,
    Options,
    TranscriptionError,
    endpoint,
    formats,
    local,
    prepare,
    process,
    transport,
    worker_engine,
)

from . import recording_common, transcription_server
from .recording_common import ENCODINGS, SPOKEN, count_right, encoded, spoken, tone, words

TESTS = str(Path(__file__).parent)


class EngineCase(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = Path(mkdtemp(prefix="ar_collect_"))

    def prepare(self, path, mimetype="audio/wav", target=None):
        return prepare(str(path), mimetype, str(target or self.folder / "copy"), 30)

    def hear(self, path, mimetype="audio/wav", language="en", **options):
        options = Options(mimetype=mimetype, **options)
        return ENGINES["local"].transcribe(str(path), language, options)

    def assert_error(self, code, work, *args, retry=None, **kwargs):
        """The call fails with this code; the error is returned."""
        with self.assertRaises(TranscriptionError) as caught:
            work(*args, **kwargs)
        self.assertEqual(caught.exception.code, code, caught.exception.details)
        if retry is not None:
            self.assertEqual(caught.exception.retry, retry)
        return caught.exception

    @staticmethod
    def text(result):
        return " ".join(segment.text for segment in result.segments)

    @staticmethod
    def children():
        """Our worker processes."""
        return [
            child
            for child in psutil.Process().children()
            if "transcription.worker" in " ".join(child.cmdline())
        ]


@tagged("post_install", "-at_install")
class TestLocalEngine(EngineCase):
    def broken(self, name):
        """The engine with a recogniser that misbehaves."""
        python_path = os.pathsep.join(filter(None, (TESTS, os.environ.get("PYTHONPATH"))))
        self.startPatcher(patch.dict(os.environ, PYTHONPATH=python_path))
        self.startPatcher(patch.object(local.LocalEngine, "loader", f"broken_engines:{name}"))

    def test_installed(self):
        self.assertFalse(ENGINES["local"].missing(Options()))

    def test_doctests(self):
        for module in (formats, endpoint, worker_engine, recording_common):
            self.assertFalse(doctest.testmod(module).failed, module.__name__)
        # needs what only workers load
        code = "import doctest, transcription.windows as w; exit(doctest.testmod(w).failed)"
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=process.ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_what_is_heard(self):
        """Most of the words, at the times at which they are said."""
        result = self.hear(spoken())
        self.assertTrue(result.complete)
        self.assertAlmostEqual(result.position, 9.96, places=1)
        self.assertGreaterEqual(count_right(SPOKEN["beckett.wav"], self.text(result)), 10)
        starts = [segment.start for segment in result.segments]
        self.assertEqual(starts, sorted(starts))
        [second] = [line for line in result.segments if "failed" in line.text.lower()]
        self.assertAlmostEqual(second.start, 1.6, delta=0.5)
        self.assertAlmostEqual(second.end, 3.1, delta=0.5)

    def test_every_kind_of_file(self):
        for mimetype in ENCODINGS:
            path = encoded(mimetype)
            with self.subTest(mimetype):
                self.assertEqual(formats.sniff(path.read_bytes()[:64]), mimetype)
                self.assertAlmostEqual(self.prepare(path, mimetype).duration, 5, delta=0.1)
                text = self.text(self.hear(path, mimetype))
                self.assertGreaterEqual(count_right("Ever tried. Ever failed. No matter.", text), 5)

    def test_browsers_file_is_made_seekable(self):
        """The copy tells its length, and speech in it is where it was."""
        path, copy = encoded("audio/webm"), self.folder / "copy.webm"
        self.assertTrue(self.prepare(path, "audio/webm", copy).repaired)
        self.assertFalse(self.prepare(copy, "audio/webm", self.folder / "other").repaired)
        self.assertFalse(self.prepare(spoken(), "audio/wav").repaired)
        result = self.hear(copy, "audio/webm", start=3.1)
        self.assertIn("matter", self.text(result).lower())
        self.assertNotIn("tried", self.text(result).lower())
        self.assertAlmostEqual(result.segments[-1].start, 3.3, delta=0.5)

    def test_long_recording_in_turns(self):
        """A turn ends when its time is over, the next one begins there; nothing is lost."""
        path = self.folder / "long.wav"
        with wave.open(str(path), "wb") as file, wave.open(str(spoken())) as speech:
            file.setparams(speech.getparams())
            data = speech.readframes(speech.getnframes())
            file.writeframes(data + bytes(2 * 25 * speech.getframerate()) + data)
        first = self.hear(path, seconds=0)
        self.assertFalse(first.complete)
        self.assertTrue(20 <= first.position <= 30)
        second = self.hear(path, start=first.position, seconds=0)
        self.assertAlmostEqual(second.position, 2 * 9.963 + 25, delta=0.1)
        for result in (first, second):
            self.assertGreaterEqual(count_right(SPOKEN["beckett.wav"], self.text(result)), 10)
        [again] = [line for line in second.segments if "failed" in line.text.lower()]
        self.assertAlmostEqual(again.start, 34.96 + 1.6, delta=0.5)

    def test_language_it_does_not_know(self):
        error = self.assert_error("language", self.hear, spoken(), language="fr", retry=False)
        self.assertEqual(error.details, {"language": "fr"})

    # --- files

    def test_silent(self):
        self.assertTrue(self.prepare(tone(self.folder / "silent.wav", 2, loudness=0)).silent)
        self.assertFalse(self.prepare(tone(self.folder / "tone.wav", 2)).silent)

    def test_no_seconds(self):
        path = tone(self.folder / "empty.wav", 0)
        self.assert_error("empty", self.prepare, path, retry=False)
        self.assert_error("empty", self.prepare, tone(self.folder / "click.wav", 0.05))

    def test_damaged(self):
        noise = random.Random(1)
        head = spoken().read_bytes()[:12]
        for mimetype, data in (
            ("audio/wav", head + noise.randbytes(5000)),
            ("audio/wav", head),
            ("audio/ogg", b"OggS" + noise.randbytes(5000)),
            ("audio/webm", encoded("audio/webm").read_bytes()[:100]),
            ("audio/mp4", bytes(4) + b"ftypM4A " + noise.randbytes(5000)),
            ("audio/mpeg", b"ID3" + noise.randbytes(5000)),
        ):
            path = self.folder / "damaged"
            path.write_bytes(data)
            with self.subTest(mimetype), self.assertRaises(TranscriptionError) as caught:
                self.prepare(path, mimetype)
            self.assertIn(caught.exception.code, ("damaged", "no_audio"))
            self.assertFalse(caught.exception.retry)

    def test_broken_off(self):
        """Of a file without its end, all that is there."""
        for mimetype in ("audio/wav", "audio/webm"):
            data = encoded(mimetype).read_bytes()
            path = self.folder / "broken_off"
            path.write_bytes(data[: len(data) // 2])
            with self.subTest(mimetype):
                self.assertFalse(self.prepare(path, mimetype).silent)
                text = self.text(self.hear(path, mimetype)).lower()
                self.assertIn("tried", text)
                self.assertNotIn("matter", text)

    def test_hole(self):
        """Of a file without a part of it, what was said before and after."""
        for mimetype in ("audio/mpeg", "audio/webm"):
            data = encoded(mimetype).read_bytes()
            path = self.folder / "hole"
            path.write_bytes(data[: len(data) * 5 // 10] + data[len(data) * 6 // 10 :])
            with self.subTest(mimetype):
                text = self.text(self.hear(path, mimetype)).lower()
                self.assertIn("tried", text)
                self.assertIn("matter", text)

    def test_reading_goes_on_after_damage(self):
        from ..transcription import audio  # elsewhere in workers only

        places = iter([1, None, None, 2, *[None] * 500])

        class Container:
            def demux(self, _stream):
                for place in places:
                    if place is None:
                        raise audio.av.error.InvalidDataError(1, "damaged")
                    yield place

        self.assertEqual(list(audio._packets(Container(), None)), [1, 2])
        self.assertTrue(list(places), "what is damaged all along is given up")

    def test_two_kinds_of_sound_in_one_file(self):
        """As where a damaged header is misread: both are heard."""
        path = self.folder / "mixed.mp3"
        parts = [encoded("audio/mpeg", layout).read_bytes() for layout in ("mono", "stereo")]
        path.write_bytes(b"".join(parts))
        result = self.hear(path, "audio/mpeg")
        self.assertAlmostEqual(result.position, 10, delta=0.3)
        self.assertEqual(words(self.text(result)).count("tried"), 2)

    def test_playlist_is_not_followed(self):
        """A file that names others is none of a known kind, whatever it says it is."""
        path = self.folder / "list.wav"
        path.write_text(f"#EXTM3U\n#EXTINF:10,\nfile://{spoken()}\n")
        for mimetype in formats.EXTENSIONS:
            with self.subTest(mimetype), self.assertRaises(TranscriptionError):
                self.prepare(path, mimetype)

    # --- processes

    def test_hanging_engine_is_killed(self):
        self.broken("hang")
        self.startPatcher(patch.object(worker_engine, "GRACE", 2))
        begun = time.monotonic()
        self.assert_error("timeout", self.hear, spoken(), seconds=0, retry=True)
        self.assertLess(time.monotonic() - begun, 10)
        self.assertFalse(self.children())

    def test_what_was_heard_before_it_hung_is_kept(self):
        self.broken("hang_later")
        self.startPatcher(patch.object(worker_engine, "GRACE", 4))
        path = tone(self.folder / "long.wav", 45, rate=16000)
        result = self.hear(path, seconds=0)
        self.assertEqual(self.text(result), "Once")
        self.assertFalse(result.complete)
        self.assertGreater(result.position, 15)

    def test_crashing_engine(self):
        self.broken("crash")
        error = self.assert_error("died", self.hear, spoken(), retry=True)
        self.assertIn("signal 11", error.details["reason"])

    def test_complaining_engine(self):
        self.broken("complain")
        error = self.assert_error("died", self.hear, spoken(), retry=True)
        self.assertIn("exit code 1: RuntimeError: the model is incomplete", error.details["reason"])

    def test_greedy_engine(self):
        self.broken("devour")
        self.assert_error("memory", self.hear, spoken(), memory=1024, retry=False)

    def test_chatting_engine(self):
        """What a library prints does not pass for an answer."""
        self.broken("chatter")
        self.assertEqual(self.text(self.hear(spoken())), "Still there")

    def test_worker_dies_with_its_parent(self):
        """However the server ends: kill -9 leaves nobody behind."""
        self.broken("hang")
        code = (
            "import sys; sys.path.append(sys.argv[1]);"
            "from transcription.process import converse;"
            "request = dict(work='transcribe', path=sys.argv[2], mimetype='audio/wav', start=0,"
            " seconds=60, loader='broken_engines:hang');"
            "print('begun', flush=True); list(converse(request, 60))"
        )
        parent = subprocess.Popen(
            [sys.executable, "-c", code, process.ROOT, str(spoken())], stdout=subprocess.PIPE
        )
        self.addCleanup(parent.stdout.close)
        parent.stdout.readline()
        children = []
        for _time in range(100):
            children = psutil.Process(parent.pid).children()
            if children:
                break
            time.sleep(0.05)
        self.assertTrue(children)
        time.sleep(1)
        parent.kill()
        parent.wait()
        _gone, alive = psutil.wait_procs(children, timeout=10)
        self.assertFalse(alive)

    def test_worker_knows_no_passwords(self):
        """Nothing of the server's environment that a decoder need not know."""
        with patch.dict(os.environ, PGPASSWORD="secret", ODOO_RC="/etc/odoo.conf"):
            environment = self.environment_of_a_worker()
        self.assertFalse([name for name in environment if "PG" in name or "ODOO" in name])

    def environment_of_a_worker(self):
        self.broken("hang")
        request = {"work": "transcribe", "path": str(spoken()), "mimetype": "audio/wav"}
        request |= {"start": 0, "seconds": 60, "loader": "broken_engines:hang"}
        with open(self.folder / "errors", "wb") as errors:
            worker = process._start(request, errors, str(self.folder))
        try:
            return psutil.Process(worker.pid).environ()
        finally:
            worker.kill()
            worker.stdin.close()
            worker.stdout.close()
            worker.wait()


@tagged("post_install", "-at_install")
class TestEndpointEngine(EngineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = subprocess.Popen(
            [sys.executable, transcription_server.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        cls.addClassCleanup(cls.server.wait)
        cls.addClassCleanup(cls.server.kill)
        cls.addClassCleanup(cls.server.stdin.close)
        cls.addClassCleanup(cls.server.stdout.close)
        cls.base = f"http://127.0.0.1:{cls.server.stdout.readline().strip()}"

    def ask(self, day, **options):
        """The answer of the server on a good or a bad day."""
        options = {"mimetype": "audio/wav", "duration": 9.96, "seconds": 20, **options}
        options = Options(url=f"{self.base}/{day}", model="whisper-1", **options)
        return ENGINES["endpoint"].transcribe(str(spoken()), "de", options)

    def post(self, day, key=""):
        """The same without a process of its own: what the worker does."""
        address = endpoint.get_address(f"{self.base}/{day}")
        fields = {"model": "whisper-1", "language": "de", "response_format": "verbose_json"}
        file = (str(spoken()), "recording.wav", "audio/wav")
        answer = transport.post(address, key, fields, *file, 20)
        return endpoint.read_answer(*answer, 9.96)

    def test_sentences(self):
        result = self.ask("good")
        size = spoken().stat().st_size
        self.assertEqual(
            result.segments,
            [
                (0.0, 2.5, "I will pay on Friday."),
                (2.5, 4.0, f"recording.wav {size} de whisper-1"),
            ],
        )
        self.assertTrue(result.complete)

    def test_long_recording_in_parts(self):
        """Each part on its own, the times those of the whole."""
        with patch.object(endpoint, "PART", 4.0):
            first = self.ask("good")
            self.assertFalse(first.complete)
            self.assertTrue(2 < first.position <= 4)
            second = self.ask("good", start=first.position)
            self.assertAlmostEqual(second.segments[0].start, first.position)
            self.assertGreater(second.position, first.position + 2)
            last = self.ask("good", start=9.9)
            self.assertTrue(last.complete)

    def test_text_without_sentences(self):
        self.assertEqual(self.post("text"), [(0.0, 9.96, "Only a text.")])

    def test_nothing_said(self):
        self.assertEqual(self.post("silence"), [])

    def test_key(self):
        self.assertTrue(self.post("key", key=transcription_server.KEY))
        for key in ("", "sk-wrong"):
            self.assert_error("endpoint_key", self.post, "key", key=key, retry=False)
        self.assertNotIn("sk-right", repr(Options(key="sk-right")))

    def test_bad_days(self):
        for day, code, retry in (
            ("error", "endpoint_status", True),
            ("large", "endpoint_status", False),
            ("nowhere", "endpoint_status", False),
            ("redirect", "endpoint_status", False),
            ("html", "endpoint_nonsense", True),
            ("list", "endpoint_nonsense", True),
            ("numbers", "endpoint_nonsense", True),
            ("times", "endpoint_nonsense", True),
            ("nan", "endpoint_nonsense", True),
            ("no_text", "endpoint_nonsense", True),
            ("huge", "endpoint_nonsense", True),
            ("deep", "endpoint_nonsense", True),
            ("nothing", "endpoint_nonsense", True),
        ):
            with self.subTest(day):
                self.assert_error(code, self.post, day, retry=retry)
        error = self.assert_error("endpoint_status", self.ask, "error", retry=True)
        self.assertEqual(error.details, {"status": 500, "answer": "the model is out of order"})

    def test_times_in_disorder(self):
        """Sentences come in their order, and none is said outside of the sound."""
        self.assertEqual(
            self.post("disorder"),
            [(0.0, 0.0, "first"), (2.0, 9.96, "second"), (9.0, 9.0, "third")],
        )

    def test_characters_of_no_speech(self):
        """Left out: the database takes none of them."""
        self.assertEqual(self.text(self.ask("control")), "I pay on Friday")

    def test_endless_answer(self):
        """An answer that goes on and on is ended from outside."""
        self.startPatcher(patch.object(worker_engine, "GRACE", 4))
        begun = time.monotonic()
        self.assert_error("timeout", self.ask, "drip", seconds=1, retry=True)
        self.assertLess(time.monotonic() - begun, 10)

    def test_no_answer(self):
        self.assert_error("timeout", self.ask, "slow", seconds=1, retry=True)

    def test_one_piece_takes_too_long(self):
        """Without a decoder a file is sent whole; what would help is said."""
        self.startPatcher(patch.object(endpoint, "has_decoder", return_value=False))
        error = self.assert_error("timeout_whole", self.ask, "slow", seconds=1, retry=True)
        self.assertEqual(error.details, {"package": "av==17.1.0"})

    def test_nobody_there(self):
        options = Options(url="http://user:secret@127.0.0.1:9", duration=9, mimetype="audio/wav")
        engine = ENGINES["endpoint"]
        error = self.assert_error(
            "endpoint_down", engine.transcribe, str(spoken()), "en", options, retry=True
        )
        self.assertNotIn("secret", str(error.details))
