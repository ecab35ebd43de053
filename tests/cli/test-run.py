#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""leat run: what it captures, processes and records, and its ledger."""

import json

from checks import check_sums, framemd5, rows, run_json

import tap

KEYS = {
    "source": str, "wall_s": float, "captured": int, "lost": list, "reconnects": int,
    "peak_rss_mb": float,
}
FAST = ("--source", "test:160x120@30", "--pace", "fast")


class Ledger(tap.TempDirTest):
    def test_it_has_every_key_of_the_contract_and_the_file_is_the_users_alone(self):
        ledger = run_json(*FAST, "--frames", 30, "--record", self.dir / "a.leat")
        self.assertEqual(0o600, (self.dir / "a.leat").stat().st_mode & 0o777)
        for key, kind in KEYS.items():
            self.assertIsInstance(ledger[key], kind, key)
        self.assertLessEqual({"id", "name", "file"}, set(ledger["recording"]))
        self.assertEqual({"in", "out"}, set(ledger["process"]))
        self.assertEqual({"offered", "stored", "skipped", "lost"}, set(ledger["record"]))
        self.assertEqual({"offered", "presented", "replaced"}, set(ledger["present"]))
        self.assertEqual({"offered", "predicted", "replaced"}, set(ledger["predict"]))
        for meter in ("latency_ms", "loop_gap_ms"):
            self.assertEqual({"p50", "p99", "max"}, set(ledger[meter]))
            self.assertGreaterEqual(ledger[meter]["max"], ledger[meter]["p50"])

    def test_an_option_may_be_one_letter(self):
        ledger = run_json("-s", "test:160x120@30", "-f", "negate", "-r", self.dir / "a.leat",
                          "-n", "short", "-c", "ffv1", "-t", "200ms")
        self.assertEqual("short", ledger["recording"]["name"])

    def test_it_has_them_without_a_recording_too(self):
        ledger = run_json(*FAST, "--frames", 5)
        self.assertIsNone(ledger["recording"])
        self.assertEqual(0, ledger["record"]["offered"])
        self.assertEqual(5, ledger["captured"])

    def test_every_frame_is_captured_processed_and_stored_and_the_file_says_so(self):
        ledger = run_json(*FAST, "--frames", 50, "--record", self.dir / "a.leat")
        self.assertEqual(50, ledger["captured"])
        self.assertEqual({"in": 50, "out": 50}, ledger["process"])
        self.assertEqual({"offered": 50, "stored": 50, "skipped": 0, "lost": 0}, ledger["record"])
        self.assertEqual([(50,)], rows(self.dir / "a.leat", "SELECT count(*) FROM frame"))
        row = rows(self.dir / "a.leat", "SELECT captured, process_in, process_out, record_offered,"
                                        " record_stored, record_skipped, record_lost FROM ledger")
        self.assertEqual([(50, 50, 50, 50, 50, 0, 0)], row)

    def test_people_get_a_table(self):
        done = tap.leat("run", *FAST, "--frames", 10, "--record", self.dir / "a.leat")
        for word in ("captured", "processed", "stored", "lost", "latency", "recording 1"):
            self.assertIn(word, done.stdout)
        self.assertEqual("", done.stderr)

    def test_progress_is_told_when_asked_for(self):
        done = tap.leat("run", "--source", "test:160x120@30", "--duration", "1500ms",
                        "--progress", "--json")
        check_sums(done.json)
        self.assertIn("captured", done.stderr)


class Limits(tap.TempDirTest):
    def test_a_live_source_keeps_its_rate(self):
        ledger = run_json("--source", "test:160x120@30", "--duration", "2s")
        self.assertAlmostEqual(60, ledger["captured"], delta=3)
        self.assertAlmostEqual(2.0, ledger["wall_s"], delta=0.9)

    def test_a_duration_is_that_of_the_stream_at_pace_fast(self):
        ledger = run_json(*FAST, "--duration", "10s")
        self.assertAlmostEqual(300, ledger["captured"], delta=1)

    def test_size_and_rate_are_those_asked_for(self):
        file = self.dir / "a.leat"
        run_json("--source", "test", "--size", "200x150", "--rate", "10", "--pace", "fast",
                 "--duration", "2s", "--record", file)
        recording, = tap.leat("list", file, "--json").json
        self.assertEqual((200, 150), (recording["width"], recording["height"]))
        self.assertAlmostEqual(20, recording["frames"], delta=1)
        self.assertAlmostEqual(2.0, recording["duration_s"], delta=0.11)


class Filters(tap.TempDirTest):
    def test_each_preset_works(self):
        for preset in ("none", "grey", "negative", "edges", "flip", "blur"):
            with self.subTest(preset=preset):
                ledger = run_json(*FAST, "--frames", 3, "--filter", preset)
                self.assertEqual(3, ledger["process"]["out"])

    def test_a_preset_changes_the_picture(self):
        plain, negative = self.dir / "plain.leat", self.dir / "negative.leat"
        for file, options in ((plain, ()), (negative, ("--filter", "negative"))):
            run_json(*FAST, "--frames", 3, "--codec", "ffv1", "--record", file, *options)
            tap.leat("export", file, 1, file.with_suffix(".mkv"))
        self.assertNotEqual(framemd5(plain.with_suffix(".mkv")),
                            framemd5(negative.with_suffix(".mkv")))

    def test_a_filter_may_drop_frames(self):
        ledger = run_json(*FAST, "--frames", 60, "--filter", "fps=10", "--record",
                          self.dir / "a.leat")
        self.assertEqual(60, ledger["process"]["in"])
        self.assertAlmostEqual(20, ledger["process"]["out"], delta=1)
        self.assertEqual(ledger["process"]["out"], ledger["record"]["stored"])
        tap.leat("verify", self.dir / "a.leat")

    def test_a_filter_may_make_frames(self):
        ledger = run_json(*FAST, "--frames", 30, "--filter", "fps=60", "--record",
                          self.dir / "a.leat")
        self.assertEqual(30, ledger["process"]["in"])
        self.assertAlmostEqual(60, ledger["process"]["out"], delta=2)
        self.assertEqual(ledger["process"]["out"], ledger["record"]["stored"])
        tap.leat("verify", self.dir / "a.leat")

    def test_a_graph_may_change_the_size(self):
        run_json(*FAST, "--frames", 5, "--filter", "scale=80:-2,hue=s=0", "--record",
                 self.dir / "a.leat")
        recording, = tap.leat("list", self.dir / "a.leat", "--json").json
        self.assertEqual((80, 60), (recording["width"], recording["height"]))

    def test_a_bad_graph_is_refused_before_the_source_is_opened(self):
        done = tap.leat("run", "--source", self.dir / "missing.mp4", "--filter", "scale=80:-2,hu=s",
                        status=2)
        self.assertIn("hu", done.stderr)
        self.assertNotIn("missing.mp4", done.stderr)


class Names(tap.TempDirTest):
    def test_recordings_get_names_of_their_own(self):
        file = self.dir / "a.leat"
        names = [run_json(*FAST, "--frames", 2, "--record", file)["recording"]["name"]
                 for _ in range(2)]
        self.assertEqual(["recording-1", "recording-2"], names)
        with self.subTest("one that exists is refused"):
            done = tap.leat("run", *FAST, "--frames", 2, "--record", file, "--name", "recording-1",
                            status=1)
            self.assertIn("recording-1", done.stderr)
            self.assertEqual([(2,)], rows(file, "SELECT count(*) FROM recording"))


class Concurrency(tap.TempDirTest):
    def test_both_modes_store_the_same_frames(self):
        sums = []
        for mode in ("none", "threads"):
            file = self.dir / f"{mode}.leat"
            run_json(*FAST, "--frames", 40, "--codec", "ffv1", "--filter", "edges",
                     "--concurrency", mode, "--record", file)
            tap.leat("export", file, 1, self.dir / f"{mode}.mkv")
            sums.append(framemd5(self.dir / f"{mode}.mkv"))
        self.assertEqual(40, len(sums[0]))
        self.assertEqual(*sums)

    def test_the_trace_has_slices_of_every_stage(self):
        out = self.dir / "trace.json"
        run_json(*FAST, "--frames", 20, "--record", self.dir / "a.leat", "--trace", out)
        events = json.loads(out.read_text())
        events = events["traceEvents"] if isinstance(events, dict) else events
        slices = {}
        for event in events:
            if event.get("ph") == "X":
                slices.setdefault(event["name"], []).append(event)
        for stage in ("capture", "process", "encode"):
            self.assertIn(stage, slices)
            self.assertGreaterEqual(len(slices[stage]), 20, stage)
        self.assertTrue(any(event.get("ph") == "C" for event in events), "no counter")
        self.assertTrue(any(event.get("name") == "thread_name" for event in events), "no rows")


if __name__ == "__main__":
    tap.main()
