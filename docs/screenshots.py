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
    os.execv(desktop, [str(desktop), "-s", "1280x960", sys.executable, __file__])
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
BANDS = (("empty", 0, 59), ("mouse", 60, 97), ("empty", 119, 169), ("mouse", 170, 206), ("empty", 207, 239))

# Those of bench/learn, one after the other, over and over.
SHAPES = {"empty": None, "square": "64x64", "bar": "20x140", "plank": "180x20"}
SCENE_S = 10
EPOCHS = 20
WHEEL_DOWN = 5


@contextlib.contextmanager
def opened(home, *args, style="light", width=1270, height=790):
    """The studio as somebody has left it."""
    folder = home / "config" / "leat"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "studio.ini").write_text(f"[window]\nstyle={style}\nwidth={width}\nheight={height}\n")
    with Studio(home, *args) as studio:
        yield studio


def keep(studio, name, frame="Leat"):
    """Keeps what a window shows: FILE.png, or FILE.jpg where noise would make it large."""
    width, height = studio.find("frame", frame).size
    shot = studio.shot(studio.home / "shot.png")
    IMAGES.mkdir(exist_ok=True)
    tap.run("convert", shot, "-crop", f"{width}x{height}+{FRAME_PX}+{FRAME_PX}", "+repage", "-strip",
            "-quality", "88" if name.endswith(".jpg") else "95", IMAGES / name)


def wait_still(studio):
    """Waits until the screen shows the same twice: all that was to come is there."""
    last = [b""]

    def look():
        now = studio.shot(studio.home / "shot.ppm").read_bytes()
        same, last[0] = now == last[0], now
        return same

    studio.until(look, "nothing moves any more")


def scroll_to(studio, role, name):
    """Scrolls the side bar until all of the control is in sight."""
    picture = studio.find("image", "Live picture")
    height = studio.find("frame", "Leat").size[1]
    (x, y), (width, picture_height) = picture.position, picture.size

    def look():
        control = studio.find(role, name)
        if control.position[1] + control.size[1] < height:
            return True
        rawinput.click(FRAME_PX + x + width + 4, FRAME_PX + y + picture_height // 2, WHEEL_DOWN)
        return False

    studio.until(look, f"“{name}” is in sight")


def open_recording(studio, name):
    card = studio.until(lambda: studio.look("panel", f"{name}, "), f"“{name}” is there")
    (x, y), (width, _height) = card.position, card.size
    rawinput.click(FRAME_PX + x + width // 2, FRAME_PX + y + width // 4)
    studio.until(lambda: studio.button("Next Loss"), "it is open")


def moving_shapes():
    """A bright shape that wanders about, or none, in noise and changing light."""
    across, down = "(W-w)*(0.5+0.5*sin(5.9*t))", "(H-h)*(0.5+0.5*sin(7.7*t+1))"
    graph, last = "color=c=0x606060:size=320x240:rate=30[empty]", "empty"
    for number, (name, size) in enumerate(SHAPES.items()):
        if size:
            on = f"eq(floor(mod(t,{SCENE_S * len(SHAPES)})/{SCENE_S}),{number})"
            graph += (f";color=c=0xc8c8c8:size={size}:rate=30[{name}0];[{last}][{name}0]"
                      f"overlay=x='{across}':y='{down}':enable='{on}'[{name}]")
            last = name
    return (f"lavfi:{graph};[{last}]eq=brightness='0.2*sin(0.9*t)':eval=frame,"
            "noise=alls=40:allf=t,format=yuv420p")


def fill(library):
    """Recordings to look at, one of them with a loss and labels."""
    for name, source in SCENES.items():
        tap.leat("run", "--source", source, "--pace", "fast", "--frames", FRAMES, "--record", library,
                 "--name", name)
    with contextlib.closing(sqlite3.connect(library, isolation_level=None)) as database:
        recording, = database.execute("SELECT max(id) FROM recording").fetchone()
        span = (recording, *LOST)
        database.execute("DELETE FROM frame WHERE recording = ? AND seq BETWEEN ? AND ?", span)
        database.execute("INSERT INTO loss VALUES (?, 0, 'record', 'the disk was too slow', ?, ?, ?,"
                         " 0, 0)", (*span, LOST[1] - LOST[0] + 1))
    for label, first, last in BANDS:
        tap.leat("label", library, "cage 3, morning", label, "--first", first, "--last", last)


def show_live(home, library):
    with opened(home, "--source", "test", library) as studio:
        studio.wait_live()
        studio.create_recording("cage 3, night")
        studio.press("Start recording")
        studio.wait_text(r"^REC 0:0[5-9]$|^REC 0:[1-5]\d$")
        keep(studio, "studio.png")
        studio.keys("<Control>3")
        studio.wait_text("^record$")
        studio.wait_text(r"^REC 0:[3-5]\d$|^REC [1-9]")
        keep(studio, "concurrency.png")
        studio.keys("<Control>1")
        studio.press("Stop recording")
        studio.wait_text("^Not recording$")


def show_recordings(home, library):
    with opened(home, library, width=1000, height=640) as studio:
        studio.wait_text("^feeder$")
        wait_still(studio)
        keep(studio, "recordings.png")
        open_recording(studio, "cage 3, morning")
        studio.press("Next Loss")
        wait_still(studio)
        keep(studio, "playback.png")


def show_cpu_test(home):
    with opened(home, "--source", "test") as studio:
        studio.wait_live()
        studio.press("Test CPU")
        studio.until(lambda: studio.button("Test"), "the CPU test's window is open")
        studio.click("combo box", "Amount of work")
        studio.until(lambda: studio.find("label", "Short: about a second"), "the list is open")
        studio.keys("Home", "Return")
        for cores in sorted({1, len(os.sched_getaffinity(0))}):
            studio.find("slider", "Max taken cores").value = cores
            studio.press("Test")
            studio.wait_text(rf"^Time taken using {cores} CPU core")
        keep(studio, "cpu-test.png", "Multiprocessing Computation")


def show_learning(home, library):
    """From labels to what the live picture says: docs/learning.md."""
    tap.leat("run", "--source", moving_shapes(), "--pace", "fast", "--frames",
             30 * SCENE_S * len(SHAPES), "--record", library, "--name", "scenes")
    for number, name in enumerate(SHAPES):
        tap.leat("label", library, "scenes", name, "--from", f"{number * SCENE_S}s",
                 "--to", f"{(number + 1) * SCENE_S}s")
    with opened(home, "--source", moving_shapes(), library, height=950) as studio:
        studio.press("Train…")
        studio.until(lambda: studio.can_press("Train"), "the labels are counted")
        studio.write("Name (chosen for you when empty)", "shapes")
        studio.set_value("Epochs", EPOCHS)
        studio.press("Train")
        studio.until(lambda: studio.button("Use This Model"), "it is trained")
        studio.wait_text(r"% right$")
        keep(studio, "training.png", "Train a Model")
        studio.press("Use This Model")
        scroll_to(studio, "push button", "Train…")
        studio.wait_text(r"^plank \d+ %$")
        keep(studio, "live-model.jpg")
    tap.leat("predict", library, "scenes", "--model", "shapes", "--store")
    with opened(home, library, width=1000, height=640) as studio:
        studio.keys("<Control>2")
        open_recording(studio, "scenes")
        studio.until(lambda: studio.find("image", "Labels"), "its labels are shown")
        for control in studio.find("slider", "Timeline"), studio.find("image", "Labels"):
            (x, y), (width, _height) = control.position, control.size
            rawinput.click(FRAME_PX + x + round(width * 0.6), FRAME_PX + y + 10)
        wait_still(studio)
        keep(studio, "bands.jpg")


def show_dark(home, library):
    with opened(home, "--source", "test", library, style="dark") as studio:
        studio.wait_playing()
        keep(studio, "studio-dark.png")


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
        show_learning(home, library.with_name("scenes.leat"))
        show_dark(home, library)


if __name__ == "__main__":
    main()
