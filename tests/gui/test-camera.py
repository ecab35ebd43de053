#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The live picture and the Camera Capturing Controller."""

import os
import time

import tap
from studio import Studio


class Camera(tap.TempDirTest):
    def test_the_window_plays_the_test_pattern_by_itself(self):
        with Studio(self.dir, "--source", "test") as studio:
            studio.wait_text("^Live$")
            studio.wait_playing()
            studio.wait_text(r"^640 × 480 · (29|30|31)\.\d frames/s · \d+ lost$")

    def test_without_a_source_it_plays_what_the_machine_has(self):
        with Studio(self.dir) as studio:
            studio.wait_text("^Live$")

    def test_stop_holds_the_picture_and_start_goes_on_with_the_next(self):
        with Studio(self.dir, "--source", "test:640x480@5") as studio:
            studio.wait_playing()
            studio.press("Stop camera")
            studio.wait_text("^Stopped$")
            studio.wait_text(r"^640 × 480 · 0 lost$")
            held = studio.frame_number()
            self.assertIsNotNone(held)
            time.sleep(1)
            self.assertEqual(studio.frame_number(), held)
            studio.press("Start camera")
            after = studio.until(lambda: (n := studio.frame_number()) != held and n, "the next one")
            self.assertLessEqual(after, held + 3)  # not where it would be, nor at the beginning
            studio.wait_text("^Live$")
            studio.press("Stop camera")
            studio.wait_text("^Stopped$")
            studio.press("Close Camera")
            studio.wait_text("^No Picture$")
            studio.press("Start camera")
            self.assertLess(studio.wait_playing(), held)

    def test_close_camera_clears_the_picture_and_says_what_to_do(self):
        with Studio(self.dir, "--source", "test") as studio:
            studio.wait_playing()
            studio.press("Close Camera")
            studio.wait_text("^No Picture$")
            studio.wait_text("^Choose a source and press Start$")
            self.assertIsNone(studio.frame_number())
            self.assertFalse(studio.button("Close Camera").sensitive)
            studio.press("Start camera")
            studio.wait_playing()

    def test_a_file_is_chosen_by_keyboard_and_plays_to_its_end(self):
        video = self.dir / "clip.mkv"
        tap.ffmpeg("-f", "lavfi", "-i", "testsrc=size=320x240:rate=30", "-t", "2", video)
        with Studio(self.dir, "--source", "test") as studio:
            studio.wait_text("^Live$")
            studio.click("combo box", "Source")
            studio.until(lambda: studio.find("label", "File or address…"), "the list is open")
            studio.keys("End", "Return")
            studio.until(lambda: studio.find("text", "File or address"), "a row for the address")
            studio.write("File or address", str(video))
            studio.press("Stop camera")
            studio.press("Start camera")
            studio.wait_text("^Ended$")
            studio.wait_text("^320 × 240 · ")

    def test_a_file_that_is_not_there_is_told_with_its_cause(self):
        with Studio(self.dir, "--source", self.dir / "missing.mkv") as studio:
            studio.wait_text("^No Picture From This Source$")
            studio.wait_text("missing.mkv")
            studio.wait_text("^The source did not start: not found$")
            studio.press("Details")
            studio.press("Copy")
            studio.press("Try Again")
            studio.wait_text("^No Picture From This Source$")

    def test_an_address_that_makes_no_sense_is_refused(self):
        with Studio(self.dir, "--source", "test:0x0") as studio:
            studio.wait_text("^The source did not start: the request is not valid$")
            studio.wait_text("^No Picture$")

    def test_a_password_is_never_shown(self):
        address = "http://me:topsecret@127.0.0.1:9/x"
        with Studio(self.dir, "--source", address) as studio:
            studio.wait_text("^No Picture From This Source$")
            self.assertNotIn("topsecret", " ".join(studio.texts()))
            self.assertNotIn("topsecret", studio.text_of("File or address"))
            studio.press("Try Again")
            studio.wait_text("^No Picture From This Source$")
            self.assertNotIn("topsecret", studio.said())


class NoDisplay(tap.TempDirTest):
    def test_without_a_display_it_says_what_else_to_do(self):
        environment = {name: value for name, value in os.environ.items()
                       if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
        result = tap.leat("studio", status=1, env=environment)
        self.assertIn("leat run", result.stderr)


tap.main()
