#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A model trained in the window, from labels to what the live picture says."""

import contextlib
import re
import sqlite3

import tap
from dogtail import rawinput
from studio import FRAME_PX, Studio

SCENES = {"red": "0xa04040", "green": "0x40a040"}
# What a model of these takes for green, too.
DARK_RED = "0x406040"
# Of each recording; it takes 50 new ones to train again.
FRAMES = 60
SIZE = "160x120"


def scene(colour, rate=30):
    return f"lavfi:color=c={colour}:size={SIZE}:rate={rate},noise=alls=20:allf=t"


class Model(tap.TempDirTest):
    def setUp(self):
        super().setUp()
        self.library = self.dir / "a.leat"
        for name, colour in SCENES.items():
            self.record(name, colour)

    def record(self, name, colour):
        tap.leat("run", "--source", scene(colour), "--pace", "fast", "--frames", FRAMES, "--record",
                 self.library, "--name", name)

    def models(self):
        return sorted(model["name"] for model in tap.leat("models", self.library, "--json").json)

    def open_training(self, studio):
        studio.press("Train…")
        studio.until(lambda: studio.find("frame", "Train a Model"), "the window is open")

    def look(self, studio, role, start):
        """The control whose name begins so, as soon as there is one."""
        return studio.until(lambda: studio.look(role, re.escape(start)), f"“{start}” is shown")

    def refuses_what_cannot_be_learned(self, studio):
        self.open_training(studio)
        self.look(studio, "label", "This library has no labels")
        self.assertFalse(studio.button("Train").sensitive)
        for name in SCENES:
            tap.leat("label", self.library, name, name)
        studio.keys("Escape")
        studio.until(lambda: not studio.find("frame", "Train a Model"), "it is closed")
        self.open_training(studio)
        studio.until(lambda: studio.can_press("Train"), "it can be learned")

    def goes_on(self, studio):
        """What is said of an unfinished training."""
        return studio.look("label", "A training with these settings was ended in epoch")

    def can_be_cancelled_and_goes_on(self, studio):
        studio.set_value("Epochs", 10000)
        studio.set_value("Learning rate", 0.0001)  # it would end by itself
        self.assertFalse(self.goes_on(studio))
        studio.press("Train")
        self.look(studio, "label", "After epoch ")
        studio.press("Cancel the training")
        self.look(studio, "label", "The training was cancelled")
        said = studio.until(lambda: self.goes_on(studio), "it can be gone on with")
        self.assertRegex(said.name, r" in epoch ([3-9]|\d+) of 10000$")
        studio.set_value("Learning rate", 0.02)
        studio.until(lambda: not self.goes_on(studio), "another training begins anew")

    def trains(self, studio):
        studio.set_value("Epochs", 3)
        studio.write("Name (chosen for you when empty)", "colours")
        studio.press("Train")
        self.look(studio, "label", "100.0 % right")
        self.look(studio, "image", "Loss over epochs: 3, 100.0 % right")
        self.look(studio, "label", "“green” taken for “red”: 0 of 12 frames")
        self.assertEqual(self.models(), ["colours"])

    def wait_trained(self, studio, count):
        """Asks the library, which is cheaper than the window."""
        def trained():
            with contextlib.closing(sqlite3.connect(f"file:{self.library}?mode=ro", uri=True)) as library:
                return library.execute("SELECT count(*) FROM job WHERE name = 'train' AND state = 'done'"
                                       ).fetchone()[0] >= count

        studio.until(trained, f"{count} trainings are done")

    def keeps_learning(self, studio):
        studio.switch("Keep learning")
        self.look(studio, "label", "0 of 50 newly labelled frames")
        self.record("dark red", DARK_RED)
        tap.leat("label", self.library, "dark red", "red")
        self.wait_trained(studio, 2)
        said = self.look(studio, "label", "“colours-2” has learned more and is in use now: ").name
        after, before = map(float, re.search(r"([\d.]+) % right, before ([\d.]+) %$", said).groups())
        self.assertGreater(after, before)
        self.look(studio, "label", "colours-2, ")
        self.record("more red", SCENES["red"])
        tap.leat("label", self.library, "more red", "red")
        self.wait_trained(studio, 3)
        self.look(studio, "label", "The new labels made “colours-2” no better (")
        studio.wait_text(r"^(\d+) of (?!50 )\d+ newly labelled frames")
        self.assertEqual(self.models(), ["colours", "colours-2"])
        self.look(studio, "label", "colours-2, ")

    def chooses_none(self, studio):
        picture, row = studio.find("image", "Live picture"), studio.find("combo box", "Model")
        beside = FRAME_PX + row.position[0] + row.size[0] // 2
        middle = FRAME_PX + picture.position[1] + picture.size[1] // 2
        for _ in range(30):  # down to the group
            rawinput.click(beside, middle, 5)
        studio.click("combo box", "Model")
        studio.until(lambda: studio.find("label", "External program…"), "the list is open")
        studio.keys("Home", "Return")

    def test_a_model_is_trained_and_says_what_the_picture_shows(self):
        with Studio(self.dir, "--source", scene(SCENES["red"], 5), self.library) as studio:
            self.refuses_what_cannot_be_learned(studio)
            self.can_be_cancelled_and_goes_on(studio)
            self.trains(studio)
            studio.press("Use This Model")
            said = self.look(studio, "label", "red ")
            self.assertRegex(said.name, r"^red \d+ %$")
            self.keeps_learning(studio)
            self.chooses_none(studio)
            studio.until(lambda: not studio.look("label", r"red \d+ %$"), "nothing is said any more")


tap.main()
