#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A model of your own: says whether a frame is bright or dark.

    leat run --source test --duration 10s --record demo.leat --model 'exec:./brightness.py'

What it has to do is in docs/external-models.md, and is all here."""

import sys

import numpy

WIDTH, HEIGHT = 64, 64
FRAME_BYTES = WIDTH * HEIGHT * 3


def look(frame):
    """The label of a frame (height x width x RGB, 0 to 255), and its score from 0 to 1."""
    brightness = frame.mean() / 255
    return ("bright", brightness) if brightness > 0.5 else ("dark", 1 - brightness)


print(f"leat 1 {WIDTH}x{HEIGHT}", flush=True)
while len(data := sys.stdin.buffer.read(FRAME_BYTES)) == FRAME_BYTES:
    label, score = look(numpy.frombuffer(data, numpy.uint8).reshape(HEIGHT, WIDTH, 3))
    print(f"{score:.3f} {label}", flush=True)
