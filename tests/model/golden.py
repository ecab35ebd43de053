#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""golden.py > golden.h: what PyTorch, in float64, computes for the network of src/model/network.h:
loss and gradient of three batches, and the weights after two steps of a training. test-golden.c
compares. Needs python3-torch; only to be run again when the network changes."""

import numpy
import torch

torch.set_default_dtype(torch.float64)

MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15
CLASSES = 4
BATCH = 8
SUMS = 3


# The counter of src/base/random.h.
def mix(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def start(seed, a, b):
    return mix((mix((mix((seed + GAMMA) & MASK) + a * GAMMA) & MASK) + b * GAMMA) & MASK)


def numbers(first, count, used=0):
    with numpy.errstate(over="ignore"):
        z = numpy.uint64(first) + numpy.arange(used + 1, used + count + 1, dtype=numpy.uint64) * numpy.uint64(GAMMA)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        return z ^ (z >> numpy.uint64(31))


def sample(seed, number, place):
    """test_fill_sample of model-support.c."""
    noise = (numbers(start(seed, number, 0), 64 * 64 * 3) >> numpy.uint64(56)).astype(int)
    pixels = noise.reshape(64, 64, 3)
    if place >= 0:
        pixels = pixels // 2
        x, y = 32 * (place % 2), 32 * (place // 2)
        pixels[y + 8:y + 24, x + 8:x + 24] += 127
    mean = (pixels.sum() + 6144) // 12288
    return (pixels - mean) / 64.0


# (weights, biases) of each layer, in the order and the layout of network.h.
SHAPES = [(16, 3, 3, 3), (32, 3, 3, 16), (64, 3, 3, 32), (64, 8, 8, 64), (CLASSES, 64)]


def first_parameters(seed):
    """leat_network_initialise: floats, so rounded to them."""
    stream, used, arrays = start(seed, 1, 0), 0, []
    for layer, shape in enumerate(SHAPES):
        count, inputs = int(numpy.prod(shape)), int(numpy.prod(shape[1:]))
        unit = (numbers(stream, count, used) >> numpy.uint64(40)).astype(float) / (1 << 24)
        bound = numpy.sqrt(6 / inputs) * (0.1 if layer == 4 else 1)
        weights = ((2 * unit - 1) * bound).astype(numpy.float32).astype(float)
        arrays += [torch.tensor(weights.reshape(shape), requires_grad=True),
                   torch.zeros(shape[0], requires_grad=True)]
        used += count
    return arrays


def loss_of(arrays, samples, classes):
    x = torch.tensor(numpy.stack(samples)).permute(0, 3, 1, 2)
    for layer in range(3):
        weights = arrays[2 * layer].permute(0, 3, 1, 2)
        x = torch.nn.functional.conv2d(x, weights, arrays[2 * layer + 1], padding=1)
        x = torch.nn.functional.max_pool2d(torch.relu(x), 2)
    x = x.permute(0, 2, 3, 1).flatten(1)
    x = torch.relu(torch.nn.functional.linear(x, arrays[6].flatten(1), arrays[7]))
    x = torch.nn.functional.linear(x, arrays[8], arrays[9])
    return torch.nn.functional.cross_entropy(x, torch.tensor(classes))


def shuffled(seed, epoch, count):
    stream, order = start(seed, 2, epoch), list(range(count))
    for i in range(count - 1, 0, -1):
        j = ((mix((stream + (i + 1) * GAMMA) & MASK) >> 32) * (i + 1)) >> 32
        order[i], order[j] = order[j], order[i]
    return order


def figures(tensor):
    """The norm, and sums in which chance decides which entries count as negative."""
    flat = tensor.detach().flatten().numpy()
    signs = ((numbers(start(99, i, 0), len(flat)) >> numpy.uint64(63)).astype(int) * 2 - 1
             for i in range(SUMS))
    return [float(numpy.linalg.norm(flat)), *(float((flat * sign).sum()) for sign in signs)]


def print_rows(rows):
    for row in rows:
        print("        {" + ", ".join(f"{figure:.9e}" for figure in row) + "},")


def print_gradients():
    print("static const GoldenGradient golden_gradients[] = {")
    for batch in range(3):
        arrays = first_parameters(3)
        samples = [sample(20 + batch, i, -1) for i in range(BATCH)]
        loss = loss_of(arrays, samples, [i % CLASSES for i in range(BATCH)])
        loss.backward()
        print(f"    {{{float(loss):.12f}, {{")
        print_rows(figures(array.grad) for array in arrays)
        print("    }},")
    print("};\n")


def print_training():
    """Two steps as src/model/trainer-step.c takes them: rate 0.05, all of it from the first."""
    arrays = first_parameters(7)
    descent = torch.optim.SGD(arrays, lr=0.05, momentum=0.9, weight_decay=1e-4)
    order = shuffled(7, 0, 2 * BATCH)
    for step in range(2):
        descent.param_groups[0]["lr"] = 0.05 * (1 / 1.2 if step == 0 else 1 - 0.99 * 0.8 / 1.8)
        descent.zero_grad()
        chosen = order[step * BATCH:(step + 1) * BATCH]
        loss = loss_of(arrays, [sample(1, i, i % 4) for i in chosen], [i % 4 for i in chosen])
        loss.backward()
        descent.step()
    print("static const double golden_training[TEST_ARRAYS][GOLDEN_FIGURES] = {")
    print_rows(figures(array) for array in arrays)
    print("};\n")


print(f"""/* SPDX-License-Identifier: MIT */
/* Made by golden.py with PyTorch {torch.__version__} in float64. Of each array of parameters: its norm, and
 * {SUMS} sums with signs by chance (signed_sum in test-golden.c). */
#ifndef LEAT_TESTS_MODEL_GOLDEN_H
#define LEAT_TESTS_MODEL_GOLDEN_H

#include "model-support.h"

enum {{ GOLDEN_SUMS = {SUMS}, GOLDEN_FIGURES = GOLDEN_SUMS + 1, GOLDEN_BATCH = {BATCH} }};

typedef struct {{
    double loss;
    double figures[TEST_ARRAYS][GOLDEN_FIGURES];
}} GoldenGradient;

/* clang-format off */""")
print_gradients()
print_training()
print("#endif")
