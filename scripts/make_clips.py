#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make clips of photographs: a window that moves over each and zooms, with a camera's
noise. Each clip is a folder of PNG frames. Needs NumPy and Pillow (python3-numpy,
python3-pil); the same pictures give the same clips."""

import argparse
import pathlib
import sys

import numpy as np
from PIL import Image

WIDTH, HEIGHT = 512, 320  # of a frame, in pixels
RIGHT, DOWN, ZOOM = 3.3, 1.2, 1.002  # pixels and ratio, from frame to frame
SEED = 1


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", nargs="+", type=pathlib.Path, metavar="PICTURE",
                        help=f"larger than {WIDTH} x {HEIGHT} pixels")
    parser.add_argument("--output", required=True, type=pathlib.Path,
                        help="folder to write a folder for each picture into")
    parser.add_argument("--frames", type=int, default=30, help="%(default)s")
    parser.add_argument("--noise", type=float, default=1.0,
                        help="standard deviation of a frame's noise, in levels of 255 "
                             "(%(default)s)")
    return parser.parse_args()


def frame(picture, number, noise, random):
    """The window of a frame, 0 for the first. Where it leaves the picture it is black."""
    zoom = ZOOM ** number
    window = picture.transform(
        (WIDTH, HEIGHT), Image.AFFINE,
        (zoom, 0, RIGHT * number, 0, zoom, DOWN * number), Image.BICUBIC)
    levels = np.asarray(window) + random.normal(0, noise, (HEIGHT, WIDTH, 3))
    return Image.fromarray(np.clip(np.rint(levels), 0, 255).astype(np.uint8))


def main():
    options = arguments()
    for path in options.pictures:
        with Image.open(path) as opened:
            picture = opened.convert("RGB")
        if picture.width < WIDTH or picture.height < HEIGHT:
            sys.exit(f"error: {path} is smaller than {WIDTH} x {HEIGHT} pixels")
        folder = options.output / path.stem
        folder.mkdir(parents=True, exist_ok=True)
        random = np.random.default_rng(SEED)
        for number in range(options.frames):
            frame(picture, number, options.noise, random).save(folder / f"{number:03}.png")
        print(folder)


if __name__ == "__main__":
    main()
