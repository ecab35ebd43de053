#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The camera tests: what Leat does with the kernel's vivid camera as it works, drops, fails and goes.
Runs as root inside the virtual machine of tests/vm/vm; started there by tests/vm/test-in-vm."""

import contextlib
import fcntl
import sqlite3
import struct
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


class CameraTest(tap.TempDirTest):
    def setUp(self):
        super().setUp()
        self.file = self.dir / "camera.leat"

    def start(self):
        self.process = tap.start("run", "--source", CAMERA, *RECORD, "--record", self.file,
                                 "--progress")
        self.addCleanup(self.give_up)

    def give_up(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()

    def wait_for_frames(self, count):
        """Waits until so many frames are committed; returns how many then are."""
        stored = 0
        while stored < count:
            stored = int(tap.wait_for(self.process, r"stored (\d+)", timeout=60).group(1))
        return stored

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
        tap.leat("verify", self.file, timeout=120)
        # A program takes seconds to start on an emulated processor: the rest is asked of the file itself.
        self.assertEqual([(record["stored"],)], self.rows("SELECT count(*) FROM frame"))
        self.assertEqual([("complete",)], self.rows("SELECT state FROM recording"))
        return ledger

    def rows(self, query):
        with contextlib.closing(sqlite3.connect(self.file)) as library:
            return library.execute(query).fetchall()

    def assert_hole(self, ledger):
        """The hole is in the ledger and in the file, with its length and cause."""
        self.assertEqual(len(ledger["holes"]), 1, ledger)
        hole = ledger["holes"][0]
        self.assertGreater(hole["duration_s"], 0, ledger)
        self.assertIn(CAMERA, hole["reason"], ledger)
        self.assertIn((hole["reason"],), self.rows("SELECT reason FROM loss WHERE duration_ns > 0"))


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
        recording = tap.leat("show", self.file, 1, "--json").json
        self.assertEqual((recording["width"], recording["height"]), (320, 180))
        self.assertAlmostEqual(recording["duration_s"], 12.0, delta=2.0)

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

    def test_survives_a_buffer_marked_bad(self):
        self.start()
        stored = self.wait_for_frames(5)
        set_control(INJECT_ERROR_FLAG, 1)
        self.wait_for_frames(stored + 10)
        ledger = self.finish()
        self.assertEqual(ledger["reconnects"], 0)


class AFailingCamera(CameraTest):
    def goes_on_after(self, fault):
        self.start()
        stored = self.wait_for_frames(5)
        fault()
        tap.wait_for(self.process, "the source is away")
        self.wait_for_frames(stored + 10)
        ledger = self.finish()
        self.assertGreaterEqual(ledger["reconnects"], 1)
        self.assert_hole(ledger)

    def test_is_opened_again_after_a_fatal_error(self):
        self.goes_on_after(lambda: set_control(INJECT_FATAL_STREAMING_ERROR, 1))

    def test_is_opened_again_after_it_was_unplugged(self):
        self.goes_on_after(lambda: set_control(DISCONNECT, 1))

    def test_is_opened_again_when_its_driver_comes_back(self):
        def unbind_and_bind():
            (DRIVER / "unbind").write_text("vivid.0")
            (DRIVER / "bind").write_text("vivid.0")

        self.goes_on_after(unbind_and_bind)

    def test_that_is_gone_is_awaited_until_told_to_stop(self):
        self.start()
        self.wait_for_frames(5)
        (DRIVER / "unbind").write_text("vivid.0")
        self.addCleanup((DRIVER / "bind").write_text, "vivid.0")
        tap.wait_for(self.process, "the source is away")
        ledger = self.finish()
        self.assertGreaterEqual(ledger["record"]["stored"], 5)
        self.assert_hole(ledger)


if __name__ == "__main__":
    unittest.TestCase.maxDiff = None
    tap.main()
