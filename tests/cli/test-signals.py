#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""SIGINT, SIGTERM and SIGHUP in any state: a clean stop, all that was captured committed."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import time
import unittest

from checks import check_sums, rows, stored_frames, wait_for, wait_for_frames

import tap

LIVE = ("--source", "test:160x120@30")


def setUpModule():
    """The tests themselves may run under nohup, whose ignored SIGHUP the program would inherit."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


class Signals(tap.TempDirTest):
    def setUp(self):
        super().setUp()
        self.file = self.dir / "a.leat"

    def start(self, *options, **more):
        process = tap.start("run", "--json", *options, **more)
        self.addCleanup(process.kill)
        return process

    def check_clean(self, done):
        self.assertEqual(0, done.returncode, done.describe())
        check_sums(done.json)
        self.assertEqual([], done.json["lost"])
        self.assertEqual(done.json["record"]["stored"], stored_frames(self.file))
        self.assertEqual([("complete",)], rows(self.file, "SELECT state FROM recording"))
        tap.leat("verify", self.file)

    def test_each_ends_a_recording_cleanly(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            for mode in ("threads", "none"):
                with self.subTest(signal=number.name, mode=mode):
                    self.file = self.dir / f"{number.name}-{mode}.leat"
                    process = self.start(*LIVE, "--record", self.file, "--concurrency", mode)
                    wait_for_frames(self.file, 5)
                    self.check_clean(tap.finish(process, number))

    def test_a_fast_recording_is_ended_cleanly(self):
        process = self.start(*LIVE, "--pace", "fast", "--record", self.file)
        wait_for_frames(self.file, 50)
        self.check_clean(tap.finish(process))

    @unittest.skipUnless("LEAT_EARLY_THREAD" in os.environ, "needs a build without sanitizers")
    def test_threads_of_libraries_do_not_take_it(self):
        environment = {**os.environ, "LD_PRELOAD": os.environ.get("LEAT_EARLY_THREAD")}
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=number.name):
                self.file = self.dir / f"{number.name}.leat"
                process = self.start(*LIVE, "--record", self.file, env=environment)
                wait_for_frames(self.file, 5)
                self.check_clean(tap.finish(process, number))

    def test_it_ends_without_a_recording(self):
        process = self.start(*LIVE, "--progress")
        process.stderr.readline()
        done = tap.finish(process)
        self.assertEqual(0, done.returncode)
        self.assertGreater(done.json["captured"], 0)

    def test_it_ends_while_a_source_is_opened(self):
        for mode in ("threads", "none"):
            with self.subTest(mode=mode), socket.create_server(("127.0.0.1", 0)) as silent:
                port = silent.getsockname()[1]
                process = self.start("--source", f"rtsp://127.0.0.1:{port}/x", "--concurrency",
                                     mode)
                connection, _ = silent.accept()
                begin = time.monotonic()
                done = tap.finish(process)
                connection.close()
                self.assertEqual(0, done.returncode, done.describe())
                self.assertEqual(0, done.json["captured"])
                self.assertLess(time.monotonic() - begin, 3)

    def test_it_ends_while_a_source_is_away(self):
        tap.ffmpeg("-f", "lavfi", "-i", "testsrc2=size=160x120:rate=25:duration=60", "-c:v",
                   "mjpeg", self.dir / "stream.mkv")
        data = (self.dir / "stream.mkv").read_bytes()
        with socket.create_server(("127.0.0.1", 0)) as server:
            address = f"http://127.0.0.1:{server.getsockname()[1]}/x"
            process = self.start("--source", address, "--record", self.file)
            connection, _ = server.accept()
            connection.recv(4096)
            connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + data[:len(data) // 2])
            wait_for_frames(self.file, 5)
            connection.close()
        said = []
        while not said or (said[-1] and "away" not in said[-1]):
            said.append(process.stderr.readline())
        done = tap.finish(process)
        self.assertEqual(0, done.returncode, "".join(said) + done.describe())
        self.assertIn("away", said[-1])
        check_sums(done.json)
        tap.leat("verify", self.file)

    def test_it_ends_at_any_moment_of_the_start(self):
        # A sanitizer's start takes several times as long.
        for moment in range(0, 12, 3 if "LEAT_SANITIZED" in os.environ else 1):
            with self.subTest(moment=moment):
                file = self.dir / f"{moment}.leat"
                process = self.start(*LIVE, "--record", file, "--trace", self.dir / "trace.json")
                # The trace is opened once signals are listened to.
                wait_for((self.dir / "trace.json").exists, "the trace")
                time.sleep(moment * 0.01)
                done = tap.finish(process, signal.SIGTERM)
                self.assertEqual(0, done.returncode, done.describe())
                check_sums(done.json)
                json.loads((self.dir / "trace.json").read_text())
                if file.exists():
                    tap.leat("verify", file)
                (self.dir / "trace.json").unlink()

    def test_a_second_one_breaks_off_what_cannot_end(self):
        process = self.start(*LIVE, "--record", self.file)
        wait_for_frames(self.file, 5)
        lock = sqlite3.connect(self.file, isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        process.send_signal(signal.SIGINT)
        with self.assertRaises(subprocess.TimeoutExpired):
            process.wait(1)
        begin = time.monotonic()
        done = tap.finish(process)
        self.assertLess(time.monotonic() - begin, 5)
        lock.close()
        self.assertEqual(1, done.returncode, done.describe())
        check_sums(done.json)
        self.assertIn("second signal", done.stderr)
        tap.leat("verify", self.file)

    def test_nohup_is_heeded(self):
        process = self.start(*LIVE, "--record", self.file,
                             preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        wait_for_frames(self.file, 5)
        process.send_signal(signal.SIGHUP)
        wait_for_frames(self.file, stored_frames(self.file) + 20)
        self.check_clean(tap.finish(process))


if __name__ == "__main__":
    tap.main()
