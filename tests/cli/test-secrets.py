#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A password inside an address is used, and never printed or stored."""

import http.server
import os
import socket
import threading

import tap

SECRETS = ("sesame", "t0ken")


class Secrets(tap.TempDirTest):
    def assert_kept(self, *texts):
        for text in texts:
            for secret in SECRETS:
                self.assertNotIn(secret, text)

    def serve(self):
        """A server on loopback that gives every caller the film; its port, and the headers seen."""
        tap.ffmpeg("-f", "lavfi", "-i", "testsrc2=size=160x120:rate=25:duration=1", "-c:v", "mjpeg",
                   self.dir / "film.mkv")
        film = (self.dir / "film.mkv").read_bytes()
        seen = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                seen.append((self.path, self.headers.get("Authorization")))
                if not self.headers.get("Authorization"):
                    self.send_response(401)
                    self.send_header("WWW-Authenticate", 'Basic realm="film"')
                    self.end_headers()
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(film)))
                self.end_headers()
                self.wfile.write(film)

            def log_message(self, *args):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server.server_address[1], seen

    def test_a_stream_is_recorded_without_them(self):
        port, seen = self.serve()
        file, trace = self.dir / "a.leat", self.dir / "trace.json"
        address = f"http://user:sesame@127.0.0.1:{port}/film.mkv?token=t0ken"
        done = tap.leat("run", "--source", address, "--record", file, "--frames", 20, "--trace",
                        trace, "--json", env={**os.environ, "LEAT_LOG": "debug"})
        self.assertEqual(20, done.json["record"]["stored"])
        self.assertIn("token=t0ken", seen[-1][0])
        self.assertTrue(seen[-1][1].startswith("Basic "))
        self.assert_kept(done.stdout, done.stderr, trace.read_text())
        self.assertIn(f"127.0.0.1:{port}", done.json["source"])
        for part in self.dir.glob("a.leat*"):
            self.assert_kept(part.read_bytes().decode("latin-1"))
        for words in (("list", file), ("show", file, 1), ("list", file, "--json"),
                      ("show", file, 1, "--json"), ("verify", file)):
            self.assert_kept(tap.leat(*words).stdout)
        done = tap.leat("run", "--source", address, "--frames", 2)
        self.assert_kept(done.stdout, done.stderr)

    def test_errors_do_not_quote_them(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        for address in (f"http://user:sesame@127.0.0.1:{port}/x?token=t0ken",
                        f"rtsp://user:sesame@127.0.0.1:{port}/x",
                        "nonsense://user:sesame@host/x"):
            with self.subTest(address=address):
                done = tap.leat("run", "--source", address, "--json", status=None,
                                env={**os.environ, "LEAT_LOG": "debug"})
                self.assertIn(done.returncode, (1, 2))
                self.assertIn("error", done.stderr)
                self.assert_kept(done.stdout, done.stderr)

    def test_a_slip_does_not_quote_them(self):
        for words in (("run", "http://user:sesame@host/x"), ("http://user:sesame@host/x",),
                      ("run", "--size", "http://user:sesame@host/x"),
                      ("run", "--soruce=http://user:sesame@host/x"),
                      ("list", "http://user:sesame@host/x"),
                      ("run", "--record", "http://user:sesame@host/x", "--frames", "1")):
            with self.subTest(words=words):
                done = tap.leat(*words, status=None)
                self.assertNotEqual(0, done.returncode)
                self.assert_kept(done.stdout, done.stderr)


if __name__ == "__main__":
    tap.main()
