# SPDX-License-Identifier: MIT
"""The layers of src/, what each may use, and where its library is: what the checks go by."""

import subprocess
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]

# Arrows point down only. The front ends see what lies below app for its value types alone, and never
# one another.
MAY_USE = {
    "base": [],
    "concurrency": ["base"],
    "compute": ["base", "concurrency"],
    "media": ["base", "concurrency"],
    "store": ["base", "concurrency"],
    "pipeline": ["base", "concurrency", "media", "store"],
    "model": ["base", "concurrency", "compute", "media", "store", "pipeline"],
    "app": ["base", "concurrency", "compute", "media", "store", "pipeline", "model"],
    "cli": ["base", "concurrency", "compute", "media", "store", "pipeline", "model", "app"],
    "gui": ["base", "concurrency", "compute", "media", "store", "pipeline", "model", "app"],
}

# Library: (its headers, its symbols, the layers that may use it).
OWNED = {
    "FFmpeg": (r"lib(av|sw)\w+/", r"(av|sws|swr)_|av(codec|format|filter|device|util|io)_",
               ["media"]),
    "SQLite": (r"sqlite3", r"sqlite3_", ["store"]),
    "cairo": (r"cairo", r"cairo_", ["app", "gui"]),
    "GTK": (r"(gtk|gdk|gsk)/|adwaita", r"(gtk|gdk|gsk|adw)_", ["gui"]),
}

# What a header of a layer needs on its include path besides src/.
PACKAGES = {"media": ["libavcodec", "libavformat", "libavfilter", "libavutil", "libswscale",
                      "libavdevice"],
            "store": ["sqlite3"],
            "app": ["cairo"],
            "gui": ["gtk4", "libadwaita-1"]}


def library(build, layer):
    return Path(build) / "src" / layer / f"libleat-{layer}.a"


def symbols(build, layer, kind):
    """The extern symbols of a layer's library; kind is --defined-only or --undefined-only."""
    listing = subprocess.run(["nm", "--extern-only", kind, "--format=posix", library(build, layer)],
                             check=True, capture_output=True, text=True).stdout
    lines = (line.split() for line in listing.splitlines() if line and not line.endswith(":"))
    return {fields[0] for fields in lines if len(fields) > 1}
