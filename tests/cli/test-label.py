#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""leat label, and labels in what show and export give."""

import csv

from checks import LibraryTest, rows, run_json

import tap

FAST = ("--source", "test:160x120@30", "--pace", "fast")


class Label(LibraryTest):
    @classmethod
    def make_library(cls, file):
        run_json(*FAST, "--frames", 60, "--record", file, "--name", "first")

    def label(self, *args, **options):
        return tap.leat("label", self.file, 1, *args, **options)

    def labels(self):
        return rows(self.file, "SELECT name, value, first_seq, last_seq FROM label"
                    " ORDER BY first_seq, name")

    def test_by_time(self):
        self.assertEqual({"label": "mouse", "first": 15, "last": 29, "frames": 15, "lost": 0},
                         self.label("mouse", "--from", "500ms", "--to", "1s", "--json").json)
        self.assertEqual([("mouse", None, 15, 29)], self.labels())

    def test_by_frame_and_with_a_number(self):
        done = self.label("gauge", "--first", 10, "--last", 12, "--value", "-3.25", "--json").json
        self.assertEqual(("gauge", -3.25, 10, 12, 3),
                         tuple(done[key] for key in ("label", "value", "first", "last", "frames")))
        self.assertEqual([("gauge", -3.25, 10, 12)], self.labels())

    def test_all_frames_and_the_later_class_wins(self):
        self.label("empty")
        self.label("mouse", "--first", 20, "--last", 29)
        self.label("mouse", "--first", 25, "--last", 27, "--remove")
        self.assertEqual([("empty", None, 0, 19), ("mouse", None, 20, 24), ("mouse", None, 28, 29),
                          ("empty", None, 30, 59)], self.labels())

    def test_show_tells_of_labels(self):
        self.label("mouse", "--first", 3, "--last", 7)
        self.label("gauge", "--value", "2.5", "--last", 9)
        self.assertEqual([{"label": "gauge", "value": 2.5, "first": 0, "last": 9},
                          {"label": "mouse", "first": 3, "last": 7}],
                         tap.leat("show", self.file, "first", "--json").json["labels"])
        self.assertRegex(tap.leat("show", self.file, 1).stdout, r"(?m)^ +mouse +3 +7$")
        tap.leat("verify", self.file)

    def test_out_and_in_as_csv(self):
        name = 'so, "said"'
        self.label(name, "--first", 3, "--last", 7)
        self.label("gauge", "--value", "0.1", "--last", 9)
        table = self.dir / "labels.csv"
        self.assertEqual({"labels": 2, "out": str(table)}, self.label("--export", table, "--json").json)
        before = self.labels()
        self.label(name, "--remove")
        self.label("gauge", "--remove")
        self.assertEqual([], self.labels())
        self.assertEqual(2, self.label("--import", table, "--json").json["labels"])
        self.assertEqual(before, self.labels())
        self.assertIn("exists", self.label("--export", table, status=1).stderr)

    def test_export_tells_of_labels(self):
        self.label("a, b", "--first", 3, "--last", 7)
        self.label("gauge", "--value", "0.5", "--first", 7, "--last", 9)
        out = self.dir / "out.csv"
        tap.leat("export", self.file, 1, out)
        labels = [row["label"] for row in csv.DictReader(out.open())]
        self.assertEqual([""] * 3 + ["a, b"] * 4 + ["a, b;gauge=0.5"] + ["gauge=0.5"] * 2 +
                         [""] * 50, labels)

    def test_export_into_a_folder_for_each_class(self):
        done = tap.leat("export", self.file, 1, self.dir / "out", "--by-label", status=1)
        self.assertIn("no frame", done.stderr)
        self.assertFalse((self.dir / "out").exists())
        for name, first in (("mouse", 0), ("../mouse", 5), ("a/b", 10), ("a_b", 20)):
            self.label(name, "--first", first, "--last", first + 2)
        self.label("gauge", "--value", 1)
        done = tap.leat("export", self.file, 1, self.dir / "out", "--by-label", "--json").json
        self.assertEqual(12, done["frames"])
        self.assertEqual({"mouse": 3, "_._mouse": 3, "a_b": 3, "a_b-2": 3},
                         {path.name: len(list(path.glob("img_*.jpg")))
                          for path in (self.dir / "out").iterdir() if path.is_dir()})
        self.assertEqual(12, len((self.dir / "out" / "frames.csv").read_text().splitlines()) - 1)
        tap.leat("export", self.file, 1, self.dir / "out.mkv", "--by-label", status=2)

    def test_a_bad_csv_imports_nothing(self):
        for text, words in (("first,last,label\n0,5,a\n7,x,b\n", ("line 3", "x")),
                            ("from,to,label\n", ("line 1", "first")),
                            ("", ("line 1", "first")),
                            ("first,last,label,value\n0,5,a,NaN\n", ("line 2", "not a number")),
                            ("first,last,label\n5,0,a\n", ("line 2", "empty")),
                            ("first,last,label\n0,5," + "x" * 10000 + "\n", ("line 2", "too long")),
                            ("first,last,label\n0,5,a\n100,200,b\n", ("100", "200"))):
            with self.subTest(text=text[:40]):
                table = self.dir / "bad.csv"
                table.write_text(text)
                done = self.label("--import", table, status=None)
                self.assertIn(done.returncode, (1, 2))
                for word in words:
                    self.assertIn(word, done.stderr)
                self.assertEqual([], self.labels())

    def test_bad_input_is_told(self):
        for args, status, word in ((("x" * 10000,), 2, "too long"),
                                   (("a\nb",), 2, "control characters"),
                                   (("",), 2, "empty"),
                                   (("x", "--value", "NaN"), 2, "nan"),
                                   (("x", "--value", "1e999"), 2, "1e999"),
                                   (("x", "--first", 9, "--last", 8), 2, "none"),
                                   (("x", "--from", "2s", "--to", "1s"), 2, "not after"),
                                   (("x", "--from", "1s", "--last", 8), 2, "not both"),
                                   (("x", "--first", 100), 1, "none of the frames"),
                                   (("x", "--from", "1m"), 1, "0:02 long"),
                                   (("x", "--remove"), 1, "nothing to remove"),
                                   ((), 2, "NAME")):
            with self.subTest(args=str(args)[:40]):
                self.assertIn(word.lower(), self.label(*args, status=status).stderr.lower())
        self.assertEqual([], self.labels())
        missing = self.dir / "b.leat"
        tap.leat("label", missing, 1, "x", status=1)
        self.assertFalse(missing.exists())


class Lost(tap.TempDirTest):
    def test_lost_frames_are_counted(self):
        file, source = self.dir / "a.leat", self.dir / "source.mkv"
        tap.ffmpeg("-f", "lavfi", "-i", "testsrc2=size=160x120:rate=30:duration=2", "-c:v", "mjpeg",
                   "-bsf:v", "noise=amount=200*not(mod(n\\,7))", source)
        ledger = run_json("--source", source, "--record", file)
        lost = sum(loss["count"] for loss in ledger["lost"])
        self.assertGreater(lost, 0)
        done = tap.leat("label", file, 1, "empty", "--json")
        self.assertEqual(ledger["record"]["stored"], done.json["frames"])
        self.assertLessEqual(done.json["lost"], lost)
        gap = tap.leat("show", file, 1, "--json").json["gaps"][-1]
        only = ("--first", gap["first"], "--last", gap["last"])
        self.assertIn("lost", tap.leat("label", file, 1, "empty", *only, status=1).stderr)


if __name__ == "__main__":
    tap.main()
