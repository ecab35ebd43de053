#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Labels in the playback: drawn, resized, changed, removed and undone as bands along the timeline; what
a model says; and the queue of frames on which two models disagree."""

import contextlib
import sqlite3

import tap
from dogtail import rawinput
from studio import FRAME_PX, Studio

FRAMES = 90
# Between the edge of the strip and that of the slider's way.
INSET_PX = 12
# From the middle of the lane of the classes down to that of the predictions.
PREDICTIONS_PX = 16
# Where nothing is.
CORNER = (1260, 780)


class Bands(tap.TempDirTest):
    def setUp(self):
        super().setUp()
        self.file = self.dir / "library.leat"
        tap.leat("run", "--source", "test:320x240@30", "--pace", "fast", "--frames", FRAMES,
                 "--record", self.file, "--name", "cage")
        tap.leat("label", self.file, "cage", "empty", "--first", 0, "--last", 29)
        tap.leat("label", self.file, "cage", "mouse", "--first", 30, "--last", 49)
        tap.leat("train", self.file, "--name", "one", "--epochs", 1)
        tap.leat("predict", self.file, "cage", "--model", "one", "--store")
        self.add_contrary()

    def add_contrary(self):
        """A model that says of each frame what the first one does not."""
        with contextlib.closing(sqlite3.connect(self.file)) as library:
            columns = [row[1] for row in library.execute("PRAGMA table_info(model)")][1:]
            changed = {"name": "'two'", "labels": """'["mouse","empty"]'"""}
            library.execute(f"INSERT INTO model ({','.join(columns)}) SELECT "
                            f"{','.join(changed.get(c, c) for c in columns)} FROM model")
            library.commit()

    def labels(self):
        with contextlib.closing(sqlite3.connect(self.file)) as library:
            return library.execute("SELECT name, first_seq, last_seq FROM label"
                                   " ORDER BY first_seq").fetchall()

    def wait_labels(self, *expected):
        try:
            self.studio.until(lambda: self.labels() == [*expected], f"labels {expected}")
        except AssertionError as error:
            raise AssertionError(f"labels {self.labels()}\n{error}") from None

    def point(self, frame):
        """Where a frame begins on the lane of the classes."""
        strip = self.studio.find("image", "Labels")
        (x, y), (width, _) = strip.position, strip.size
        way = width - 2 * INSET_PX
        return round(FRAME_PX + x + INSET_PX + way * frame / FRAMES), FRAME_PX + y + 10

    def drag(self, first, last, below=0):
        (x, y), (to_x, _) = self.point(first), self.point(last)
        y += below
        rawinput.absoluteMotion(x, y)
        rawinput.press(x, y)
        for step in range(1, 11):
            rawinput.absoluteMotion(x + (to_x - x) * step // 10, y)
        rawinput.release(to_x, y)

    def play(self, studio):
        self.studio = studio
        studio.until(lambda: studio.find("page tab", "Recordings"), "the pages")
        studio.keys("<Control>2")
        card = studio.until(lambda: studio.look("panel", "cage, "), "a card")
        (x, y), (width, _) = card.position, card.size
        rawinput.click(FRAME_PX + x + width // 2, FRAME_PX + y + 60)
        studio.wait_text("^Frame 0$")
        studio.wait_text("^empty: frames 0 to 29$")

    def go(self, key, frame):
        self.studio.keys(key)
        self.studio.wait_text(f"^Frame {frame}$")

    def test_labels_are_edited_along_the_timeline_and_asked_for_by_models(self):
        empty, mouse = ("empty", 0, 29), ("mouse", 30, 49)
        with Studio(self.dir, "--source", "test:320x240@10", self.file) as studio:
            self.play(studio)
            studio.wait_text("^(empty|mouse) [0-9]+ % · one$")
            with self.subTest("drawn, changed, resized and removed by the pointer"):
                self.drag(65, 85, PREDICTIONS_PX)  # nothing is drawn there
                self.drag(60.5, 70.5)
                self.wait_labels(empty, mouse, ("empty", 60, 70))
                rawinput.click(*self.point(65))
                studio.wait_text("^empty: frames 60 to 70$")
                studio.keys("2")
                self.wait_labels(empty, mouse, ("mouse", 60, 70))
                studio.wait_text("^mouse: frames 60 to 70$")
                self.drag(71, 80.5)
                self.wait_labels(empty, mouse, ("mouse", 60, 80))
                studio.wait_text("^mouse: frames 60 to 80$")
                studio.press("Remove the Label")
                self.wait_labels(empty, mouse)
            with self.subTest("undone, and done again"):
                for band in ("mouse", 60, 80), ("mouse", 60, 70), ("empty", 60, 70):
                    studio.keys("<Control>z")
                    self.wait_labels(empty, mouse, band)
                studio.keys("<Control>z")
                self.wait_labels(empty, mouse)
                studio.keys("<Control><Shift>z")
                self.wait_labels(empty, mouse, ("empty", 60, 70))
                studio.press("Undo the Labelling")
                self.wait_labels(empty, mouse)
            with self.subTest("by keys alone"):
                rawinput.click(*self.point(85))  # nothing is selected
                self.go("<Shift>Right", 30)
                studio.keys("i")
                self.go("Right", 31)
                self.go("Right", 32)
                studio.keys("o")
                studio.wait_text("^Frames 30 to 32$")
                studio.keys("1")
                self.wait_labels(("empty", 0, 32), ("mouse", 33, 49))
                self.go("End", FRAMES - 1)
                studio.keys("2")
                self.wait_labels(("empty", 0, 32), ("mouse", 33, 49), ("mouse", 89, 89))
                studio.wait_text("^mouse: frames 89 to 89$")
                studio.keys("Delete")
                self.wait_labels(("empty", 0, 32), ("mouse", 33, 49))
                self.assertTrue(tap.leat("verify", self.file, "--json").json["ok"])
            with self.subTest("the queue"):
                least = [row["seq"] for row in tap.leat(
                    "models", self.file, "diff", "two", "one", "cage", "--json").json]
                self.ask_models(studio)
                studio.wait_text(f"^1 of {FRAMES} · (one|two): (empty|mouse) 0")
                studio.wait_text(f"^Frame {least[0]}$")
                studio.keys("Page_Down")
                studio.wait_text(f"^2 of {FRAMES} · ")
                studio.wait_text(f"^Frame {least[1]}$")
                studio.keys("2")
                studio.wait_text(f"^3 of {FRAMES} · ")
                studio.until(lambda: any(name == "mouse" and first <= least[1] <= last
                                         for name, first, last in self.labels()), "it is labelled")
                studio.press("Close the Queue")
                studio.until(lambda: not studio.can_press("Close the Queue"), "it is closed")
        jobs = tap.leat("jobs", self.file, "--json").json
        self.assertEqual([(job["name"], job["state"]) for job in jobs][-1], ("predict", "done"))

    def ask_models(self, studio):
        # GTK 4.8 crashes when a menu under the pointer is closed by another way than the pointer.
        rawinput.absoluteMotion(*CORNER)
        studio.press_last("Actions for This Recording")
        studio.press_menu("Compare Models…")
        studio.press("C_ompare Compare")


tap.main()
