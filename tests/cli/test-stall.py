#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Another program keeps the library file locked for five seconds while a recording goes on."""

import os
import re
import sqlite3
import time
from pathlib import Path

from checks import check_sums, wait_for_frames

import tap

STALL_S = 5


class Stall(tap.TempDirTest):
    def record(self, source, codec):
        """Returns (finished run, peak memory in MB, frames captured during the stall)."""
        file = self.dir / "a.leat"
        process = tap.start("run", "--source", source, "--codec", codec, "--record", file, "--json")
        self.addCleanup(process.kill)
        wait_for_frames(file, 10)
        lock = sqlite3.connect(file, isolation_level=None, timeout=30)
        lock.execute("BEGIN IMMEDIATE")
        time.sleep(STALL_S)
        status = Path(f"/proc/{process.pid}/status").read_text()
        lock.execute("ROLLBACK")
        lock.close()
        time.sleep(1)
        done = tap.finish(process)
        peak_mb = int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) / 1000
        check_sums(done.json)
        self.assertEqual(0, done.returncode, done.describe())
        self.assertGreater(done.json["captured"], (STALL_S + 1) * 30 - 5, "capture stood still")
        self.assertIn("locked", done.stderr)
        tap.leat("verify", file)
        return done, peak_mb

    def test_a_small_stream_waits_in_memory_and_loses_nothing(self):
        done, _ = self.record("test:160x120@30", "mjpeg")
        self.assertEqual([], done.json["lost"])

    def test_a_big_stream_loses_frames_loudly_and_memory_stays_bounded(self):
        done, peak_mb = self.record("test:800x600@30", "rawvideo")
        record = done.json["record"]
        self.assertGreater(record["lost"], 10)
        self.assertGreater(record["stored"], 10)
        self.assertIn("lost at record", done.stderr)
        if not os.environ.get("LEAT_SANITIZED"):
            self.assertLess(peak_mb, 300)
        gaps = tap.leat("show", self.dir / "a.leat", 1, "--json").json["gaps"]
        self.assertEqual(record["lost"], sum(gap["count"] for gap in gaps))


if __name__ == "__main__":
    tap.main()
