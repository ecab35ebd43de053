#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What is stored against what the source held: the ffmpeg program judges both."""

from checks import framemd5, rows, run_json

import tap


class Codecs(tap.TempDirTest):
    def setUp(self):
        super().setUp()
        self.source = self.dir / "source.mkv"
        self.file = self.dir / "a.leat"
        self.out = self.dir / "out.mkv"

    def make_source(self, *options, rate=25, seconds=2, size="160x120"):
        tap.ffmpeg("-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}:duration={seconds}",
                   *options, self.source)

    def record(self, *options):
        ledger = run_json("--source", self.source, "--record", self.file, *options)
        tap.leat("export", self.file, 1, self.out)
        return ledger

    def test_ffv1_keeps_every_picture_and_time(self):
        self.make_source("-c:v", "ffv1", "-pix_fmt", "yuv420p")
        self.record("--codec", "ffv1")
        self.assertEqual(50, len(framemd5(self.source)))
        self.assertEqual(framemd5(self.source), framemd5(self.out))

    def test_ffv1_keeps_an_h264_file_with_odd_rate(self):
        self.source = self.dir / "source.mp4"
        self.make_source("-c:v", "libx264", "-bf", "2", rate="30000/1001")
        self.record("--codec", "ffv1")
        self.assertEqual(framemd5(self.source), framemd5(self.out))

    def test_ffv1_keeps_a_varying_rate(self):
        self.make_source("-vf", "select='not(mod(n,3))+gt(n,40)'", "-vsync", "vfr",
                         "-c:v", "ffv1", rate=30, seconds=3)
        self.record("--codec", "ffv1")
        same_clock = ("-vsync", "passthrough", "-enc_time_base", "1:1000")
        self.assertEqual(framemd5(self.source, *same_clock), framemd5(self.out, *same_clock))

    def test_ffv1_keeps_other_pixel_formats(self):
        for pixels in ("yuv422p10le", "gray", "yuv444p"):
            with self.subTest(pixels=pixels):
                self.setUp()
                self.make_source("-c:v", "ffv1", "-pix_fmt", pixels, seconds=0.4)
                self.record("--codec", "ffv1")
                self.assertEqual(framemd5(self.source), framemd5(self.out))

    def test_rawvideo_keeps_every_picture_and_time(self):
        self.make_source("-c:v", "ffv1", "-pix_fmt", "yuv420p")
        self.record("--codec", "rawvideo")
        self.assertEqual(framemd5(self.source), framemd5(self.out))

    def test_lossy_codecs_look_like_the_source(self):
        self.make_source("-c:v", "ffv1", "-pix_fmt", "yuv420p")
        for codec in ("mjpeg", "h264"):
            with self.subTest(codec=codec):
                self.file, self.out = self.dir / f"{codec}.leat", self.dir / f"{codec}.mkv"
                self.record("--codec", codec)
                done = tap.run("ffmpeg", "-nostdin", "-i", self.out, "-i", self.source, "-lavfi",
                               "[0]scale=out_range=tv,format=yuv420p[a];[a][1]psnr", "-f", "null",
                               "-")
                average = float(done.stderr.split("average:")[1].split()[0])
                self.assertGreater(average, 28)
                self.assertEqual(len(framemd5(self.source)), len(framemd5(self.out)))

    def test_quality_costs_bytes(self):
        self.make_source("-c:v", "ffv1", seconds=0.4)
        for codec in ("mjpeg", "h264"):
            sizes = []
            for quality in (20, 95):
                file = self.dir / f"{codec}-{quality}.leat"
                ledger = run_json("--source", self.source, "--record", file, "--codec", codec,
                                  "--quality", quality)
                sizes.append(ledger["recording"]["bytes"])
            self.assertLess(2 * sizes[0], sizes[1], codec)


class RecordRate(tap.TempDirTest):
    def times(self, file):
        return [row[0] for row in rows(
            file, "SELECT (pts - (SELECT min(pts) FROM frame)) * 1.0 * time_base_num / time_base_den"
                  " FROM frame JOIN recording r ON r.id = recording ORDER BY pts")]

    def test_it_keeps_frames_by_their_times(self):
        source, file = self.dir / "source.mkv", self.dir / "a.leat"
        # Ten a second for two seconds, then thirty.
        tap.ffmpeg("-f", "lavfi", "-i", "testsrc2=size=160x120:rate=30:duration=4", "-vf",
                   "select='not(mod(n,3))+gte(n,60)'", "-vsync", "vfr", "-c:v", "ffv1", source)
        ledger = run_json("--source", source, "--record", file, "--record-rate", 5)
        times = self.times(file)
        self.assertEqual(20, len(times))
        self.assertEqual(80, ledger["record"]["offered"])
        self.assertEqual(60, ledger["record"]["skipped"])
        for slot, time in enumerate(times):
            self.assertAlmostEqual(slot / 5, time, delta=0.11)

    def test_a_rate_above_the_sources_keeps_all(self):
        ledger = run_json("--source", "test:160x120@30", "--pace", "fast", "--frames", 20,
                          "--record", self.dir / "a.leat", "--record-rate", 60)
        self.assertEqual({"offered": 20, "stored": 20, "skipped": 0, "lost": 0}, ledger["record"])


if __name__ == "__main__":
    tap.main()
