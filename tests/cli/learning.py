# SPDX-License-Identifier: MIT
"""What the tests of training and of models share: a library whose frames can be told apart."""

import shutil
import sqlite3
import tempfile
from pathlib import Path

from checks import run_json

import tap

# What can be told apart by colour, at once.
SCENES = {"red": "color=c=red", "green": "color=c=green", "grey": "testsrc2=alpha=255"}
FRAMES = 40
QUICK = ("--epochs", 3)


def record(file, name, graph, frames=FRAMES, *options):
    return run_json("--source", f"lavfi:{graph}:size=64x48:rate=30", "--pace", "fast", "--frames",
                    frames, "--record", file, "--name", name, *options)


def make_library(file):
    for name, graph in SCENES.items():
        record(file, name, graph)
        tap.leat("label", file, name, name)


class WithLibrary(tap.TempDirTest):
    """Each test has a copy of one library, with a model of this name where there is one."""

    MODEL = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shared = Path(tempfile.mkdtemp(prefix="leat-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.shared, ignore_errors=True)
        make_library(cls.shared / "a.leat")
        if cls.MODEL:
            tap.leat("train", cls.shared / "a.leat", *QUICK, "--name", cls.MODEL)

    def setUp(self):
        super().setUp()
        self.file = self.dir / "a.leat"
        shutil.copy(self.shared / "a.leat", self.file)

    def train(self, *args, **options):
        return tap.leat("train", self.file, *QUICK, *args, **options)

    def change(self, statement, *values):
        database = sqlite3.connect(self.file)
        with database:
            database.execute("PRAGMA foreign_keys = ON")
            database.execute(statement, values)
        database.close()
