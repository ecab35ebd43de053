# SPDX-License-Identifier: MIT
"""What the tests of the command line share."""

import shutil
import sqlite3
import tempfile
import time
from pathlib import Path

import tap


class LibraryTest(tap.TempDirTest):
    """Each test has a copy, `file`, of one library, which make_library records."""

    @classmethod
    def make_library(cls, file):
        raise NotImplementedError

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = Path(tempfile.mkdtemp(prefix="leat-test-"))
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        cls.library = folder / "a.leat"
        cls.make_library(cls.library)

    def setUp(self):
        super().setUp()
        self.file = self.dir / "a.leat"
        shutil.copy(self.library, self.file)


def run_json(*args, **options):
    """`leat run ARGS --json`: its ledger, whose sums were checked."""
    ledger = tap.leat("run", *args, "--json", **options).json
    check_sums(ledger)
    return ledger


def check_sums(ledger):
    """The equations of the ledger, as CLI.md states them."""
    lost = {"capture": 0, "process": 0, "record": 0}
    for loss in ledger["lost"]:
        lost[loss["stage"]] += loss["count"]
        assert 1 <= loss["count"] <= loss["last"] - loss["first"] + 1, loss
        assert loss["reason"], loss
    record = ledger["record"]
    present = ledger["present"]
    predict = ledger["predict"]
    assert ledger["captured"] == ledger["process"]["in"] + lost["capture"], ledger
    assert record["lost"] == lost["record"], ledger
    assert record["offered"] == record["stored"] + record["skipped"] + record["lost"], ledger
    assert present["offered"] == present["presented"] + present["replaced"], ledger
    assert predict["offered"] == predict["predicted"] + predict["replaced"], ledger


def framemd5(path, *options):
    """A line a frame: its time, size and checksum, as the ffmpeg program sees the file."""
    out = tap.ffmpeg("-i", path, *options, "-f", "framemd5", "-").stdout
    return [line for line in out.splitlines() if not line.startswith("#")]


def rows(path, query, *values):
    """The rows of a query on a library file, by the outside view of Python's own SQLite."""
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return database.execute(query, values).fetchall()
    finally:
        database.close()


def stored_frames(path):
    try:
        return rows(path, "SELECT count(*) FROM frame")[0][0]
    except sqlite3.Error:
        return 0


def wait_for(condition, what, timeout=20):
    """Polls until the condition holds: for what another process does, and tells nobody."""
    limit = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > limit:
            raise AssertionError(f"{what}: not within {timeout} s")
        time.sleep(0.02)


def wait_for_frames(path, count=1, timeout=20):
    wait_for(lambda: path.exists() and stored_frames(path) >= count, f"{count} frames in {path}",
             timeout)
