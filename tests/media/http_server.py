#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""An HTTP server on loopback with the manners of bad ones.

usage: http_server.py PORT FOLDER

PORT 0 takes a free one. Prints the port in one line when it is ready. Ends when its standard input
is closed.
    /NAME           the file, with its length and byte ranges
    /stream/NAME    the file without its length, then the end, as a live stream that ends
    /cut/NAME       its length, but half of it only
    /stuck/NAME     its length, half of it, then nothing more
    /silent         no answer at all
    /login          asks for a user and a password"""

import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FOLDER = Path(sys.argv[2])


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def refuse(self, status):
        self.send_response(status)
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="test"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def send_file(self, data, until=None):
        first = 0
        if self.headers.get("Range", "").startswith("bytes="):
            first = int(self.headers["Range"][6:].split("-")[0])
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {first}-{len(data) - 1}/{len(data)}")
        else:
            self.send_response(200)
            self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(len(data) - first))
        self.end_headers()
        self.wfile.write(data[first:until])
        self.wfile.flush()

    def do_GET(self):
        *manner, name = self.path.split("?")[0].strip("/").split("/")
        if name == "silent":
            threading.Event().wait()
        if name == "login":
            return self.refuse(401)
        file = FOLDER / name
        if not file.is_file():
            return self.refuse(404)
        data = file.read_bytes()
        if manner == ["stream"]:
            self.close_connection = True
            self.send_response(200)
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(data)
        elif manner == ["cut"]:
            self.close_connection = True
            self.send_file(data, len(data) // 2)
        elif manner == ["stuck"]:
            self.send_file(data, len(data) // 2)
            threading.Event().wait()
        else:
            self.send_file(data)
        return None


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """A client that goes away is no error here."""


def end_with_input():
    sys.stdin.read()
    os._exit(0)


def main():
    threading.Thread(target=end_with_input, daemon=True).start()
    server = Server(("127.0.0.1", int(sys.argv[1])), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


main()
