#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The Concurrency page: threads, links, jobs and traces."""

import json

import tap
from studio import Studio

STATES = {"New", "Runnable", "Running", "Waiting", "Dead"}
STAGES = ["capture", "process", "record", "present"]


def rows(studio):
    """The table of threads: name to state, share and number."""
    texts = studio.texts()
    start = texts.index("ID") + 1
    cells = texts[start:]
    found = {}
    while len(cells) >= 4 and cells[1] in STATES:
        found[cells[0]] = cells[1:4]
        cells = cells[4:]
    return found


class Concurrency(tap.TempDirTest):
    def test_in_one_window(self):
        with Studio(self.dir, "--source", "test", self.dir / "library.leat") as studio:
            studio.wait_playing()
            studio.keys("<Control>3")
            for part in (self.threads_and_links_are_shown_as_they_are,
                         self.a_computation_is_a_job_that_can_be_cancelled,
                         self.a_trace_of_the_latest_events_is_saved_as_a_job,
                         self.the_stages_go_with_the_camera):
                with self.subTest(part.__name__.replace("_", " ")):
                    part(studio)

    def threads_and_links_are_shown_as_they_are(self, studio):
        table = studio.until(lambda: (found := rows(studio)) and {"main", *STAGES} <= set(found)
                             and found, "the threads are listed")
        for name, (state, share, number) in table.items():
            with self.subTest(thread=name):
                self.assertIn(state, STATES)
                self.assertRegex(share, r"^\d+\.\d %$")
                self.assertGreater(int(number), 0)
        self.assertEqual(int(table["main"][2]), studio.process.pid)
        studio.wait_text(r"^(2\d|3\d)\.\d/s$")
        studio.wait_text("^0 of 64$")
        studio.wait_text(r"^median \d+\.\d, 99 % \d+\.\d, longest \d+\.\d ms$")

    def a_computation_is_a_job_that_can_be_cancelled(self, studio):
        studio.press("Test CPU")
        studio.press("Test")
        studio.wait_text(r"^Running, \d+ of \d+")
        studio.until(lambda: any(name.startswith("compute-") for name in rows(studio)),
                     "the workers are listed")
        studio.look("push button", "Cancel: ").act("click")
        studio.wait_text("^Cancelled$")

    def a_trace_of_the_latest_events_is_saved_as_a_job(self, studio):
        studio.press("Save Trace…")
        studio.press("Save")
        studio.wait_text("^Saving the trace$")
        studio.wait_text(r"^Done in \d+ s$")
        events = json.loads((self.dir / "leat-trace.json").read_text())
        names = {e["args"]["name"] for e in events if e["name"] == "thread_name"}
        self.assertLessEqual({"capture", "process", "present"}, names)
        self.assertGreater(sum(e["ph"] == "X" for e in events), 30)

    def the_stages_go_with_the_camera(self, studio):
        studio.keys("<Control>1")
        studio.press("Close Camera")
        studio.wait_text("^No Picture$")
        studio.keys("<Control>3")
        studio.until(lambda: not set(STAGES) & set(rows(studio)), "the stages are gone")


tap.main()
