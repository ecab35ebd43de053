# SPDX-License-Identifier: MIT
"""What the benchmarks share: running a program under the system's own accounting, medians, and one
way to print figures: a table for people, a JSON document for programs."""
import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--leat", default=os.environ.get("LEAT_BINARY", ROOT / "build/leat"),
                        help="the program to measure (default: build/leat)")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")
    return parser


def scratch():
    """A folder for what is made and measured, removed at the end."""
    return tempfile.TemporaryDirectory(prefix="leat-bench-")


def run(command):
    """Runs a command to its end. Returns its output, wall seconds, CPU seconds (user and system,
    all threads) and peak resident memory in MB."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    output = process.stdout.read()
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]} failed: {errors.decode(errors='replace')}")
    return {"output": output.decode(), "wall_s": wall, "cpu_s": usage.ru_utime + usage.ru_stime,
            "peak_mb": usage.ru_maxrss * 1024 / 1e6}


@contextlib.contextmanager
def busy_cores():
    """One busy process of the same priority (nice 0) for each core, while it lasts."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"])
            for _ in range(os.cpu_count())]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


BARE_PERIOD_S = 0.005
# Above all other threads where it may be: then only the machine itself can hold it up.
BARE_TIMER = """
import json, os, signal, sys, time
os.sched_setaffinity(0, {int(sys.argv[1])})
try:
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
except PermissionError:
    pass
times = [time.monotonic()]
def end(*_):
    print(json.dumps(times))
    sys.exit()
signal.signal(signal.SIGTERM, end)
while True:
    time.sleep(float(sys.argv[2]))
    times.append(time.monotonic())
"""


class BareTimers:
    """For each core a process that does nothing but sleep 5 ms at a time, as a peer for a main loop."""

    def __init__(self):
        command = [sys.executable, "-c", BARE_TIMER]
        self.processes = [subprocess.Popen([*command, str(core), str(BARE_PERIOD_S)], stdout=subprocess.PIPE)
                          for core in sorted(os.sched_getaffinity(0))]

    def end(self):
        """Ends them, and returns the gaps of them all in ms: p50, p99 and max. `stalls` has by then when
        one came late, as (from, to) in seconds of the monotonic clock."""
        turns = []
        for process in self.processes:
            process.terminate()
            times = json.loads(process.communicate()[0])
            turns += zip(times, times[1:])
        gaps = sorted(later - time for time, later in turns)
        self.stalls = sorted((time + BARE_PERIOD_S, later) for time, later in turns)
        return {"p50": 1000 * gaps[len(gaps) // 2], "p99": 1000 * gaps[len(gaps) * 99 // 100],
                "max": 1000 * gaps[-1]}

    def outside(self, start, end):
        """How much of the time from start to end none of them came late, in seconds."""
        left = end - start
        for stalled, resumed in self.stalls:
            stalled = max(stalled, start)
            if min(resumed, end) > stalled:
                left -= min(resumed, end) - stalled
                start = resumed
        return left


def median(runs, key):
    return statistics.median(run[key] for run in runs)


def print_figures(title, rows, document, as_json):
    """`rows`: (what, figure, bound or "") each; `document`: the same as data."""
    if as_json:
        print(json.dumps(document, indent=2))
        return
    print(title)
    width = max(len(row[0]) for row in rows)
    figures = max(len(row[1]) for row in rows)
    for what, figure, bound in rows:
        print(f"  {what:{width}}  {figure:>{figures}}  {bound}".rstrip())
