# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""The levels of a PNG of 8 bits a channel without interlacing, as djescc writes them."""

import struct
import zlib

CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}


def paeth(left, up, corner):
    """The predictor of PNG's filter 4."""
    estimate = left + up - corner
    distances = [abs(estimate - value) for value in (left, up, corner)]
    return (left, up, corner)[distances.index(min(distances))]


def levels(path):
    """All bytes of all pixels, row after row."""
    data = path.read_bytes()
    place, packed = 8, b""
    while place < len(data):
        (length,) = struct.unpack_from(">I", data, place)
        kind = data[place + 4 : place + 8]
        body = data[place + 8 : place + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
        elif kind == b"IDAT":
            packed += body
        place += 12 + length
    if depth != 8 or interlaced or colour not in CHANNELS:
        raise ValueError(f"{path} is a kind of PNG that is not read here")
    pixel, stride = CHANNELS[colour], CHANNELS[colour] * width
    raw = zlib.decompress(packed)
    above, result = bytes(stride), bytearray()
    for row in range(height):
        start = row * (stride + 1)
        line = bytearray(raw[start + 1 : start + 1 + stride])
        for i in range(stride):
            left = line[i - pixel] if i >= pixel else 0
            corner = above[i - pixel] if i >= pixel else 0
            added = [0, left, above[i], (left + above[i]) // 2, paeth(left, above[i], corner)]
            line[i] = (line[i] + added[raw[start]]) % 256
        result += line
        above = bytes(line)
    return bytes(result)


def histogram(path):
    """How often each of the 256 levels is in a picture."""
    counts = [0] * 256
    for level in levels(path):
        counts[level] += 1
    return counts
