#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Makes docs/images/ anew, with the program in build/ (or LEAT_BINARY) on a screen of its own."""

import os
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
IMAGES = TOP / "docs" / "images"


def main():
    if "DISPLAY_IS_OURS" not in os.environ:
        os.environ["DISPLAY_IS_OURS"] = "yes"
        desktop = TOP / "tests" / "support" / "with-desktop"
        os.execv(desktop, [str(desktop), sys.executable, __file__])
    sys.path[:0] = [str(TOP / "tests" / "support"), str(TOP / "tests" / "gui")]
    from studio import FRAME_PX, Studio
    import tap

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "Videos").mkdir()
        # The font that the desktop would set.
        settings = home / "config" / "gtk-4.0" / "settings.ini"
        settings.parent.mkdir(parents=True)
        settings.write_text("[Settings]\ngtk-font-name=Cantarell 11\n")
        with Studio(home, "--source", "test", home / "Videos" / "mice.leat") as studio:
            studio.wait_text("^Live$")
            studio.create_recording("cage 3, night")
            studio.press("Start recording")
            studio.wait_text(r"^REC 0:0[5-9]$|^REC 0:[1-5]\d$")
            studio.wait_text("^The disk is full in|^Room for|stored.*\n")
            shot = studio.shot(home / "studio.png")
            IMAGES.mkdir(exist_ok=True)
            tap.run("convert", shot, "-shave", f"{FRAME_PX}x{FRAME_PX}", "+repage",
                    "-strip", IMAGES / "studio.png")


if __name__ == "__main__":
    main()
