#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""leat study at a small size: who freezes and who does not, and that all agree. Times are compared
with one another, never with a clock's."""
import json
import os
import signal
import tempfile
import unittest
import xml.etree.ElementTree
from pathlib import Path

import tap

# A plot has text, and so fonts.
FONTS = {"LSAN_OPTIONS": f"suppressions={Path(__file__).parent}/fonts.supp:print_suppressions=0"}
ORDER = [("none", "inline"), ("threads", "inline"), ("threads", "threads"), ("threads", "processes")]


class Study(tap.TempDirTest):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="leat-test-")
        cls.plot = Path(cls.folder.name) / "study.svg"
        cls.trace = Path(cls.folder.name) / "study.json"
        cls.scratch = Path(cls.folder.name) / "tmp"
        cls.scratch.mkdir()
        cls.document = tap.leat(
            "study", "--duration", "1500ms", "--size", "320x240", "--plot", cls.plot, "--trace",
            cls.trace, "--json", timeout=120,
            env={**os.environ, **FONTS, "TMPDIR": str(cls.scratch)}).json
        cls.runs = cls.document["runs"]

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_runs_come_in_the_order_of_the_issue(self):
        self.assertEqual([(run["concurrency"], run["executor"]) for run in self.runs], ORDER)
        cores = self.document["cores"]
        self.assertEqual([run["workers"] for run in self.runs], [1, 1, cores, cores])

    def test_every_checksum_is_the_same(self):
        self.assertEqual(len({run["checksum"] for run in self.runs}), 1)

    def test_without_threads_it_stands_still_until_the_computation_has_ended(self):
        none = self.runs[0]
        self.assertGreaterEqual(none["loop_gap_ms"]["max"], none["compute_s"] * 1000 * 0.99)
        self.assertEqual(none["while_computing"]["captured"], 0)
        self.assertEqual(none["while_computing"]["presented"], 0)
        self.assertEqual(none["while_computing"]["stored"], 0)

    def test_with_threads_it_goes_on(self):
        frozen = self.runs[0]["loop_gap_ms"]["max"]
        for run in self.runs[1:]:
            with self.subTest(run["executor"]):
                self.assertLess(run["loop_gap_ms"]["max"], frozen)
                # A machine that does much else beside may lose some of what was due, not all.
                self.assertGreater(run["while_computing"]["captured"], 0)
                self.assertGreater(run["while_computing"]["presented"], 0)
                self.assertGreater(run["while_computing"]["stored"], 0)

    def test_every_frame_is_accounted_for(self):
        for run in self.runs:
            self.assertEqual(run["captured"], run["stored"] + run["lost"])

    def test_plot_is_an_svg(self):
        self.assertTrue(xml.etree.ElementTree.parse(self.plot).getroot().tag.endswith("svg"))

    def test_trace_has_the_units_and_what_the_governor_allowed(self):
        names = {event.get("name") for event in json.loads(self.trace.read_text())}
        self.assertLessEqual({"cpu-test", "workers allowed"}, names)

    def test_nothing_is_left_behind(self):
        self.assertEqual(list(self.scratch.iterdir()), [])


class Interrupted(tap.TempDirTest):
    def test_an_interrupt_ends_it_soon_and_leaves_nothing(self):
        process = tap.start("study", "--rounds", "1000000", "--progress",
                            env={**os.environ, "TMPDIR": str(self.dir)})
        tap.wait_for(process, "Studying")
        result = tap.finish(process, signal.SIGINT, timeout=10)
        self.assertEqual(result.returncode, 1)
        self.assertIn("cancelled", result.stderr)
        self.assertEqual(list(self.dir.iterdir()), [])

    def test_wrong_options_are_told(self):
        for option, text in (("--size", "0x0"), ("--rate", "0"), ("--duration", "0"),
                             ("--units", "0")):
            with self.subTest(option):
                self.assertIn(option, tap.leat("study", option, text, status=2).stderr)


if __name__ == "__main__":
    tap.main()
