#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""leat run --model exec:COMMAND: a program is asked what frames show, and harms nothing else."""

import os
import signal
import subprocess
import time
from pathlib import Path

from checks import rows, run_json

import tap

EXAMPLES = tap.TOP / "examples" / "external-models"


def varint(number):
    rest = number >> 7
    return bytes([number & 127 | 128]) + varint(rest) if rest else bytes([number])


def field(number, value):
    """A field of a protocol buffer: a number, or bytes."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def tensor(name, *shape):
    dimensions = b"".join(field(1, field(1, size)) for size in shape)
    return field(1, name) + field(2, field(1, field(1, 1) + field(2, dimensions)))


def node(operator, source, result):
    return field(1, field(1, source) + field(2, result) + field(3, result) + field(4, operator))


def write_mean_network(path):
    """An ONNX network whose three outputs are the mean red, green and blue of its 8x8 input."""
    graph = (node(b"GlobalAveragePool", b"frame", b"means") + node(b"Flatten", b"means", b"scores")
             + field(2, b"mean") + field(11, tensor(b"frame", 1, 3, 8, 8))
             + field(12, tensor(b"scores", 1, 3)))
    path.write_bytes(field(1, 7) + field(7, graph) + field(8, field(2, 11)))


def is_there(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def came(ledger):
    """Of 60 frames; a busy machine may miss some of a live source, and says so."""
    return 60 - sum(row["count"] for row in ledger["lost"] if row["stage"] == "capture")


class ExternalModels(tap.TempDirTest):
    def setUp(self):
        super().setUp()
        self.file = self.dir / "a.leat"

    def wait_until(self, what):
        late = time.monotonic() + 30
        while not what():
            self.assertLess(time.monotonic(), late)
            os.sched_yield()

    def hanging(self):
        """A program that never says anything, and the file in which its number is."""
        script = self.dir / "hang.sh"
        script.write_text(f"echo $$ > '{self.dir}/pid.new'; mv '{self.dir}/pid.new' '{self.dir}/pid'\n"
                          "exec sleep 1000\n")
        return f"exec:sh {script}", self.dir / "pid"

    def test_answers_are_stored(self):
        command = f"{EXAMPLES}/brightness.py"
        ledger = run_json("--source", "lavfi:color=c=white:size=64x48:rate=30", "--pace", "live",
                          "--frames", 60, "--record", self.file, "--model", f"exec:{command}")
        self.assertEqual((came(ledger),) * 2, (ledger["record"]["stored"], ledger["predict"]["offered"]))
        self.assertGreater(ledger["predict"]["predicted"], 0)
        stored = rows(self.file, "SELECT label, round(min(score), 1), count(*) FROM prediction")[0]
        self.assertEqual(("bright", 1.0), stored[:2])
        self.assertEqual(ledger["predict"]["predicted"], stored[2])
        self.assertEqual([(command, "external", None)],
                         rows(self.file, "SELECT name, kind, weights FROM model"))
        self.assertEqual(1, len(rows(self.file, "SELECT * FROM model_use")))
        tap.leat("verify", self.file)
        self.assertEqual("external", tap.leat("models", self.file, "--json").json[0]["kind"])
        # It is not in the library, and cannot be started from there.
        for args in (("predict", self.file, 1, "--model", command),
                     ("predict", self.file, 1, "--model", f"exec:{command}"),
                     ("train", self.file, "--parent", command),
                     ("run", "--source", "test", "--model", command, "--model-file", self.file)):
            self.assertIn("a program", tap.leat(*args, status=1).stderr)
        self.assertIn("no model yet", tap.leat("predict", self.file, 1, status=1).stderr)

    def test_opencv(self):
        """By hand: loading OpenCV below everything else takes its time on a busy machine."""
        write_mean_network(self.dir / "mean.onnx")
        (self.dir / "labels.txt").write_text("red\ngreen\nblue\n")
        done = subprocess.run([EXAMPLES / "opencv-dnn.py", "--size", "8x8", "--labels",
                               self.dir / "labels.txt", self.dir / "mean.onnx"],
                              input=bytes((0, 255, 0)) * 64 + bytes((255, 0, 0)) * 64,
                              check=True, capture_output=True, timeout=100)
        self.assertEqual("leat 1 8x8\n0.576 green\n0.576 red\n", done.stdout.decode())

    def test_a_crash_harms_nothing_else(self):
        done = tap.leat("run", "--source", "test:64x48@30", "--frames", 60, "--record", self.file,
                        "--json", "--model", "exec:sh -c 'echo no such luck >&2; exit 4'")
        self.assertIn("exit status 4 (no such luck); it is started again after 0.5 s", done.stderr)
        self.assertIn("after 1.0 s", done.stderr)
        frames = came(done.json)
        self.assertEqual((frames, 0), (done.json["record"]["stored"], done.json["record"]["lost"]))
        self.assertEqual({"offered": frames, "predicted": 0, "replaced": frames}, done.json["predict"])
        self.assertIn("no such luck", done.json["predict_error"])
        self.assertEqual([], rows(self.file, "SELECT * FROM model"))

    def test_a_stop_does_not_wait_for_one_that_hangs(self):
        model, pid = self.hanging()
        for concurrency in ("threads", "none"):
            with self.subTest(concurrency):
                pid.unlink(missing_ok=True)
                process = tap.start("run", "--source", "test:64x48@30", "--concurrency", concurrency,
                                    "--model", model, "--json")
                self.wait_until(pid.exists)
                before = time.monotonic()
                done = tap.finish(process)
                self.assertEqual(0, done.returncode, done.describe())
                self.assertLess(time.monotonic() - before, 5)
                self.assertNotIn("cannot predict", done.stderr)
                self.assertFalse(is_there(int(pid.read_text())))

    def test_it_ends_with_a_leat_that_is_killed(self):
        model, pid = self.hanging()
        process = tap.start("run", "--source", "test:64x48@30", "--model", model)
        self.wait_until(pid.exists)
        tap.finish(process, signal.SIGKILL)
        self.wait_until(lambda: not is_there(int(pid.read_text())))

    def test_what_cannot_be_started_is_refused_at_once(self):
        for command, text in (("no-such-program", "no such program"), ("", "empty"),
                              ("sh 'x", "cannot run"), ("x" * 300, "too long")):
            with self.subTest(command[:20]):
                done = tap.leat("run", "--source", "test", "--model", f"exec:{command}",
                                status=None)
                self.assertIn(done.returncode, (1, 2))
                self.assertIn(text, done.stderr)


if __name__ == "__main__":
    tap.main()
