# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the pictures are that the paper's figures are of."""

import pathlib
import struct
import sys
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "common"))
from command import Missing  # noqa: E402

SIDE = 32
RECORD = 1 + 3 * SIDE * SIDE
DOG = 5

TEST_FILES = ("cifar10/test.bin", "cifar-10-batches-bin/test_batch.bin", "test_batch.bin")

WHERE_CIFAR10_IS = """\
CIFAR-10's test set is not in {folder}: cifar10/test.bin is missing there.
Get its binary version, cifar-10-binary.tar.gz, from
https://www.cs.toronto.edu/~kriz/cifar.html, and then:
  tar -xzf cifar-10-binary.tar.gz && mkdir -p {folder}/cifar10
  cat cifar-10-batches-bin/data_batch_*.bin > {folder}/cifar10/train.bin
  cp cifar-10-batches-bin/test_batch.bin {folder}/cifar10/test.bin"""

# The paper's Fig. 13 shows the motorcycles of the Kodak set.
MOTORCYCLES = "kodim05"
PHOTOGRAPH_SUFFIXES = (".png", ".jpg", ".jpeg", ".ppm", ".bmp", ".tif", ".tiff", ".webp")


def find_cifar10_test(folder):
    for name in TEST_FILES:
        file = folder / name
        if file.is_file():
            return file
    raise Missing(WHERE_CIFAR10_IS.format(folder=folder))


def write_png(path, rows):
    """Write an 8-bit RGB PNG of rows of bytes."""

    def chunk(kind, body):
        body = kind + body
        return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", len(rows[0]) // 3, len(rows), 8, 2, 0, 0, 0)
    lines = b"".join(b"\0" + row for row in rows)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(lines))
        + chunk(b"IEND", b"")
    )


def write_dog(test_file, path):
    """Write the first dog of the test set, as the paper shows one; without any dog, the
    first picture."""
    data = test_file.read_bytes()
    starts = range(0, len(data) - RECORD + 1, RECORD)
    start = next((i for i in starts if data[i] == DOG), 0)
    pixels = data[start + 1 : start + RECORD]
    plane = SIDE * SIDE
    interleaved = bytes(
        pixels[channel * plane + i] for i in range(plane) for channel in range(3)
    )
    stride = 3 * SIDE
    write_png(path, [interleaved[i : i + stride] for i in range(0, len(interleaved), stride)])


def find_photograph(folder):
    """The motorcycles where they are, otherwise the first photograph."""
    photographs = sorted(
        file for file in folder.iterdir() if file.suffix.lower() in PHOTOGRAPH_SUFFIXES
    )
    if not photographs:
        raise Missing(f"there are no pictures in {folder}: give another --photos FOLDER")
    return next((file for file in photographs if file.stem == MOTORCYCLES), photographs[0])
