# Part of ar_collect. License LGPL-3.
"""The queue: nothing in it is lost, done twice, or in the way of the rest."""

import json
import os
import random
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp
from unittest.mock import patch

import psutil

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, freeze_time, tagged
from odoo.tools import SQL, config

from odoo.addons.ar_collect.models import ar_collect_recording_queue as queue
from odoo.addons.ar_collect.transcription import TranscriptionError, local

from . import transcription_server, transcription_worker
from .recording_common import RecordingCase, encoded, spoken, tone, words

#: However slow the machine.
PATIENCE = 60


class TestQueue(RecordingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = Path(mkdtemp(prefix="ar_collect_"))
        cls.server = subprocess.Popen(
            [sys.executable, transcription_server.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for clean_up in (cls.server.wait, cls.server.kill, cls.server.stdin.close):
            cls.addClassCleanup(clean_up)
        cls.addClassCleanup(cls.server.stdout.close)
        cls.base = f"http://127.0.0.1:{cls.server.stdout.readline().strip()}"

    def use_endpoint(self, day, **values):
        """Have recordings transcribed by the server, on a good or a bad day."""
        self.company.write(
            {"collect_engine": "endpoint", "collect_engine_url": f"{self.base}/{day}", **values}
        )

    def process(self):
        return self.recordings._process_transcriptions()

    def triggers(self):
        """When the first worker is woken."""
        triggers = self.env["ir.cron.trigger"].sudo()  # sudo: the scheduler's own
        cron = self.env.ref(queue.CRONS[0])
        return triggers.search([("cron_id", "=", cron.id)]).mapped("call_at")

    def test_speech_becomes_text(self):
        recording = self.upload(encoded("audio/webm"))
        uploaded = self.audio_of(recording).checksum
        self.process()
        self.assertEqual((recording.state, recording.error), ("done", False))
        self.assertLessEqual({"tried", "failed", "matter"}, set(words(recording.transcript)))
        self.assertEqual(
            [segment["text"] for segment in recording.segments], recording.transcript.split("\n")
        )
        self.assertAlmostEqual(recording.segments[1]["start"], 1.6, delta=0.5)
        self.assertAlmostEqual(recording.duration, 5, delta=0.2)
        self.assertRecordValues(
            recording, [{"engine": "local", "attempts": 0, "claim": False, "language": "en"}]
        )
        # a player can seek in what is kept now
        self.assertEqual(len(self.audio_of(recording)), 1)
        self.assertNotEqual(self.audio_of(recording).checksum, uploaded)
        self.assertIn("tried", recording.account_id.message_ids[0].body.lower())
        # what is done is not done again
        self.assertEqual(self.process(), 0)

    def test_found_by_what_was_said(self):
        self.use_endpoint("good")
        recording = self.upload(spoken())
        self.process()
        found = self.recordings.search([("transcript", "ilike", "pay on FRIDAY")])
        self.assertEqual(found, recording)

    def test_silence(self):
        recording = self.upload(tone(self.folder / "silent.wav", 2, loudness=0))
        self.process()
        self.assertEqual((recording.state, recording.error), ("silent", False))
        self.assertTrue(self.audio_of(recording))

    def test_damaged_file_does_not_stop_the_others(self):
        path = self.folder / "damaged.wav"
        path.write_bytes(spoken().read_bytes()[:12] + random.Random(1).randbytes(3000))
        self.use_endpoint("good")
        damaged, sound = self.upload(path), self.upload(spoken())
        self.process()
        self.assertEqual(damaged.state, "failed")
        self.assertIn("The file is damaged", damaged.error)
        self.assertEqual(damaged.attempts, 1)
        self.assertEqual(sound.state, "done")

    def test_another_language(self):
        recording = self.upload(spoken(), language="fr")
        self.process()
        self.assertEqual(recording.state, "failed")
        self.assertIn("English only", recording.error)
        recording.language = "en"
        recording.action_retry()
        self.assertRecordValues(recording, [{"state": "uploaded", "error": False, "attempts": 0}])

    def test_endpoint_out_of_order(self):
        """Three tries, later and later; then the reason stands on the recording, until retried."""
        self.use_endpoint("error")
        recording = self.upload(spoken())
        self.process()
        self.assertRecordValues(
            recording,
            [
                {
                    "state": "uploaded",
                    "attempts": 1,
                    "next_try": fields.Datetime.now() + timedelta(minutes=1),
                }
            ],
        )
        self.assertIn("(500): the model is out of order", recording.error)
        self.assertIn(recording.next_try, self.triggers())
        self.assertEqual(self.process(), 0)
        with freeze_time("2026-03-16 12:01:01"):
            self.assertEqual(self.process(), 1)
            self.assertEqual(recording.attempts, 2)
            self.assertEqual(self.process(), 0)
        with freeze_time("2026-03-16 12:11:02"):
            self.assertEqual(self.process(), 1)
            self.assertRecordValues(recording, [{"state": "failed", "attempts": 3}])
            self.assertIn("the model is out of order", recording.error)
            self.assertEqual(self.process(), 0)
            self.use_endpoint("good")
            recording.action_retry()
            self.process()
        self.assertEqual((recording.state, recording.error), ("done", False))
        self.assertEqual(recording.segments[0]["text"], "I will pay on Friday.")

    def test_key_of_the_company(self):
        self.use_endpoint("key", collect_engine_key=transcription_server.KEY)
        recording = self.upload(spoken())
        self.process()
        self.assertEqual(recording.state, "done")
        self.company.collect_engine_key = "sk-wrong"
        refused = self.upload(spoken())
        self.process()
        self.assertEqual((refused.state, refused.attempts), ("failed", 1))
        self.assertIn("refused the key (401)", refused.error)
        self.assertNotIn("sk-wrong", refused.error)

    def assert_given_up(self, engine, reason):
        """An engine that fails is tried again, and given up with its message."""
        tests = str(Path(transcription_server.__file__).parent)
        paths = os.pathsep.join(filter(None, (tests, os.environ.get("PYTHONPATH"))))
        self.startPatcher(patch.dict(os.environ, PYTHONPATH=paths))
        self.startPatcher(patch.object(local.LocalEngine, "loader", f"broken_engines:{engine}"))
        self.startPatcher(patch("odoo.addons.ar_collect.transcription.worker_engine.GRACE", 2))
        self.startPatcher(patch.object(queue, "TURN_SECONDS", 0))
        self.startPatcher(patch.object(queue, "TRIES", 2))
        recording = self.upload(spoken())
        recording.sudo().prepared = True  # sudo: the look into the file is not what is tested
        self.process()
        self.assertRecordValues(recording, [{"state": "uploaded", "attempts": 1}])
        self.assertIn(reason, recording.error)
        with freeze_time("2026-03-16 12:02:00"):
            self.process()
        self.assertRecordValues(recording, [{"state": "failed", "attempts": 2}])
        self.assertIn(reason, recording.error)

    def test_hanging_engine(self):
        """Killed when its time is over."""
        self.assert_given_up("hang", "took too long")

    def test_dying_engine(self):
        self.assert_given_up("crash", "signal 11")

    def test_engine_that_is_not_installed(self):
        """Recordings wait, the page says for what, and nothing else is needed afterwards."""
        recording = self.upload(spoken())
        with patch.object(local.importlib.util, "find_spec", return_value=None):
            self.assertEqual(self.process(), 0)
            [problem] = recording.get_page_data(self.own.id)["problems"]
        self.assertEqual((recording.state, recording.attempts), ("uploaded", 0))
        self.assertEqual(problem["command"], "pip install moonshine-voice==0.0.49 av==17.1.0")
        self.assertFalse(recording.get_page_data(self.own.id)["problems"])
        self.use_endpoint("good")
        self.process()
        self.assertEqual(recording.state, "done")

    def test_transcription_switched_off(self):
        self.company.collect_engine = "none"
        recording = self.upload(spoken())
        self.assertEqual(self.process(), 0)
        self.assertEqual(recording.state, "uploaded")
        [problem] = recording.get_page_data(self.own.id)["problems"]
        self.assertIn("switched off", problem["text"])

    def test_long_recording_takes_turns(self):
        """Others are not kept waiting until it is finished."""
        self.use_endpoint("good")
        self.startPatcher(patch("odoo.addons.ar_collect.transcription.endpoint.PART", 4.0))
        long = self.upload(spoken())
        short = self.upload(encoded("audio/wav"))
        self.recordings._process_transcriptions(limit=4)  # two looks, a turn each
        self.assertEqual(long.state, "uploaded")
        self.assertTrue(0 < long.position < 5)
        self.process()
        self.assertEqual((long.state, short.state), ("done", "done"))
        starts = [segment["start"] for segment in long.segments]
        self.assertEqual(len(starts), 6)
        self.assertEqual(starts, sorted(starts))

    def test_nothing_to_try_again(self):
        recording = self.start()
        with self.assertRaisesRegex(UserError, "no audio"):
            recording.action_retry()

    def run_cron(self):
        """Let the scheduler do one job."""
        self.env.cr.flush()
        with self.enter_registry_test_mode():
            self.env.ref(queue.CRONS[0]).method_direct_trigger()
        self.env.invalidate_all()

    def test_wrong_length(self):
        """A file that tells more than it has."""
        data = encoded("audio/mpeg").read_bytes()
        path = self.folder / "half.mp3"
        path.write_bytes(data[: len(data) // 2])
        recording = self.upload(path)
        self.process()
        self.assertEqual(recording.state, "done")
        self.assertAlmostEqual(recording.duration, 2.5, delta=0.2)

    def test_characters_of_no_speech(self):
        self.use_endpoint("control")
        recording = self.upload(spoken())
        self.process()
        self.assertEqual((recording.state, recording.error), ("done", False))
        self.assertEqual(recording.transcript, "I pay on Friday")

    def test_job_ends_in_time(self):
        """Odoo kills a process whose jobs take long: after a turn another job goes on."""
        recordings = [self.upload(spoken()) for _number in range(4)]
        with freeze_time("2026-03-16 12:00:00") as clock:
            turns = []

            def run(work, _folder):
                turns.append(work.claim)
                clock.tick(40)
                return TranscriptionError("timeout", retry=True)

            self.startPatcher(patch.object(queue.Work, "run", run))
            self.env["ir.cron.trigger"].sudo().search([]).unlink()  # sudo: the scheduler's own
            self.run_cron()
        self.assertEqual(len(turns), 1)
        self.assertEqual([recording.attempts for recording in recordings], [1, 0, 0, 0])
        self.assertTrue(self.triggers())

    def test_turn_calls_for_the_next(self):
        """Of a recording that takes several turns, each calls the workers for the next one."""
        recording = self.upload(spoken())
        self.env["ir.cron.trigger"].sudo().search([]).unlink()  # sudo: the scheduler's own
        self.recordings._process_transcriptions(limit=1)
        self.assertEqual(recording.state, "uploaded")
        self.assertEqual(self.triggers(), [fields.Datetime.now()])

    def test_mishap_of_one_recording(self):
        """Whatever goes wrong with one recording, it keeps the reason, and the others go on."""
        self.use_endpoint("good")
        first, second = self.upload(spoken()), self.upload(spoken())
        after = type(first)._after_transcription

        def fail(recordings):
            if recordings == first:
                raise ValueError("of no use")
            return after(recordings)

        self.startPatcher(patch.object(type(first), "_after_transcription", fail))
        with self.assertLogs(queue._logger, "ERROR"):
            self.run_cron()
        self.assertRecordValues(first, [{"state": "uploaded", "attempts": 1, "transcript": False}])
        self.assertIn("broke off (ValueError)", first.error)
        self.assertEqual(second.state, "done")

    def test_mishap_of_the_machine(self):
        """No place on the disk, no more processes: tried again later."""
        recording = self.upload(spoken())
        self.startPatcher(patch.object(queue, "prepare", side_effect=OSError("no space left")))
        with self.assertLogs(queue._logger, "ERROR"):
            self.process()
        self.assertRecordValues(recording, [{"state": "uploaded", "attempts": 1}])
        self.assertIn("broke off (OSError)", recording.error)

    def test_scheduled_action(self):
        self.use_endpoint("good")
        recording = self.upload(spoken())
        left = self.start()
        left._add_chunk(0, spoken().read_bytes())
        self.env.cr.flush()
        cron = self.env.ref(queue.CRONS[0])
        with freeze_time("2026-03-16 13:00:00"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        for record in recording + left:
            self.assertEqual(record.state, "done")


@tagged("post_install", "-at_install")
class TestWorkers(TransactionCase):
    """Several workers on committed recordings."""

    def transaction(self):
        """A transaction of its own; to be committed by the test."""
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        cr.execute("SET lock_timeout TO '20s'")  # fail instead of hang
        cr.commit()  # pylint: disable=invalid-commit  # a transaction of its own is the test
        return api.Environment(cr, SUPERUSER_ID, {})

    def setUp(self):
        super().setUp()
        env = self.transaction()
        partner = env["res.partner"].create({"name": "Recorded Ltd", "is_company": True})
        company = env.ref("base.main_company")
        account = env["ar.collect.account"].create(
            {
                "partner_id": partner.id,
                "company_id": company.id,
                "currency_id": company.currency_id.id,
            }
        )
        self.partner_id, self.account_id = partner.id, account.id
        env.cr.commit()  # pylint: disable=invalid-commit  # other processes have to see it
        self.addCleanup(self.remove)

    def remove(self):
        env = self.transaction()
        env["ar.collect.account"].browse(self.account_id).recording_ids.unlink()
        env["ar.collect.account"].browse(self.account_id).unlink()
        env["res.partner"].browse(self.partner_id).unlink()
        env.cr.execute(SQL("DELETE FROM ar_collect_dirty WHERE partner_ref = %s", self.partner_id))
        env.cr.commit()  # pylint: disable=invalid-commit  # see setUp

    def record(self, name):
        """The id of a committed recording."""
        env = self.transaction()
        recording = env["ar.collect.recording"].create(
            {"account_id": self.account_id, "consent": True, "consent_name": "Anna"}
        )
        recording._add_chunk(0, spoken(name).read_bytes())
        recording.finish_recording(1)
        env.cr.commit()  # pylint: disable=invalid-commit  # see setUp
        return recording.id

    def read(self, recording_id, *names):  # pylint: disable=method-required-super
        """Values as committed."""
        env = self.transaction()
        recording = env["ar.collect.recording"].browse(recording_id)
        values = [recording[name] for name in names]
        env.cr.close()
        return values

    def test_each_takes_another_one(self):
        ids = {self.record("beckett.wav"), self.record("beckett.wav")}
        workers = [self.transaction()["ar.collect.recording"] for _number in range(3)]
        claimed = [worker._claim_next().id for worker in workers]
        self.assertEqual(set(claimed[:2]), ids)
        self.assertFalse(claimed[2])

    def test_outcome_of_who_lost_the_claim(self):
        """A worker that was given up for dead comes back: what the other does is not disturbed."""
        recording_id = self.record("beckett.wav")
        first = self.transaction()["ar.collect.recording"]._claim_next()
        work = first._get_work(mkdtemp())
        first.env.cr.commit()  # pylint: disable=invalid-commit  # as the cron does
        first.claimed_until = fields.Datetime.now() - timedelta(seconds=1)
        first.env.cr.commit()  # pylint: disable=invalid-commit  # as the time does
        second = self.transaction()["ar.collect.recording"]._claim_next()
        self.assertEqual(second.id, recording_id)
        second.env.cr.commit()  # pylint: disable=invalid-commit  # as the cron does
        folder = mkdtemp()
        first._keep_outcome(work, work.run(folder), folder)
        first.env.cr.commit()  # pylint: disable=invalid-commit  # as the cron does
        state, prepared = self.read(recording_id, "state", "prepared")
        self.assertEqual((state, prepared), ("transcribing", False))

    def test_killed_worker(self):
        """kill -9 of a server in mid-transcription: another one begins again, and it is done."""
        recording_id = self.record("two_cities.wav")
        server = self.start_server()
        self.wait_for(
            server, lambda: self.read(recording_id, "prepared", "state") == [True, "transcribing"]
        )
        self.wait_for(server, lambda: psutil.Process(server.pid).children())
        children = psutil.Process(server.pid).children()
        server.kill()
        server.wait()
        _gone, alive = psutil.wait_procs(children, timeout=10)
        self.assertFalse(alive)
        env = self.transaction()
        recordings = env["ar.collect.recording"]
        recording = recordings.browse(recording_id)
        self.assertEqual(recording.state, "transcribing")
        self.assertFalse(recordings._claim_next())
        recording.claimed_until = fields.Datetime.now() - timedelta(seconds=1)
        env.cr.commit()  # pylint: disable=invalid-commit  # as the time does
        recordings._cron_transcribe()
        recording.invalidate_recordset()
        self.assertEqual(recording.state, "done")
        self.assertLessEqual({"wisdom", "foolishness", "winter"}, set(words(recording.transcript)))

    def start_server(self):
        """A process that works on the queue as the scheduler does."""
        names = ("db_host", "db_port", "db_user", "db_password")
        arguments = [f"--{name}={config[name]}" for name in names if config[name]]
        arguments.append(f"--data-dir={config['data_dir']}")
        arguments.append(f"--addons-path={','.join(config['addons_path'])}")
        log = open(Path(mkdtemp()) / "log", "w+")  # noqa: SIM115 - closed with the test
        self.addCleanup(log.close)
        server = subprocess.Popen(
            [sys.executable, transcription_worker.__file__],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            text=True,
        )
        self.addCleanup(server.stdin.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        settings = {"database": self.env.cr.dbname, "arguments": arguments}
        server.stdin.write(json.dumps(settings) + "\n")
        server.stdin.flush()
        return server

    def wait_for(self, server, condition):
        """Look again and again, as long as the process lives."""
        end = time.monotonic() + PATIENCE
        while not condition():
            self.assertIsNone(server.poll(), "the server has ended by itself")
            self.assertLess(time.monotonic(), end, "waited in vain")
            time.sleep(0.1)
