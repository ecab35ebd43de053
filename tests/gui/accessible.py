# SPDX-License-Identifier: MIT
"""A quick look over all controls of one program on the accessibility bus.

dogtail asks for one thing of one control at a time, and a window has hundreds of them: each look took
seconds of processor time, most of them the window's. Here a level of the tree is asked about at once,
and a control's role, which never changes, only once."""

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # pylint: disable=wrong-import-position

ACCESSIBLE = "org.a11y.atspi.Accessible"
PROPERTIES = "org.freedesktop.DBus.Properties"
ROOT = "/org/a11y/atspi/accessible/root"
NOTHING = "/org/a11y/atspi/null"
TIMEOUT_MS = 60_000


def _bus():
    session = Gio.bus_get_sync(Gio.BusType.SESSION)
    (address,) = session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None,
                                   None, Gio.DBusCallFlags.NONE, TIMEOUT_MS, None).unpack()
    flags = Gio.DBusConnectionFlags
    return Gio.DBusConnection.new_for_address_sync(
        address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None)


# What has nothing within.
LEAVES = ("label", "image", "icon", "separator")


class Control:
    """A control as it was found."""

    def __init__(self, path, place=(), role="application", name=None):
        self.path = path  # on the bus: the same as long as the control lives, and never used again
        self.place = place  # of it and of all that it is within, among their neighbours
        self.role = role
        self.name = name


class Tree:
    """The controls of the program with this process number, whose node of dogtail is `app`."""

    def __init__(self, app, pid):
        self.app = app
        self.bus = _bus()
        self.roles = {}
        programs = self._call("org.a11y.atspi.Registry", ROOT, ACCESSIBLE, "GetChildren")
        self.owner = next(owner for owner, _ in programs if self._pid(owner) == pid)

    def _call(self, owner, path, interface, method, arguments=None):
        return self.bus.call_sync(owner, path, interface, method, arguments, None,
                                  Gio.DBusCallFlags.NONE, TIMEOUT_MS, None).unpack()[0]

    def _pid(self, owner):
        bus = "org.freedesktop.DBus"
        return self._call(bus, "/org/freedesktop/DBus", bus, "GetConnectionUnixProcessID",
                          GLib.Variant("(s)", (owner,)))

    def _ask(self, requests):
        """What each request (path, interface, method, arguments) is answered; None for those whose
        control went away meanwhile."""
        answers = [None] * len(requests)
        waiting = len(requests)

        def answered(bus, result, place):
            nonlocal waiting
            waiting -= 1
            try:
                answers[place] = bus.call_finish(result).unpack()[0]
            except GLib.GError as error:
                if not Gio.DBusError.is_remote_error(error):
                    failures.append(error)

        failures = []
        for place, request in enumerate(requests):
            self.bus.call(self.owner, *request, None, Gio.DBusCallFlags.NONE, TIMEOUT_MS, None,
                          answered, place)
        while waiting:
            GLib.MainContext.default().iteration(True)
        if failures:
            raise failures[0]
        return answers

    def _property(self, controls, name):
        arguments = GLib.Variant("(ss)", (ACCESSIBLE, name))
        return self._ask([(control.path, PROPERTIES, "Get", arguments) for control in controls])

    def _children(self, parents):
        """Of all of them. One by one, as GTK 4.8 breaks when it is asked for all children and one of
        them is not on the bus yet."""
        counts = self._property(parents, "ChildCount")
        places = [(parent, index) for parent, count in zip(parents, counts)
                  for index in range(count or 0)]
        children = self._ask([(parent.path, ACCESSIBLE, "GetChildAtIndex", GLib.Variant("(i)", (index,)))
                              for parent, index in places])
        return [Control(child[1], (*parent.place, index))
                for (parent, index), child in zip(places, children) if child and child[1] != NOTHING]

    def _levels(self):
        """The controls, level by level."""
        level = [Control(ROOT)]
        while level:
            level = self._children([control for control in level if control.role not in LEAVES])
            unknown = [control.path for control in level if control.path not in self.roles]
            roles = self._ask([(path, ACCESSIBLE, "GetRole", None) for path in unknown])
            for path, role in zip(unknown, roles):
                if role is not None:
                    self.roles[path] = Atspi.role_get_name(Atspi.Role(role))
            for control in level:
                control.role = self.roles.get(control.path, "")
            yield level

    def names(self, controls):
        """Asks for their names anew; None of those that are gone."""
        names = self._property(controls, "Name")
        for control, name in zip(controls, names):
            control.name = name
        return names

    def controls(self, *roles):
        """Those of these roles, with their names: as one walks, from each into what is within."""
        found = [control for level in self._levels() for control in level if control.role in roles]
        self.names(found)
        return sorted((control for control in found if control.name is not None),
                      key=lambda control: control.place)

    def node(self, control):
        """Its node of dogtail; None when it is no longer where it was."""
        node = self.app
        try:
            for index in control.place:
                node = node and node.getChildAtIndex(index)
        except GLib.GError:
            return None
        return node if node and node.path == control.path else None
