#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""drag-source uri|text VALUE: a small window at the top left of the screen, from which VALUE can be
dragged onto another one, as from a file manager or a browser. Says "ready" once it is there, and
"accepted" when what is below the pointer would take it."""

import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GLib, Gtk

SIZE_PX = 60
LOOK_EVERY_MS = 10


def main():
    kind, value = sys.argv[1:]
    window = Gtk.Window(type=Gtk.WindowType.POPUP, default_width=SIZE_PX, default_height=SIZE_PX)
    box = Gtk.EventBox()
    box.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
    if kind == "uri":
        box.drag_source_add_uri_targets()
    else:
        box.drag_source_add_text_targets()

    def give(_box, _context, data, _info, _time):
        if kind == "uri":
            data.set_uris([value])
        else:
            data.set_text(value, -1)

    def look(context):
        if not context.get_selected_action():
            return True
        print("accepted", flush=True)
        return False

    box.connect("drag-begin", lambda _box, context: GLib.timeout_add(LOOK_EVERY_MS, look, context))
    box.connect("drag-data-get", give)
    window.add(box)
    window.connect("map-event", lambda *_: print("ready", flush=True))
    window.show_all()
    Gtk.main()


main()
