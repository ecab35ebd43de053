#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A job's row in a library: what leat jobs tells of it, beside a recording, and after a kill."""
import json
import signal
import unittest

import tap

SMALL = ["--units", "10", "--rounds", "3", "--size", "33", "--workers", "1,2"]
LONG = ["--rounds", "1000000", "--executor", "threads", "--workers", "2"]


class Jobs(tap.TempDirTest):
    def setUp(self):
        super().setUp()
        self.library = self.dir / "jobs.leat"

    def jobs(self):
        return tap.leat("jobs", self.library, "--json").json

    def start_long(self):
        """A long job, once its row says that it runs."""
        process = tap.start("cpu-test", *LONG, "--library", self.library)
        while "running" not in tap.leat("jobs", self.library, status=None).stdout:
            self.assertIsNone(process.poll())
        return process

    def test_a_job_that_is_done_is_a_row(self):
        tap.leat("cpu-test", *SMALL, "--library", self.library)
        job, = self.jobs()
        self.assertEqual(set(job), {"id", "name", "state", "executor", "workers", "units", "done",
                                    "started", "wall_s", "error"})
        self.assertEqual((job["id"], job["name"], job["state"], job["executor"], job["workers"],
                          job["units"], job["done"], job["error"]),
                         (1, "cpu-test", "done", "threads", 2, 20, 20, None))
        self.assertGreaterEqual(job["wall_s"], 0)
        self.assertRegex(tap.leat("jobs", self.library).stdout, r"(?m)^ 1  cpu-test  done ")
        self.assertTrue(tap.leat("verify", self.library, "--json").json["ok"])
        self.assertIn("No recordings", tap.leat("list", self.library).stdout)

    def test_a_killed_job_is_interrupted(self):
        process = self.start_long()
        process.kill()
        process.wait()
        self.assertEqual([job["state"] for job in self.jobs()], ["interrupted"])
        self.assertIsNone(self.jobs()[0]["wall_s"])

    def test_an_interrupted_command_is_a_cancelled_job(self):
        process = self.start_long()
        tap.finish(process, signal.SIGINT, timeout=5)
        self.assertEqual([job["state"] for job in self.jobs()], ["cancelled"])

    def test_a_recording_goes_on_into_the_same_file(self):
        run = tap.start("run", "--source", "test:64x48@30", "--duration", "30s", "--record",
                        self.library, "--name", "a", "--json")
        while "recording" not in tap.leat("list", self.library, status=None).stdout:
            self.assertIsNone(run.poll())
        for _ in range(3):
            tap.leat("cpu-test", *SMALL, "--library", self.library)
        ledger = json.loads(tap.finish(run, signal.SIGINT, timeout=10).stdout)
        # A machine that does much else may be late for a frame; storing loses none.
        self.assertEqual([loss for loss in ledger["lost"] if loss["stage"] == "record"], [])
        self.assertGreater(ledger["record"]["stored"], 0)
        self.assertEqual([job["state"] for job in self.jobs()], ["done"] * 3)
        self.assertTrue(tap.leat("verify", self.library, "--json").json["ok"])

    def test_a_file_that_cannot_be_written_ends_the_job_at_once(self):
        self.library.write_text("no database")
        result = tap.leat("cpu-test", *LONG, "--library", self.library, status=1, timeout=10)
        self.assertIn("is not a Leat file", result.stderr)
        self.assertEqual(result.stdout, "")


if __name__ == "__main__":
    tap.main()
