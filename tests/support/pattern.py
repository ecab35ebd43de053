#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Reads the code in a picture of the test pattern, as src/media/test-pattern.h describes it.

    number, time_ms = pattern.read("shot.ppm")

The picture is a binary PGM or PPM (of colours the luma is taken) that shows the whole pattern,
however scaled; `box` says where it lies in a larger picture. Run as a program it prints both.
"""

import functools
import sys
from pathlib import Path

COLUMNS, ROWS = 22, 4
LEAST_CONTRAST = 32


class Rows:
    """Rows of luma. A screen has a million pixels: a row is worked out when it is looked at."""

    def __init__(self, height, row):
        self.height = height
        self.row = functools.cache(row)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return [self.row(y) for y in range(*index.indices(self.height))]
        return self.row(index)


def load(path):
    """(width, height, rows of luma) of a binary PGM or PPM with 8 bits a sample."""
    data = Path(path).read_bytes()
    fields, at = [], 0
    while len(fields) < 4:
        if data[at:at + 1] == b"#":
            at = data.index(b"\n", at) + 1
        elif data[at:at + 1].isspace():
            at += 1
        else:
            start = at
            while at < len(data) and not data[at:at + 1].isspace():
                at += 1
            fields.append(data[start:at])
    at += 1
    kind, width, height, most = fields[0], *map(int, fields[1:])
    if kind not in (b"P5", b"P6") or most != 255:
        raise ValueError(f"{path} is not a binary PGM or PPM of 8 bits")

    def grey(y):
        return data[at + y * width:at + (y + 1) * width]

    def luma(y):
        row = data[at + 3 * y * width:at + 3 * (y + 1) * width]
        return bytes((299 * r + 587 * g + 114 * b) // 1000
                     for r, g, b in zip(row[0::3], row[1::3], row[2::3]))

    return width, height, Rows(height, grey if kind == b"P5" else luma)


def crc16(data):
    """CRC-16/CCITT-FALSE."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def read_luma(rows, box):
    """(number, time in ms) from rows of luma, the pattern filling `box` = (x, y, width, height);
    None when it shows no valid code."""
    x, y, width, height = box
    if width < COLUMNS or height < 24:
        return None

    def level(column, row):
        left = x + width * (4 * column + 1) // (4 * COLUMNS)
        right = max(left + 1, x + width * (4 * column + 3) // (4 * COLUMNS))
        top = y + height * (4 * (20 + row) + 1) // 96
        bottom = max(top + 1, y + height * (4 * (20 + row) + 3) // 96)
        return sum(sum(line[left:right]) for line in rows[top:bottom]) / ((right - left) *
                                                                          (bottom - top))

    bits = 0
    for row in range(ROWS):
        light, dark = level(0, row), level(COLUMNS - 1, row)
        if abs(light - dark) < LEAST_CONTRAST:
            return None
        for column in range(1, COLUMNS - 1):
            here = level(column, row)
            bits = bits << 1 | (abs(here - light) < abs(here - dark))
    code = bits.to_bytes(10, "big")
    if crc16(code[:8]) != int.from_bytes(code[8:], "big"):
        return None
    return int.from_bytes(code[:4], "big"), int.from_bytes(code[4:8], "big")


def read(path, box=None):
    """(number, time in ms) that the picture in the file shows, None when there is no valid code."""
    width, height, rows = load(path)
    return read_luma(rows, box or (0, 0, width, height))


if __name__ == "__main__":
    found = read(sys.argv[1])
    if not found:
        sys.exit(f"{sys.argv[1]}: no valid code")
    print(*found)
