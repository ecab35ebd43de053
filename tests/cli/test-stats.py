#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""leat run --stats: threads and links, as they are."""
import re
import unittest

import tap


class Stats(tap.TempDirTest):
    def tables(self, *options):
        result = tap.leat("run", "--duration", "1500ms", "--stats", "500ms", *options)
        return result.stderr.split("stats at ")[1:], result

    def test_each_stage_is_a_thread_with_a_state_and_a_share_of_a_core(self):
        tables, _ = self.tables("--record", self.dir / "x.leat")
        self.assertGreaterEqual(len(tables), 2)
        # A thread that has just begun or ended is not in every table.
        rows = dict(re.findall(r"^  (\S+) +(?:New|Runnable|Running|Waiting|Dead) +\w+ +([0-9.]+) %",
                               "".join(tables), re.MULTILINE))
        self.assertLessEqual({"main", "capture", "process", "record", "present", "store"}, set(rows))

    def test_links_show_rate_and_fill(self):
        tables, _ = self.tables("--record", self.dir / "x.leat")
        links = [re.findall(r"^  (process|record|present) +(every frame|the latest) +([0-9.]+)/s",
                            table, re.MULTILINE) for table in tables]
        for rows in links:
            self.assertEqual([name for name, _, _ in rows], ["process", "record", "present"])
        self.assertGreater(max(float(rows[0][2]) for rows in links), 10)

    def test_losses_and_latency_are_there(self):
        tables, _ = self.tables()
        self.assertRegex(tables[-1], r"lost at capture \d+, process \d+, record \d+")
        self.assertRegex(tables[-1], r"latency p50 [0-9.]+, p99 [0-9.]+, max [0-9.]+ ms; loop gap")

    def test_json_stays_alone_on_stdout(self):
        tables, result = self.tables("--json")
        self.assertGreaterEqual(len(tables), 1)
        self.assertGreater(result.json["captured"], 0)

    def test_too_often_is_refused(self):
        self.assertIn("--stats", tap.leat("run", "--stats", "1ms", status=2).stderr)


if __name__ == "__main__":
    tap.main()
