#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""leat train: from labels to a model that can be made again."""

import hashlib
import os
import signal
import time

from checks import rows
from learning import FRAMES, WithLibrary, record

import tap

# Long enough to be ended early, whatever the machine; a sanitizer's epoch takes ten times as long.
EPOCHS = 3 if os.environ.get("LEAT_SANITIZED") else 8
LONGER = ("--epochs", EPOCHS, "--patience", 0)
# Where nothing depends on how well it learns.
ONE = ("--epochs", 1)


class Train(WithLibrary):
    def test_the_contract(self):
        done = self.train("--name", "colours", "--json").json
        self.assertLessEqual({"model", "sha256", "samples", "train_accuracy", "accuracy",
                              "confusion", "epochs", "samples_per_s", "wall_s"}, set(done))
        self.assertEqual(("colours", ["green", "grey", "red"], 3),
                         (done["model"], done["labels"], done["epochs"]))
        self.assertGreaterEqual(done["accuracy"], 0.9)
        self.assertEqual(done["samples"], done["train_samples"] + done["validation_samples"])
        self.assertEqual(done["validation_samples"], sum(map(sum, done["confusion"])))
        weights, sha256 = rows(self.file, "SELECT weights, sha256 FROM model")[0]
        self.assertEqual(done["sha256"], hashlib.sha256(weights).hexdigest())
        self.assertEqual(done["sha256"], sha256)
        self.assertEqual([("train", "done")], rows(self.file, "SELECT name, state FROM job"))
        tap.leat("verify", self.file)

    def test_the_same_on_every_executor(self):
        hashes = {self.train(*ONE, "--executor", executor, "--workers", workers, "--json").json["sha256"]
                  for executor, workers in (("inline", 1), ("threads", 3), ("processes", 2))}
        self.assertEqual(1, len(hashes))
        other = self.train(*ONE, "--seed", 2, "--json").json["sha256"]
        self.assertNotIn(other, hashes)

    def test_a_second_training_reads_the_cache(self):
        first = self.train(*ONE, "--json").json["sha256"]
        cache = self.dir / "a.leat-samples"
        self.assertEqual(0o600, cache.stat().st_mode & 0o777)
        size = cache.stat().st_size
        self.assertEqual(first, self.train(*ONE, "--json").json["sha256"])
        self.assertEqual(size, cache.stat().st_size)
        # What is damaged in it is made again, and it may be deleted.
        data = bytearray(cache.read_bytes())
        data[5000] ^= 1
        cache.write_bytes(data[:-100])
        self.assertEqual(first, self.train(*ONE, "--json").json["sha256"])
        cache.write_text("something else")
        self.assertEqual(first, self.train(*ONE, "--json").json["sha256"])
        cache.unlink()
        self.assertEqual(first, self.train(*ONE, "--json").json["sha256"])

    def test_numbers(self):
        for first in range(0, FRAMES, 4):
            tap.leat("label", self.file, "grey", "gauge", "--value", first / 10, "--first", first,
                     "--last", first + 3)
        done = self.train(*ONE, "--labels", "gauge", "--json").json
        self.assertEqual(["gauge"], done["labels"])
        self.assertIn("mean_absolute_error", done)
        self.assertEqual([], done["confusion"])
        model = tap.leat("models", self.file, "--json").json[0]
        self.assertEqual(("number", None), (model["kind"], model["accuracy"]))
        predicted = tap.leat("predict", self.file, "grey", "--json").json
        self.assertEqual({"gauge"}, {frame["label"] for frame in predicted})
        self.assertRegex(self.train(*ONE, "--labels", "gauge").stdout, "off by .* on average")

    def test_bad_input_is_told(self):
        tap.leat("label", self.file, "red", "few", "--first", 0, "--last", 0)
        tap.leat("label", self.file, "red", "gauge", "--value", 1)
        for args, status, word in ((("--labels", "red"), 2, "only class"),
                                   (("--labels", "red,nothing"), 1, "no label 'nothing'"),
                                   ((), 2, "'few' has 1 frame"),
                                   (("--labels", "red,few"), 2, "'few' has 1 frame"),
                                   (("--labels", "red,gauge"), 2, "not both"),
                                   (("--labels", ""), 2, "--labels names none"),
                                   (("--name", "x" * 10000), 2, "too long"),
                                   (("--name", "a\nb"), 2, "control characters"),
                                   (("--parent", "nothing"), 1, "no model 'nothing'"),
                                   (("--repeat", "nothing"), 1, "no model 'nothing'"),
                                   (("--repeat", "a", "--name", "b"), 2, "--repeat"),
                                   (("--epochs", 0), 2, "--epochs"),
                                   (("--learning-rate", "nan"), 2, "--learning-rate"),
                                   (("--executor", "mpi"), 2, "inline"),
                                   (("--workers", 0), 2, "--workers")):
            with self.subTest(args=str(args)[:40]):
                self.assertIn(word, self.train(*args, status=status).stderr)
        self.assertEqual([], rows(self.file, "SELECT * FROM model"))
        self.train(*ONE, "--name", "taken", "--labels", "red,green")
        done = self.train("--name", "taken", "--labels", "red,green", status=1)
        self.assertIn("already", done.stderr)
        wrong = self.train("--parent", "taken", "--labels", "red,grey", status=2)
        self.assertIn("its labels are", wrong.stderr)

    def test_no_labels_and_no_file(self):
        self.change("DELETE FROM label")
        self.assertIn("leat label", self.train(status=1).stderr)
        missing = self.dir / "b.leat"
        tap.leat("train", missing, status=1)
        self.assertFalse(missing.exists())

    def test_frames_that_cannot_be_decoded_are_left_out(self):
        self.change("UPDATE frame SET data = zeroblob(200) WHERE recording = 1 AND seq IN (3, 4)")
        done = self.train(*ONE, "--json")
        self.assertEqual(2, done.json["damaged"])
        self.assertIn("cannot be decoded", done.stderr)
        self.assertEqual([], rows(self.file, "SELECT seq FROM model_sample WHERE recording = 1"
                                  " AND seq IN (3, 4)"))

    def test_a_file_that_goes_away_is_told(self):
        process = tap.start("train", self.file, *LONGER, "--progress")
        tap.wait_for(process, "Training")
        self.file.unlink()
        _, said = process.communicate(timeout=120)
        self.assertEqual(1, process.returncode)
        self.assertIn("No such file", said)
        self.assertFalse(self.file.exists())

    def test_cancelling_keeps_nothing(self):
        process = tap.start("train", self.file, "--epochs", 5000, "--patience", 0, "--progress")
        tap.wait_for(process, "Training")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
        self.assertEqual(1, process.returncode)
        self.assertIn("no model was stored", said)
        self.assertEqual([], rows(self.file, "SELECT * FROM model"))
        self.assertEqual([("cancelled",)], rows(self.file, "SELECT state FROM job"))

    def end_early(self, stop, *args):
        """Ends a training after its first epoch."""
        process = tap.start("train", self.file, *LONGER, *args)
        while not self.unfinished.exists() and process.poll() is None:
            time.sleep(0.005)
        return tap.finish(process, stop)

    @property
    def unfinished(self):
        return self.dir / "a.leat-training"

    def test_an_ended_training_goes_on_to_the_same_weights(self):
        whole = self.train(*LONGER, "--json").json
        self.assertEqual(0, whole["resumed_epoch"])
        self.assertFalse(self.unfinished.exists())
        for stop, executor in ((signal.SIGINT, "threads"), (signal.SIGKILL, "processes")):
            with self.subTest(stop=stop.name):
                ended = self.end_early(stop)
                self.assertTrue(self.unfinished.exists(), ended.describe())
                self.assertEqual(0o600, self.unfinished.stat().st_mode & 0o777)
                if stop == signal.SIGINT:
                    self.assertRegex(ended.stderr, rf"goes on from epoch \d+ of {EPOCHS}")
                done = self.train(*LONGER, "--executor", executor, "--json")
                self.assertEqual(whole["sha256"], done.json["sha256"])
                self.assertGreater(done.json["resumed_epoch"], 1)
                self.assertIn(f"in epoch {done.json['resumed_epoch']} of {EPOCHS}", done.stderr)
                self.assertFalse(self.unfinished.exists())
        self.assertEqual(3, len(rows(self.file, "SELECT * FROM model")))

    def test_what_cannot_be_gone_on_with_is_told(self):
        self.end_early(signal.SIGINT)
        data = bytearray(self.unfinished.read_bytes())
        whole = self.train(*ONE, "--json").json["sha256"]
        self.assertFalse(self.unfinished.exists())
        for args, content, said in ((("--afresh", *LONGER), data, ""),
                                    (ONE, data, "other labels, frames or options"),
                                    (ONE, data[:-1], "damaged")):
            with self.subTest(said=said, size=len(content)):
                self.unfinished.write_bytes(content)
                done = self.train(*args, "--json")
                self.assertEqual(0, done.json["resumed_epoch"])
                self.assertNotIn("going on", done.stderr)
                self.assertIn(said, done.stderr)
                if args == ONE:
                    self.assertEqual(whole, done.json["sha256"])
        # The same number of frames with the same labels, but others.
        self.unfinished.write_bytes(data)
        self.change("UPDATE recording SET started_wall_ns = started_wall_ns + 1")
        self.assertIn("other labels, frames", self.train(*LONGER).stderr)
        # What proves a model does not go on with another training.
        self.unfinished.write_bytes(data)
        again = tap.leat("train", self.file, "--repeat", "model-1", "--json")
        self.assertEqual((True, 0), (again.json["same"], again.json["resumed_epoch"]))
        self.assertTrue(self.unfinished.exists())


class Lineage(WithLibrary):
    MODEL = "first"

    def test_lineage_and_repeat(self):
        (first,), = rows(self.file, "SELECT sha256 FROM model")
        # Later labels change nothing about a model that was made before.
        tap.leat("label", self.file, "red", "blue", "--first", 0, "--last", FRAMES // 2 - 1)
        again = tap.leat("train", self.file, "--repeat", "first", "--workers", 1, "--json").json
        self.assertEqual((True, first), (again["same"], again["sha256"]))
        child = self.train(*ONE, "--name", "child", "--parent", "first", "--labels",
                           "red,green,grey", "--json").json
        self.assertNotEqual(first, child["sha256"])
        self.assertTrue(tap.leat("train", self.file, "--repeat", "child", "--json").json["same"])
        listed = tap.leat("models", self.file, "--json").json
        self.assertEqual([("first", None), ("child", "first")],
                         [(model["name"], model["parent"]) for model in listed])
        self.assertEqual(2, len(rows(self.file, "SELECT * FROM model")))
        self.change("UPDATE model SET sha256 = ? WHERE name = 'first'",
                    hashlib.sha256(b"x").hexdigest())
        self.assertIn("hash", tap.leat("train", self.file, "--repeat", "first", status=1).stderr)

    def test_update_keeps_only_what_is_better(self):
        # What it could not know.
        for name, colour in (("red", "cyan"), ("green", "magenta")):
            record(self.file, colour, f"color=c={colour}")
            tap.leat("label", self.file, colour, name)
        done = self.train("--update", "first", "--json").json
        self.assertEqual((True, "first-2", 2 * FRAMES), (done["better"], done["model"],
                                                         done["new_samples"]))
        self.assertGreater(done["after"], done["before"])
        again = self.train("--update", "first-2")
        self.assertIn("'first-2' stays as it was", again.stdout)
        self.assertEqual([("first", None), ("first-2", "first")],
                         [(model["name"], model["parent"])
                          for model in tap.leat("models", self.file, "--json").json])
        self.assertTrue(tap.leat("train", self.file, "--repeat", "first-2", "--json").json["same"])
        self.assertIn("--labels", tap.leat("train", self.file, "--update", "first", "--labels", "red",
                                           status=2).stderr)

    def test_repeat_needs_the_frames(self):
        self.change("DELETE FROM recording WHERE name = 'red'")
        self.assertIn("deleted", tap.leat("train", self.file, "--repeat", "first", status=1).stderr)

    def test_blocks_of_time_are_kept_apart(self):
        for recording in (1, 2, 3):
            split = dict(rows(self.file, "SELECT seq, split FROM model_sample WHERE recording = ?",
                              recording))
            validated = sorted(seq for seq, name in split.items() if name == "validate")
            self.assertEqual(FRAMES // 5, len(validated))
            self.assertEqual(list(range(validated[0], validated[-1] + 1)), validated)
            self.assertNotIn(split.get(validated[0] - 2), ("validate",))


if __name__ == "__main__":
    tap.main()
