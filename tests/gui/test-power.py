#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Computational Power."""

import os

import tap
from studio import Studio


# Without threading the window stands still until the next frame comes: with many of them it answers
# sooner.
SOURCE = "test:640x480@60"


class Power(tap.TempDirTest):
    def test_the_cores_are_counted(self):
        with Studio(self.dir, "--source", SOURCE) as studio:
            row = studio.find("list item", "Number of CPU cores")
            labels = [label.name for label in row.within("label")]
            self.assertIn(str(len(os.sched_getaffinity(0))), labels)

    def test_threading_off_and_on_again_plays_on(self):
        with Studio(self.dir, "--source", SOURCE) as studio:
            studio.wait_playing()
            self.assertTrue(studio.is_on("Enable Threading"))
            for state, says in [(False, "^Everything takes turns"), (True, "a thread of their own$")]:
                with self.subTest(threading=state):
                    studio.switch("Enable Threading")
                    studio.wait_text(says)
                    self.assertEqual(studio.is_on("Enable Threading"), state)
                    studio.wait_playing()

    def test_without_threading_it_records_and_closes_too(self):
        file = self.dir / "library.leat"
        with Studio(self.dir, "--source", SOURCE, file) as studio:
            studio.wait_text("^Live$")
            studio.switch("Enable Threading")
            studio.wait_playing()
            studio.press("Start recording")
            studio.wait_text("^Recording “")
            studio.press("Close")
            studio.press("Stop and Close")
            studio.wait_closed()
        recording, = tap.leat("list", file, "--json").json
        self.assertEqual(recording["state"], "complete")

    def test_the_longest_pause_of_the_loop_is_shown(self):
        with Studio(self.dir, "--source", SOURCE) as studio:
            self.assertGreaterEqual(float(studio.wait_text(r"^(\d+) ms$")[1]), 5)
            studio.press("Close Camera")
            studio.wait_text("^–$")


tap.main()
