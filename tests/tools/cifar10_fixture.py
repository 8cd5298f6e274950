# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small file in the format of CIFAR-10's binary version."""

import os

import numpy

DOG = 5


def write_cifar10(path, count, seed):
    """Records as CIFAR-10's: smooth pictures with a class each, the last one a dog."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    random = numpy.random.default_rng(seed)
    records = bytearray()
    for i in range(count):
        coarse = random.integers(0, 256, (3, 4, 4)).astype(float)
        picture = numpy.kron(coarse, numpy.ones((8, 8))) / 2 + 60
        records.append(DOG if i == count - 1 else i % DOG)
        records += picture.astype(numpy.uint8).tobytes()
    with open(path, "wb") as file:
        file.write(records)
