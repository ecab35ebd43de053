#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What concerns the studio as a whole: its windows, pages, keys, settings and language, and what is
opened with it."""

import contextlib
import re
import subprocess
import sys
from pathlib import Path

import tap
from dogtail import rawinput
from studio import Studio

# Of the window with files, which comes to lie at the top left, and beside it.
OFFER = (30, 30)
BESIDE = (600, 400)


class ShellTest(tap.TempDirTest):
    def setUp(self):
        super().setUp()
        self.file = self.dir / "mice.leat"

    def record(self, file, name="one"):
        tap.leat("run", "--source", "test:640x480@10", "--frames", "5", "--record", file, "--name", name)

    def recordings(self, file=None):
        return tap.leat("list", file or self.file, "--json").json


def windows(studio):
    return [node for node in studio.windows() if node.role == "frame" and node.name == "Leat"]


def wait_windows(studio, count):
    studio.until(lambda: len(windows(studio)) == count, f"{count} windows are open")


def wait_page(studio, name):
    studio.until(lambda: studio.find("page tab", name).selected,
                 f"the page {name} is shown")


class Offer:
    """Files that can be dragged onto the studio, one after the other."""

    def __init__(self, studio, said):
        self.studio = studio
        self.said = said

    def wait(self, word):
        """Until it is the last that was said."""
        self.studio.until(lambda: self.said.read_text().endswith(f"{word}\n"), f"the file is {word}")

    def drop(self):
        """Drops the next file on the studio."""
        rawinput.press(*OFFER)
        for x, y in (OFFER[0] + 20, OFFER[1] + 10), (OFFER[0] + 40, OFFER[1] + 20):
            rawinput.absoluteMotion(x, y)
        self.wait("begun")
        x, y = BESIDE
        rawinput.absoluteMotion(x, y)
        rawinput.absoluteMotion(x + 10, y + 10)
        self.wait("accepted")
        rawinput.release(x + 10, y + 10)
        self.wait("done")


@contextlib.contextmanager
def offer(studio, *files):
    said = studio.home / "offer"
    program = Path(__file__).with_name("offer.py")
    with said.open("w") as out, subprocess.Popen([sys.executable, program, *files], stdout=out) as process:
        try:
            offered = Offer(studio, said)
            offered.wait("shown")
            yield offered
        finally:
            process.terminate()


class Windows(ShellTest):
    def test_one_of_two_closes_alone_and_quit_closes_all(self):
        with Studio(self.dir, "--source", "test:640x480@10") as studio:
            studio.wait_live()
            studio.keys("<Control>n")
            wait_windows(studio, 2)
            # The camera stays the first one's until the user says otherwise.
            studio.wait_text("^Choose a source and press Start$")
            studio.keys("<Control>w")
            wait_windows(studio, 1)
            studio.wait_playing()
            studio.keys("<Control>n")
            wait_windows(studio, 2)
            studio.keys("<Control>q")
            studio.wait_closed()

    def test_closing_asks_while_recording_and_then_commits(self):
        with Studio(self.dir, "--source", "test:640x480@10", self.file) as studio:
            studio.wait_live()
            studio.create_recording("take")
            studio.press("Start recording")
            stored = int(studio.wait_text(r"^([1-9]\d*) stored, ")[1])
            studio.keys("<Control>w")
            studio.wait_text("^Stop recording and close[?]$")
            studio.wait_text("^“take” ends here. What was recorded so far is kept.$")
            studio.press("Keep Recording")
            studio.until(lambda: not studio.button("Keep Recording"), "the question is gone")
            more = int(studio.wait_text(r"^(\d+) stored, ")[1])
            self.assertGreaterEqual(more, stored)
            studio.keys("<Control>q")
            studio.press("Stop and Close")
            studio.wait_closed()
        recording, = self.recordings()
        self.assertEqual(recording["state"], "complete")
        self.assertGreaterEqual(recording["frames"], more)


    def test_closing_asks_while_a_job_runs_and_then_cancels_it(self):
        with Studio(self.dir, "--source", "test:640x480@10") as studio:
            studio.wait_live()
            studio.press("Test CPU")
            studio.until(lambda: studio.find("frame", "Multiprocessing Computation"),
                         "the CPU test's window is open")
            studio.press("Test")
            studio.until(lambda: studio.can_press("Cancel the test"), "it computes")
            studio.find("frame", "Leat").act("window.close")
            studio.wait_text("^Stop what is running and close[?]$")
            studio.wait_text("^This is cancelled:\n• CPU test on ")
            studio.press("Stop and Close")
            studio.wait_closed()


class Keys(ShellTest):
    def test_single_keys_work_on_the_live_page_and_never_in_an_entry(self):
        with Studio(self.dir, "--source", "test:640x480@10", self.file) as studio:
            studio.wait_live()
            with self.subTest("R starts and stops recording"):
                studio.keys("r")
                studio.wait_text("^Recording “")
                studio.keys("r")
                studio.wait_text("^Not recording$")
            with self.subTest("Space stops and starts"):
                studio.keys("space")
                studio.wait_text("^Stopped$")
                studio.keys("space")
                studio.wait_live()
            with self.subTest("an entry takes them as text"):
                studio.click("text", "Library")
                studio.keys("<Control>a", "r", "space", "r")
                studio.until(lambda: studio.text_of("Library") == "r r", "it was typed")
                studio.wait_live()
            with self.subTest("Enter takes the library that was typed"):
                studio.keys("Return")
                studio.until(lambda: studio.text_of("Library") == "~/r r", "it is taken")
                studio.wait_text("^r r$")
            with self.subTest("another page does not know them"):
                studio.keys("<Control>3")
                wait_page(studio, "Concurrency")
                studio.keys("r")
                studio.keys("<Control>2")
                wait_page(studio, "Recordings")
                studio.keys("<Control>1")
                wait_page(studio, "Live")
            with self.subTest("the menu opens the shortcuts and about"):
                studio.keys("F10")
                studio.press_menu("Keyboard Shortcuts")
                studio.wait_text("^Start or stop recording$")
                studio.keys("Escape")
                studio.keys("F10")
                studio.press_menu("About Leat")
                studio.wait_text("^The Leat authors$")
        self.assertEqual(len(self.recordings()), 1)


class Opening(ShellTest):
    def test_a_library_given_is_shown_and_found_again_among_the_recent_ones(self):
        self.record(self.file, "night")
        with Studio(self.dir, self.file) as studio:
            with self.subTest("shown, and no camera started"):
                wait_page(studio, "Recordings")
                studio.wait_text("^night$")
                studio.wait_text("^Choose a source and press Start$")
            with self.subTest("a recording is named by keys alone"):
                studio.keys("<Control>1")
                studio.press("Create New…")
                studio.until(lambda: studio.find("text", "Name"), "the dialog is open")
                rawinput.typeText("dusk")
                studio.keys("Return")
                studio.wait_text("^“dusk” · ")
            with self.subTest("a recording is opened and played by keys alone"):
                studio.keys("<Control>2", "Return")
                studio.wait_text(r"^0:00\.000 / ")
                studio.keys("space")
                studio.wait_text(r"^0:00\.[1-9]")
        with Studio(self.dir, "--source", "test:640x480@10") as studio:
            studio.wait_live()
            studio.keys("F10")
            studio.press_menu("~/mice.leat")
            wait_page(studio, "Recordings")
            studio.wait_text("^night$")

    def test_a_broken_library_is_told_and_what_is_dropped_is_opened(self):
        self.file.write_bytes(b"This is no library.\n" * 1000)
        library, video = self.dir / "night.leat", self.dir / "night.mkv"
        self.record(library, "night")
        tap.leat("export", library, "night", video)
        with Studio(self.dir, self.file) as studio:
            with self.subTest("told"):
                wait_page(studio, "Recordings")
                studio.wait_text("^This Library Cannot Be Opened$")
                studio.wait_text("is not a Leat file")
            with offer(studio, library, video) as offered:
                with self.subTest("a library is opened"):
                    offered.drop()
                    studio.wait_text("^night$")
                with self.subTest("a video becomes the source"):
                    offered.drop()
                    wait_page(studio, "Live")
                    studio.wait_text(f"^{re.escape(str(video))}$")


class Settings(ShellTest):
    def settings(self):
        return self.dir / "config" / "leat" / "studio.ini"

    def test_they_are_there_at_the_next_start(self):
        with Studio(self.dir, "--source", "test:320x240@20", self.file) as studio:
            studio.wait_text("^320 × 240 · ")
            studio.keys("F10")
            studio.press_menu("Dark")
            # Without threading the window is slow to answer: late, and on a page that shows no video.
            studio.switch("Enable Threading")
            studio.wait_text("^Everything takes turns")
            studio.keys("<Control>2")
            wait_page(studio, "Recordings")
        kept = self.settings().read_text()
        self.assertIn("style=dark", kept)
        self.assertEqual(self.settings().stat().st_mode & 0o777, 0o600)
        with Studio(self.dir) as studio:
            wait_page(studio, "Recordings")
            studio.keys("<Control>1")
            studio.wait_text("^Choose a source and press Start$")
            self.assertEqual(studio.text_of("Library"), "~/mice.leat")
            self.assertFalse(studio.is_on("Enable Threading"))
            studio.press("Start camera")
            studio.wait_text("^320 × 240 · ")

    def test_a_broken_file_does_not_matter(self):
        for name, content in (("no key file", b"\0\xff[[[\n="),
                              ("senseless values", b"[window]\nwidth=-7\nheight=x\npage=moon\n"
                                                   b"style=\xff\n[recording]\nlibrary=/no/such\n"
                                                   b"[camera]\nsource=test:0x0\n")):
            with self.subTest(name):
                self.settings().parent.mkdir(parents=True, exist_ok=True)
                self.settings().write_bytes(content)
                with Studio(self.dir, "--source", "test:640x480@10") as studio:
                    studio.wait_live()
                    studio.wait_playing()

    def test_a_folder_that_cannot_be_made_does_not_matter(self):
        self.settings().parent.parent.mkdir()
        self.settings().parent.write_text("in the way\n")
        with Studio(self.dir, "--source", "test:640x480@10") as studio:
            studio.wait_live()
            studio.keys("<Control>3")
            wait_page(studio, "Concurrency")


class Language(ShellTest):
    def test_it_is_the_users(self):
        with Studio(self.dir, "--source", "test:640x480@10", LC_ALL="C.UTF-8", LANGUAGE="de") as studio:
            studio.until(lambda: studio.find("page tab", "Aufnahmen"), "a German page")
            studio.wait_text("^Kamerasteuerung$")
            studio.wait_text(r" · \d+ verloren$")


tap.main()
