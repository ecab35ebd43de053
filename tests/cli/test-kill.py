#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""SIGKILL at random moments of a recording: what was captured up to half a second before is there,
and the file is whole."""

import os
import random
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

from checks import rows, run_json, stored_frames, wait_for_frames

import tap

# Under a sanitizer, one for each codec: the moments are those of the plain program.
KILLS = 4 if os.environ.get("LEAT_SANITIZED") else 20
RATE = 30


class Kill(tap.TempDirTest):
    def kill_one(self, number, after):
        """Returns what is wrong, or None, and how old the newest frame was at the kill, s."""
        file = self.dir / f"{number}.leat"
        codec = ("mjpeg", "ffv1", "h264", "rawvideo")[number % 4]
        process = tap.start("run", "--source", f"test:160x120@{RATE}", "--record", file, "--codec",
                            codec)
        try:
            wait_for_frames(file)
            time.sleep(after)
            committed = stored_frames(file)
        finally:
            killed_ns = time.time_ns()
            process.kill()
            process.communicate()
        checked = tap.leat("verify", file, "--json", status=None)
        if checked.returncode != 0:
            return checked.describe(), 0
        recording, = tap.leat("list", file, "--json").json
        if recording["state"] != "interrupted":
            return f"its state is {recording['state']}", 0
        frames = rows(file, "SELECT seq, wall_ns FROM frame ORDER BY seq")
        if len(frames) < committed:
            return f"{committed} frames were committed, {len(frames)} are there", 0
        there = {seq for seq, _ in frames}
        for first, last in rows(file, "SELECT first_seq, last_seq FROM loss"):
            there.update(range(first, last + 1))
        missing = set(range(frames[-1][0])) - there
        if missing:
            return f"frames {missing} are neither stored nor told as lost", 0
        return None, (killed_ns - frames[-1][1]) / 1e9

    def test_what_was_committed_stays(self):
        seed = random.randrange(1 << 32)
        dice = random.Random(seed)
        moments = [dice.uniform(0, 1.2) for _ in range(KILLS)]
        with ThreadPoolExecutor(4) as pool:
            results = list(pool.map(self.kill_one, range(KILLS), moments))
        for number, (after, (wrong, _)) in enumerate(zip(moments, results)):
            with self.subTest(seed=seed, number=number, after=f"{after:.3f} s"):
                self.assertIsNone(wrong, wrong)
        with self.subTest(what="commits are at most half a second apart"):
            # The median: other programs may hold up one run or another.
            self.assertLess(statistics.median(age for _, age in results), 0.5)

    def test_the_next_recording_marks_it_and_goes_on(self):
        file = self.dir / "a.leat"
        process = tap.start("run", "--source", "test:160x120@30", "--record", file)
        wait_for_frames(file, 5)
        process.kill()
        process.communicate()
        run_json("--source", "test:160x120@30", "--pace", "fast", "--frames", 5, "--record", file)
        states = [recording["state"] for recording in tap.leat("list", file, "--json").json]
        self.assertEqual(["interrupted", "complete"], states)
        tap.leat("verify", file)
        tap.leat("export", file, 1, self.dir / "rescued.mkv")


if __name__ == "__main__":
    tap.main()
