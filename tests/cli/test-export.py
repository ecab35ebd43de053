#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""leat export: videos, folders of pictures, tables."""

import csv
import functools
import os
import pty
import shutil
import signal
import tempfile
import unittest
from pathlib import Path

from checks import framemd5, rows, run_json, wait_for_frames

import tap

FAST = ("--source", "test:160x120@30", "--pace", "fast")
COLUMNS = ["seq", "captured_ns", "wall", "pts", "label", "prediction", "score"]
# Of FFV1, what takes a while to export; a sanitizer's takes ten times as long.
MANY = 150 if os.environ.get("LEAT_SANITIZED") else 600


@functools.cache
def recorded(codec, frames):
    """A library with such a recording, made once for all tests."""
    folder = Path(tempfile.mkdtemp(prefix="leat-test-"))
    unittest.addModuleCleanup(shutil.rmtree, folder, ignore_errors=True)
    run_json(*FAST, "--frames", frames, "--record", folder / "a.leat", "--codec", codec)
    return folder / "a.leat"


class Export(tap.TempDirTest):
    def setUp(self):
        super().setUp()
        self.file = self.dir / "a.leat"

    def record(self, codec="mjpeg", frames=30):
        shutil.copy(recorded(codec, frames), self.file)

    def export(self, out, *options, **more):
        # Not by Path's operator, which would take the slash off a folder.
        return tap.leat("export", self.file, 1, f"{self.dir}/{out}", *options, **more)

    def table(self, path):
        with open(self.dir / path, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def test_it_tells_what_it_did(self):
        self.record()
        done = self.export("out.mkv", "--json").json
        self.assertEqual({"frames": 30, "bytes": (self.dir / "out.mkv").stat().st_size,
                          "out": str(self.dir / "out.mkv")}, done)
        self.assertIn("Exported 30 frames", self.export("again.mkv").stdout)

    def test_videos_hold_the_stored_packets(self):
        for codec in ("mjpeg", "ffv1", "h264"):
            for ending in ("mkv", "mp4"):
                with self.subTest(codec=codec, ending=ending):
                    self.file = self.dir / f"{codec}.leat"
                    self.record(codec)
                    out = self.dir / f"{codec}.{ending}"
                    if (codec, ending) == ("ffv1", "mp4"):
                        # Which containers hold a codec is FFmpeg's to say.
                        if self.export(out.name, status=None).returncode:
                            continue
                    else:
                        self.export(out.name)
                    shown = tap.run("ffprobe", "-v", "error", "-count_packets", "-show_entries",
                                    "stream=codec_name,nb_read_packets", "-of", "csv=p=0", out)
                    self.assertEqual([codec, "30"], shown.stdout.strip().split(","))
                    self.assertEqual(30, len(framemd5(out)))

    def test_what_a_container_cannot_hold_is_told(self):
        self.record("rawvideo")
        done = self.export("out.mp4", status=1)
        self.assertIn("rawvideo", done.stderr)
        self.assertIn("mkv", done.stderr)
        self.assertFalse((self.dir / "out.mp4").exists())

    def test_a_folder_holds_pictures_and_their_table(self):
        for codec in ("mjpeg", "ffv1", "h264", "rawvideo"):
            with self.subTest(codec=codec):
                self.file = self.dir / f"{codec}.leat"
                self.record(codec)
                self.assertEqual(30, self.export(f"{codec}/", "--json").json["frames"])
                names = sorted(os.listdir(self.dir / codec))
                self.assertEqual(["frames.csv"] + [f"img_{n:05}.jpg" for n in range(1, 31)], names)
                shown = tap.run("identify", *sorted((self.dir / codec).glob("*.jpg"))).stdout
                self.assertEqual(30, shown.count("JPEG 160x120"))
                self.assertEqual(COLUMNS, list(self.table(f"{codec}/frames.csv")[0]))
                self.assertEqual([str(n) for n in range(30)],
                                 [row["seq"] for row in self.table(f"{codec}/frames.csv")])

    def test_pictures_are_those_of_the_recording(self):
        self.record("ffv1", 5)
        self.export("out/")
        self.export("out.mkv")
        done = tap.run("ffmpeg", "-nostdin", "-i", self.dir / "out/img_%05d.jpg", "-i",
                       self.dir / "out.mkv", "-lavfi",
                       "[0]scale=out_range=tv,format=yuv420p[a];[a][1]psnr", "-f", "null", "-")
        self.assertGreater(float(done.stderr.split("average:")[1].split()[0]), 30)

    def test_the_table_alone_holds_what_the_file_holds(self):
        self.record()
        self.assertEqual(30, self.export("out.csv", "--json").json["frames"])
        stored = rows(self.file, "SELECT seq, captured_ns, pts FROM frame ORDER BY seq")
        table = self.table("out.csv")
        self.assertEqual(stored, [(int(r["seq"]), int(r["captured_ns"]), int(r["pts"]))
                                  for r in table])
        self.assertEqual([("", "", "")] * 30,
                         [(r["label"], r["prediction"], r["score"]) for r in table])
        self.assertRegex(table[0]["wall"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$")

    def test_from_and_to_cut_by_time(self):
        self.record(frames=90)
        for out in ("cut.csv", "cut/", "plain", "cut.mkv"):
            with self.subTest(out=out):
                self.assertEqual(30, self.export(out, "--from", "1s", "--to", "2s",
                                                 "--json").json["frames"])
        self.assertEqual([str(n) for n in range(30, 60)],
                         [row["seq"] for row in self.table("cut.csv")])
        self.assertEqual(30, len(framemd5(self.dir / "cut.mkv")))

    def test_h264_is_cut_at_the_key_frame_before(self):
        self.record("h264", 90)
        frames = self.export("cut.mkv", "--from", "1500ms", "--json").json["frames"]
        self.assertGreaterEqual(frames, 45)
        self.assertEqual(frames, len(framemd5(self.dir / "cut.mkv")))
        self.assertEqual(45, self.export("cut/", "--from", "1500ms", "--json").json["frames"])

    def test_a_time_outside_the_recording_is_refused(self):
        self.record()
        self.assertIn("long", self.export("out.mkv", "--from", "1h", status=2).stderr)
        self.export("out.mkv", "--from", "2s", "--to", "1s", status=2)
        self.assertIn("--from", self.export("out.mkv", "--from", "soon", status=2).stderr)
        self.assertFalse((self.dir / "out.mkv").exists())

    def test_nothing_is_replaced(self):
        self.record()
        (self.dir / "full").mkdir()
        (self.dir / "full" / "note").write_text("mine")
        for out in ("out.mkv", "out.mp4", "out.csv"):
            with self.subTest(out=out):
                (self.dir / out).write_text("mine")
                self.assertIn(out, self.export(out, status=1).stderr)
                self.assertEqual("mine", (self.dir / out).read_text())
        self.assertIn("empty", self.export("full/", status=1).stderr)
        self.assertEqual(["note"], os.listdir(self.dir / "full"))

    def test_an_unknown_ending_is_answered_with_those_accepted(self):
        self.record()
        done = self.export("out.avi", status=2)
        for ending in (".mkv", ".mp4", ".csv", "/"):
            self.assertIn(ending, done.stderr)

    def test_a_folder_that_is_not_there_is_told(self):
        self.record()
        for out in ("no/out.mkv", "no/out.csv", "no/out/"):
            self.assertIn("no/out", self.export(out, status=1).stderr)

    def test_a_signal_leaves_nothing_half(self):
        self.record("ffv1", MANY)
        for out in ("out/", "out.mkv", "out.csv"):
            with self.subTest(out=out):
                process = tap.start("export", self.file, 1, f"{self.dir}/{out}", "--progress")
                process.stderr.readline()
                done = tap.finish(process, signal.SIGINT)
                if done.returncode == 0:
                    self.assertTrue((self.dir / out).exists())
                else:
                    self.assertEqual(1, done.returncode)
                    self.assertFalse((self.dir / out).exists(), done.describe())

    def test_a_recording_under_way_can_be_exported(self):
        process = tap.start("run", "--source", "test:160x120@30", "--record", self.file, "--json",
                            "--duration", "5m")
        try:
            wait_for_frames(self.file, 10)
            self.assertGreaterEqual(self.export("out.mkv", "--json").json["frames"], 10)
            self.assertEqual("recording", tap.leat("list", self.file, "--json").json[0]["state"])
        finally:
            self.assertEqual(0, tap.finish(process, signal.SIGINT).returncode)

    def test_progress_moves_on_a_terminal(self):
        self.record("ffv1", MANY)
        control, terminal = pty.openpty()
        process = tap.start("export", self.file, 1, f"{self.dir}/out/", "--progress",
                            stderr=terminal)
        os.close(terminal)
        seen = b""
        try:
            while chunk := os.read(control, 4096):
                seen += chunk
        except OSError:
            pass # how a terminal says that nobody writes any more
        process.communicate()
        os.close(control)
        self.assertIn(b"Exporting [", seen)
        self.assertIn(b"left", seen)


if __name__ == "__main__":
    tap.main()
