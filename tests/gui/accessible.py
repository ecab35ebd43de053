# SPDX-License-Identifier: MIT
"""The controls of a program on the accessibility bus, as a screen reader has them.

A window has hundreds of controls. To ask for one thing of one of them at a time takes seconds of
processor time a look, most of them the window's: so a level of the tree is asked about at once, and a
control's role, which never changes, only once. Nothing is kept that could be out of date."""

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # pylint: disable=wrong-import-position

ATSPI = "org.a11y.atspi."
ACCESSIBLE = ATSPI + "Accessible"
ACTION = ATSPI + "Action"
COMPONENT = ATSPI + "Component"
EDITABLE_TEXT = ATSPI + "EditableText"
REGISTRY = ATSPI + "Registry"
TEXT = ATSPI + "Text"
VALUE = ATSPI + "Value"
BUS = "org.freedesktop.DBus"
PROPERTIES = BUS + ".Properties"
ROOT = "/org/a11y/atspi/accessible/root"
SCREEN = 0
TIMEOUT_MS = 60_000

# What has nothing within.
LEAVES = ("label", "image", "icon", "separator")


def _bus():
    session = Gio.bus_get_sync(Gio.BusType.SESSION)
    (address,) = session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None,
                                   None, Gio.DBusCallFlags.NONE, TIMEOUT_MS, None).unpack()
    flags = Gio.DBusConnectionFlags
    return Gio.DBusConnection.new_for_address_sync(
        address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None)


class Control:
    """A control as it was found: its role and its name then. All else is asked for when it is wanted,
    with GLib.GError when the control is gone or has no such thing."""

    def __init__(self, tree, path, place=()):
        self.tree = tree
        self.path = path  # on the bus: the same as long as the control lives, and never used again
        self.place = place  # of it and of all that it is within, among their neighbours
        self.role = ""
        self.name = ""

    def _ask(self, interface, method, *arguments):
        return self.tree.ask(self.path, interface, method, *arguments)

    def _has(self, state):
        low, high = self._ask(ACCESSIBLE, "GetState")
        return bool((low | high << 32) >> int(state) & 1)

    @property
    def sensitive(self):
        return self._has(Atspi.StateType.SENSITIVE)

    @property
    def checked(self):
        return self._has(Atspi.StateType.CHECKED)

    @property
    def selected(self):
        return self._has(Atspi.StateType.SELECTED)

    @property
    def position(self):
        return self._ask(COMPONENT, "GetExtents", "(u)", SCREEN)[:2]

    @property
    def size(self):
        return self._ask(COMPONENT, "GetExtents", "(u)", SCREEN)[2:]

    @property
    def actions(self):
        """Their names."""
        count = self._ask(PROPERTIES, "Get", "(ss)", ACTION, "NActions")
        return [self._ask(ACTION, "GetName", "(i)", index) for index in range(count)]

    def act(self, name):
        self._ask(ACTION, "DoAction", "(i)", self.actions.index(name))

    @property
    def value(self):
        return self._ask(PROPERTIES, "Get", "(ss)", VALUE, "CurrentValue")

    @value.setter
    def value(self, value):
        self._ask(PROPERTIES, "Set", "(ssv)", VALUE, "CurrentValue", GLib.Variant("d", value))

    @property
    def text(self):
        count = self._ask(PROPERTIES, "Get", "(ss)", TEXT, "CharacterCount")
        return self._ask(TEXT, "GetText", "(ii)", 0, count)

    def write(self, text):
        self._ask(EDITABLE_TEXT, "SetTextContents", "(s)", text)

    def within(self, *roles):
        """The controls in it."""
        return self.tree.controls(*roles, top=self)

    def look(self, role, wanted):
        """The first of this role in it whose name is wanted; or None."""
        return next((control for control in self.within(role) if wanted(control.name)), None)


class Tree:
    """The controls of the program with this process number; LookupError while it is not on the bus."""

    def __init__(self, pid):
        self.bus = _bus()
        self.roles = {}
        programs = self._call(REGISTRY, ROOT, ACCESSIBLE, "GetChildren")
        self.owner = next((owner for owner, _ in programs if self._pid(owner) == pid), None)
        if not self.owner:
            raise LookupError(pid)

    def _call(self, owner, path, interface, method, arguments=None):
        answer = self.bus.call_sync(owner, path, interface, method, arguments, None,
                                    Gio.DBusCallFlags.NONE, TIMEOUT_MS, None).unpack()
        return answer[0] if answer else None

    def _pid(self, owner):
        return self._call(BUS, "/org/freedesktop/DBus", BUS, "GetConnectionUnixProcessID",
                          GLib.Variant("(s)", (owner,)))

    def ask(self, path, interface, method, types="()", *arguments):
        return self._call(self.owner, path, interface, method, GLib.Variant(types, arguments))

    def _ask_all(self, paths, interface, method, arguments=None):
        """What each is answered; None for those whose control went away meanwhile."""
        answers = [None] * len(paths)
        failures = []
        waiting = len(paths)

        def answered(bus, result, place):
            nonlocal waiting
            waiting -= 1
            try:
                answers[place] = bus.call_finish(result).unpack()[0]
            except GLib.GError as error:
                if not Gio.DBusError.is_remote_error(error):
                    failures.append(error)

        for place, path in enumerate(paths):
            self.bus.call(self.owner, path, interface, method, arguments, None, Gio.DBusCallFlags.NONE,
                          TIMEOUT_MS, None, answered, place)
        while waiting:
            GLib.MainContext.default().iteration(True)
        if failures:
            raise failures[0]
        return answers

    def _children(self, parents):
        """Of all of them. Never by their number: asked for a window by a number that is no longer one,
        as when a dialog closes, GTK 4.8 breaks."""
        answers = self._ask_all([parent.path for parent in parents], ACCESSIBLE, "GetChildren")
        return [Control(self, path, (*parent.place, index))
                for parent, children in zip(parents, answers)
                for index, (_, path) in enumerate(children or [])]

    def _levels(self, top):
        """The controls in it, level by level."""
        level = [top]
        while level:
            level = self._children([control for control in level if control.role not in LEAVES])
            unknown = [control.path for control in level if control.path not in self.roles]
            for path, role in zip(unknown, self._ask_all(unknown, ACCESSIBLE, "GetRole")):
                if role is not None:
                    self.roles[path] = Atspi.role_get_name(Atspi.Role(role))
            for control in level:
                control.role = self.roles.get(control.path, "")
            yield level

    def names(self, controls):
        """Asks for their names anew; None of those that are gone."""
        return self._ask_all([control.path for control in controls], PROPERTIES, "Get",
                             GLib.Variant("(ss)", (ACCESSIBLE, "Name")))

    def _named(self, controls):
        """Those that are still there, as one walks: from each into what is within."""
        for control, name in zip(controls, self.names(controls)):
            control.name = name
        return sorted((control for control in controls if control.name is not None),
                      key=lambda control: control.place)

    def controls(self, *roles, top=None):
        """Those of these roles, or all, with their names."""
        return self._named([control for level in self._levels(top or Control(self, ROOT))
                            for control in level if control.role in roles or not roles])

    def windows(self):
        """Those that are open."""
        return self._named(next(self._levels(Control(self, ROOT))))
