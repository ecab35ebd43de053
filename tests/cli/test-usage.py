#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Help, version, and what wrong usage is answered with."""

import functools
import unittest

import tap

VERBS = ("studio", "run", "sources", "list", "show", "export", "verify", "cpu-test",
         "study", "jobs")


@functools.cache
def explained(verb):
    return tap.leat(verb, "--help")


class Help(unittest.TestCase):
    def test_the_overview_names_every_verb(self):
        for words in (("--help",), ("help",), ("-h",)):
            done = tap.leat(*words)
            for verb in VERBS:
                self.assertIn(f"  {verb} ", done.stdout)

    def test_every_verb_explains_itself(self):
        for verb in VERBS:
            with self.subTest(verb=verb):
                done = explained(verb)
                self.assertIn(f"leat {verb}", done.stdout)
                self.assertEqual("", done.stderr)
                self.assertEqual(done.stdout, tap.leat("help", verb).stdout)

    def test_run_explains_every_option_of_the_contract(self):
        text = explained("run").stdout
        for option in ("source", "size", "rate", "filter", "record", "name", "record-rate", "codec",
                       "quality", "duration", "frames", "concurrency", "pace", "trace", "json",
                       "progress"):
            self.assertIn(f"--{option}", text)

    def test_no_line_is_too_wide_for_a_terminal(self):
        for verb in VERBS:
            for line in explained(verb).stdout.splitlines():
                self.assertLessEqual(len(line), 100, line)

    def test_the_version_is_told(self):
        self.assertRegex(tap.leat("--version").stdout, r"^leat \d+\.\d+\.\d+\n$")


class WrongUsage(unittest.TestCase):
    def refused(self, *words, saying=""):
        done = tap.leat(*words, status=2)
        self.assertEqual("", done.stdout)
        self.assertRegex(done.stderr, r"^leat: error: ")
        self.assertIn(saying, done.stderr)
        return done

    def test_a_slip_of_the_pen_is_guessed(self):
        self.refused("rnu", saying="'run'")
        self.refused("exprot", saying="'export'")

    def test_an_unknown_verb_is_refused(self):
        self.refused("dance", saying="'dance' is neither")
        self.refused("help", "dance", saying="dance")

    def test_an_unknown_option_is_refused(self):
        self.refused("run", "--sizze", "1x1", saying="leat run --help")
        self.refused("list", "--sizze", saying="leat list --help")

    def test_missing_and_spare_arguments_are_refused(self):
        self.refused("list", saying="FILE")
        self.refused("show", "a.leat", saying="FILE REC")
        self.refused("export", "a.leat", "1", saying="FILE REC OUT")
        self.refused("verify", saying="FILE")
        self.refused("list", "a", "b", saying="too many")
        self.refused("run", "a.mp4", saying="only options")
        self.refused("sources", "a", saying="only options")

    def test_values_that_make_no_sense_are_refused_by_name(self):
        # tests/app/test-session-options.c has more, without a start of the whole program for each.
        for option, text in (("size", "100000x100000"), ("rate", "0"), ("duration", "-3s"),
                             ("frames", "1.5"), ("codec", "mpeg2"), ("source", "test:0x0@30")):
            with self.subTest(option=option, text=text):
                self.refused("run", f"--{option}", text, saying=option)

    def test_a_recordings_options_need_a_recording(self):
        self.refused("run", "--name", "mouse", saying="--record")
        self.refused("run", "--record-rate", "5", saying="--record")

    def test_an_address_is_no_verb(self):
        done = self.refused("rtsp://user:sesame@host/x", saying="--source")
        self.assertNotIn("sesame", done.stderr)


if __name__ == "__main__":
    tap.main()
