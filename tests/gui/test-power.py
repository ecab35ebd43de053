#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Computational Power."""

import os

import tap
from studio import Studio


# Without threading the window stands still until the next frame comes, and draws each of them.
SOURCE = "test:320x240@20"


class Power(tap.TempDirTest):
    def test_in_one_window(self):
        file = self.dir / "library.leat"
        with Studio(self.dir, "--source", SOURCE, file) as studio:
            for part in (self.the_cores_are_counted, self.the_longest_pause_of_the_loop_is_shown,
                         self.threading_off_and_on_again_plays_on,
                         self.without_threading_it_records_and_closes_too):
                with self.subTest(part.__name__.replace("_", " ")):
                    part(studio)
        recording, = tap.leat("list", file, "--json").json
        self.assertEqual(recording["state"], "complete")

    def the_cores_are_counted(self, studio):
        row = studio.find("list item", "Number of CPU cores")
        labels = [label.name for label in row.within("label")]
        self.assertIn(str(len(os.sched_getaffinity(0))), labels)

    def the_longest_pause_of_the_loop_is_shown(self, studio):
        self.assertGreaterEqual(float(studio.wait_text(r"^(\d+) ms$")[1]), 5)
        studio.press("Close Camera")
        studio.wait_text("^–$")
        studio.press("Start camera")
        studio.wait_live()

    def threading_off_and_on_again_plays_on(self, studio):
        studio.wait_playing()
        self.assertTrue(studio.is_on("Enable Threading"))
        for state, says in [(False, "^Everything takes turns"), (True, "a thread of their own$")]:
            studio.switch("Enable Threading")
            studio.wait_text(says)
            self.assertEqual(studio.is_on("Enable Threading"), state)
            studio.wait_playing()

    def without_threading_it_records_and_closes_too(self, studio):
        studio.switch("Enable Threading")
        studio.wait_playing()
        studio.press("Start recording")
        studio.wait_text("^Recording “")
        studio.press("Close")
        studio.press("Stop and Close")
        studio.wait_closed()


tap.main()
