#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What a session in the window leaves behind, in a build with AddressSanitizer.

GTK and what is below it keep memory until the end on purpose, and every stack goes through Leat's
main(). So a leak is Leat's when the caller of the allocation is: the first frame that is neither of
the allocator nor of GLib."""

import re
import unittest
from pathlib import Path

import tap
from studio import Studio

FRAME = re.compile(r"^ +#\d+ 0x[0-9a-f]+ in (\S+) (.*)$", re.M)
ALLOCATES = re.compile(r"libg(lib|object|io)-2\.0|__interceptor_|\bmalloc|\bcalloc|\brealloc|_asan")


def is_instrumented():
    return b"__asan_init" in Path(tap.LEAT).read_bytes()


def own_leaks(report):
    """The stacks of Leat's leaks in a report of LeakSanitizer."""
    own = []
    for stack in re.split(r"^(?=(?:Direct|Indirect) leak of)", report, flags=re.M)[1:]:
        frames = FRAME.findall(stack.split("\n\n")[0])
        caller = next((f for f in frames if not ALLOCATES.search(" ".join(f))), None)
        if caller and "/src/" in caller[1] and not caller[1].startswith("/usr"):
            own.append(stack)
    return own


class Leaks(tap.TempDirTest):
    def test_a_leak_is_told_from_what_gtk_keeps(self):
        report = """
Direct leak of 3 byte(s) in 1 object(s) allocated from:
    #0 0x1 in malloc (/b/leat+0x1)
    #1 0x2 in g_malloc (/lib/libglib-2.0.so.0+0x2)
    #2 0x3 in leat_failure_headline /top/b/../src/gui/failure.c:40:5
    #3 0x4 in main /top/b/../src/main.c:5

Indirect leak of 8 byte(s) in 1 object(s) allocated from:
    #0 0x1 in calloc (/b/leat+0x1)
    #1 0x2 in FcPatternCreate (/lib/libfontconfig.so.1+0x2)
    #2 0x4 in main /top/b/../src/main.c:5

"""
        leaks = own_leaks(report)
        self.assertEqual(len(leaks), 1)
        self.assertIn("leat_failure_headline", leaks[0])

    @unittest.skipUnless(is_instrumented(), "not a build with AddressSanitizer")
    def test_a_session_leaves_nothing_of_ours(self):
        file = self.dir / "library.leat"
        options = {"ASAN_OPTIONS": f"detect_leaks=1:log_path={self.dir}/report:exitcode=0:"
                                   "fast_unwind_on_malloc=0:malloc_context_size=8",
                   "LSAN_OPTIONS": "exitcode=0"}
        with Studio(self.dir, "--source", "test", file, **options) as studio:
            studio.wait_live()
            studio.create_recording("take")
            studio.press("Start recording")
            studio.wait_text("^Recording “take”$")
            studio.press("Stop recording")
            studio.wait_text("^Not recording$")
            studio.switch("Enable Threading")
            studio.wait_text("^Everything takes turns")
            studio.press("Close Camera")
            studio.wait_text("^No Picture$")
            studio.press("Start camera")
            studio.wait_live()
        report = "".join(path.read_text() for path in self.dir.glob("report.*"))
        self.assertIn("LeakSanitizer", report, "GTK's own leaks are missing: nothing was checked")
        self.assertEqual(own_leaks(report), [], "leaks of Leat's own")
        self.assertNotRegex(report, "ERROR: AddressSanitizer")


def holds(pid):
    """How many threads and descriptors a process has."""
    process = Path(f"/proc/{pid}")
    return len(list((process / "task").iterdir())), len(list((process / "fd").iterdir()))


class Turns(tap.TempDirTest):
    def test_opening_and_closing_the_camera_leaves_nothing_behind(self):
        """bench/studio-memory does it 200 times, and looks at the memory too."""
        with Studio(self.dir, "--source", "test:320x240@30") as studio:
            def turn():
                studio.press("Close Camera")
                studio.wait_text("^No Picture$")
                closed = holds(studio.process.pid)
                studio.press("Start camera")
                studio.wait_live()
                return closed
            turn()
            most = [max(pair) for pair in zip(turn(), turn())]
            for _ in range(6):
                turn()
            # A thread that has just done its work may still be there at the first look.
            studio.until(lambda: all(now <= then for now, then in zip(turn(), most)),
                         f"no more than {most} threads and descriptors")


tap.main()
