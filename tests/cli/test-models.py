#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""leat models, leat predict, and leat run --model."""

from checks import rows
from learning import FRAMES, WithLibrary, record

import tap

MODEL = "colours"


class Models(WithLibrary):
    MODEL = MODEL

    def test_list_tells_all_of_each(self):
        model = tap.leat("models", self.file, "--json").json[0]
        self.assertLessEqual({"name", "sha256", "labels", "samples", "accuracy", "created",
                              "parent"}, set(model))
        self.assertEqual((1, 3), (model["options"]["seed"], len(model["metrics"]["curve"])))
        self.assertTrue(model["metrics"]["worst"])
        self.assertRegex(tap.leat("models", self.file).stdout, r"(?m)^colours +green, grey, red ")

    def test_remove(self):
        tap.leat("models", self.file, "remove", "colours")
        self.assertEqual([], tap.leat("models", self.file, "--json").json)
        done = tap.leat("models", self.file, "remove", "colours", status=1)
        self.assertIn("no model", done.stderr)
        tap.leat("models", self.file, "drop", "colours", status=2)

    def test_diff_lists_what_they_disagree_on_the_least_sure_first(self):
        # One that learned the wrong names.
        tap.leat("label", self.file, "red", "green")
        tap.leat("label", self.file, "green", "red")
        self.train("--name", "bad")
        frames = tap.leat("models", self.file, "diff", "colours", "bad", "red", "--json").json
        self.assertGreater(len(frames), FRAMES // 2)
        self.assertEqual({("red", "green")}, {(frame["a"]["label"], frame["b"]["label"])
                                              for frame in frames})
        sureness = [max(frame["a"]["score"], frame["b"]["score"]) for frame in frames]
        self.assertEqual(sorted(sureness), sureness)
        same = tap.leat("models", self.file, "diff", "colours", "colours", "red")
        self.assertIn("say the same", same.stdout)

    def test_damage_is_told(self):
        self.change("UPDATE model SET weights = zeroblob(length(weights))")
        for args in (("predict", self.file, 1), ("verify", self.file),
                     ("run", "--frames", 3, "--record", self.file, "--model", "colours")):
            done = tap.leat(*args, status=1)
            self.assertIn("hash", done.stderr + done.stdout)
        self.assertEqual(3, len(rows(self.file, "SELECT * FROM recording")))
        self.change("UPDATE model SET labels = '{', options = '[]'")
        self.assertEqual([], tap.leat("models", self.file, "--json").json[0]["labels"])
        tap.leat("models", self.file, "remove", "colours")


class Predict(WithLibrary):
    MODEL = MODEL

    def test_the_same_on_every_executor(self):
        answers = [tap.leat("predict", self.file, "green", "--model", "colours", "--executor",
                            executor, "--workers", 2, "--json").json
                   for executor in ("inline", "threads", "processes")]
        self.assertEqual(answers[0], answers[1])
        self.assertEqual(answers[0], answers[2])
        self.assertEqual(list(range(FRAMES)), [frame["seq"] for frame in answers[0]])
        self.assertEqual({"green"}, {frame["label"] for frame in answers[0]})
        self.assertTrue(all(0 <= frame["score"] <= 1 for frame in answers[0]))
        self.assertRegex(tap.leat("predict", self.file, "green").stdout, rf" 0 +{FRAMES - 1} +green ")

    def test_stored(self):
        self.assertEqual([], rows(self.file, "SELECT * FROM prediction"))
        answer = tap.leat("predict", self.file, "red", "--store", "--json").json
        stored = rows(self.file, "SELECT seq, label, score FROM prediction ORDER BY seq")
        self.assertEqual([tuple(frame.values()) for frame in answer], stored)
        shown = tap.leat("show", self.file, "red", "--json").json["models"]
        self.assertEqual([("colours", FRAMES)], [(model["name"], model["predictions"])
                                                 for model in shown])
        tap.leat("verify", self.file)

    def test_frames_that_cannot_be_decoded_are_left_out(self):
        self.change("UPDATE frame SET data = zeroblob(200) WHERE recording = 1 AND seq = 7")
        done = tap.leat("predict", self.file, 1, "--json")
        self.assertEqual([seq for seq in range(FRAMES) if seq != 7],
                         [frame["seq"] for frame in done.json])
        self.assertIn("cannot be decoded", done.stderr)

    def test_bad_input_is_told(self):
        for args, word in (((self.file, "red", "--model", "x"), "no model 'x'"),
                           ((self.file, "blue"), "no recording"),
                           ((self.dir / "b.leat", 1), "No such file")):
            self.assertIn(word, tap.leat("predict", *args, status=1).stderr)
        tap.leat("models", self.file, "remove", "colours")
        self.assertIn("leat train", tap.leat("predict", self.file, 1, status=1).stderr)

    def test_of_the_live_picture(self):
        for mode in ("threads", "none"):
            with self.subTest(mode):
                ledger = record(self.file, f"live {mode}", "color=c=red", 60, "--model", "colours",
                                "--concurrency", mode)
                predict = ledger["predict"]
                self.assertEqual(60, predict["offered"])
                self.assertGreater(predict["predicted"], 0)
                stored = rows(self.file, "SELECT label, seq FROM prediction JOIN recording"
                              " ON recording.id = recording WHERE recording.name = ?",
                              f"live {mode}")
                self.assertEqual({"red"}, {label for label, _ in stored})
                self.assertEqual(predict["predicted"], len(stored))
                shown = tap.leat("show", self.file, f"live {mode}", "--json").json["models"]
                self.assertEqual([min(seq for _, seq in stored)],
                                 [model["live_from"] for model in shown])
        tap.leat("verify", self.file)

    def test_a_model_of_another_file(self):
        other = self.dir / "b.leat"
        record(other, "there", "color=c=red", 10)
        done = tap.leat("run", "--record", other, "--model", "colours", "--frames", 3, status=1)
        self.assertIn("no model 'colours'", done.stderr)
        ledger = record(other, "live", "color=c=red", 30, "--model", "colours", "--model-file",
                        self.file)
        self.assertGreater(ledger["predict"]["predicted"], 0)
        self.assertEqual([], rows(other, "SELECT * FROM prediction"))
        self.assertIn("--record", tap.leat("run", "--model", "colours", "--frames", 3,
                                           status=2).stderr)


if __name__ == "__main__":
    tap.main()
