# SPDX-License-Identifier: MIT
"""The studio's window as a person has it: its controls by their names, its texts, its picture.

Runs on a desktop of its own (tests/support/with-desktop)."""

import contextlib
import functools
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import accessible
import pattern
import tap
from gi.repository import GLib

# It talks while it is imported, and stdout belongs to TAP.
with contextlib.redirect_stdout(sys.stderr):
    from dogtail import config, rawinput

config.config.logDebugToFile = False
config.config.logDebugToStdOut = False
config.config.defaultDelay = 0
config.config.actionDelay = 0
config.config.typingDelay = 0.02

PATIENCE_S = 120
# What LEAT_DEBUG=loop tells of a handler that took over 4 ms, on a core or blocked: that others have the
# cores is not counted.
HELD = re.compile(r"^leat: warning: loop watch: .* held the main loop for [\d.]+ ms$", re.M)
# Without threading the loop is there to be held. While the first window is made there is nothing yet that
# could stand still. And a thread that has told of its end is joined, for which it needs a core.
MAY_HOLD = re.compile(r"compute_on_the_loop|pipeline-turns\.c:|application\.c:(looked_at|settings_loaded)|"
                      r"[>:] (complete > leat_thread_join|leat_pipeline_join_threads|leat_parting_end|"
                      r"learner\.c:stopped) ")
LOOK_EVERY_S = 0.1
# Without a window manager the window is at the top left, inside the frame that GTK draws for its
# shadow; the accessibility bus counts from within that frame.
FRAME_PX = 5


@functools.cache
def is_sanitized():
    """A sanitizer's build is slow, and takes the signals over."""
    program = Path(tap.LEAT).read_bytes()
    return b"__asan_init" in program or b"__tsan_init" in program


class Studio:
    """`with Studio(folder, "--source", "test") as studio:`; the folder is its home. It is closed by
    SIGTERM in the end, if it has not ended by then, and must have ended well."""

    def __init__(self, home, *args, **environment):
        self.home = Path(home)
        self.known = {}
        self.labels = []
        # Its settings and its recent files are in its home, and are there again at its next start.
        environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(self.home / "config"),
                       "XDG_DATA_HOME": str(self.home / "share"),
                       "LEAT_DEBUG": "" if is_sanitized() else "loop", **environment}
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([tap.LEAT, "studio", *map(str, args)], env=environment,
                                        stdout=self.log, stderr=self.log)

    def __enter__(self):
        try:
            self.tree = self.until(lambda: accessible.Tree(self.process.pid), "it is on the bus")
            self.until(lambda: self.find("frame", "Leat"), "the window is open")
        except BaseException:
            self.process.kill()
            self.process.wait()
            raise
        return self

    def __exit__(self, kind, value, trace):
        try:
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGTERM)
            if kind is None:
                self.wait_closed()
                self.check_loop()
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            self.log.close()

    def check_loop(self):
        """No handler of ours held the main loop."""
        held = [line for line in HELD.findall(self.said()) if not MAY_HOLD.search(line)]
        if held:
            raise AssertionError("\n".join(held))

    def said(self):
        """What it wrote to its terminal."""
        self.log.seek(0)
        return self.log.read()

    def until(self, condition, what):
        """Waits until the condition holds; returns what it returned."""
        end = time.monotonic() + PATIENCE_S
        while True:
            begun = time.monotonic()
            if self.process.poll() is not None:
                raise AssertionError(f"the studio ended ({self.process.returncode}) before "
                                     f"{what}\n{self.said()}")
            try:
                found = condition()
            except (GLib.GError, LookupError):
                found = None  # it changed while it was looked at
            if found:
                return found
            if time.monotonic() > end:
                raise AssertionError(f"not so within {PATIENCE_S} s: {what}\n"
                                     f"shown: {self.texts()}\n{self.said()}")
            # To look is work for the window too: most of the time is its own.
            time.sleep(max(LOOK_EVERY_S, 2 * (time.monotonic() - begun)))

    def wait_closed(self):
        """Waits for its end and checks that it was a good one."""
        try:
            status = self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running {PATIENCE_S} s after it was told to close\n"
                                 f"{self.threads()}\n{self.said()}") from None
        if status != 0:
            raise AssertionError(f"exit status {status}\n{self.said()}")

    def threads(self):
        """Its threads and where in the kernel each of them waits."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        return "\n".join(" ".join((task / part).read_text().strip() for part in ("comm", "wchan", "syscall"))
                         for task in tasks)

    def find(self, role, name):
        """The control, None when there is none."""
        return self._find(role, name)

    def _find(self, role, *names):
        """Looks where it was last, before it looks everywhere."""
        known = self.known.get((role, names))
        if known is None or self.tree.names([known])[0] not in names:
            known = next(iter(self.look_all([role], lambda name: name in names)), None)
            self.known[role, names] = known
        return known

    def windows(self):
        return self.tree.windows()

    def look(self, role, regex):
        """The first control whose name begins with what the expression matches; or None."""
        return next(iter(self.look_all([role], re.compile(regex).match)), None)

    def look_all(self, roles, wanted):
        """All controls of these roles whose name is wanted."""
        return [control for control in self.tree.controls(*roles) if wanted(control.name)]

    def press_last(self, name):
        """A menu button has another within, which is the one to press."""
        self.until(lambda: (found := self.look_all(["push button"], lambda other: other == name)) and
                   (found[-1].act("click"), True), f"the menu button “{name}”")

    def button(self, name):
        """GTK names a button by its label with and without the mnemonic's mark ("_Copy Copy")."""
        return self._find("push button", name, f"_{name} {name}")

    def can_press(self, name):
        button = self.button(name)
        return bool(button and button.sensitive)

    def press(self, name):
        """Presses the button as soon as it can be pressed."""
        self.until(lambda: (b := self.button(name)) and b.sensitive and
                   (b.act("click"), True), f"button “{name}” can be pressed")

    def press_menu(self, name):
        """Chooses an item of the menu that is open, or of one below it."""
        self.until(lambda: (item := self.find("menu item", name) or
                            self.find("radio menu item", name)) and
                   (item.act("click"), True), f"a menu has “{name}”")

    def is_on(self, name):
        return self.find("check box", name).checked

    def switch(self, name):
        self.find("check box", name).act("toggle")

    def write(self, name, text):
        self.find("text", name).write(text)

    def text_of(self, name):
        return self.find("text", name).text

    def set_value(self, name, value):
        self.find("spin button", name).value = value

    def create_recording(self, name="", rate=0):
        """Says how the next recording is to be made."""
        self.press("Create New…")
        self.until(lambda: self.find("text", "Name"), "the dialog is open")
        self.write("Name", name)
        self.set_value("Capture frame rate", rate)
        self.press("Create")
        self.until(lambda: not self.find("text", "Name"), "the dialog is closed")

    def click(self, role, name):
        """With the mouse."""
        control = self.find(role, name)
        (x, y), (width, height) = control.position, control.size
        rawinput.click(FRAME_PX + x + width // 2, FRAME_PX + y + height // 2)

    def wait_at_rest(self, role, name):
        """Waits until it is scrolled no further: the mouse would miss it."""
        places = [None]

        def look():
            places.append(self.find(role, name).position)
            return places[-1] == places[-2]

        self.until(look, f"“{name}” moves no more")

    def keys(self, *keys):
        for key in keys:
            if "<" in key:
                rawinput.keyCombo(key)
            else:
                rawinput.pressKey(key)

    def texts(self):
        """The texts of all labels."""
        self.labels = self.tree.controls("label")
        return [label.name for label in self.labels]

    def known_texts(self):
        """Those of the labels that were there at the last look, which is quicker."""
        return [name for name in self.tree.names(self.labels) if name is not None]

    def wait_text(self, regex):
        """Waits for a label with a text that the expression matches; returns the match."""
        def look():
            for texts in (self.known_texts, self.texts):
                if found := next(filter(None, (re.search(regex, text) for text in texts())), None):
                    return found
            return None
        return self.until(look, f"“{regex}” is shown")

    def wait_live(self):
        """Waits until the source is live. A page is named so, too, as often as any page by its name."""
        def look():
            return any(found.count("Live") > found.count("Concurrency")
                       for found in (texts() for texts in (self.known_texts, self.texts)))
        return self.until(look, "the source is live")

    def shot(self, path):
        tap.run("import", "-window", "root", "-depth", "8", path)
        return path

    def frame_number(self):
        """The number in the test pattern, as shown; None while there is none."""
        picture = self.find("image", "Live picture")
        (x, y), (width, height) = picture.position, picture.size
        scale = min(width / 640, height / 480)
        box_width, box_height = round(640 * scale), round(480 * scale)
        box = (FRAME_PX + x + (width - box_width) // 2, FRAME_PX + y + (height - box_height) // 2,
               box_width, box_height)
        found = pattern.read(self.shot(self.home / "shot.ppm"), box)
        return found[0] if found else None

    def wait_playing(self):
        """Waits until the picture shows a frame, then a later one; returns its number."""
        first = self.until(lambda: (n := self.frame_number()) is not None and (n,), "a picture")[0]
        return self.until(lambda: (n := self.frame_number()) is not None and n > first and n,
                          "the picture moves")
