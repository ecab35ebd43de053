#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Two hundred clicks and keys at random: whatever a user does, nothing breaks. The seed is printed;
LEAT_MONKEY_SEED takes one again, and LEAT_MONKEY_STEPS another number."""

import contextlib
import os
import random
import signal

import tap
from gi.repository import GLib
from studio import Studio

SEED = int(os.environ.get("LEAT_MONKEY_SEED", random.randrange(1 << 32)))
STEPS = int(os.environ.get("LEAT_MONKEY_STEPS", "200"))

ROLES = {"push button", "toggle button", "check box", "radio button", "menu item", "page tab",
         "text", "spin button", "slider", "combo box", "list item", "table cell"}
# The first three end the window or put it away; without threading, a computation stops the window
# for as long as it takes.
NOT_PRESSED = {"Close", "Minimize", "Maximize", "Enable Threading"}
KEYS = ["Tab", "Return", "Escape", "space", "Left", "Right", "Up", "Down", "Home", "End", "r",
        "<Control>1", "<Control>2", "<Control>3", "<Control>p", "<Control>period", "<Control>r",
        "<Control><Shift>r", "F5", "F9"]
WORDS = ["", "take", "a/b/c", "“ü”", "-1", "99999999999999999999", "test:8x8@1000"]


class Monkey:
    def __init__(self, studio):
        self.studio = studio
        self.random = random.Random(SEED)
        self.controls = []

    def look(self):
        self.controls = self.studio.look_all(ROLES, lambda name: name not in NOT_PRESSED)

    def touch(self):
        if not self.controls:
            self.look()
        node = self.random.choice(self.controls)
        if node.role == "text":
            node.write(self.random.choice(WORDS))
        elif node.role in ("spin button", "slider"):
            node.value = self.random.choice([-1, 0, 1, 2, 10, 1e9])
        elif node.sensitive and (actions := sorted(node.actions)):
            node.act(self.random.choice(actions))

    def step(self, number):
        # To walk over the whole window takes a while, and a stale control is a test as well.
        if number % 10 == 0:
            self.look()
        # What it meant to touch may be gone by now, or want something else.
        with contextlib.suppress(GLib.GError):
            if self.random.random() < 0.3:
                self.studio.keys(self.random.choice(KEYS))
            else:
                self.touch()


class MonkeyTest(tap.TempDirTest):
    def test_nothing_breaks(self):
        print(f"# LEAT_MONKEY_SEED={SEED}", flush=True)
        file = self.dir / "library.leat"
        with Studio(self.dir, "--source", "test:320x240@10", file) as studio:
            studio.wait_live()
            monkey = Monkey(studio)
            for number in range(STEPS):
                self.assertIsNone(studio.process.poll(),
                                  f"it ended after {number} steps, seed {SEED}\n{studio.said()}")
                monkey.step(number)
            studio.process.send_signal(signal.SIGTERM)
            studio.wait_closed()
            self.assertNotIn("leat-CRITICAL", studio.said())
        for library in self.dir.rglob("*.leat"):
            self.assertTrue(tap.leat("verify", library, "--json").json["ok"], library)


tap.main()
