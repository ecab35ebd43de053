#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""leat sources, list, show and verify."""

import datetime
import sqlite3

from checks import LibraryTest, run_json

import tap

FAST = ("--source", "test:160x120@30", "--pace", "fast")
LIST_KEYS = {"id", "name", "source", "codec", "width", "height", "frames", "lost", "bytes",
             "started", "duration_s", "state"}


class Sources(tap.TempDirTest):
    def test_the_test_pattern_is_always_there(self):
        sources = tap.leat("sources", "--json").json
        for source in sources:
            self.assertLessEqual({"spec", "kind", "name", "formats"}, set(source))
            self.assertIsInstance(source["formats"], list)
        self.assertIn("test", [source["kind"] for source in sources])

    def test_each_can_be_given_to_run(self):
        for source in tap.leat("sources", "--json").json:
            if source["kind"] == "test":
                run_json("--source", source["spec"], "--frames", 1)

    def test_people_get_a_table(self):
        self.assertRegex(tap.leat("sources").stdout, r"(?m)^SOURCE +KIND +NAME +FORMATS\ntest ")


class Library(LibraryTest):
    @classmethod
    def make_library(cls, file):
        run_json(*FAST, "--frames", 30, "--record", file, "--name", "first one")
        run_json(*FAST, "--frames", 10, "--record", file, "--codec", "h264", "--filter",
                 "grey")

    def test_list_tells_of_each_recording(self):
        first, second = tap.leat("list", self.file, "--json").json
        self.assertEqual(LIST_KEYS, set(first))
        self.assertEqual((1, "first one", "mjpeg", 160, 120, 30, 0, "complete"),
                         tuple(first[key] for key in ("id", "name", "codec", "width", "height",
                                                      "frames", "lost", "state")))
        self.assertEqual(("h264", 10), (second["codec"], second["frames"]))
        self.assertAlmostEqual(1.0, first["duration_s"], delta=0.04)
        self.assertGreater(first["bytes"], 1000)
        started = datetime.datetime.fromisoformat(first["started"].replace("Z", "+00:00"))
        age = datetime.datetime.now(datetime.timezone.utc) - started
        self.assertLess(abs(age.total_seconds()), 120)

    def test_list_gives_people_a_table(self):
        lines = tap.leat("list", self.file).stdout.splitlines()
        self.assertEqual(3, len(lines))
        self.assertRegex(lines[0], r"^ID +NAME +STATE +STARTED")
        self.assertRegex(lines[1], r"^ 1 +first one +complete .* 30 .* 160x120 +mjpeg")

    def test_show_adds_gaps_labels_and_models(self):
        shown = tap.leat("show", self.file, 1, "--json").json
        self.assertLessEqual(LIST_KEYS | {"gaps", "labels", "models"}, set(shown))
        self.assertEqual([[], [], []], [shown[key] for key in ("gaps", "labels", "models")])

    def test_show_finds_by_name(self):
        self.assertEqual(1, tap.leat("show", self.file, "first one", "--json").json["id"])
        self.assertIn("no gaps", tap.leat("show", self.file, "first one").stdout.lower())

    def test_show_tells_which_recordings_there_are(self):
        done = tap.leat("show", self.file, "mouse", status=1)
        self.assertIn("mouse", done.stderr)
        self.assertIn("first one", done.stderr)

    def test_verify_checks_all(self):
        self.assertEqual({"ok": True, "recordings": 2, "frames": 40, "faults": []},
                         tap.leat("verify", self.file, "--json").json)
        self.assertIn("no faults", tap.leat("verify", self.file).stdout)

    def change(self, statement, *values):
        database = sqlite3.connect(self.file)
        with database:
            database.execute("PRAGMA ignore_check_constraints = ON")
            database.execute(statement, values)
        database.close()

    def faults(self):
        done = tap.leat("verify", self.file, "--json", status=1)
        self.assertFalse(done.json["ok"])
        self.assertTrue(done.json["faults"])
        return "\n".join(done.json["faults"])

    def test_verify_finds_a_damaged_picture(self):
        self.change("UPDATE frame SET data = zeroblob(300) WHERE recording = 1 AND seq = 17")
        faults = self.faults()
        self.assertIn("frame 17", faults)
        self.assertIn("first one", faults)
        self.assertNotIn("frame 16", faults)
        self.assertIn("frame 17", tap.leat("verify", self.file, status=1).stdout)

    def test_verify_finds_a_cut_off_picture(self):
        self.change("UPDATE frame SET data = substr(data, 1, length(data) / 2)"
                    " WHERE recording = 1 AND seq = 4")
        self.assertIn("frame 4", self.faults())

    def test_verify_finds_a_damaged_picture_between_key_frames(self):
        self.change("UPDATE frame SET data = zeroblob(50) WHERE recording = 2 AND seq = 5")
        self.assertIn("frame 5", self.faults())

    def test_verify_finds_a_missing_frame(self):
        self.change("DELETE FROM frame WHERE recording = 1 AND seq = 17")
        self.assertIn("first one", self.faults())

    def test_verify_finds_sums_that_do_not_agree(self):
        self.change("UPDATE ledger SET record_lost = record_lost + 1 WHERE recording = 1")
        self.faults()

    def test_verify_finds_overwritten_pages(self):
        data = bytearray(self.file.read_bytes())
        middle = len(data) // 2 // 16384 * 16384
        data[middle:middle + 16384] = b"\xff" * 16384
        self.file.write_bytes(data)
        self.faults()


class Gaps(tap.TempDirTest):
    def test_show_tells_of_frames_that_were_lost(self):
        file = self.dir / "a.leat"
        # A source that damages its own packets loses frames at a place of their own.
        source = self.dir / "source.mkv"
        tap.ffmpeg("-f", "lavfi", "-i", "testsrc2=size=160x120:rate=30:duration=2", "-c:v", "mjpeg",
                   "-bsf:v", "noise=amount=200*not(mod(n\\,7))", source)
        ledger = run_json("--source", source, "--record", file)
        shown = tap.leat("show", file, 1, "--json").json
        lost = sum(loss["count"] for loss in ledger["lost"])
        self.assertEqual(lost, shown["lost"])
        self.assertEqual(lost, sum(gap["count"] for gap in shown["gaps"]))
        for gap in shown["gaps"]:
            self.assertLessEqual({"stage", "reason", "first", "last", "count", "at", "duration_s"},
                                 set(gap))
        tap.leat("verify", file)


if __name__ == "__main__":
    tap.main()
