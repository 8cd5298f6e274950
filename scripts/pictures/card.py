# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""A test card: gratings, zone plate, star, colour bars, ramps, text and noise."""

import colorsys

import numpy as np
from PIL import Image, ImageDraw

from .texture import bitmap_font, fractal_field

MARGIN = 8
BACKGROUND = (0.42, 0.44, 0.47)


def bars(height, width):
    """Colour bars at three quarters over the same at full and at half saturation."""
    colours = np.array([[1, 1, 1], [1, 1, 0], [0, 1, 1], [0, 1, 0], [1, 0, 1], [1, 0, 0],
                        [0, 0, 1], [0, 0, 0]], float)
    row = colours[np.arange(width) * len(colours) // width]
    levels = np.select([np.arange(height) < height * 0.5, np.arange(height) < height * 0.75],
                       [0.75, 1.0], 0.5)
    picture = row[None] * np.minimum(levels, 1)[:, None, None]
    muted = np.arange(height) >= height * 0.75
    picture[muted] += 0.25
    return picture


def zone_plate(size):
    """Circular sweep up to the highest frequency that the grid holds."""
    y, x = np.mgrid[0:size, 0:size] - (size - 1) / 2
    phase = np.pi * (x**2 + y**2) / size
    return np.repeat((0.5 + 0.5 * np.cos(phase))[..., None], 3, axis=2)


def star(size, spokes=36, oversampling=4):
    """Siemens star on white."""
    fine = size * oversampling
    y, x = (np.mgrid[0:fine, 0:fine] - (fine - 1) / 2) / (fine / 2)
    ink = (np.sin(spokes * np.arctan2(y, x)) > 0) & (np.hypot(x, y) < 0.96)
    picture = 1 - ink.reshape(size, oversampling, size, oversampling).mean(axis=(1, 3))
    return np.repeat(picture[..., None], 3, axis=2)


def gratings(height, width):
    """Square-wave gratings of falling period, upright, lying and slanted."""
    picture = np.ones((height, width))
    periods = [16, 12, 8, 6, 4, 3, 2]
    step = width // len(periods)
    third = height // 3
    y, x = np.mgrid[0:height, 0:width]
    for i, period in enumerate(periods):
        columns = slice(i * step, (i + 1) * step - 4)
        half = period / 2
        picture[:third - 3, columns] = (x[:third - 3, columns] % period < half)
        picture[third : 2 * third - 3, columns] = (y[third : 2 * third - 3, columns] % period < half)
        slanted = 0.5 + 0.5 * np.cos((x + 0.6 * y) * 2 * np.pi / (period * 1.17))
        picture[2 * third :, columns] = slanted[2 * third :, columns]
    return np.repeat(picture[..., None], 3, axis=2)


def ramps(height, width):
    """Smooth ramps of grey and the primaries, and a grey staircase."""
    t = np.linspace(0, 1, width)
    rows = [t[:, None] * np.ones(3), t[:, None] * [1, 0.1, 0.1], t[:, None] * [0.1, 1, 0.1],
            t[:, None] * [0.1, 0.1, 1], np.floor(t[:, None] * 15.999) / 15 * np.ones(3)]
    return np.concatenate([np.broadcast_to(row, (height // len(rows), width, 3)) for row in rows])


def hues(size):
    """Hue around, saturation outwards, at full value."""
    y, x = (np.mgrid[0:size, 0:size] - (size - 1) / 2) / (size / 2)
    hue, radius = np.arctan2(y, x) / (2 * np.pi) % 1, np.hypot(x, y)
    wheel = np.vectorize(colorsys.hsv_to_rgb)(hue, np.minimum(radius, 1), 1.0)
    picture = np.stack(wheel, axis=-1)
    picture[radius > 1] = BACKGROUND
    return picture


def text(height, width):
    """The bitmap font at several sizes, dark on light and light on dark."""
    sheet = Image.new("RGB", (width, height), (250, 248, 240))
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((0, height // 2, width, height), fill=(16, 20, 36))
    font = bitmap_font()
    lines = [("Fine and large", 2, 3), ("0123456789 ABCDEFGHIJKLM nopqrstuvwxyz", 1, 32)]
    for top, ink in ((0, (24, 24, 30)), (height // 2, (236, 220, 130))):
        for line, scale, y in lines:
            box = font.getbbox(line)
            label = Image.new("L", (box[2], box[3]), 0)
            ImageDraw.Draw(label).text((0, 0), line, font=font, fill=255)
            label = label.resize((label.width * scale, label.height * scale), Image.NEAREST)
            draw.bitmap((6, top + y), label, fill=ink)
    return np.asarray(sheet, float) / 255


def noises(rng, height, width):
    """White, pink and smooth noise side by side."""
    third = width // 3
    parts = [0.5 + 0.17 * np.repeat(fractal_field(rng, height, third, beta)[..., None], 3, axis=2)
             for beta in (0.0, 1.0, 2.0)]
    parts[1] = np.stack([0.5 + 0.17 * fractal_field(rng, height, third, 1.0) for _ in range(3)], -1)
    return np.concatenate(parts, axis=1)


def render(rng, width, height, oversampling=1):
    canvas = np.empty((height, width, 3))
    canvas[:] = BACKGROUND
    canvas[:: 32] = canvas[:, :: 32] = 0.55

    def place(patch, left, top):
        canvas[top : top + patch.shape[0], left : left + patch.shape[1]] = patch

    third = (width - 4 * MARGIN) // 3
    half = (height - 3 * MARGIN) // 2
    middle, right = 2 * MARGIN + third, 3 * MARGIN + 2 * third
    lower = 2 * MARGIN + half
    place(zone_plate(min(third, half)), MARGIN, MARGIN)
    place(bars(half * 11 // 20, third), middle, MARGIN)
    place(text(half * 9 // 20 - MARGIN, third), middle, 2 * MARGIN + half * 11 // 20)
    place(star(min(third, half)), right, MARGIN)
    place(gratings(half, third), MARGIN, lower)
    place(ramps(half // 2 - MARGIN, third), middle, lower)
    place(noises(rng, half // 2, third), middle, lower + half // 2)
    place(hues(min(third, half)), right, lower)
    return np.clip(canvas, 0, 1)
