# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bunch of flowers in a glazed vase on a wooden table, before a blurred garden."""

import numpy as np

from .texture import (blur, camera_look, fractal_field, fractal_noise, lattice, mix, shrink,
                      smoothstep)

GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))


def paint(canvas, colour, cover):
    canvas += (colour - canvas) * cover[..., None]


def blade(rng, table, canvas, base, tip, breadth, inner, outer, bend=0.0, fullness=0.6):
    """One petal or leaf from base to tip: a curved outline, a midrib, side veins, light
    from the upper left, and a soft shadow on what lies below it."""
    height, width = canvas.shape[:2]
    base, tip = np.asarray(base, float), np.asarray(tip, float)
    length = np.hypot(*(tip - base))
    if length < 2:
        return
    along = (tip - base) / length
    across = np.array([-along[1], along[0]])
    reach = breadth + abs(bend) * length + 8
    low = np.maximum(np.floor(np.minimum(base, tip) - reach), 0).astype(int)
    high = np.minimum(np.ceil(np.maximum(base, tip) + reach), [width, height]).astype(int)
    if (low >= high).any():
        return
    y, x = np.mgrid[low[1] : high[1], low[0] : high[0]]
    u = ((x - base[0]) * along[0] + (y - base[1]) * along[1]) / length
    v = (x - base[0]) * across[0] + (y - base[1]) * across[1]
    v = v - bend * length * np.sin(np.pi * np.clip(u, 0, 1))
    inside_u = np.clip(u, 0, 1)
    half = breadth * np.maximum(np.sin(np.pi * inside_u**fullness), 0) ** 0.75 + 1e-6
    s = v / half
    region = canvas[low[1] : high[1], low[0] : high[0]]
    shadow = np.exp(-np.maximum(np.abs(v - 0.10 * breadth) - half, 0) / (0.22 * breadth))
    shadow *= (u > 0) & (u < 1.03)
    region *= (1 - 0.30 * shadow)[..., None]
    cover = np.clip((half - np.abs(v)) / 1.2, 0, 1) * (u > 0) * (u < 1)
    seed = rng.uniform(0, 200)
    streak = fractal_noise(table, s * 5 + seed, inside_u * 2.5, 4)
    veins = np.abs(np.sin((inside_u * 13 - np.abs(s) * 2.6) * np.pi)) ** 6
    ribs = np.exp(-((s / 0.07) ** 2))
    colour = mix(inner, outer, smoothstep(0.05, 0.75, inside_u + 0.25 * (streak - 0.5)))
    normal = across * s[..., None] * 0.9 + along * ((inside_u - 0.45) * 0.8)[..., None]
    light = 0.78 - 0.42 * (normal @ np.array([0.6, 0.8])) + 0.35 * (streak - 0.5)
    light = light + 0.10 * veins * (np.abs(s) < 0.95) - 0.22 * ribs
    light *= 0.55 + 0.45 * smoothstep(0, 0.35, inside_u)
    paint(region, colour * np.clip(light, 0.1, 1.35)[..., None], cover)


def sunflower(rng, table, canvas, centre, size, inner, outer, petals, tilt=1.0):
    """Three rings of petals and a disc of florets by the golden angle."""
    centre = np.asarray(centre, float)
    for ring, reach in ((0, 1.0), (1, 0.9), (2, 0.74)):
        start = rng.uniform(0, np.pi)
        for i in range(petals):
            angle = start + 2 * np.pi * (i + 0.5 * ring) / petals + rng.normal(0, 0.06)
            way = np.array([np.cos(angle), np.sin(angle) * tilt])
            tip = centre + way * size * reach * rng.uniform(0.88, 1.06)
            blade(rng, table, canvas, centre + way * size * 0.2, tip,
                  size * rng.uniform(0.17, 0.22), inner, outer, rng.normal(0, 0.05))
    florets = 420
    for i in range(florets, 0, -1):
        part = np.sqrt(i / florets)
        angle = i * GOLDEN_ANGLE
        way = np.array([np.cos(angle), np.sin(angle) * tilt])
        spot = centre + way * size * 0.36 * part
        dome = 0.55 + 0.5 * (-way @ np.array([0.6, 0.8])) * part
        tint = mix([0.30, 0.22, 0.06], [0.30, 0.14, 0.05], np.array(smoothstep(0.1, 0.6, part)))
        tint = mix(tint, [0.75, 0.50, 0.10], np.array(smoothstep(0.82, 1.0, part) * 0.8))
        dot(canvas, spot, size * 0.024 * (0.7 + 0.6 * part), tint * (0.6 + dome) * rng.uniform(0.7, 1.2))


def dot(canvas, centre, radius, colour):
    """A small shaded ball."""
    low = np.maximum((np.asarray(centre) - radius - 2).astype(int), 0)
    high = np.minimum((np.asarray(centre) + radius + 3).astype(int), canvas.shape[1::-1])
    if (low >= high).any():
        return
    y, x = np.mgrid[low[1] : high[1], low[0] : high[0]]
    dx, dy = (x - centre[0]) / radius, (y - centre[1]) / radius
    cover = np.clip((1 - np.hypot(dx, dy)) * radius / 1.2, 0, 1)
    light = np.clip(0.85 - 0.35 * dx - 0.5 * dy, 0.3, 1.6)
    paint(canvas[low[1] : high[1], low[0] : high[0]], np.array(colour) * light[..., None], cover)


def stem(canvas, start, end, sag, thickness, colour):
    for t in np.linspace(0, 1, 260):
        x = start[0] + (end[0] - start[0]) * t + sag * np.sin(np.pi * t)
        y = start[1] + (end[1] - start[1]) * t
        dot(canvas, (x, y), thickness, colour)


def backdrop(rng, table, height, width):
    """Foliage far out of focus: soft discs of light over graded green."""
    y, x = np.mgrid[0:height, 0:width]
    haze = fractal_noise(table, x / 260.0, y / 260.0, 4)
    canvas = mix([0.05, 0.10, 0.07], [0.34, 0.44, 0.20], haze * (1.1 - 0.7 * y / height))
    for _ in range(150):
        radius = rng.uniform(14, 62)
        cx, cy = rng.uniform(0, width), rng.uniform(-40, 0.66 * height)
        part = (slice(max(int(cy - radius) - 2, 0), max(int(cy + radius) + 3, 0)),
                slice(max(int(cx - radius) - 2, 0), int(cx + radius) + 3))
        away = np.hypot(x[part] - cx, y[part] - cy)
        disc = np.clip((radius - away) / 3, 0, 1) * (0.75 + 0.35 * (away > radius * 0.86))
        tint = np.array([[0.9, 0.9, 0.5], [0.5, 0.7, 0.3], [0.95, 0.75, 0.6]][rng.integers(3)])
        paint(canvas[part], tint, disc * rng.uniform(0.04, 0.22))
    return canvas


def table_top(rng, table, canvas, edge):
    """Planks in perspective with grain, joints and knots."""
    height, width = canvas.shape[:2]
    y, x = np.mgrid[edge:height, 0:width]
    depth = 300.0 / (y - edge + 150)
    u, v = (x - width / 2) * depth / 300, depth * 5
    plank = np.floor(u * 3.2)
    shade = rng.random(64)[plank.astype(int) % 64]
    warp = fractal_noise(table, u * 4 + plank * 7, v * 2.2, 5)
    grain = np.abs(np.sin((u * 22 + 6 * warp + plank) * np.pi)) ** 0.6
    fine = fractal_noise(table, u * 160 + plank * 9, v * 7, 3)
    wood = mix([0.22, 0.11, 0.05], [0.62, 0.39, 0.20], 0.15 + 0.42 * grain + 0.30 * fine + 0.2 * shade)
    joint = np.abs(u * 3.2 - np.round(u * 3.2)) < 0.012
    wood[joint] *= 0.35
    wood *= (0.55 + 0.55 * smoothstep(edge, height, y))[..., None]
    canvas[edge:] = wood
    canvas[edge - 2 : edge + 3] *= 0.8


def vase(table, canvas, centre, top, bottom):
    """A turned vase with a crackled blue and white glaze, highlights and a contact shadow."""
    height, width = canvas.shape[:2]
    y, x = np.mgrid[0:height, 0:width]
    span = bottom - top
    t = np.clip((y - top) / span, 0, 1)
    half = span * (0.26 + 0.20 * np.sin(np.pi * (0.12 + 0.80 * t)) - 0.10 * t - 0.12 * np.exp(-((t - 0.07) / 0.09) ** 2))
    shadow = np.exp(-(((x - centre - 130) / (span * 0.75)) ** 2 + ((y - bottom + 6) / (span * 0.10)) ** 2))
    canvas *= (1 - 0.75 * shadow)[..., None]
    s = (x - centre) / half
    cover = np.clip((half - np.abs(x - centre)) / 1.5, 0, 1) * (y >= top) * (y < bottom)
    turn = np.arcsin(np.clip(s, -1, 1))
    swirl = fractal_noise(table, turn * 2.2 + 20, t * 5, 5)
    waves = smoothstep(-0.1, 0.1, np.sin(7 * turn + 9 * np.sin(5.5 * t) + 5 * swirl) + 0.2)
    glaze = mix([0.90, 0.90, 0.86], [0.10, 0.20, 0.46], waves * smoothstep(0.16, 0.2, t) * smoothstep(0.93, 0.88, t))
    band = (np.abs(t - 0.18) < 0.012) | (np.abs(t - 0.90) < 0.015) | (t < 0.035)
    glaze[band] = [0.72, 0.55, 0.22]
    crackle = np.abs(fractal_noise(table, turn * 14, t * 26, 3) - 0.5) < 0.008
    glaze[crackle] *= 0.75
    light = np.clip(0.30 + 0.75 * np.cos(turn + 0.65), 0.12, 1.1)
    glaze = glaze * light[..., None]
    glaze += (0.9 * np.exp(-((s + 0.48) / 0.07) ** 2) * np.exp(-((t - 0.40) / 0.17) ** 2))[..., None]
    glaze += (0.16 * np.exp(-((s - 0.86) / 0.08) ** 2))[..., None] * np.array([0.8, 1.0, 0.8])
    paint(canvas, glaze, cover)


def leaf_spray(rng, table, canvas, start, angle, length, leaves):
    """A twig with leaves on both sides."""
    way = np.array([np.cos(angle), np.sin(angle)])
    end = np.asarray(start) + way * length
    stem(canvas, start, end, rng.normal(0, 14), 2.4, (0.20, 0.26, 0.10))
    for i in range(leaves):
        t = 0.25 + 0.75 * (i + 1) / leaves
        base = np.asarray(start) + way * length * t
        side = angle + (0.75 if i % 2 else -0.75) + rng.normal(0, 0.15)
        tip = base + np.array([np.cos(side), np.sin(side)]) * length * 0.30 * rng.uniform(0.7, 1.1)
        green = rng.uniform(0.75, 1.2)
        blade(rng, table, canvas, base, tip, length * 0.075,
              np.array([0.13, 0.26, 0.08]) * green, np.array([0.34, 0.50, 0.18]) * green,
              rng.normal(0, 0.08), 0.7)


def render(rng, width, height, oversampling=2):
    table = lattice(rng)
    factor = 2  # the drawing's measures are for twice the picture's usual size
    w, h = width * factor, height * factor
    canvas = backdrop(rng, table, h, w)
    table_top(rng, table, canvas, int(0.76 * h))
    mouth = np.array([w * 0.5, h * 0.60])
    for angle in np.linspace(-2.95, -0.2, 15):
        leaf_spray(rng, table, canvas, mouth, angle + rng.normal(0, 0.08),
                   w * rng.uniform(0.32, 0.47), 13)
    yellow = ((0.85, 0.42, 0.03), (1.00, 0.80, 0.12))
    red = ((0.30, 0.02, 0.05), (0.85, 0.12, 0.16))
    white = ((0.80, 0.78, 0.55), (0.98, 0.97, 0.95))
    violet = ((0.20, 0.08, 0.35), (0.62, 0.42, 0.85))
    pink = ((0.70, 0.12, 0.35), (1.00, 0.66, 0.76))
    heads = [((0.24, 0.20), 0.115, violet, 17), ((0.76, 0.17), 0.12, white, 19),
             ((0.50, 0.12), 0.11, pink, 15), ((0.17, 0.40), 0.13, white, 21),
             ((0.85, 0.38), 0.13, red, 16), ((0.36, 0.52), 0.105, pink, 14),
             ((0.68, 0.53), 0.105, violet, 18), ((0.66, 0.31), 0.15, yellow, 20),
             ((0.37, 0.34), 0.185, yellow, 22)]
    for (x, y), *_ in heads:
        stem(canvas, (x * w, y * h), mouth, rng.normal(0, 22), 5, (0.24, 0.36, 0.12))
    for (x, y), size, (inner, outer), petals in heads:
        sunflower(rng, table, canvas, (x * w, y * h), size * w * 1.15, inner, outer, petals,
                  rng.uniform(0.86, 1.0))
    vase(table, canvas, w * 0.5, int(0.585 * h), int(0.90 * h))
    for _ in range(7):
        spot = np.array([rng.uniform(0.08, 0.92) * w, rng.uniform(0.90, 0.97) * h])
        angle = rng.uniform(0, 2 * np.pi)
        tip = spot + np.array([np.cos(angle), 0.45 * np.sin(angle)]) * w * 0.09
        blade(rng, table, canvas, spot, tip, w * 0.02, *(yellow if rng.random() < 0.5 else pink))
    canvas += 0.004 * fractal_field(rng, h, w, 0.3)[..., None]
    canvas += 0.25 * blur(np.maximum(canvas - 0.8, 0), 12)
    return camera_look(rng, shrink(canvas, factor))
