#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Makes docs/images/ anew, with the program in build/ (or LEAT_BINARY) on a screen of its own. The
study's plot is docs/study.py's."""

import contextlib
import os
import sqlite3
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
IMAGES = TOP / "docs" / "images"

if "DISPLAY_IS_OURS" not in os.environ:
    os.environ["DISPLAY_IS_OURS"] = "yes"
    desktop = TOP / "tests" / "support" / "with-desktop"
    os.execv(desktop, [str(desktop), sys.executable, __file__])
sys.path[:0] = [str(TOP / "tests" / "support"), str(TOP / "tests" / "gui")]

import tap
from dogtail import rawinput
from studio import FRAME_PX, Studio

SCENES = {"feeder": "lavfi:testsrc2=size=640x480:rate=30",
          "culture dish": "lavfi:life=size=640x480:rate=30:mold=10:ratio=0.2:stitch=1:seed=7:"
                          "death_color=#204a87:life_color=#8ae234",
          "cage 3, morning": "test"}
FRAMES = 240
LOST = (101, 118)


@contextlib.contextmanager
def opened(home, *args, style="light", width=1270, height=790):
    """The studio as somebody has left it."""
    folder = home / "config" / "leat"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "studio.ini").write_text(f"[window]\nstyle={style}\nwidth={width}\nheight={height}\n")
    with Studio(home, *args) as studio:
        yield studio


def keep(studio, name, frame="Leat"):
    """Keeps what a window shows."""
    width, height = studio.find("frame", frame).size
    shot = studio.shot(studio.home / "shot.png")
    IMAGES.mkdir(exist_ok=True)
    tap.run("convert", shot, "-crop", f"{width}x{height}+{FRAME_PX}+{FRAME_PX}", "+repage", "-strip",
            IMAGES / f"{name}.png")


def wait_still(studio):
    """Waits until the screen shows the same twice: all that was to come is there."""
    last = [b""]

    def look():
        now = studio.shot(studio.home / "shot.ppm").read_bytes()
        same, last[0] = now == last[0], now
        return same

    studio.until(look, "nothing moves any more")


def fill(library):
    """Recordings to look at, one of them with a loss."""
    for name, source in SCENES.items():
        tap.leat("run", "--source", source, "--pace", "fast", "--frames", FRAMES, "--record", library,
                 "--name", name)
    with contextlib.closing(sqlite3.connect(library, isolation_level=None)) as database:
        recording, = database.execute("SELECT max(id) FROM recording").fetchone()
        span = (recording, *LOST)
        database.execute("DELETE FROM frame WHERE recording = ? AND seq BETWEEN ? AND ?", span)
        database.execute("INSERT INTO loss VALUES (?, 0, 'record', 'the disk was too slow', ?, ?, ?,"
                         " 0, 0)", (*span, LOST[1] - LOST[0] + 1))


def show_live(home, library):
    with opened(home, "--source", "test", library) as studio:
        studio.wait_text("^Live$")
        studio.create_recording("cage 3, night")
        studio.press("Start recording")
        studio.wait_text(r"^REC 0:0[5-9]$|^REC 0:[1-5]\d$")
        keep(studio, "studio")
        studio.keys("<Control>3")
        studio.wait_text("^record$")
        studio.wait_text(r"^REC 0:[3-5]\d$|^REC [1-9]")
        keep(studio, "concurrency")
        studio.keys("<Control>1")
        studio.press("Stop recording")
        studio.wait_text("^Not recording$")


def show_recordings(home, library):
    with opened(home, library, width=1000, height=640) as studio:
        studio.wait_text("^feeder$")
        wait_still(studio)
        keep(studio, "recordings")
        card = studio.look("panel", "cage 3, morning, ")
        (x, y), (width, _height) = card.position, card.size
        rawinput.click(FRAME_PX + x + width // 2, FRAME_PX + y + width // 4)
        studio.until(lambda: studio.button("Next Loss"), "it is open")
        studio.press("Next Loss")
        wait_still(studio)
        keep(studio, "playback")


def show_cpu_test(home):
    with opened(home, "--source", "test") as studio:
        studio.wait_text("^Live$")
        studio.press("Test CPU")
        studio.until(lambda: studio.button("Test"), "the CPU test's window is open")
        studio.click("combo box", "Amount of work")
        studio.until(lambda: studio.find("label", "Short: about a second"), "the list is open")
        studio.keys("Home", "Return")
        for cores in sorted({1, len(os.sched_getaffinity(0))}):
            studio.find("slider", "Max taken cores").value = cores
            studio.press("Test")
            studio.wait_text(rf"^Time taken using {cores} CPU core")
        keep(studio, "cpu-test", "Multiprocessing Computation")


def show_training(home, library):
    """Which of the recordings is it?"""
    for name in SCENES:
        tap.leat("label", library, name, name.split()[0])
    with opened(home, "--source", SCENES["feeder"], library) as studio:
        studio.press("Train…")
        studio.until(lambda: studio.button("Train").sensitive, "the labels are counted")
        studio.set_value("Epochs", 12)
        studio.press("Train")
        studio.until(lambda: studio.button("Use This Model"), "it is trained")
        studio.wait_text(r"% right$")
        keep(studio, "training", "Train a Model")


def show_dark(home, library):
    with opened(home, "--source", "test", library, style="dark") as studio:
        studio.wait_playing()
        keep(studio, "studio-dark")


def main():
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        library = home / "Videos" / "mice.leat"
        library.parent.mkdir()
        # The font that the desktop would set.
        settings = home / "config" / "gtk-4.0" / "settings.ini"
        settings.parent.mkdir(parents=True)
        settings.write_text("[Settings]\ngtk-font-name=Cantarell 11\n")
        fill(library)
        show_recordings(home, library)
        show_live(home, library)
        show_cpu_test(home)
        show_training(home, library)
        show_dark(home, library)


if __name__ == "__main__":
    main()
