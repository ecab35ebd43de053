#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Disks that are full or cannot be written to. The disks are small ones in memory, which only root
can mount."""

import os
import subprocess
import unittest

from checks import check_sums, run_json

import tap


def can_mount():
    """Whether this user may mount: inside a namespace of its own, so that nothing stays behind."""
    done = subprocess.run(["unshare", "--mount", "true"], check=False, capture_output=True)
    return os.geteuid() == 0 and done.returncode == 0


@unittest.skipUnless(can_mount(), "mounting needs root")
class Disks(tap.TempDirTest):
    def mounted(self, options, *commands):
        """Runs commands, one after another, in a namespace where `self.dir/disk` is a small disk;
        returns their results. The disk ends with the namespace."""
        disk = self.dir / "disk"
        disk.mkdir(exist_ok=True)
        script = (f"mount -t tmpfs -o {options} none '{disk}' || exit 99\n"
                  + "\n".join(f"{command}\necho status=$?" for command in commands))
        return tap.run("unshare", "--mount", "--propagation", "private", "sh", "-c", script,
                       timeout=120)

    def statuses(self, done):
        return [int(line.removeprefix("status=")) for line in done.stdout.splitlines()
                if line.startswith("status=")]

    def record(self, *options):
        words = ("run", "--json", "--record", self.dir / "disk" / "a.leat", *options)
        return " ".join(f"'{word}'" for word in (tap.LEAT, *words)) + f" >'{self.dir}/ledger'"

    def leat(self, *words):
        return " ".join(f"'{word}'" for word in (tap.LEAT, *words))

    def ledger(self):
        result = tap.Result([], 0, (self.dir / "ledger").read_text(), "")
        check_sums(result.json)
        return result.json

    def test_a_full_disk_ends_the_recording_and_not_the_capture(self):
        file = self.dir / "disk" / "a.leat"
        done = self.mounted("size=6m", self.record("--source", "test:320x240@30", "--codec",
                                                   "rawvideo", "--pace", "fast", "--frames", 200),
                            self.leat("verify", file), self.leat("show", file, 1))
        self.assertEqual([1, 0, 0], self.statuses(done), done.describe())
        ledger = self.ledger()
        self.assertEqual(200, ledger["captured"])
        self.assertGreater(ledger["record"]["stored"], 5)
        # When the recording has stopped, it is offered nothing more.
        self.assertGreater(ledger["record"]["lost"], 0)
        self.assertLess(ledger["record"]["stored"], 60)
        self.assertIn("full", done.stderr)
        self.assertIn("recording has stopped", done.stderr)
        self.assertIn("lost at record", done.stderr)
        self.assertIn("Gaps", done.stdout)

    def test_a_full_disk_is_told_by_export_which_leaves_nothing(self):
        file = self.dir / "a.leat"
        run_json("--source", "test:320x240@30", "--codec", "rawvideo", "--pace", "fast", "--frames",
                 60, "--record", file)
        for out in ("out.mkv", "out/"):
            with self.subTest(out=out):
                disk = self.dir / "disk"
                done = self.mounted("size=300k" if out == "out/" else "size=3m",
                                    self.leat("export", file, 1, f"{disk}/{out}"), f"ls '{disk}'")
                self.assertEqual([1, 0], self.statuses(done), done.describe())
                self.assertIn("No space left", done.stderr)
                self.assertEqual(["status=1", "status=0"], done.stdout.splitlines())

    def test_a_disk_that_cannot_be_written_to_is_told(self):
        done = self.mounted("ro", self.record("--source", "test:160x120@30", "--frames", 5))
        self.assertEqual([1], self.statuses(done))
        self.assertIn("a.leat", done.stderr)
        self.assertRegex(done.stderr.lower(), "read-only|permission|not allowed")

    def test_a_library_on_such_a_disk_can_be_read(self):
        file = self.dir / "a.leat"
        run_json("--source", "test:160x120@30", "--pace", "fast", "--frames", 5, "--record", file)
        disk = self.dir / "disk"
        done = self.mounted("size=4m", f"cp '{file}' '{disk}'/a.leat",
                            f"mount -o remount,ro '{disk}'",
                            self.leat("list", f"{disk}/a.leat"),
                            self.leat("verify", f"{disk}/a.leat"))
        self.assertEqual([0, 0, 0, 0], self.statuses(done), done.describe())


if __name__ == "__main__":
    tap.main()
