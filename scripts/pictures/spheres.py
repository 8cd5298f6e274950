# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""A ray-traced still life: spheres of several materials on a tiled floor."""

import numpy as np

from .texture import camera_look, fractal_noise, lattice, mix, shrink, smoothstep, tone

SUN = np.array([-0.55, 0.62, -0.56])
SUN = SUN / np.linalg.norm(SUN)
SUN_RADIUS = 0.06
FAR = 1e9

# Centre, radius, colour, mirror share, pattern.
SPHERES = [
    ((-1.55, 0.90, 3.6), 0.90, (0.75, 0.10, 0.08), 0.12, "veins"),
    ((0.15, 1.10, 4.6), 1.10, (0.92, 0.92, 0.94), 0.82, "plain"),
    ((1.85, 0.75, 3.7), 0.75, (0.80, 0.50, 0.22), 0.05, "wood"),
    ((0.55, 0.38, 2.55), 0.38, (0.06, 0.28, 0.65), 0.25, "plain"),
    ((-0.42, 0.33, 2.35), 0.33, (0.95, 0.72, 0.10), 0.10, "stripes"),
    ((1.28, 0.26, 2.30), 0.26, (0.20, 0.55, 0.18), 0.08, "spots"),
    ((-2.75, 0.60, 5.2), 0.60, (0.20, 0.60, 0.60), 0.30, "veins"),
    ((2.95, 0.95, 5.8), 0.95, (0.35, 0.12, 0.45), 0.20, "plain"),
    ((-0.95, 0.50, 6.4), 0.50, (0.85, 0.40, 0.55), 0.10, "stripes"),
    ((-1.35, 0.20, 2.1), 0.20, (0.90, 0.90, 0.85), 0.05, "spots"),
    ((4.6, 1.3, 9.0), 1.30, (0.75, 0.65, 0.45), 0.05, "wood"),
    ((-4.4, 1.1, 8.6), 1.10, (0.90, 0.45, 0.12), 0.15, "spots"),
]


def normalized(v):
    return v / np.linalg.norm(v, axis=-1, keepdims=True)


def dot(a, b):
    return np.sum(a * b, axis=-1)


def hit_spheres(origin, direction):
    """Distance of the nearest sphere along each ray and its index (-1: none)."""
    nearest = np.full(origin.shape[0], FAR)
    index = np.full(origin.shape[0], -1)
    for i, (centre, radius, *_) in enumerate(SPHERES):
        offset = origin - np.array(centre)
        b = dot(offset, direction)
        root = b * b - dot(offset, offset) + radius * radius
        distance = -b - np.sqrt(np.maximum(root, 0))
        closer = (root > 0) & (distance > 1e-3) & (distance < nearest)
        nearest[closer], index[closer] = distance[closer], i
    return nearest, index


def sky(table, direction):
    """Blue towards the zenith, hazy at the horizon, clouds, and a sun."""
    up = np.maximum(direction[:, 1], 0.0)
    colour = mix([0.75, 0.82, 0.90], [0.12, 0.30, 0.68], up**0.5)
    reach = 1.2 / (up + 0.12)
    density = fractal_noise(table, direction[:, 0] * reach + 3, direction[:, 2] * reach, 6)
    colour = mix(colour, [1.0, 0.98, 0.95], smoothstep(0.48, 0.75, density) * (up > 0))
    sunny = np.maximum(dot(direction, SUN), 0)
    return colour + np.outer(sunny**400 * 6 + sunny**12 * 0.25, [1.0, 0.85, 0.6])


def floor_colour(table, point):
    """Tiles of two marbles with dark joints."""
    x, z = point[:, 0] * 1.25, point[:, 2] * 1.25
    odd = (np.floor(x) + np.floor(z)) % 2
    warp = fractal_noise(table, x * 2.1, z * 2.1, 5)
    vein = np.abs(np.sin(5 * x + 3 * z + 9 * warp)) ** 0.35
    light = mix([0.55, 0.50, 0.44], [0.86, 0.83, 0.77], vein)
    dark = mix([0.34, 0.20, 0.14], [0.10, 0.08, 0.09], vein)
    colour = mix(light, dark, odd)
    joint = np.minimum(np.abs(x - np.round(x)), np.abs(z - np.round(z)))
    return colour * smoothstep(0.006, 0.02, joint)[:, None] * (0.8 + 0.4 * warp[:, None])


def pattern_colour(table, pattern, colour, normal, local):
    colour = np.broadcast_to(np.array(colour), normal.shape)
    if pattern == "plain":
        return colour
    warp = fractal_noise(table, local[:, 0] * 3 + local[:, 2] * 2 + 40, local[:, 1] * 3, 5)
    if pattern == "veins":
        vein = np.abs(np.sin(6 * local[:, 1] + 8 * warp)) ** 0.4
        return mix([0.95, 0.90, 0.85], colour, vein)
    if pattern == "wood":
        ring = np.hypot(local[:, 0] - 0.4, local[:, 2] + 0.2 * local[:, 1]) * 16 + 5 * warp
        return colour * (0.55 + 0.45 * np.abs(np.sin(ring)) ** 0.6)[:, None]
    if pattern == "stripes":
        band = smoothstep(-0.08, 0.08, np.sin(9 * local[:, 1] + 4 * local[:, 0]))
        return mix(colour, [0.95, 0.93, 0.88], band)
    longitude = np.arctan2(normal[:, 2], normal[:, 0]) * 4
    latitude = normal[:, 1] * 5
    away = np.hypot(longitude - np.round(longitude), latitude - np.round(latitude))
    return mix([0.96, 0.94, 0.90], colour, smoothstep(0.22, 0.28, away))


def sunlit(rng, point, samples):
    """Share of the sun's disc that each point sees."""
    seen = np.zeros(point.shape[0])
    for _ in range(samples):
        direction = normalized(SUN + SUN_RADIUS * rng.normal(size=point.shape))
        seen += hit_spheres(point, direction)[1] < 0
    return seen / samples


def occlusion(point, normal):
    """How open the sky is above each point: spheres nearby take their share of it."""
    open_sky = np.ones(point.shape[0])
    for centre, radius, *_ in SPHERES:
        offset = np.array(centre) - point
        distance = np.linalg.norm(offset, axis=-1)
        share = np.maximum(dot(offset, normal) / distance, 0) * (radius / distance) ** 2
        open_sky *= 1 - np.clip(share, 0, 0.95) * (distance > radius * 1.001)
    return open_sky


def trace(rng, table, origin, direction, depth):
    colour = sky(table, direction)
    nearest, index = hit_spheres(origin, direction)
    to_floor = np.where(direction[:, 1] < -1e-4, -origin[:, 1] / direction[:, 1], FAR)
    on_floor = (to_floor > 1e-3) & (to_floor < np.minimum(nearest, 80))
    for i in [-1] + list(range(len(SPHERES))):
        chosen = on_floor if i < 0 else (index == i) & ~on_floor
        if not chosen.any():
            continue
        ray = direction[chosen]
        distance = (to_floor if i < 0 else nearest)[chosen]
        point = origin[chosen] + distance[:, None] * ray
        if i < 0:
            normal = np.broadcast_to([0.0, 1.0, 0.0], point.shape)
            base, mirror = floor_colour(table, point), 0.10
        else:
            centre, radius, tint, mirror, pattern = SPHERES[i]
            local = (point - np.array(centre)) / radius
            normal = local
            base = pattern_colour(table, pattern, tint, normal, local + i)
        facing = np.maximum(dot(normal, SUN), 0)
        start = point + 1e-3 * normal
        sun = facing * sunlit(rng, start, 3 if depth else 1)
        ambient = 0.42 * (0.6 + 0.4 * normal[:, 1]) * occlusion(point, normal)
        lit = base * (np.outer(sun, [1.9, 1.7, 1.4]) + np.outer(ambient, [0.8, 0.95, 1.2]))
        bounced = ray - 2 * dot(ray, normal)[:, None] * normal
        glint = np.maximum(dot(bounced, SUN), 0) ** 90 * (sun > 0)
        lit += 0.9 * glint[:, None]
        if depth and mirror > 0:
            fresnel = mirror + (1 - mirror) * (1 - np.abs(dot(ray, normal))) ** 5
            seen = trace(rng, table, start, bounced, depth - 1)
            lit = mix(lit, seen * (np.array(SPHERES[i][2]) if mirror > 0.5 else 1), fresnel)
        haze = 1 - np.exp(-(np.maximum(distance - 6, 0)) / 28)
        colour[chosen] = mix(lit, [0.75, 0.82, 0.90], haze)
    return colour


def render(rng, width, height, oversampling=2):
    table = lattice(rng)
    w, h = width * oversampling, height * oversampling
    y, x = np.mgrid[0:h, 0:w]
    x = (x + 0.5 - w / 2) / h * 1.05
    y = -(y + 0.5 - h / 2) / h * 1.05 - 0.16
    direction = normalized(np.stack([x, y, np.ones_like(x)], axis=-1).reshape(-1, 3))
    colour = np.empty_like(direction)
    for part in np.array_split(np.arange(h * w), 16):
        origin = np.broadcast_to([0.0, 1.35, -0.9], (part.size, 3))
        colour[part] = trace(rng, table, origin, direction[part], 2)
    picture = tone(shrink(colour.reshape(h, w, 3), oversampling), 0.48)
    return camera_look(rng, picture)
