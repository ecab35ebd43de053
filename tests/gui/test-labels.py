#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Labels made on the live picture are in the file, on the frames that were seen."""

import contextlib
import sqlite3
import time

import pyatspi
import tap
from studio import FRAME_PX, Studio, rawinput

KEY_2 = 11  # a code of the X server
WHEEL_DOWN = 5
BESIDE_THE_PICTURE = (960, 400)


class Labels(tap.TempDirTest):
    def setUp(self):
        super().setUp()
        self.file = self.dir / "library.leat"

    def rows(self, sql):
        with contextlib.closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as library:
            return library.execute(sql).fetchall()

    def labels(self):
        """(name, value, seconds from its first frame to its last, the same of the recording before it)"""
        return self.rows("""
            SELECT name, value, (b.captured_ns - a.captured_ns) / 1e9, (a.captured_ns - first) / 1e9
            FROM label l JOIN frame a ON a.recording = l.recording AND a.seq = first_seq
            JOIN frame b ON b.recording = l.recording AND b.seq = last_seq,
            (SELECT min(captured_ns) AS first FROM frame) ORDER BY first_seq""")

    def test_keys_buttons_and_numbers_label_what_is_seen(self):
        with Studio(self.dir, "--source", "test:640x480@10", self.file) as studio:
            studio.wait_live()
            for name in ("mouse", "bird"):
                studio.write("Add class…", name)
                studio.press("Add the class")
                studio.wait_text(f"^{name}$")
            studio.write("Add class…", "mouse")
            studio.wait_text("^There is a class of this name$")
            self.assertFalse(studio.button("Add the class").sensitive)
            studio.write("Add class…", "")
            studio.set_value("Label the past", 2)
            # What just happened is kept from now on.
            began = studio.wait_playing()
            studio.until(lambda: (studio.frame_number() or 0) > began + 75, "2.5 s have passed")

            # A tap begins the recording, with what just happened.
            studio.keys("1")
            studio.wait_text("^Recording “")
            studio.wait_text(r"^[1-9]\d frames$")
            (name, _, length, _), = self.labels()
            self.assertEqual(name, "mouse")
            self.assertAlmostEqual(length, 2, delta=0.2)

            # Held, it is as long as that.
            began = time.monotonic()
            pyatspi.Registry.generateKeyboardEvent(KEY_2, None, pyatspi.KEY_PRESS)
            studio.wait_text(r"^bird · [1-9]\d* s$")
            held = time.monotonic() - began
            pyatspi.Registry.generateKeyboardEvent(KEY_2, None, pyatspi.KEY_RELEASE)
            studio.until(lambda: len(rows := self.labels()) == 2 and abs(rows[1][2] - held) < 1.5,
                         f"what was held for {held} s is written")

            # The last one is taken back, and the one before it stays.
            studio.keys("<Control>z")
            studio.wait_text("^“bird” is taken back$")
            studio.until(lambda: [row[0] for row in self.labels()] == ["mouse"], "it is off the frames")

            # A number stands beside them, in a row that opens.
            studio.until(lambda: rawinput.click(*BESIDE_THE_PICTURE, WHEEL_DOWN) or
                         ((row := studio.find("list item", "Number…")) and row.position[1] < 600),
                         "the row is in sight")
            studio.wait_at_rest("list item", "Number…")
            # To scroll past a number leaves it as it is.
            past = studio.find("spin button", "Label the past")
            before = past.position
            rawinput.click(FRAME_PX + before[0] + 10, FRAME_PX + before[1] + 10, WHEEL_DOWN)
            studio.until(lambda: past.position != before, "it is scrolled")
            self.assertEqual(past.value, 2)
            studio.wait_at_rest("list item", "Number…")
            studio.click("list item", "Number…")
            studio.write("Name of the number", "gauge")
            studio.write("Value", "3.5")
            studio.until(lambda: studio.press("Label with the number") or
                         ("gauge", 3.5) in [row[:2] for row in self.labels()], "the number is written")

            # An entry takes the keys until the picture is clicked.
            studio.wait_at_rest("text", "Value")
            studio.click("text", "Value")
            studio.keys("2")
            studio.until(lambda: studio.text_of("Value") != "3.5", "it was typed")
            studio.click("image", "Live picture")
            studio.keys("2")
            studio.until(lambda: "bird" in [row[0] for row in self.labels()], "it is labelled")

            # Carried on until the next one, and that until the end.
            studio.switch("Carry on until the next")
            studio.press("Label “mouse”")
            studio.wait_text(r"^mouse · ([4-9]|\d\d+) s$")
            studio.press("Label “bird”")
            studio.wait_text(r"^bird · ([3-9]|\d\d+) s$")
            studio.press("Stop recording")
            studio.wait_text("^Not recording$")
            studio.press("Remove “bird” from the list")
            settings = self.dir / "config/leat/studio.ini"
            studio.until(lambda: "\nclasses=mouse\n" in settings.read_text(), "it has no key any more")
        self.assertTrue(tap.leat("verify", self.file, "--json").json["ok"])
        classes = [row for row in self.labels() if row[1] is None]
        self.assertEqual([row[0] for row in classes][-2:], ["mouse", "bird"])
        last, = self.rows("SELECT max(last_seq) = (SELECT max(seq) FROM frame) FROM label")
        self.assertEqual(last, (1,))

    def test_closing_writes_what_was_labelled(self):
        with Studio(self.dir, "--source", "test:640x480@10", self.file) as studio:
            studio.wait_live()
            studio.write("Add class…", "mouse")
            studio.press("Add the class")
            studio.wait_playing()
            studio.press("Label “mouse”")
            studio.wait_text("^Recording “")
        (name, _, length, _), = self.labels()
        self.assertEqual(name, "mouse")
        self.assertGreater(length, 0)


tap.main()
