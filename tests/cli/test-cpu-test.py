#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""leat cpu-test: one answer from every executor, and figures that fit together."""
import json
import os
import re
import signal
import unittest
import xml.etree.ElementTree
from pathlib import Path

import tap

# A plot has text, and so fonts.
FONTS = {**os.environ, "LSAN_OPTIONS": f"suppressions={Path(__file__).parent}/fonts.supp:"
                                       "print_suppressions=0"}
SMALL = ["--units", "10", "--rounds", "3", "--size", "33"]


def checksums(*options):
    document = tap.leat("cpu-test", *SMALL, *options, "--json").json
    return [run["checksum"] for run in document["runs"]]


class CpuTest(tap.TempDirTest):
    def test_every_executor_and_number_of_workers_gives_the_same_checksum(self):
        found = set()
        # A start of the whole program takes its time; tests/compute has more processes.
        for executor, workers in ("inline", "1"), ("threads", "1,2,3,7"), ("processes", "1,3"):
            found.update(checksums("--executor", executor, "--workers", workers))
        self.assertEqual(len(found), 1, found)
        self.assertRegex(found.pop(), r"^[0-9a-f]{16}$")

    def test_units_rounds_and_size_each_change_the_checksum(self):
        base = ["--workers", "1"]
        found = [checksums(*base, *more)[0] for more in
                 ([], ["--units", "9"], ["--rounds", "4"], ["--size", "34"])]
        self.assertEqual(len(set(found)), 4, found)

    def test_figures_fit_together(self):
        document = tap.leat("cpu-test", *SMALL, "--workers", "2,1,4", "--json").json
        self.assertEqual(document["cores"], len(os.sched_getaffinity(0)))
        self.assertEqual([run["workers"] for run in document["runs"]], [2, 1, 4])
        self.assertEqual(document["runs"][1]["speedup"], 1)
        for run in document["runs"]:
            self.assertEqual(run["executor"], "threads")
            self.assertAlmostEqual(run["efficiency"], run["speedup"] / run["workers"], delta=0.002)

    def test_default_tries_one_worker_and_all_cores(self):
        document = tap.leat("cpu-test", "--rounds", "1", "--json").json
        workers = [run["workers"] for run in document["runs"]]
        self.assertEqual(workers[0], 1)
        self.assertEqual(workers[-1], document["cores"])
        self.assertEqual(document["units"], 4 * document["cores"])

    def test_table_names_each_run(self):
        output = tap.leat("cpu-test", *SMALL, "--workers", "1,2").stdout
        self.assertEqual(len(re.findall(r"^threads +[12] +[0-9.]+ s ", output, re.MULTILINE)), 2)

    def test_plot_is_an_svg_with_a_point_a_run(self):
        plot = self.dir / "speed-up.svg"
        tap.leat("cpu-test", *SMALL, "--workers", "1,2", "--plot", plot, env=FONTS)
        root = xml.etree.ElementTree.parse(plot).getroot()
        self.assertTrue(root.tag.endswith("svg"))
        self.assertGreater(len(plot.read_text()), 2000)

    def test_a_plot_that_cannot_be_written_is_refused_before_the_work(self):
        result = tap.leat("cpu-test", "--plot", self.dir / "none" / "x.svg", status=1, timeout=10)
        self.assertIn("cannot write the plot", result.stderr)

    def test_trace_has_a_slice_for_each_unit(self):
        for executor in "threads", "processes":
            trace = self.dir / f"{executor}.json"
            tap.leat("cpu-test", *SMALL, "--executor", executor, "--workers", "2", "--trace", trace)
            events = json.loads(trace.read_text())
            units = [event for event in events if event.get("name") == "cpu-test"]
            with self.subTest(executor):
                self.assertEqual(len(units), 10)

    def test_wrong_options_are_told(self):
        for option, text in (("--workers", "0"), ("--workers", "1,,2"), ("--workers", "x"),
                             ("--units", "0"), ("--rounds", "-1"), ("--size", "99999999"),
                             ("--executor", "mpi2")):
            with self.subTest(f"{option} {text}"):
                result = tap.leat("cpu-test", option, text, status=2)
                self.assertIn(option, result.stderr)

    def test_interrupt_ends_it_soon(self):
        for executor in "inline", "threads", "processes":
            process = tap.start("cpu-test", "--executor", executor, "--rounds", "1000000",
                                "--progress")
            tap.wait_for(process, "Computing")
            with self.subTest(executor):
                result = tap.finish(process, signal.SIGINT, timeout=5)
                self.assertEqual(result.returncode, 1)
                self.assertIn("cancelled", result.stderr)


if __name__ == "__main__":
    tap.main()
