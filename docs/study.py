#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""docs/study.py: measures what docs/study.md shows, and writes figures and plot into it. On a machine
that does nothing else."""
import argparse
import json
import platform
import re
import subprocess
from pathlib import Path

DOCS = Path(__file__).resolve().parent
PAGE = DOCS / "study.md"
PLOT = DOCS / "images" / "study.svg"


def measure(*command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def milliseconds(value):
    return f"{value:,.0f} ms" if value >= 100 else f"{value:.1f} ms"


def processor():
    found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found.group(1).strip() if found else platform.machine()


def study_table(study):
    yield "| concurrency | executor | longest gap | 99 % below | due | shown | stored | lost | computed in |"
    yield "|---|---|--:|--:|--:|--:|--:|--:|--:|"
    for run in study["runs"]:
        gap, frames = run["loop_gap_ms"], run["while_computing"]
        yield (f"| {run['concurrency']} | {run['executor']} | {milliseconds(gap['max'])} "
               f"| {milliseconds(gap['p99'])} | {frames['due']} | {frames['presented']} "
               f"| {frames['stored']} | {run['lost']} | {run['compute_s']:.2f} s |")


def range_of(runs, key):
    values = sorted(run["loop_gap_ms"][key] for run in runs)
    return f"{values[0]:.1f} to {values[-1]:.1f} ms"


def comparison(study, bench):
    frozen, live = study["runs"][0], study["runs"][1:]
    frames = frozen["while_computing"]
    yield "| | reference | Leat |"
    yield "|---|---|---|"
    yield f"| threading off: longest gap of the loop | 9,864 ms | {milliseconds(frozen['loop_gap_ms']['max'])} |"
    yield f"| threading off: frames shown or stored meanwhile | 0 | {frames['presented'] + frames['stored']} |"
    yield f"| threading on: longest gap | 33 to 39 ms | {range_of(live, 'max')} |"
    yield f"| threading on: 99 % of the gaps are below | 14 to 29 ms | {range_of(live, 'p99')} |"
    yield f"| 2 processes against 1 | 1.83 times as fast | {bench['speedup_2']['processes']:.2f} times |"
    yield f"| 2 threads against 1 | | {bench['speedup_2']['threads']:.2f} times |"
    yield f"| one worker, time against NumPy's | | {bench['ratio']:.2f} |"


def put(text, name, lines):
    start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    before, rest = text.split(start)
    return before + start + "\n".join(lines) + "\n" + end + rest.split(end)[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leat", default=DOCS.parent / "build" / "leat")
    parser.add_argument("--duration", default="10s")
    options = parser.parse_args()
    study = measure(options.leat, "study", "--duration", options.duration, "--plot", PLOT, "--json")
    bench = measure(DOCS.parent / "bench" / "cpu-test", "--leat", options.leat, "--json")
    page = PAGE.read_text()
    sums = {run["checksum"] for run in study["runs"]}
    page = put(page, "machine", [
        f"640x480 at 30 frames/s; {study['units']} units of {study['rounds']} rounds of 600x600; "
        f"{study['cores']} cores of {processor()}; "
        + (f"every checksum {sums.pop()}." if len(sums) == 1 else "THE CHECKSUMS DIFFER.")])
    page = put(page, "study", study_table(study))
    page = put(page, "comparison", comparison(study, bench))
    PAGE.write_text(page)


if __name__ == "__main__":
    main()
