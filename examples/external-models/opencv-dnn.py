#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A network from an ONNX file, run by OpenCV, as a model of your own.

    leat run --source test --duration 10s --record demo.leat \\
        --model 'exec:./opencv-dnn.py --size 224x224 --labels labels.txt network.onnx'

The network takes one picture (1 x 3 x height x width, RGB, 0 to 1) and gives a number for each
label; the labels are the lines of a text file."""

import argparse
import sys
from pathlib import Path

import cv2
import numpy

parser = argparse.ArgumentParser()
parser.add_argument("network", metavar="FILE.onnx")
parser.add_argument("--labels", metavar="FILE.txt", required=True)
parser.add_argument("--size", metavar="WxH", default="64x64")
options = parser.parse_args()

network = cv2.dnn.readNetFromONNX(options.network)
labels = Path(options.labels).read_text().splitlines()
width, height = map(int, options.size.split("x"))
frame_bytes = width * height * 3

print(f"leat 1 {width}x{height}", flush=True)
while len(data := sys.stdin.buffer.read(frame_bytes)) == frame_bytes:
    frame = numpy.frombuffer(data, numpy.uint8).reshape(height, width, 3)
    network.setInput(cv2.dnn.blobFromImage(frame, 1 / 255))
    outputs = network.forward().ravel().astype(float)
    scores = numpy.exp(outputs - outputs.max())
    best = scores.argmax()
    print(f"{scores[best] / scores.sum():.3f} {labels[best]}", flush=True)
