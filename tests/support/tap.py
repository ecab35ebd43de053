# SPDX-License-Identifier: MIT
"""What the Python tests share: a TAP runner for unittest, and the program under test.

A test file ends with `tap.main()` where it would call `unittest.main()`; the same arguments work
(`test-run.py -k lossless`, `test-run.py Recording.test_two`). Each test, or each subTest of a test
that has them, is one TAP point. Meson puts this folder on PYTHONPATH; by hand:

    PYTHONPATH=tests/support /usr/bin/python3 tests/cli/test-run.py
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
LEAT = os.environ.get("LEAT_BINARY") or str(TOP / "build" / "leat")


class TempDirTest(unittest.TestCase):
    """A test with a folder of its own, `self.dir`, which is gone afterwards."""

    def setUp(self):
        super().setUp()
        self.dir = Path(tempfile.mkdtemp(prefix="leat-test-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)


class Result(subprocess.CompletedProcess):
    """A finished run of the program. `json` is its stdout, which must be one JSON document."""

    @property
    def json(self):
        try:
            return json.loads(self.stdout)
        except json.JSONDecodeError as error:
            raise AssertionError(f"{self.describe()}\nstdout is not JSON: {error}") from None

    def describe(self):
        command = " ".join(map(str, self.args))
        return f"{command}\nexit status {self.returncode}\nstdout: {self.stdout}\nstderr: {self.stderr}"


def run(*command, status=0, timeout=60, **options):
    """Runs a command to its end and returns a Result with text output. `status` is the exit status
    that it must have, or None for any; one that does not end within `timeout` seconds fails."""
    try:
        done = subprocess.run([str(word) for word in command], check=False, text=True,
                              capture_output=True, errors="replace", timeout=timeout, **options)
    except subprocess.TimeoutExpired as late:
        raise AssertionError(f"{' '.join(map(str, command))}\nstill running after {timeout} s\n"
                             f"stdout: {late.stdout}\nstderr: {late.stderr}") from None
    result = Result(done.args, done.returncode, done.stdout, done.stderr)
    if status is not None and result.returncode != status:
        raise AssertionError(f"expected exit status {status}\n{result.describe()}")
    return result


def leat(*args, **options):
    """`run` of the program under test: leat("list", file, "--json").json"""
    return run(LEAT, *args, **options)


def start(*args, **options):
    """Starts the program under test and returns its Popen, with text pipes for its output."""
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.PIPE)
    return subprocess.Popen([LEAT, *map(str, args)], text=True, errors="replace", **options)


def wait_for(process, pattern, timeout=30):
    """Reads a started program's stderr up to a line with this regular expression; returns the match.
    With --progress, `leat run` says there once a second how many frames it has stored."""
    watchdog = threading.Timer(timeout, process.kill)
    watchdog.start()
    lines = []
    try:
        for line in process.stderr:
            lines.append(line)
            found = re.search(pattern, line)
            if found:
                return found
    finally:
        watchdog.cancel()
    raise AssertionError(f"{' '.join(process.args)}\nended, or was ended after {timeout} s, without "
                         f"saying '{pattern}'\nstderr: {''.join(lines)}")


def finish(process, stop=signal.SIGINT, timeout=20):
    """Ends a started program with a signal (None: it ends by itself) and returns its Result."""
    if stop is not None and process.poll() is None:
        process.send_signal(stop)
    try:
        stdout, stderr = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        stdout, stderr = process.communicate()
        raise AssertionError(f"{' '.join(process.args)}\nstill running {timeout} s after it was "
                             f"told to stop\nstdout: {stdout}\nstderr: {stderr}") from None
    return Result(process.args, process.returncode, stdout, stderr)


def ffmpeg(*args, **options):
    """Runs the ffmpeg program, quietly, overwriting its output."""
    return run("ffmpeg", "-nostdin", "-loglevel", "error", "-y", *args, **options)


class _TapResult(unittest.TestResult):
    def __init__(self, stream):
        super().__init__()
        self.stream = stream
        self.points = 0
        self.with_subtests = set()
        self.began = time.monotonic()

    def startTest(self, test):
        super().startTest(test)
        self.began = time.monotonic()

    def _point(self, good, test, note="", details=""):
        self.points += 1
        print(f"{'ok' if good else 'not ok'} {self.points} - {_title(test)}{note}",
              file=self.stream, flush=True)
        print(f"# {time.monotonic() - self.began:.1f} s", file=self.stream, flush=True)
        for line in details.splitlines():
            print(f"# {line}", file=self.stream, flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        if test.id() not in self.with_subtests:
            self._point(True, test)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        self.with_subtests.add(test.id())
        self._point(err is None, subtest, details=self._exc_info_to_string(err, test) if err else "")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._point(False, test, details=self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self._point(False, test, details=self.errors[-1][1])

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._point(True, test, note=f" # SKIP {reason}")


def _title(test):
    """`Recording.test_names_that_exist_are_refused` reads `Recording: names that exist are refused`."""
    case = getattr(test, "test_case", test)
    if not isinstance(case, unittest.TestCase):
        return str(test).replace("#", "")
    name = case.id().rsplit(".", 1)[-1].removeprefix("test_").replace("_", " ")
    part = f" {test._subDescription()}" if case is not test else ""
    return f"{type(case).__name__}: {name}{part}".replace("#", "")


class _TapRunner:
    def run(self, suite):
        # A test that prints must not break the TAP, so only this object keeps the true stdout.
        stream, sys.stdout = sys.stdout, sys.stderr
        result = _TapResult(stream)
        try:
            suite.run(result)
        finally:
            sys.stdout = stream
        print(f"1..{result.points}", file=stream, flush=True)
        return result


def main():
    """Runs the tests of the calling script."""
    unittest.main(testRunner=_TapRunner())
