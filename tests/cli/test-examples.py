#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The programs of examples/ print what they promise."""
import re
import unittest
from pathlib import Path

import tap

EXAMPLES = Path(tap.LEAT).parent / "examples"


class Examples(unittest.TestCase):
    def check_order(self, program, word):
        """Number 1 runs alone, to its end; then 2, 3 and 4 start before any of them finishes."""
        output = tap.run(EXAMPLES / program).stdout
        lines = re.findall(rf"^{word} (\d) (\w+)", output, re.MULTILINE)
        self.assertEqual(lines[:2], [("1", "starting"), ("1", "finishing")])
        self.assertEqual(sorted(lines[2:5]), [(n, "starting") for n in "234"])
        self.assertEqual(sorted(lines[5:]), [(n, "finishing") for n in "234"])
        return output

    def test_threads_start_and_join_in_the_reference_order(self):
        output = self.check_order("threads", "Thread")
        self.assertIn("(thread-1 is New)", output)
        self.assertIn("(thread-1 is Dead)", output)

    def test_processes_do_the_same(self):
        self.check_order("processes", "Process")

    def test_a_pool_gives_the_results_in_the_order_of_the_tasks(self):
        # The number of primes below 20000, 40000, ... is known: OEIS A000720.
        expected = [2262, 4203, 6057, 7837, 9592, 11301, 13010, 14683]
        output = tap.run(EXAMPLES / "pool").stdout
        counts = re.findall(r"(\d+) primes below (\d+)", output)
        self.assertEqual([int(below) for _, below in counts],
                         [20000 * (i + 1) for i in range(8)])
        self.assertEqual([int(count) for count, _ in counts], expected)

    def test_a_job_reports_its_progress_and_ends_once(self):
        output = tap.run(EXAMPLES / "job").stdout
        done = [int(n) for n in re.findall(r"^running: (\d+) of", output, re.MULTILINE)]
        self.assertEqual(done, sorted(done))
        self.assertEqual(output.count("The job is done; its checksum is"), 1)
        beats = int(re.search(r"main loop beat (\d+) times", output).group(1))
        self.assertGreater(beats, 0)

    def test_a_job_can_be_cancelled(self):
        output = tap.run(EXAMPLES / "job", "cancel").stdout
        self.assertEqual(output.count("The job ended as cancelled"), 1)
        self.assertNotIn("is done", output)


if __name__ == "__main__":
    tap.main()
