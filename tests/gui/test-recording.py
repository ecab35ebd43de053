#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The Frame Recording Controller, and that closing loses nothing."""

import os
import signal
import subprocess
import unittest
from unittest import mock

import tap
from studio import Studio


LEAT = tap.LEAT


class RecordingTest(tap.TempDirTest):
    SOURCE = "test:320x240@10"

    def setUp(self):
        super().setUp()
        self.file = self.dir / "library.leat"

    def open(self):
        return Studio(self.dir, "--source", self.SOURCE, self.file)

    def stored(self, studio):
        """How many frames it says to have stored."""
        return int(studio.wait_text(r"^([1-9]\d*) stored, ")[1])

    def recordings(self):
        self.assertTrue(tap.leat("verify", self.file, "--json").json["ok"])
        return tap.leat("list", self.file, "--json").json


class Recording(RecordingTest):
    def test_recordings_of_one_window(self):
        with self.open() as studio:
            studio.wait_live()
            for part in (self.what_the_window_counted_is_in_the_file, self.keys_start_and_stop_it,
                         self.nothing_that_would_end_it_can_be_changed,
                         self.it_waits_while_the_camera_is_stopped,
                         self.the_capture_frame_rate_and_the_codec_are_kept,
                         self.closing_the_camera_commits_it_too):
                with self.subTest(part.__name__.replace("_", " ")):
                    part(studio)
        self.assertEqual(["complete"] * 6, [recording["state"] for recording in self.recordings()])

    def stop(self, studio):
        studio.press("Stop recording")
        studio.wait_text("^Not recording$")
        return self.recordings()[-1]

    def what_the_window_counted_is_in_the_file(self, studio):
        studio.create_recording("first take")
        studio.wait_text("^“first take” · every frame · MJPEG$")
        studio.press("Start recording")
        studio.wait_text("^Recording “first take”$")
        studio.wait_text(r"^REC 0:0\d$")
        studio.wait_text(r"^([3-9]\d|\d{3,}) stored, \d+ lost, ")
        recording = self.stop(studio)
        shown = studio.wait_text(r"^Last: “first take”, (\d+) stored, (\d+) lost, ")
        studio.wait_live()
        self.assertEqual(("first take", int(shown[1]), int(shown[2])),
                         (recording["name"], recording["frames"], recording["lost"]))
        self.assertEqual(self.file.stat().st_mode & 0o777, 0o600)
        studio.press("Watch")
        studio.wait_text(r"^0:0\d\.\d+ / 0:0\d")
        studio.keys("<Control>1")

    def keys_start_and_stop_it(self, studio):
        studio.keys("<Control>r")
        studio.wait_text("^Recording “")
        studio.keys("<Control><Shift>r")
        studio.wait_text("^Not recording$")
        self.assertEqual(len(self.recordings()), 2)

    def nothing_that_would_end_it_can_be_changed(self, studio):
        studio.press("Start recording")
        studio.wait_text("^Recording “")
        studio.wait_text("^Stop the recording to change this$")
        for role, name in [("combo box", "Source"), ("combo box", "Size"),
                           ("check box", "Enable Threading"), ("text", "Library"),
                           ("push button", "Create New…")]:
            self.assertFalse(studio.find(role, name).sensitive, name)
        self.stop(studio)

    def it_waits_while_the_camera_is_stopped(self, studio):
        studio.press("Start recording")
        studio.wait_text(r"^[1-9]\d* stored, ")
        studio.press("Stop camera")
        studio.wait_text("^Waiting: the camera is stopped$")
        studio.wait_text("^Recording waits$")
        studio.press("Start camera")
        studio.wait_text("^Recording “")
        recording = self.stop(studio)
        shown = tap.leat("show", self.file, recording["id"], "--json").json
        hole, = (gap for gap in shown["gaps"] if gap["count"] == 0)
        self.assertEqual(hole["reason"], "capture was stopped by hand")

    def the_capture_frame_rate_and_the_codec_are_kept(self, studio):
        studio.press("Create New…")
        studio.until(lambda: studio.find("combo box", "Codec"), "the dialog is open")
        studio.set_value("Capture frame rate", 5)
        studio.click("combo box", "Codec")
        studio.until(lambda: studio.find("label", "H.264"), "the list is open")
        studio.keys("Down", "Down", "Return")
        studio.wait_text("^Small files, ")
        studio.press("Create")
        studio.wait_text(r"^Automatic name · 5 frames/s · H\.264$")
        studio.press("Start recording")
        studio.wait_text(r"^[1-9]\d+ stored, ")
        recording = self.stop(studio)
        rate = recording["frames"] / recording["duration_s"]
        self.assertGreater(rate, 4)
        self.assertLess(rate, 6)
        self.assertEqual(recording["codec"], "h264")

    def closing_the_camera_commits_it_too(self, studio):
        studio.press("Start recording")
        stored = self.stored(studio)
        studio.press("Close Camera")
        studio.wait_text("^No Picture$")
        self.assertGreaterEqual(self.recordings()[-1]["frames"], stored)
        studio.press("Close")
        studio.wait_closed()

    def test_names_that_cannot_be_are_told_and_closing_the_window_commits_what_is_recorded(self):
        tap.leat("run", "--source", "test", "--frames", "5", "--record", self.file, "--name", "one")
        with self.open() as studio:
            studio.wait_live()
            studio.press("Create New…")
            studio.until(lambda: studio.find("text", "Name"), "the dialog is open")
            for name, says in [("one", "has a recording of this name"), ("12", "has only digits"),
                               ("x" * 300, "is too long"), ("a\u0007b", "control characters")]:
                with self.subTest(name[:10]):
                    studio.write("Name", name)
                    studio.wait_text(says)
                    self.assertFalse(studio.button("Create").sensitive)
            studio.write("Name", "two")
            studio.wait_text("^Left empty, it gets")
            studio.press("Create")
            studio.press("Start recording")
            studio.wait_text("^Recording “two”$")
            studio.wait_text("^Automatic name · ")  # a name serves once
            stored = self.stored(studio)
            studio.press("Close")
            studio.press("Stop and Close")
            studio.wait_closed()
        recordings = self.recordings()
        self.assertEqual([(r["name"], r["state"]) for r in recordings],
                         [("one", "complete"), ("two", "complete")])
        self.assertGreaterEqual(recordings[-1]["frames"], stored)

    def test_a_folder_that_cannot_be_written_is_told(self):
        self.file = self.dir / "missing" / "library.leat"
        with self.open() as studio:
            studio.wait_live()
            studio.press("Start recording")
            studio.wait_text("^Recording did not start: ")
            studio.wait_live()


def can_mount():
    done = subprocess.run(["unshare", "--mount", "true"], check=False, capture_output=True)
    return os.geteuid() == 0 and done.returncode == 0


@unittest.skipUnless(can_mount(), "mounting needs root")
class FullDisk(RecordingTest):
    SOURCE = "test"

    def test_a_full_disk_is_told_and_the_picture_goes_on(self):
        disk = self.dir / "disk"
        disk.mkdir()
        program = self.dir / "leat"
        program.write_text("#!/bin/sh\n"
                           f"exec unshare --mount --propagation private {program}-inside \"$@\"\n")
        inside = self.dir / "leat-inside"
        inside.write_text(f"#!/bin/sh\nmount -t tmpfs -o size=6m none {disk}\n"
                          f"exec {tap.LEAT} \"$@\"\n")
        inside.chmod(0o755)
        program.chmod(0o755)
        self.file = disk / "library.leat"
        with mock.patch.object(tap, "LEAT", program), self.open() as studio:
            studio.wait_live()
            studio.press("Start recording")
            studio.wait_text("^Recording failed$")
            studio.wait_text("the disk is full; make room on it")
            studio.wait_playing()
            # The disk is the studio's alone.
            inside = ("nsenter", "-t", studio.process.pid, "-m", LEAT)
            self.assertTrue(tap.run(*inside, "verify", self.file, "--json").json["ok"])
            recording, = tap.run(*inside, "list", self.file, "--json").json
            self.assertGreater(recording["frames"], 0)


class Closing(RecordingTest):
    def test_signals_commit_it_too(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number.name):
                self.file = self.dir / f"{number.name}.leat"
                with self.open() as studio:
                    studio.wait_live()
                    studio.press("Start recording")
                    stored = self.stored(studio)
                    studio.process.send_signal(number)
                    studio.wait_closed()
                recording, = self.recordings()
                self.assertEqual(recording["state"], "complete")
                self.assertGreaterEqual(recording["frames"], stored)


tap.main()
