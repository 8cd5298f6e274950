#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""Render the example pictures into examples/pictures. Needs NumPy and Pillow
(python3-numpy, python3-pil); the same seed gives the same pictures."""

import argparse
import pathlib
import sys

import numpy as np
from PIL import Image

from pictures import card, flowers, landscape, park, portrait, spheres, street
from pictures.texture import to_image

SEED = 1

# Name: renderer, width, height. One size is odd on purpose: any size has to work.
PHOTOS = {
    "spheres": (spheres, 768, 512),
    "lake": (landscape, 768, 512),
    "street": (street, 768, 512),
    "flowers": (flowers, 512, 768),
    "portrait": (portrait, 448, 576),
    "park": (park, 501, 333),
    "test-card": (card, 768, 512),
}

# Name: photo, left, top, side of the square that is shrunk to 32 x 32.
SMALL_SIDE = 32
SMALL = {
    "ball": ("spheres", 90, 112, 240),
    "mirror": ("spheres", 296, 92, 208),
    "house": ("street", 318, 10, 420),
    "flower": ("flowers", 78, 150, 220),
    "vase": ("flowers", 136, 440, 252),
    "tree": ("park", 270, 66, 190),
    "mountain": ("lake", 40, 70, 300),
    "face": ("portrait", 84, 70, 300),
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME",
                        help="photos to render: " + ", ".join(PHOTOS) + " (all)")
    root = pathlib.Path(__file__).resolve().parent.parent
    parser.add_argument("--output", type=pathlib.Path, default=root / "examples" / "pictures",
                        help="folder to write photo/ and small/ into (%(default)s)")
    options = parser.parse_args()
    for name in options.names:
        if name not in PHOTOS:
            parser.error(f"no photo is called {name}; there are " + ", ".join(PHOTOS))
    return options


def main():
    options = arguments()
    names = options.names or list(PHOTOS)
    for folder in ("photo", "small"):
        (options.output / folder).mkdir(parents=True, exist_ok=True)
    for name in names:
        renderer, width, height = PHOTOS[name]
        picture = to_image(renderer.render(np.random.default_rng(SEED), width, height))
        picture.save(options.output / "photo" / f"{name}.png", optimize=True)
        print(f"photo/{name}.png {width} x {height}")
        for small, (photo, left, top, side) in SMALL.items():
            if photo == name:
                box = (left, top, left + side, top + side)
                icon = picture.resize((SMALL_SIDE, SMALL_SIDE), Image.LANCZOS, box)
                icon.save(options.output / "small" / f"{small}.png", optimize=True)
                print(f"small/{small}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
