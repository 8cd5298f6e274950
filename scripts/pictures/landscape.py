# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mountain lake: height field seen in perspective, forest, clouds, reflection."""

import numpy as np

from .texture import (blur, camera_look, fractal_field, fractal_noise, lattice, lattice_noise, mix,
                      shrink, smoothstep, tone)

WATER_LEVEL = 0.0
EYE_HEIGHT = 0.55
NEAREST, FARTHEST, STEPS = 2.2, 60.0, 700
SUN = np.array([-0.62, 0.48, -0.62])


def ridged(table, x, z, octaves=7):
    """Noise with sharp crests whose detail grows with the height."""
    total, weight, frequency, amplitude = 0.0, 1.0, 1.0, 1.0
    for octave in range(octaves):
        crest = 1 - np.abs(2 * lattice_noise(table, x * frequency + 13.7 * octave,
                                             z * frequency + 7.9 * octave) - 1)
        crest = crest * crest * weight
        total = total + amplitude * crest
        weight = np.clip(crest * 1.6, 0, 1)
        frequency, amplitude = frequency * 2.13, amplitude * 0.47
    return total


def height_at(table, x, z):
    """Ground height: a lake in the foreground, hills, and ridged mountains behind."""
    hills = fractal_noise(table, x * 0.22 + 60, z * 0.22 + 12, 6, 0.45)
    shore = 0.9 * smoothstep(5.0, 13.0, z + 1.6 * np.abs(x + 1) ** 0.5 * (hills - 0.3)) - 0.55
    summit = (1.15 * np.exp(-(((x + 7) / 9) ** 2 + ((z - 34) / 12) ** 2))
              + 0.80 * np.exp(-(((x - 13) / 8) ** 2 + ((z - 30) / 11) ** 2))
              + 0.45 * np.exp(-(((x - 1) / 16) ** 2 + ((z - 46) / 9) ** 2)))
    mountain = summit * (2.6 + 3.1 * ridged(table, x * 0.12 + 2, z * 0.12))
    detail = fractal_noise(table, x * 3.1, z * 3.1, 4)
    return shore * 1.3 + 1.1 * (hills - 0.45) + mountain + 0.10 * (detail - 0.5)


def ground_colour(table, x, z, height, step):
    """Colour of lit ground: grass and forest below, rock above, snow on what is flat."""
    slope_x = (height_at(table, x + step, z) - height) / step
    slope_z = (height_at(table, x, z + step) - height) / step
    normal = np.stack([-slope_x, np.ones_like(x), -slope_z], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    mottled = fractal_noise(table, x * 9, z * 9, 5, 0.7)
    patches = fractal_noise(table, x * 0.9 + 11, z * 0.9, 4)
    grass = mix([0.11, 0.15, 0.04], [0.27, 0.25, 0.09], mottled)
    forest = mix([0.015, 0.045, 0.02], [0.07, 0.13, 0.04], mottled)
    rock = mix([0.16, 0.14, 0.13], [0.42, 0.38, 0.34],
               fractal_noise(table, x * 4 + 3 * height, z * 2 + 7 * height, 6, 0.65))
    colour = mix(grass, forest, smoothstep(0.42, 0.55, patches + 0.1 * mottled))
    colour = mix(colour, rock, smoothstep(1.6, 3.0, height + 1.2 * (patches - 0.5)))
    flat = smoothstep(0.45, 0.75, normal[:, 1])
    snow = smoothstep(3.6, 5.2, height + 1.4 * (patches - 0.5)) * flat
    colour = mix(colour, [0.92, 0.94, 0.99], snow)
    sand = smoothstep(0.10, 0.02, height)
    colour = mix(colour, mix([0.30, 0.26, 0.20], [0.52, 0.47, 0.38], mottled), sand)
    sun = np.maximum(normal @ (SUN / np.linalg.norm(SUN)), 0)
    ambient = 0.35 + 0.25 * normal[:, 1]
    return colour * (np.outer(sun, [2.3, 2.0, 1.6]) + np.outer(ambient, [0.55, 0.7, 1.0]))


def sky_dome(table, width, horizon):
    """The sky above the horizon row, with a warm lower edge and cumulus clouds."""
    y, x = np.mgrid[0:horizon, 0:width]
    up = (horizon - y) / width
    sky = mix([1.05, 0.86, 0.66], [0.16, 0.34, 0.72], smoothstep(0, 0.42, up) ** 0.7)
    depth = 0.16 / (up + 0.05)
    u, v = (x / width - 0.5) * depth * 5, depth * 4
    cloud = fractal_noise(table, u + 8, v * 1.6 + 3, 8, 0.53)
    cover = smoothstep(0.47, 0.66, cloud)
    shade = fractal_noise(table, u + 8.12, v * 1.6 + 3.10, 8, 0.53)
    lit = np.clip(0.75 + 4.5 * (cloud - shade), 0.30, 1.5)
    clouds = lit[..., None] * np.array([1.10, 1.02, 0.96])
    return mix(sky, clouds, cover * smoothstep(0.0, 0.10, up))


def conifers(rng, canvas, ground_row, ground_depth, horizon):
    """Spruces along the shore: taller ones nearer, drawn far to near."""
    height, width = canvas.shape[:2]
    places = [(column, ground_row[column], ground_depth[column])
              for column in rng.integers(0, width, 900)]
    places = [p for p in places if 5.5 < p[2] < 20]
    for column, row, depth in sorted(places, key=lambda p: -p[2]):
        size = width * 0.34 / depth * rng.uniform(0.45, 1.0)
        row = row + rng.uniform(0, 2.5) * 14 / depth
        tint = np.array([0.035, 0.075, 0.03]) * rng.uniform(0.5, 1.5)
        rows = np.arange(max(int(row - size), 0), min(int(row), height))
        for y in rows:
            part = np.clip((y + 0.5 - (row - size)) / size, 0, 1)
            branch = 0.55 + 0.45 * np.abs(((part * 11) % 1) - 0.1) + 0.25 * rng.normal()
            half = max(size * 0.21 * part**0.85 * branch, 0.6)
            left, right = int(column - half), int(column + half) + 1
            left, right = max(left, 0), min(right, width)
            if left < right:
                across = (np.arange(left, right) - column) / half
                light = 0.55 - 0.75 * across + 0.7 * rng.normal(size=across.size)
                haze = 1 - np.exp(-depth / 70)
                colour = tint * (0.6 + 1.6 * np.clip(light, 0, 2))[:, None]
                canvas[y, left:right] = colour * (1 - haze) + haze * np.array([0.6, 0.62, 0.68])


def draw_land(table, canvas, horizon):
    """Front to back over all columns at once. Returns each column's shore row and depth."""
    height, width = canvas.shape[:2]
    column = (np.arange(width) - width / 2) / width * 1.25
    focal = width / 1.25
    lowest_free = np.full(width, height)
    shore_row = np.full(width, horizon)
    shore_depth = np.full(width, FARTHEST)
    rows = np.arange(height)[:, None]
    for z in NEAREST * (FARTHEST / NEAREST) ** np.linspace(0, 1, STEPS):
        x = column * z
        ground = height_at(table, x, z * np.ones_like(x))
        row = np.round(horizon - (ground - EYE_HEIGHT) / z * focal).astype(int)
        visible = (ground > WATER_LEVEL) & (row < lowest_free)
        if not visible.any():
            continue
        first = visible & (shore_depth == FARTHEST)
        water_row = (horizon + (EYE_HEIGHT - WATER_LEVEL) / z * focal).astype(int)
        shore_row[first], shore_depth[first] = water_row, z
        lowest_free[first] = np.minimum(lowest_free[first], water_row)
        visible &= row < lowest_free
        colour = ground_colour(table, x, z * np.ones_like(x), ground, 0.004 * z)
        haze = np.full(width, 1 - np.exp(-(z / 100) ** 1.3))
        colour = mix(colour, [0.66, 0.72, 0.84], haze)
        span = visible & (rows >= row) & (rows < lowest_free)
        canvas[span] = np.broadcast_to(colour, canvas.shape)[span]
        lowest_free = np.where(visible, np.maximum(row, 0), lowest_free)
    return shore_row, shore_depth


def reflect(rng, canvas, shore_row, horizon):
    """Water: the mirrored picture, rippled more the nearer it is, over a dark bed."""
    height, width = canvas.shape[:2]
    y, x = np.mgrid[0:height, 0:width]
    depth = np.maximum(y - horizon, 1) / (height - horizon)
    ripple = fractal_field(rng, height, width, 1.15, 6.0)
    fine = fractal_field(rng, height, width, 0.6, 4.0)
    shift = (ripple * 9 + fine * 3) * depth**0.8 * width / 1536
    mirror_row = 2 * shore_row[None, :] - y
    source = np.clip(mirror_row + shift, 0, np.maximum(shore_row[None, :] - 1, 0)).astype(int)
    sideways = np.clip(x + 0.5 * shift, 0, width - 1).astype(int)
    mirrored = canvas[source, sideways]
    glancing = np.clip(0.85 - 0.62 * depth + 0.10 * ripple * depth, 0.1, 0.9)
    bed = mix([0.02, 0.075, 0.085], [0.10, 0.13, 0.09], smoothstep(0.7, 1.0, depth))
    water = mix(bed, mirrored, glancing)
    water += (smoothstep(1.9, 3.2, ripple + 0.8 * fine) * 0.5 * depth)[..., None]
    return np.where((y >= shore_row[None, :])[..., None], water, canvas)


def render(rng, width, height, oversampling=2):
    table = lattice(rng)
    w, h = width * oversampling, height * oversampling
    horizon = int(0.56 * h)
    canvas = np.zeros((h, w, 3))
    canvas[:horizon] = sky_dome(table, w, horizon)
    canvas[horizon:] = canvas[horizon - 1]
    shore_row, shore_depth = draw_land(table, canvas, horizon)
    conifers(rng, canvas, shore_row, shore_depth, horizon)
    canvas = reflect(rng, canvas, shore_row, horizon)
    glow = blur(np.maximum(canvas - 0.8, 0), 14)
    return camera_look(rng, tone(shrink(canvas + 0.5 * glow, oversampling), 0.5))
