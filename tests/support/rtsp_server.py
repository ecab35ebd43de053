#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""An RTSP server on loopback, by GStreamer: a live H.264 picture under /live, and under /file the
H.264 stream of an mp4 file, which ends.

usage: rtsp_server.py PORT [FILE.mp4]

PORT 0 takes a free one. Prints the port in one line when it is ready. With USER:PASSWORD in
LEAT_TEST_LOGIN it asks for these. Where standard input is a pipe, it ends when that is closed."""

import os
import stat
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

LIVE = (
    "( videotestsrc is-live=true ! video/x-raw,width=320,height=240,framerate=30/1"
    " ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=15"
    " ! rtph264pay name=pay0 pt=96 config-interval=-1 )"
)
FILE = "( filesrc location={} ! qtdemux ! h264parse ! rtph264pay name=pay0 pt=96 )"


def mount(server, path, launch):
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(launch)
    factory.set_shared(path == "/live")
    login = os.environ.get("LEAT_TEST_LOGIN")
    if login:
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_permission_for_role("user", "media.factory.access", True)
        permissions.add_permission_for_role("user", "media.factory.construct", True)
        factory.set_permissions(permissions)
    server.get_mount_points().add_factory(path, factory)


def ask_for_login(server, login):
    user, password = login.split(":")
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "user")
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    server.set_auth(auth)


def main():
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(sys.argv[1])
    if os.environ.get("LEAT_TEST_LOGIN"):
        ask_for_login(server, os.environ["LEAT_TEST_LOGIN"])
    mount(server, "/live", LIVE)
    if len(sys.argv) > 2:
        mount(server, "/file", FILE.format(sys.argv[2]))
    if server.attach(None) == 0:
        sys.exit(f"cannot listen on port {sys.argv[1]}")
    print(server.get_bound_port(), flush=True)
    loop = GLib.MainLoop()
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        GLib.io_add_watch(0, GLib.PRIORITY_DEFAULT, GLib.IOCondition.HUP, lambda *_: loop.quit())
    loop.run()


main()
