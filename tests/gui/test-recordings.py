#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The Recordings page: the grid, playing, renaming, exporting and deleting."""

import contextlib
import re
import sqlite3

import pattern
import tap
from dogtail import rawinput
from studio import FRAME_PX, Studio

# Where nothing is.
CORNER = (1260, 780)

LOST = range(40, 45)
KINDS = ["Video (mkv)", "Video (mp4)", "Folder of images", "Table of frames (csv)"]


def record(file, name, frames=90, size="640x480"):
    tap.leat("run", "--source", f"test:{size}@30", "--pace", "fast", "--frames", frames, "--record",
             file, "--name", name)


def lose(file, name, numbers):
    """Takes frames out of a recording, and has its ledger say so."""
    library = sqlite3.connect(file)
    recording, = library.execute("SELECT id FROM recording WHERE name = ?", (name,)).fetchone()
    span = (recording, numbers[0], numbers[-1])
    size, = library.execute("SELECT sum(length(data)) FROM frame WHERE recording = ?"
                            " AND seq BETWEEN ? AND ?", span).fetchone()
    library.execute("DELETE FROM frame WHERE recording = ? AND seq BETWEEN ? AND ?", span)
    library.execute("INSERT INTO loss VALUES (?, 0, 'record', 'the disk was too slow', ?, ?, ?, 0, 0)",
                    (*span, len(numbers)))
    library.execute("UPDATE ledger SET record_stored = record_stored - ?2, bytes = bytes - ?3,"
                    " record_lost = record_lost + ?2 WHERE recording = ?1",
                    (recording, len(numbers), size))
    library.commit()
    library.close()


class RecordingsTest(tap.TempDirTest):
    def setUp(self):
        super().setUp()
        self.file = self.dir / "library.leat"

    def open(self, rate=2):
        """With a picture that takes little, as most look at other pages."""
        studio = Studio(self.dir, "--source", f"test:320x240@{rate}", self.file)
        self.studio = studio
        return studio

    def show_page(self):
        self.studio.until(lambda: self.studio.find("page tab", "Recordings"), "the pages")
        self.studio.keys("<Control>2")

    def card(self, name):
        """The card of a recording; None when there is none to be seen."""
        return self.studio.look("panel", re.escape(f"{name}, "))

    def toasts(self):
        """Their texts."""
        return [label.name for toast in self.studio.tree.controls() if toast.name == "AdwToastWidget"
                for label in toast.within("label")]

    def wait_toast(self, regex):
        self.studio.until(lambda: any(re.search(regex, text) for text in self.toasts()),
                          f"a toast “{regex}”")

    def wait_card(self, name):
        return self.studio.until(lambda: self.card(name), f"a card of “{name}”")

    def wait_no_card(self, name):
        self.studio.until(lambda: not self.card(name), f"no card of “{name}”")

    def number_in(self, picture, aspect=640 / 480):
        """The number that the test pattern shows in a picture of the window."""
        (x, y), (width, height) = picture.position, picture.size
        scale = min(width / aspect, height)
        box_width, box_height = round(scale * aspect), round(scale)
        box = (FRAME_PX + x + (width - box_width) // 2, FRAME_PX + y + (height - box_height) // 2,
               box_width, box_height)
        found = pattern.read(self.studio.shot(self.dir / "shot.ppm"), box)
        return found[0] if found else None

    def number(self):
        return self.number_in(self.studio.find("image", "Recorded picture"))

    def wait_number(self, number):
        self.studio.until(lambda: self.number() == number, f"frame {number} is shown")
        self.studio.wait_text(f"^Frame {number}$")

    def play(self, name):
        card = self.wait_card(name)
        thumbnail = card.look("image", lambda name: name == "Thumbnail")
        (x, y), (width, height) = thumbnail.position, thumbnail.size
        self.studio.until(lambda: self.number_in(thumbnail) is not None, "a thumbnail")
        rawinput.click(FRAME_PX + x + width // 2, FRAME_PX + y + height // 2)
        self.studio.until(lambda: self.number() is not None, "a picture")

    def act(self, recording, command):
        """By the action of its menu."""
        self.wait_card(recording)
        # GTK 4.8 crashes when a menu under the pointer is closed by another way than the pointer.
        rawinput.absoluteMotion(*CORNER)
        self.studio.press_last(f"Actions for “{recording}”")
        self.studio.until(lambda: self.item(command), "the menu is open").act("click")
        self.studio.until(lambda: not self.item(command), "the menu is closed")

    def item(self, name):
        # Not where it was last: the menu keeps its items when it is closed.
        return self.studio.look("menu item", f"{re.escape(name)}$")

    def dialog(self):
        return next((window for window in self.studio.windows() if window.name != "Leat"), None)

    def wait_dialog(self, recording, command):
        self.act(recording, command)
        return self.studio.until(self.dialog, "the dialog")

    def press_in(self, node, name):
        self.studio.until(lambda: (button := node.look(
            "push button", lambda other: other in (name, f"_{name} {name}"))) and button.sensitive and
            (button.act("click"), True), f"button “{name}” can be pressed")

    def write_in(self, node, name, text):
        node.look("text", lambda other: other == name).write(text)

    def begin_export(self, kind):
        dialog = self.wait_dialog("first", "Export…")
        self.write_in(dialog, "File name", "a")
        self.write_in(dialog, "In the folder", str(self.dir))
        if kind:
            row = dialog.within("combo box")[0]
            (x, y), (width, height) = row.position, row.size
            rawinput.click(FRAME_PX + x + width // 2, FRAME_PX + y + height // 2)
            self.studio.until(lambda: dialog.look("label", lambda name: name == KINDS[-1]), "the list is open")
            self.studio.keys("Home", *["Down"] * KINDS.index(kind), "Return")
        self.press_in(dialog, "Export")
        self.studio.until(lambda: not self.dialog(), "it has closed")

    def names(self):
        self.assertTrue(tap.leat("verify", self.file, "--json").json["ok"])
        return [recording["name"] for recording in tap.leat("list", self.file, "--json").json]


class Playing(RecordingsTest):
    def test_it_plays_the_very_frames_that_were_recorded(self):
        record(self.file, "cage 3")
        record(self.file, "gaps")
        lose(self.file, "gaps", LOST)
        self.names()
        with self.open() as studio:
            self.show_page()
            self.assertIn("90 frames", self.wait_card("cage 3").name)
            self.assertIn("5 lost", self.wait_card("gaps").name)
            self.play("gaps")
            self.wait_number(0)
            with self.subTest("frame by frame"):
                studio.keys("Right")
                self.wait_number(1)
                studio.press("Next Frame")
                self.wait_number(2)
                studio.keys("Left")
                self.wait_number(1)
            with self.subTest("a second, the end, the beginning"):
                studio.keys("<Shift>Right")
                self.wait_number(31)
                studio.keys("End")
                self.wait_number(89)
                studio.keys("Home")
                self.wait_number(0)
            with self.subTest("the timeline is a slider"):
                slider = studio.find("slider", "Timeline")
                slider.value = 2e9
                self.wait_number(60)
                self.assertEqual(slider.value, 2e9)
            with self.subTest("to the losses"):
                studio.keys("Home")
                self.wait_number(0)
                studio.press("Next Loss")
                self.wait_number(LOST[-1] + 1)
                self.assertFalse(studio.button("Next Loss").sensitive)
                studio.keys("End")
                self.wait_number(89)
                studio.press("Previous Loss")
                self.wait_number(LOST[-1] + 1)
            with self.subTest("plays to the end"):
                studio.press("Play")
                self.wait_number(89)
                studio.until(lambda: studio.button("Play"), "it has ended")
            studio.keys("Escape")
            self.wait_card("cage 3")

    def test_what_is_being_recorded_plays_too(self):
        with self.open(rate=10) as studio:
            studio.wait_live()
            studio.keys("<Control>r")
            studio.wait_text("^REC ")
            self.show_page()
            card = self.wait_card("recording-1")
            studio.until(lambda: "Recording" in card.name, "it says that it is being recorded")
            self.play("recording-1")
            studio.wait_text("^Being recorded$")
            studio.keys("space")
            first = self.number()
            studio.until(lambda: (self.number() or first) > first + 30, "it plays on")
            studio.keys("<Control><Shift>r")
            studio.until(lambda: not studio.look("label", "Being recorded"), "it has ended")
        self.assertEqual(self.names(), ["recording-1"])


class Managing(RecordingsTest):
    def test_renamed_exported_deleted(self):
        record(self.file, "one")
        record(self.file, "two")
        with self.open() as studio:
            self.show_page()
            self.wait_card("one")
            with self.subTest("a name is judged as it is typed"):
                dialog = self.wait_dialog("one", "Rename…")
                for name, fault in [("two", "already"), ("42", "only digits"), ("", "is empty")]:
                    self.write_in(dialog, "New name", name)
                    studio.until(lambda f=fault: dialog.look("label", lambda shown: f in shown), fault)
                    self.assertFalse(dialog.look("push button", lambda shown: "Rename" in shown).sensitive)
                self.write_in(dialog, "New name", "first")
                self.press_in(dialog, "Rename")
                self.wait_card("first")
            for kind, out in zip(KINDS, ["a.mkv", "a.mp4", "a", "a.csv"]):
                with self.subTest("exported", kind=kind):
                    self.begin_export(kind)
                    studio.until(lambda o=out: (self.dir / o).exists(), f"{out} is there")
                    self.wait_toast("^Exported “first”$")
                    # The toast of the one before says the same, until its own has taken its place.
                    studio.until(lambda: (button := studio.look("push button", "Open _Folder")) and
                                 button.sensitive, "its folder can be opened")
            with self.subTest("what is there is never replaced"):
                self.begin_export(None)
                self.wait_toast("^The recording was not exported: the name is taken$")
            with self.subTest("deleted, and had back"):
                self.act("two", "Delete")
                self.wait_toast("^Deleted “two”$")
                self.wait_no_card("two")
                studio.press("Undo")
                self.wait_card("two")
                self.assertEqual(self.names(), ["first", "two"])
            with self.subTest("deleted for good with the window"):
                self.act("two", "Delete")
                self.wait_toast("^Deleted “two”$")
                self.assertEqual(self.names(), ["first", "two"])
                studio.press("Close")
                studio.wait_closed()
                self.assertEqual(self.names(), ["first"])
        count = tap.run("sqlite3", self.file, "SELECT count(*), max(recording) FROM frame").stdout
        self.assertEqual(count.strip(), "90|1")

    def test_a_renaming_that_waits_for_another_program_holds_no_window_up(self):
        record(self.file, "one")
        with self.open() as studio:
            self.show_page()
            dialog = self.wait_dialog("one", "Rename…")
            self.write_in(dialog, "New name", "first")
            with contextlib.closing(sqlite3.connect(self.file, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                self.press_in(dialog, "Rename")
                studio.until(lambda: not self.dialog(), "it has closed")
                studio.press("Close")
                studio.until(lambda: not studio.windows(), "the window has closed")
                other.execute("ROLLBACK")
            studio.wait_closed()
        self.assertEqual(self.names(), ["first"])


class Broken(RecordingsTest):
    def test_a_broken_file_is_told_with_what_to_do(self):
        self.file.write_bytes(b"this is not a library" * 100)
        with self.open() as studio:
            self.show_page()
            studio.wait_text("^This Library Cannot Be Opened$")
            studio.wait_text("is not a Leat file.*name a .leat file")
            self.file.unlink()
            studio.look("push button", ".*Try Again$").act("click")
            studio.wait_text("^No Recordings$")
            record(self.file, "later")
            self.wait_card("later")


tap.main()
