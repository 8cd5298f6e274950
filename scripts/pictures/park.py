# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""An autumn park: branching trees with thousands of leaves, a path, long shadows."""

import numpy as np
from PIL import Image, ImageDraw

from .texture import camera_look, fractal_noise, lattice, mix, shrink, smoothstep, to_array

LEAF_TINTS = [[(232, 140, 26), (250, 190, 60), (190, 84, 20)],
              [(196, 48, 24), (236, 90, 36), (130, 26, 20)],
              [(150, 150, 40), (206, 190, 70), (92, 104, 30)],
              [(226, 172, 40), (250, 216, 104), (168, 112, 24)]]


def shade(colour, factor):
    return tuple(int(min(max(c * factor, 0), 255)) for c in colour)


def branches(rng, start, angle, length, thickness, depth):
    """Segments (start, end, thickness) of a tree, and the points where leaves grow."""
    segments, twigs = [], []
    stack = [(np.asarray(start, float), angle, length, thickness, depth)]
    while stack:
        point, heading, reach, breadth, left = stack.pop()
        for part in range(3):
            heading += rng.normal(0, 0.09)
            end = point + reach / 3 * np.array([np.cos(heading), np.sin(heading)])
            segments.append((point, end, breadth * (1 - 0.12 * part)))
            if left <= 2:
                twigs.append(end)
            point = end
        if left > 0:
            for _ in range(2 if rng.random() < 0.6 else 3):
                turn = rng.normal(0, 0.48)
                stack.append((point, heading + turn - 0.05 * np.cos(heading), reach * rng.uniform(0.68, 0.84),
                              breadth * 0.66, left - 1))
    return segments, twigs


def tree(rng, draw, base, size, tints, density):
    """Trunk and limbs first, then leaves from the dark inside to the lit outside."""
    segments, twigs = branches(rng, base, -np.pi / 2 + rng.normal(0, 0.05), size * 0.30,
                               size * 0.055, 6)
    for start, end, breadth in segments:
        steps = max(int(breadth), 1)
        for i in range(steps):
            across = (i / steps - 0.5) * breadth
            light = 0.55 + 0.75 * (0.5 - i / steps) + rng.normal(0, 0.10)
            draw.line((start[0] + across, start[1], end[0] + across * 0.8, end[1]),
                      fill=shade((92, 70, 54), light), width=2)
    crown = np.array(twigs)
    middle, spread = crown.mean(axis=0), crown.std(axis=0).max() * 2 + 1
    count = int(len(twigs) * density)
    spots = crown[rng.integers(0, len(crown), count)] + rng.normal(0, size * 0.028, (count, 2))
    outside = ((spots - middle) @ np.array([-0.6, -0.8])) / spread + rng.normal(0, 0.22, count)
    for i in np.argsort(outside):
        x, y = spots[i]
        radius = size * rng.uniform(0.006, 0.0125)
        colour = shade(tints[rng.integers(len(tints))], 0.62 + 0.55 * np.clip(outside[i] + 0.35, -0.4, 1))
        turn = rng.uniform(0, np.pi)
        dx, dy = radius * np.cos(turn), radius * np.sin(turn)
        draw.polygon([(x - dx, y - dy), (x - dy * 0.55, y + dx * 0.55), (x + dx, y + dy),
                      (x + dy * 0.55, y - dx * 0.55)], fill=colour)


def ground(rng, table, height, width, horizon):
    """Meadow, a winding gravel path, and the trees' shadows across both."""
    y, x = np.mgrid[horizon:height, 0:width]
    depth = 60.0 / (y - horizon + 8)
    u, v = (x - width * 0.5) / width * depth * 12, depth * 12
    blades = fractal_noise(table, u * 7, v * 3.0, 5, 0.7)
    patches = fractal_noise(table, u * 0.35 + 4, v * 0.35, 4)
    grass = mix([0.10, 0.17, 0.04], [0.46, 0.48, 0.16], 0.75 * blades + 0.5 * (patches - 0.3))
    centre = 0.9 * np.sin(v * 0.11 + 0.6) * np.minimum(v / 12, 3) - 0.2
    away = np.abs(u - centre) + 0.35 * (fractal_noise(table, u * 3, v * 2, 4) - 0.5)
    gravel = mix([0.40, 0.34, 0.28], [0.78, 0.71, 0.60], fractal_noise(table, u * 22, v * 11, 4, 0.8))
    scene = mix(gravel, grass, smoothstep(1.05, 1.3, away))
    dapple = fractal_noise(table, u * 0.55 + 0.8 * v + 30, v * 0.5, 6, 0.6)
    return scene * (0.42 + 0.75 * smoothstep(0.40, 0.56, dapple))[..., None]


def render(rng, width, height, oversampling=3):
    table = lattice(rng)
    factor = 3  # the drawing's measures are for three times the picture's usual size
    w, h = width * factor, height * factor
    horizon = int(0.60 * h)
    y, x = np.mgrid[0:horizon, 0:w]
    cloud = fractal_noise(table, x / w * 4, y / h * 9, 7)
    sky = mix([0.36, 0.55, 0.84], [0.98, 0.90, 0.78], (y / horizon) ** 1.3)
    sky = mix(sky, [1.0, 0.97, 0.93], smoothstep(0.46, 0.68, cloud) * 0.85)
    canvas = np.concatenate([sky, ground(rng, table, h, w, horizon)])
    far = fractal_noise(table, x / w * 30, y / h * 30, 6, 0.65)
    skyline = horizon - h * (0.10 + 0.10 * fractal_noise(table, x[0] / w * 7 + 50, 0 * x[0], 5, 0.6))
    wood = mix([0.30, 0.26, 0.22], [0.78, 0.58, 0.34], far) * 0.8 + 0.16
    canvas[:horizon] = mix(canvas[:horizon], wood, smoothstep(-5, 5, y - skyline[None, :]))
    sheet = Image.fromarray((np.clip(canvas, 0, 1) * 255).astype(np.uint8))
    draw = ImageDraw.Draw(sheet)
    trees = [(rng.uniform(0, 1), rng.uniform(0.60, 0.64), rng.uniform(0.14, 0.24)) for _ in range(16)]
    trees += [(0.30, 0.68, 0.36), (0.72, 0.70, 0.42), (0.95, 0.76, 0.55), (0.06, 0.82, 0.70)]
    for i, (column, row, size) in enumerate(sorted(trees, key=lambda t: t[1])):
        tree(rng, draw, (column * w, row * h), size * h, LEAF_TINTS[i % 4], 5 if size < 0.3 else 12)
    for _ in range(2600):
        depth = rng.random() ** 0.6
        px, py = rng.uniform(0, w), horizon + 8 + depth * (h - horizon)
        size = 1 + 5 * depth
        tints = LEAF_TINTS[rng.integers(4)]
        draw.ellipse((px, py, px + size * 1.6, py + size * 0.8),
                     fill=shade(tints[rng.integers(3)], rng.uniform(0.5, 1.1)))
    canvas = to_array(sheet)
    rays = np.exp(-np.hypot(np.mgrid[0:h, 0:w][1] - 0.08 * w, np.mgrid[0:h, 0:w][0]) / (0.45 * w))
    canvas += (0.20 * rays)[..., None] * np.array([1.0, 0.85, 0.55])
    return camera_look(rng, shrink(canvas, factor))
