#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""While every core computes, the window lives: the picture moves, frames are stored, pages change,
and no handler holds the main loop (studio.py looks at that in every test). bench/studio measures how
well, on a machine that has nothing else to do."""

import json

import tap
from studio import Studio, is_sanitized


class Responsive(tap.TempDirTest):
    def test_all_goes_on_while_all_cores_compute(self):
        file = self.dir / "library.leat"
        debug = "report" if is_sanitized() else "report,loop"
        with Studio(self.dir, "--source", "test", file, LEAT_DEBUG=debug) as studio:
            studio.wait_playing()
            studio.press("Test CPU")
            studio.press("Start recording")
            studio.wait_text("^Recording “")
            studio.press("Test")
            studio.wait_text(r"^Running, \d+ of \d+")
            studio.wait_text(r"^([6-9]\d|\d{3,}) stored, ")
            studio.press("Stop recording")
            studio.wait_text("^Not recording$")
            computation = studio.find("frame", "Multiprocessing Computation")
            computation.look("push button", lambda name: "Cancel" in name).act("click")
            studio.wait_text("^Cancelled$")
            line = studio.until(lambda: next((line for line in studio.said().splitlines()
                                              if line.startswith("{")), None), "the report")
        report = json.loads(line)
        self.assertGreater(report["stored"], 0)
        self.assertLessEqual(report["stored"], report["offered"])
        self.assertLessEqual(report["offered"], report["stored"] + report["lost"])
        self.assertGreater(report["drawn"], 10, "pictures in two seconds")
        recording, = tap.leat("list", file, "--json").json
        self.assertEqual(recording["frames"], report["stored"])


tap.main()
