#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The camera tests: what Leat does with the kernel's vivid camera as it works, drops, fails and goes.
Runs as root inside the virtual machine of tests/vm/vm; started there by tests/vm/test-in-vm.

On an emulated processor a program takes seconds to start. So all is recorded into one library, which is
verified once; one recording sees all that a camera can fail by; and what is in the file is asked of it."""

import contextlib
import fcntl
import os
import re
import shutil
import sqlite3
import struct
import tempfile
import unittest
from pathlib import Path

import tap

CAMERA = "/dev/video0"
# An emulated processor keeps up with this: few frames, and no encoder.
RECORD = ("--size", "320x180", "--rate", "5", "--codec", "rawvideo", "--json")
DRIVER = Path("/sys/bus/platform/drivers/vivid")

# linux/videodev2.h, and the numbers of the controls from drivers/media/test-drivers/vivid.
VIDIOC_S_CTRL = 0xC008561C
PERCENTAGE_OF_DROPPED_BUFFERS = 0x00F0F040
DISCONNECT = 0x00F0F041
INJECT_ERROR_FLAG = 0x00F0F042
INJECT_FATAL_STREAMING_ERROR = 0x00F0F046


def set_control(number, value):
    with open(CAMERA, "rb", buffering=0) as camera:
        fcntl.ioctl(camera, VIDIOC_S_CTRL, struct.pack("Ii", number, value))


class CameraTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not hasattr(CameraTest, "file"):
            folder = tempfile.mkdtemp(prefix="leat-test-")
            unittest.addModuleCleanup(shutil.rmtree, folder, ignore_errors=True)
            CameraTest.file = Path(folder) / "camera.leat"

    def start(self):
        self.process = tap.start("run", "--source", CAMERA, *RECORD, "--record", self.file,
                                 "--progress")
        self.addCleanup(self.give_up)

    def give_up(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()

    def stored_frames(self):
        """How many are committed, as it says next."""
        return int(tap.wait_for(self.process, r"stored (\d+)", timeout=60).group(1))

    def wait_for_frames(self, count):
        while self.stored_frames() < count:
            pass

    def finish(self):
        """Stops the recording and returns its ledger, whose sums agree with one another and with
        the file."""
        done = tap.finish(self.process)
        self.assertEqual(done.returncode, 0, done.describe())
        return self.audited(done.json)

    def audited(self, ledger):
        lost = {stage: sum(row["count"] for row in ledger["lost"] if row["stage"] == stage)
                for stage in ("capture", "process", "record")}
        self.assertEqual(ledger["captured"], ledger["process"]["in"] + lost["capture"], ledger)
        record = ledger["record"]
        self.assertEqual(record["offered"], ledger["process"]["out"], ledger)
        self.assertEqual(record["offered"], record["stored"] + record["skipped"] + lost["record"], ledger)
        self.assertEqual([(record["stored"],)],
                         self.rows(ledger, "SELECT count(*) FROM frame WHERE recording = ?"))
        self.assertEqual([("complete",)], self.rows(ledger, "SELECT state FROM recording WHERE id = ?"))
        return ledger

    def rows(self, ledger, query):
        """Of its recording."""
        with contextlib.closing(sqlite3.connect(self.file)) as library:
            return library.execute(query, (ledger["recording"]["id"],)).fetchall()


class AWorkingCamera(CameraTest):
    def test_is_listed_with_its_formats(self):
        cameras = [s for s in tap.leat("sources", "--json").json if s["spec"] == CAMERA]
        self.assertEqual(len(cameras), 1)
        self.assertIn("vivid", cameras[0]["name"].lower())
        formats = " ".join(cameras[0]["formats"])
        self.assertRegex(formats, r"YUYV\S* 640x480")
        self.assertRegex(formats, r"NV12\S* 640x480")

    def test_records_60_frames_and_accounts_for_each(self):
        done = tap.leat("run", "--source", CAMERA, *RECORD, "--frames", "60", "--record", self.file)
        ledger = self.audited(done.json)
        self.assertEqual(ledger["captured"], 60)
        # Where other programs compute, the emulated driver itself may miss some.
        lost = sum(row["count"] for row in ledger["lost"])
        self.assertEqual(ledger["record"]["stored"], 60 - lost, ledger)
        self.assertGreater(ledger["record"]["stored"], 5, ledger)
        self.assertEqual([(320, 180)], self.rows(ledger, "SELECT width, height FROM recording WHERE id = ?"))
        (taken_ns,), = self.rows(ledger, "SELECT max(captured_ns) - min(captured_ns) FROM frame"
                                         " WHERE recording = ?")
        self.assertAlmostEqual(taken_ns / 1e9, 12.0, delta=2.0)

    def test_gives_the_nearest_size_and_says_so(self):
        done = tap.leat("run", "--source", CAMERA, "--size", "600x450", "--rate", "6",
                        "--pixel-format", "NV12", "--frames", "5", "--json")
        self.assertEqual(done.json["format"]["native"], "NV12")
        self.assertEqual((done.json["format"]["width"], done.json["format"]["height"]), (640, 480))
        self.assertEqual(done.json["format"]["rate"], "5/1")


class ALossyCamera(CameraTest):
    def test_has_its_dropped_buffers_in_the_ledger(self):
        set_control(PERCENTAGE_OF_DROPPED_BUFFERS, 30)
        self.addCleanup(set_control, PERCENTAGE_OF_DROPPED_BUFFERS, 0)
        done = tap.leat("run", "--source", CAMERA, *RECORD, "--frames", "80", "--record", self.file)
        ledger = self.audited(done.json)
        lost = ledger["captured"] - ledger["process"]["in"]
        # 30 % of 80, give or take five standard deviations.
        self.assertTrue(4 <= lost <= 44, ledger)


class AFailingCamera(CameraTest):
    def fails_by(self, fault):
        fault()
        tap.wait_for(self.process, "the source is away")

    def goes_on(self):
        self.wait_for_frames(self.stored_frames() + 10)

    def unbind_and_bind(self):
        (DRIVER / "unbind").write_text("vivid.0")
        (DRIVER / "bind").write_text("vivid.0")

    def test_is_recorded_on_whatever_it_fails_by(self):
        self.start()
        self.wait_for_frames(5)
        with self.subTest("a buffer marked bad"):
            set_control(INJECT_ERROR_FLAG, 1)
            self.goes_on()
        for name, fault in (("a fatal error", lambda: set_control(INJECT_FATAL_STREAMING_ERROR, 1)),
                            ("it was unplugged", lambda: set_control(DISCONNECT, 1)),
                            ("its driver went and came back", self.unbind_and_bind)):
            with self.subTest(name):
                self.fails_by(fault)
                self.goes_on()
        with self.subTest("gone, it is awaited until told to stop"):
            self.addCleanup((DRIVER / "bind").write_text, "vivid.0")
            self.fails_by(lambda: (DRIVER / "unbind").write_text("vivid.0"))
            ledger = self.finish()
        with self.subTest("each hole is in the ledger and in the file, with its length and cause"):
            self.assertGreaterEqual(ledger["reconnects"], 3)
            # None is of the bad buffer.
            self.assertEqual(len(ledger["holes"]), 4, ledger)
            stored = self.rows(ledger, "SELECT reason FROM loss WHERE recording = ? AND duration_ns > 0")
            for hole in ledger["holes"]:
                self.assertGreater(hole["duration_s"], 0, ledger)
                self.assertIn(CAMERA, hole["reason"], ledger)
                self.assertIn((hole["reason"],), stored)


class Library(CameraTest):
    def test_of_all_these_cameras_is_sound(self):
        if not self.file.exists():
            self.skipTest("no other test has run")
        tap.leat("verify", self.file, timeout=120)


class MediaLayer(unittest.TestCase):
    """The layer's own test, which finds no camera outside: each of its points is one here."""

    def test_by_itself(self):
        program = os.environ["LEAT_CAMERA_DEVICE"]
        done = tap.run(program, "--tap", timeout=600, status=None)
        points = re.findall(r"^(ok|not ok) \d+ (.*)$", done.stdout, re.MULTILINE)
        for result, name in points:
            with self.subTest(name):
                self.assertEqual(result, "ok", done.describe())
                self.assertNotIn("# SKIP", name)
        with self.subTest("it comes to its end"):
            self.assertEqual(done.returncode, 0, done.describe())
            self.assertIn(f"1..{len(points)}", done.stdout.splitlines())


if __name__ == "__main__":
    unittest.TestCase.maxDiff = None
    tap.main()
