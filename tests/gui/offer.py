#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""offer.py FILE...: a small window from which the files are dragged, one after the other, as a file
manager does it. A program of its own, since the tests have another GTK. Says on its stdout what
happens: shown, begun, accepted or refused, done."""

import sys

import gi

gi.require_version("Gdk", "4.0")
gi.require_version("Gtk", "4.0")
from gi.repository import Gdk, Gio, GObject, Gtk  # pylint: disable=wrong-import-position

FILES = iter(sys.argv[1:])


def say(word):
    print(word, flush=True)


def offer(*_):
    return Gdk.ContentProvider.new_for_value(GObject.Value(Gio.File, Gio.File.new_for_path(next(FILES))))


def begun(_source, drag):
    say("begun")
    drag.connect("notify::selected-action",
                 lambda *_: say("accepted" if drag.get_selected_action() else "refused"))


def show(application):
    window = Gtk.ApplicationWindow(application=application, decorated=False, default_width=100,
                                   default_height=60)
    source = Gtk.DragSource(actions=Gdk.DragAction.COPY)
    source.connect("prepare", offer)
    source.connect("drag-begin", begun)
    source.connect("drag-end", lambda *_: say("done"))
    label = Gtk.Label(label="Drag me")
    label.add_controller(source)
    window.set_child(label)
    window.present()
    clock = window.get_frame_clock()

    def painted(*_):
        clock.disconnect(handler)
        window.get_display().sync()  # the server has it
        say("shown")

    handler = clock.connect("after-paint", painted)


app = Gtk.Application()
app.connect("activate", show)
app.run([])
