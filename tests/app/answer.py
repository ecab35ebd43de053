#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A model of somebody's own that behaves in the way that its argument names."""

import os
import signal
import sys
import time

WIDTH, HEIGHT = 8, 4
BYTES = WIDTH * HEIGHT * 3
frames = sys.stdin.buffer


def say(line):
    sys.stdout.buffer.write(line if isinstance(line, bytes) else line.encode() + b"\n")
    sys.stdout.buffer.flush()


def answer(line="0.5 thing"):
    frames.read(BYTES)
    say(line)


def greet():
    say(f"leat 1 {WIDTH}x{HEIGHT}")


def count():
    """The score is the frame's number from here, the label its size and mean."""
    greet()
    n = 0
    while len(frame := frames.read(BYTES)) == BYTES:
        n += 1
        say(f"{n / 100} {len(frame)} bytes of {sum(frame) // len(frame)}")


def slow():
    greet()
    while frames.read(BYTES):
        time.sleep(0.3)
        say("1 late")


def large():
    say("leat 1 1280x720")
    while len(frames.read(1280 * 720 * 3)) == 1280 * 720 * 3:
        say("1 large")


def talkative():
    greet()
    for _ in range(20000):
        print("what a frame this is, and how much can be said about it", file=sys.stderr)
    sys.stderr.flush()
    answer()
    frames.read()


def crash():
    greet()
    answer()
    frames.read(1)
    print("first line\nit broke: \033[1mno such thing\n", file=sys.stderr)
    sys.exit(3)


def signalled():
    greet()
    frames.read(1)
    os.kill(os.getpid(), signal.SIGSEGV)


def hang():
    print(f"pid {os.getpid()}", file=sys.stderr, flush=True)
    greet()
    while True:
        signal.pause()


def pid():
    greet()
    answer(f"1 {os.getpid()}")
    signal.pause()


def mute():
    signal.pause()


def wants_less():
    greet()
    while frames.read(BYTES // 4):
        say("1 a quarter")


GARBAGE = {
    "no-greeting": lambda: say("hello"),
    "no-size": lambda: say("leat 1 big"),
    "huge": lambda: say("leat 1 100000x100000"),
    "nothing": lambda: say("leat 1 0x0"),
    "later-version": lambda: say("leat 2 8x4"),
    "binary": lambda: (greet(), answer(b"\xff\x00\x80\n")),
    "endless": lambda: (greet(), answer(b"x" * 2000)),
    "nan": lambda: (greet(), answer("nan thing")),
    "no-score": lambda: (greet(), answer("thing")),
    "no-label": lambda: (greet(), answer("1 ")),
    "not-utf-8": lambda: (greet(), answer(b"1 caf\xe9\n")),
    "long-label": lambda: (greet(), answer("1 " + "x" * 300)),
    "two": lambda: (greet(), answer("1 a\n1 b")),
}

mode = sys.argv[1]
if mode in GARBAGE:
    GARBAGE[mode]()
    signal.pause()
else:
    globals()[mode]()
