#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The CPU test's window, beside a live picture."""

import os
import re

import tap
from studio import Studio

CORES = len(os.sched_getaffinity(0))
LINE = r"^Time taken using %d CPU core\(s\): (\d+\.\d\d) seconds$"
STOOD = r"compute_on_the_loop.* held the main loop for ([\d.]+) ms"


class CpuTest(tap.TempDirTest):
    def open_window(self, studio):
        studio.press("Test CPU")
        studio.until(lambda: studio.button("Test"), "the CPU test's window is open")

    def choose(self, studio, row, key, chosen, other):
        studio.click("combo box", row)
        studio.until(lambda: studio.find("label", chosen), "the list is open")
        studio.keys(key, "Return")
        studio.until(lambda: other not in studio.texts(), "it is chosen")

    def choose_short_work(self, studio):
        self.choose(studio, "Amount of work", "Home", "Short: about a second",
                    "Usual: about ten seconds")

    def pixels(self, studio):
        """What is on the screen, as the server has it: the studio is not asked."""
        return studio.shot(self.dir / "shot.ppm").read_bytes()

    def stands_still(self, studio):
        before = self.pixels(studio)
        return all(self.pixels(studio) == before for _ in range(3))

    def lines(self, studio):
        return [text for text in studio.texts() if re.search(LINE % CORES, text)]

    def stands_still_without_threading(self, studio):
        # With a picture the loop would be slow to answer in between, too.
        studio.press("Close Camera")
        before = self.lines(studio)
        studio.switch("Enable Threading")
        studio.wait_text("^Threading is off: ")
        studio.press("Test")
        studio.until(lambda: len(self.lines(studio)) > len(before), "another line of result")
        stood = studio.until(lambda: re.findall(STOOD, studio.said()), "the loop was held")
        # About a second of work, in one turn of the loop. What is told is the least that it can have been:
        # beside others the watch looks less often.
        self.assertGreater(max(map(float, stood)), 250)

    def test_with_threading_the_picture_moves_and_the_test_can_be_cancelled(self):
        with Studio(self.dir, "--source", "test:640x480@10") as studio:
            studio.wait_live()
            self.open_window(studio)
            studio.wait_text(f"^Max taken cores: {CORES}$")
            studio.wait_text("^Threading is on: ")
            studio.press("Test")
            studio.until(lambda: studio.can_press("Cancel the test"), "it runs")
            self.assertFalse(self.stands_still(studio))
            studio.press("Cancel the test")
            studio.wait_text("^Cancelled$")
            self.choose_short_work(studio)
            taken = {}
            for cores in sorted({1, CORES}):
                with self.subTest(cores=cores):
                    studio.find("slider", "Max taken cores").value = cores
                    studio.wait_text(f"^Max taken cores: {cores}$")
                    studio.press("Test")
                    taken[cores] = float(studio.wait_text(LINE % cores)[1])
            plot = studio.until(lambda: studio.look("image", "Speed-up over cores: "),
                                "the speed-up is shown").name
            self.assertIn("1: 1.00", plot)
            self.assertAlmostEqual(float(plot.rsplit(" ", 1)[1]), taken[1] / taken[CORES], delta=0.05)
            self.assertFalse(self.stands_still(studio))
            self.stands_still_without_threading(studio)


tap.main()
