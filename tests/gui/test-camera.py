#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The live picture and the Camera Capturing Controller."""

import os
import subprocess
import time

import pattern
import tap
from studio import Studio


class RtspServer:
    """A live stream on loopback."""

    def __init__(self, port=0):
        script = tap.TOP / "tests" / "support" / "rtsp_server.py"
        self.process = subprocess.Popen(["/usr/bin/python3", script, str(port)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def stop(self):
        if self.process.stdin.closed:
            return
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


class Camera(tap.TempDirTest):
    def test_the_window_plays_the_test_pattern_by_itself(self):
        with Studio(self.dir, "--source", "test") as studio:
            studio.wait_live()
            studio.wait_playing()
            studio.wait_text(r"^640 × 480 · (29|30|31)\.\d frames/s · \d+ lost$")

    def test_without_a_source_it_plays_what_the_machine_has(self):
        with Studio(self.dir) as studio:
            studio.wait_live()

    def test_stop_holds_the_picture_and_start_goes_on_with_the_next(self):
        with Studio(self.dir, "--source", "test:640x480@5") as studio:
            studio.wait_playing()
            studio.press("Stop camera")
            studio.wait_text("^Stopped$")
            studio.wait_text(r"^640 × 480 · 0 lost$")
            held = studio.frame_number()
            self.assertIsNotNone(held)
            time.sleep(4)
            self.assertEqual(studio.frame_number(), held)
            studio.press("Start camera")
            after = studio.until(lambda: (n := studio.frame_number()) != held and n, "the next one")
            self.assertLessEqual(after, held + 10)  # not where it would be, nor at the beginning
            studio.wait_live()
            # So far that a machine with much to do still sees the new picture before it gets there.
            far = studio.until(lambda: (n := studio.frame_number() or 0) > 40 and n, "far on")
            studio.press("Stop camera")
            studio.wait_text("^Stopped$")
            studio.press("Close Camera")
            studio.wait_text("^No Picture$")
            studio.press("Start camera")
            self.assertLess(studio.wait_playing(), far)

    def choose(self, studio, row, keys, shows):
        studio.click("combo box", row)
        studio.until(lambda: studio.find("label", shows), "the list is open")
        studio.keys(*keys)

    def test_size_rate_and_effect_change_the_picture(self):
        with Studio(self.dir, "--source", "test:640x480@10") as studio:
            studio.wait_playing()
            self.choose(studio, "Size", ["End", "Return"], "320 × 240")
            studio.wait_text(r"^320 × 240 · ")
            self.choose(studio, "Frame rate", ["End", "Up", "Return"], "5 frames/s")
            studio.wait_text(r"^320 × 240 · [45]\.\d frames/s")
            brightness = self.first_bar(studio)
            before = studio.wait_playing()
            self.choose(studio, "Effect", ["Down", "Down", "Return"], "Negative")
            studio.until(lambda: abs(self.first_bar(studio) - (255 - brightness)) < 10,
                         "the picture is negative")
            self.assertGreater(studio.wait_playing(), before)  # it was not begun anew

    def first_bar(self, studio):
        picture = studio.find("image", "Live picture")
        rows = pattern.load(studio.shot(self.dir / "shot.ppm"))[2]
        (x, y), (width, height) = picture.position, picture.size
        return rows[y + height // 4][x + width // 20]

    def test_another_source_is_chosen(self):
        with Studio(self.dir, "--source", "test:640x480@10") as studio:
            with self.subTest("Close Camera clears the picture and says what to do"):
                studio.wait_playing()
                studio.press("Close Camera")
                studio.wait_text("^No Picture$")
                studio.wait_text("^Choose a source and press Start$")
                self.assertIsNone(studio.frame_number())
                self.assertFalse(studio.button("Close Camera").sensitive)
                studio.press("Start camera")
                studio.wait_playing()
            with self.subTest("a file is chosen by keyboard and plays to its end"):
                self.play_a_file(studio)

    def play_a_file(self, studio):
        video = self.dir / "clip.mkv"
        tap.ffmpeg("-f", "lavfi", "-i", "testsrc=size=320x240:rate=30", "-t", "2", video)
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

    def test_a_stream_that_goes_and_returns_is_told_and_goes_on(self):
        server = [RtspServer()]
        address = f"rtsp://127.0.0.1:{server[0].port}/live"
        self.addCleanup(lambda: server[0].stop())
        with Studio(self.dir, "--source", address) as studio:
            studio.wait_live()
            studio.wait_text("^320 × 240 · ")
            server[0].stop()
            studio.wait_text(r"^Reconnecting( in \d+ s)?: .*127\.0\.0\.1")
            server[0] = RtspServer(server[0].port)
            studio.wait_live()
            studio.press("Stop camera")  # a live stream is held, too
            studio.wait_text("^Stopped$")
            studio.press("Start camera")
            studio.wait_live()

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
