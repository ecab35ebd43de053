# SPDX-License-Identifier: MIT
"""What the tests of training and of models share: a library whose frames can be told apart."""

import functools
import shutil
import sqlite3
import tempfile
import unittest
from pathlib import Path

from checks import run_json

import tap

# What can be told apart by colour, at once.
SCENES = {"red": "color=c=red", "green": "color=c=green", "grey": "testsrc2=alpha=255"}
FRAMES = 20
QUICK = ("--epochs", 3)


def record(file, name, graph, frames=FRAMES, *options):
    return run_json("--source", f"lavfi:{graph}:size=64x48:rate=30", "--pace", "fast", "--frames",
                    frames, "--record", file, "--name", name, *options)


@functools.cache
def library(model):
    """A library with a recording of each scene and, unless it is None, a model of that name: made once
    for all classes of a file of tests."""
    folder = Path(tempfile.mkdtemp(prefix="leat-test-"))
    unittest.addModuleCleanup(shutil.rmtree, folder, ignore_errors=True)
    file = folder / "a.leat"
    if model:
        shutil.copy(library(None), file)
        tap.leat("train", file, *QUICK, "--name", model)
    else:
        for name, graph in SCENES.items():
            record(file, name, graph)
            tap.leat("label", file, name, name)
    return file


class WithLibrary(tap.TempDirTest):
    """Each test has a copy of one library, with a model of this name where there is one."""

    MODEL = None

    def setUp(self):
        super().setUp()
        self.file = self.dir / "a.leat"
        shutil.copy(library(self.MODEL), self.file)

    def train(self, *args, **options):
        return tap.leat("train", self.file, *QUICK, *args, **options)

    def change(self, statement, *values):
        database = sqlite3.connect(self.file)
        with database:
            database.execute("PRAGMA foreign_keys = ON")
            database.execute(statement, values)
        database.close()
