#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Bad input is normal: each kind gets a clear error, and nothing crashes."""

import os
import random
import sqlite3
import subprocess
import time

from checks import check_sums, run_json

import tap

FAST = ("--source", "test:160x120@30", "--pace", "fast")


class Sources(tap.TempDirTest):
    def refused(self, source, *saying):
        done = tap.leat("run", "--source", source, "--frames", 5, "--record", self.dir / "a.leat",
                        status=1)
        for text in (str(source), *saying):
            self.assertIn(text, done.stderr)
        self.assertEqual(1, done.stderr.count("error:"), done.stderr)
        return done

    def test_a_file_that_is_not_there_is_told(self):
        self.refused(self.dir / "missing.mp4", "no such file")

    def test_json_has_the_ledger_even_then(self):
        done = tap.leat("run", "--source", self.dir / "missing.mp4", "--json", status=1)
        check_sums(done.json)
        self.assertIn("missing.mp4", done.json["source_error"])

    def test_a_file_that_is_no_video_is_told(self):
        (self.dir / "note.txt").write_text("dear diary\n" * 100)
        self.refused(self.dir / "note.txt")

    def test_an_empty_file_is_told(self):
        (self.dir / "empty.mp4").write_bytes(b"")
        self.refused(self.dir / "empty.mp4")

    def test_a_folder_is_told(self):
        self.refused(self.dir)

    def test_sound_alone_is_told(self):
        tap.ffmpeg("-f", "lavfi", "-i", "sine=duration=1", self.dir / "song.wav")
        self.refused(self.dir / "song.wav", "video")

    def test_a_device_that_is_not_there_is_told(self):
        self.refused("/dev/video99")

    def test_an_mp4_without_its_index_is_told(self):
        whole, cut = self.dir / "whole.mp4", self.dir / "cut.mp4"
        tap.ffmpeg("-f", "lavfi", "-i", "testsrc2=size=160x120:duration=2", whole)
        cut.write_bytes(whole.read_bytes()[:whole.stat().st_size // 2])
        self.refused(cut)

    def test_a_file_cut_off_gives_the_frames_before_the_cut(self):
        whole, cut = self.dir / "whole.mkv", self.dir / "cut.mkv"
        tap.ffmpeg("-f", "lavfi", "-i", "testsrc2=size=160x120:duration=4:rate=25", "-c:v", "mjpeg",
                   whole)
        cut.write_bytes(whole.read_bytes()[:whole.stat().st_size // 2])
        done = tap.leat("run", "--source", cut, "--record", self.dir / "a.leat", "--json",
                        status=None)
        check_sums(done.json)
        self.assertIn(done.returncode, (0, 1))
        self.assertGreater(done.json["record"]["stored"], 30)
        tap.leat("verify", self.dir / "a.leat")

    def test_damaged_streams_lose_frames_and_say_so(self):
        seed = random.randrange(1 << 32)
        dice = random.Random(seed)
        for codec, ending in (("libx264", "ts"), ("mjpeg", "mkv"), ("mpeg4", "avi")):
            with self.subTest(codec=codec, seed=seed):
                source, file = self.dir / f"in.{ending}", self.dir / f"{codec}.leat"
                tap.ffmpeg("-f", "lavfi", "-i", "testsrc2=size=160x120:duration=3:rate=25", "-c:v",
                           codec, source)
                data = bytearray(source.read_bytes())
                for _ in range(60):
                    data[dice.randrange(4096, len(data))] = dice.randrange(256)
                source.write_bytes(data)
                done = tap.leat("run", "--source", source, "--record", file, "--json", status=None)
                self.assertIn(done.returncode, (0, 1), done.describe())
                check_sums(done.json)
                self.assertGreater(done.json["record"]["stored"], 5)
                lost = sum(loss["count"] for loss in done.json["lost"])
                self.assertEqual(lost > 0, "lost at" in done.stderr, done.describe())
                tap.leat("verify", file)


class Files(tap.TempDirTest):
    def setUp(self):
        super().setUp()
        self.file = self.dir / "a.leat"

    def for_every_reader(self, *saying):
        """Each verb that reads a library file answers with exit status 1 and these words."""
        for words in (("list", self.file), ("show", self.file, 1), ("verify", self.file),
                      ("export", self.file, 1, self.dir / "out.mkv")):
            with self.subTest(verb=words[0]):
                done = tap.leat(*words, status=1)
                for text in saying:
                    self.assertIn(text, done.stderr)

    def test_a_file_that_is_not_there_is_told(self):
        self.for_every_reader("a.leat", "No such file")

    def test_a_file_that_is_no_database_is_told(self):
        self.file.write_text("not a database, but long enough to look like one\n" * 400)
        self.for_every_reader("a.leat", "not a Leat file")
        done = tap.leat("run", *FAST, "--frames", 2, "--record", self.file, status=1)
        self.assertIn("not a Leat file", done.stderr)
        self.assertIn("not a database", self.file.read_text())

    def test_a_database_of_another_program_is_told(self):
        database = sqlite3.connect(self.file)
        database.execute("CREATE TABLE recording (id INTEGER)")
        database.close()
        self.for_every_reader("a.leat", "not a Leat file")
        tap.leat("run", *FAST, "--frames", 2, "--record", self.file, status=1)

    def test_a_file_of_a_newer_leat_is_told(self):
        run_json(*FAST, "--frames", 2, "--record", self.file)
        database = sqlite3.connect(self.file)
        database.execute("PRAGMA user_version = 99")
        database.close()
        self.for_every_reader("newer", "99")
        done = tap.leat("run", *FAST, "--frames", 2, "--record", self.file, status=1)
        self.assertIn("newer", done.stderr)

    def test_verify_tells_json_readers_too(self):
        self.file.write_text("no database at all")
        done = tap.leat("verify", self.file, "--json", status=1)
        self.assertFalse(done.json["ok"])
        self.assertEqual(1, len(done.json["faults"]))

    def test_a_locked_database_is_told_soon(self):
        run_json(*FAST, "--frames", 2, "--record", self.file)
        database = sqlite3.connect(self.file, isolation_level=None)
        database.execute("BEGIN IMMEDIATE")
        begin = time.monotonic()
        done = tap.leat("run", *FAST, "--frames", 5, "--record", self.file, status=1)
        self.assertLess(time.monotonic() - begin, 30)
        self.assertIn("locked", done.stderr)
        # Readers need not wait for a writer.
        self.assertEqual(1, len(tap.leat("list", self.file, "--json").json))
        database.execute("ROLLBACK")
        database.close()
        run_json(*FAST, "--frames", 2, "--record", self.file)

    def test_a_folder_that_is_not_there_is_told(self):
        done = tap.leat("run", *FAST, "--record", self.dir / "no" / "a.leat", status=1)
        self.assertIn("no/a.leat", done.stderr)

    def test_a_folder_in_place_of_the_file_is_told(self):
        done = tap.leat("run", *FAST, "--record", self.dir, status=None)
        self.assertIn(done.returncode, (1, 2))
        self.assertIn(str(self.dir), done.stderr)

    def test_an_output_nobody_reads_is_told(self):
        read_end, write_end = os.pipe()
        os.close(read_end)
        done = subprocess.run([tap.LEAT, "sources"], stdout=write_end, stderr=subprocess.PIPE,
                              text=True, check=False, timeout=30)
        os.close(write_end)
        self.assertEqual(1, done.returncode)
        self.assertIn("cannot write the output", done.stderr)


if __name__ == "__main__":
    tap.main()
