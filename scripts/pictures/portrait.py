# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cartoon portrait: a head modelled by signed distances, before a shelf of books."""

import numpy as np

from .texture import (blur, camera_look, fractal_noise, lattice, mix, shrink, smoothstep, tone)

SKIN, LIPS, EYE, HAIR, CLOTH, GLASSES = range(6)
KEY = np.array([-0.60, 0.55, -0.62]) / np.linalg.norm([-0.60, 0.55, -0.62])
RIM = np.array([0.80, 0.35, 0.50]) / np.linalg.norm([0.80, 0.35, 0.50])
CAMERA = np.array([0.0, -0.25, -5.2])
EYES = [np.array([side * 0.265, 0.10, -0.60]) for side in (-1, 1)]
STEPS = 64


def length(v):
    return np.sqrt(np.einsum("ij,ij->i", v, v))


def ball(p, centre, radius):
    return length(p - np.asarray(centre)) - radius


def ellipsoid(p, centre, radii):
    radii = np.asarray(radii)
    q = p - np.asarray(centre)
    k0, k1 = length(q / radii), length(q / radii**2)
    return k0 * (k0 - 1) / np.maximum(k1, 1e-9)


def capsule(p, a, b, radius):
    a, b = np.asarray(a), np.asarray(b)
    t = np.clip((p - a) @ (b - a) / ((b - a) @ (b - a)), 0, 1)
    return length(p - a - t[:, None] * (b - a)) - radius


def ring(p, centre, radius, thickness):
    q = p - np.asarray(centre)
    return np.hypot(np.hypot(q[:, 0], q[:, 1]) - radius, q[:, 2]) - thickness


def join(a, b, k):
    h = np.clip(0.5 + 0.5 * (b - a) / k, 0, 1)
    return b + (a - b) * h - k * h * (1 - h)


def cut(a, b, k):
    return -join(-a, b, k)


def skin_distance(p):
    mirrored = np.abs(p) * [1, 0, 0] + p * [0, 1, 1]  # the face is the same on both sides
    d = ellipsoid(p, (0, 0.18, 0.05), (0.70, 0.90, 0.80))
    d = join(d, ellipsoid(p, (0, -0.36, -0.10), (0.50, 0.56, 0.60)), 0.25)
    d = join(d, ball(mirrored, (0.30, -0.14, -0.47), 0.22), 0.20)
    d = cut(d, ball(mirrored, (0.27, 0.10, -0.86), 0.17), 0.12)
    d = join(d, capsule(mirrored, (0.12, 0.29, -0.70), (0.38, 0.30, -0.58), 0.06), 0.10)
    d = join(d, capsule(p, (0, 0.16, -0.74), (0, -0.13, -0.92), 0.062), 0.12)
    d = join(d, ball(p, (0, -0.14, -0.92), 0.095), 0.07)
    d = join(d, ball(mirrored, (0.085, -0.16, -0.84), 0.062), 0.05)
    d = join(d, ball(p, (0, -0.74, -0.46), 0.16), 0.16)
    d = cut(d, capsule(mirrored, (0, -0.405, -0.80), (0.19, -0.385, -0.70), 0.008), 0.05)
    lids = [np.maximum(ball(p, eye, 0.198), np.minimum(0.085 - (p - eye)[:, 1] + 0.25 * (p - eye)[:, 2] + 0.03, 1))
            for eye in EYES]
    d = join(d, np.minimum(*lids), 0.03)
    d = join(d, ellipsoid(mirrored, (0.73, 0.02, 0.05), (0.09, 0.21, 0.15)), 0.06)
    return join(d, capsule(p, (0, -0.6, 0.12), (0, -1.7, 0.22), 0.31), 0.18)


def distances(table, p):
    """Distance to each material's surface: an array of materials x points."""
    mirrored = np.abs(p) * [1, 0, 0] + p * [0, 1, 1]
    lips = join(capsule(mirrored, (0.03, -0.375, -0.735), (0.16, -0.39, -0.655), 0.036),
                capsule(mirrored, (0, -0.445, -0.725), (0.10, -0.425, -0.67), 0.046), 0.02)
    eyes = np.minimum(ball(p, EYES[0], 0.18), ball(p, EYES[1], 0.18))
    hair = ellipsoid(p, (0, 0.36, 0.16), (0.84, 0.86, 0.90))
    hair = join(hair, capsule(mirrored, (0.70, 0.10, 0.20), (0.80, -1.15, 0.20), 0.23), 0.25)
    hair = join(hair, ellipsoid(p, (0.0, -0.2, 0.55), (0.80, 1.1, 0.5)), 0.2)
    parting = p - [0.16, 0.0, 0.0]
    hair = cut(hair, ellipsoid(parting, (-0.16, -0.24, -0.80), (0.56, 0.80, 0.62)), 0.08)
    strands = fractal_noise(table, np.arctan2(p[:, 0] - 0.2, p[:, 1] + 1.6) * 34, p[:, 1] * 1.3, 3)
    waves = np.sin(7 * p[:, 1] + 5 * np.abs(p[:, 0]))
    hair = hair - 0.05 * (strands - 0.5) - 0.014 * waves
    cloth = ellipsoid(p, (0, -2.08, 0.30), (1.45, 0.72, 0.62))
    cloth = join(cloth, capsule(p, (0, -1.28, 0.18), (0, -1.36, 0.20), 0.42), 0.18)
    u, v = np.arctan2(p[:, 0], -p[:, 2] + 0.8) * 17, p[:, 1] * 13
    knit = np.abs(np.sin(np.pi * u)) * (0.6 + 0.4 * np.sin(2 * np.pi * (v + np.abs(u % 1 - 0.5))))
    cloth = cloth - 0.022 * knit
    frames = ring(mirrored, (0.275, 0.075, -0.875), 0.205, 0.016)
    frames = np.minimum(frames, capsule(mirrored, (0, 0.11, -0.90), (0.075, 0.10, -0.885), 0.014))
    frames = np.minimum(frames, capsule(mirrored, (0.48, 0.11, -0.87), (0.74, 0.10, 0.0), 0.014))
    return np.stack([skin_distance(p), lips, eyes, hair, cloth, frames])


def march(table, origin, direction, far=9.0):
    """Distance along each ray to the surface; far where it meets none."""
    travelled = np.full(len(direction), 3.2)
    active = np.arange(len(direction))
    for _ in range(STEPS):
        step = distances(table, origin + travelled[active, None] * direction[active]).min(axis=0)
        travelled[active] += 0.85 * step
        active = active[(np.abs(step) > 8e-4) & (travelled[active] < far)]
        if not active.size:
            break
    return np.minimum(travelled, far)


def normals(table, p, material):
    gradient = np.empty_like(p)
    for axis in range(3):
        shift = np.zeros(3)
        shift[axis] = 1.5e-3
        plus = np.take_along_axis(distances(table, p + shift), material[None], axis=0)[0]
        minus = np.take_along_axis(distances(table, p - shift), material[None], axis=0)[0]
        gradient[:, axis] = plus - minus
    return gradient / np.maximum(length(gradient), 1e-9)[:, None]


def soft_shadow(table, p):
    light, travelled = np.ones(len(p)), np.full(len(p), 0.06)
    for _ in range(14):
        d = distances(table, p + travelled[:, None] * KEY).min(axis=0)
        light = np.minimum(light, 9 * d / travelled)
        travelled = travelled + np.clip(d, 0.03, 0.25)
    return smoothstep(0, 1, np.clip(light, 0, 1))


def eye_colour(table, p):
    """White with a red tinge, a streaked iris, a pupil; all look at the camera."""
    side = (p[:, 0] > 0).astype(int)
    centre = np.array(EYES)[side]
    gaze = (CAMERA + [0.25, 0.15, 0] - centre) / length(CAMERA - centre)[:, None]
    q = (p - centre) / 0.18
    away = np.arccos(np.clip(np.einsum("ij,ij->i", q, gaze), -1, 1))
    around = np.arctan2(q[:, 1], q[:, 0])
    streaks = fractal_noise(table, around * 9, away * 14, 4, 0.7)
    iris = mix([0.06, 0.22, 0.16], [0.35, 0.55, 0.30], streaks) * (1.2 - 0.9 * smoothstep(0.36, 0.52, away))[:, None]
    colour = mix(iris, [0.86, 0.82, 0.80], smoothstep(0.50, 0.56, away))
    return mix([0.005, 0.005, 0.008], colour, smoothstep(0.20, 0.24, away))


def base_colour(table, p, material):
    x, y = p[:, 0], p[:, 1]
    pores = fractal_noise(table, x * 46 + 9, y * 46, 3, 0.7)
    skin = mix([0.66, 0.36, 0.25], [0.82, 0.52, 0.39], 0.3 + 0.5 * pores)
    blush = np.exp(-(((np.abs(x) - 0.36) / 0.20) ** 2 + ((y + 0.17) / 0.14) ** 2))
    blush += 0.7 * np.exp(-((x / 0.10) ** 2 + ((y + 0.15) / 0.09) ** 2))
    skin = mix(skin, [0.80, 0.22, 0.18], 0.45 * np.clip(blush, 0, 1))
    freckles = smoothstep(0.70, 0.78, fractal_noise(table, x * 24 + 70, y * 24 + 5, 2))
    skin = mix(skin, [0.42, 0.18, 0.10], 0.7 * freckles * np.clip(1.6 * blush, 0, 1))
    brow_height = 0.335 - 0.55 * (np.abs(x) - 0.28) ** 2 + 0.02 * (np.abs(x) > 0.28)
    brow = np.exp(-((y - brow_height) / 0.028) ** 4) * smoothstep(0.09, 0.13, np.abs(x)) * smoothstep(0.47, 0.42, np.abs(x))
    hairs = fractal_noise(table, x * 60 + 45 * y, y * 16, 3)
    skin = mix(skin, [0.14, 0.06, 0.03], 0.95 * brow * smoothstep(0.25, 0.5, hairs))
    lash = np.abs(length(p - np.array(EYES)[(x > 0).astype(int)]) - 0.19) < 0.03
    lash &= (np.abs(y - 0.165) < 0.022) & (p[:, 2] < -0.6)
    skin = mix(skin, [0.08, 0.03, 0.02], lash * 0.8)
    strand = fractal_noise(table, np.arctan2(x - 0.2, y + 1.6) * 150, y * 2.2, 4, 0.7)
    hair = mix([0.05, 0.015, 0.006], [0.46, 0.17, 0.055], smoothstep(0.25, 0.75, strand))
    u = np.arctan2(x, -p[:, 2] + 0.8) * 17
    bands = np.floor((y + 3) * 7).astype(int) % 5
    wool = np.array([[0.08, 0.22, 0.34], [0.08, 0.22, 0.34], [0.80, 0.74, 0.60],
                     [0.60, 0.12, 0.10], [0.80, 0.74, 0.60]])[bands]
    wool = wool * (0.65 + 0.55 * np.abs(np.sin(np.pi * u)) + 0.3 * (pores - 0.5))[:, None]
    lips = mix([0.55, 0.09, 0.10], [0.72, 0.22, 0.20], fractal_noise(table, x * 70, y * 9, 3))
    frames = mix([0.03, 0.02, 0.02], [0.38, 0.16, 0.04], fractal_noise(table, x * 14, y * 14, 4))
    choices = np.stack([skin, lips, eye_colour(table, p), hair, wool, frames])
    return np.take_along_axis(choices, material[None, :, None], axis=0)[0]


def shade(table, p, direction):
    material = distances(table, p).argmin(axis=0)
    normal = normals(table, p, material)
    base = base_colour(table, p, material)
    facing = normal @ KEY
    shadow = soft_shadow(table, p + 0.02 * normal)
    is_skin = (material == SKIN) | (material == LIPS)
    key = np.maximum(facing, 0) * shadow
    # Light that went through the skin comes out red where the surface turns away.
    glow = np.where(is_skin, np.clip(facing + 0.35, 0, 1) * (1 - np.maximum(facing, 0)), 0) * (0.35 + 0.65 * shadow)
    occluded = np.clip(0.35 + 5 * distances(table, p + 0.12 * normal).min(axis=0), 0.25, 1)
    fill = (0.50 + 0.28 * normal[:, 1]) * occluded
    rim = np.maximum(normal @ RIM, 0) ** 1.5
    light = np.outer(key, [2.3, 2.05, 1.75]) + np.outer(fill, [0.42, 0.50, 0.64])
    light += np.outer(glow, [0.50, 0.12, 0.05]) + np.outer(rim, [0.55, 0.65, 0.85])
    half = KEY - direction
    half = half / length(half)[:, None]
    power = np.array([26, 40, 500, 30, 8, 120])[material]
    amount = np.array([0.22, 0.45, 2.2, 0.35, 0.02, 0.9])[material]
    spark = np.maximum(np.einsum("ij,ij->i", normal, half), 0) ** power * amount * shadow
    return base * light + spark[:, None]


def book_shelf(rng, table, height, width):
    """Three shelves of books with titles' bands, far enough to be out of focus."""
    canvas = np.full((height, width, 3), 0.03)
    rows = 4
    for row in range(rows):
        bottom = int(height * (row + 0.9) / rows)
        x = 0
        while x < width:
            wide = int(width * rng.uniform(0.02, 0.055))
            tall = int(height / rows * rng.uniform(0.55, 0.84))
            tint = rng.uniform(0.02, 0.5, 3) * rng.uniform(0.5, 1.3)
            round_back = 0.55 + 0.45 * np.sin(np.linspace(0.3, np.pi, wide))
            spine = canvas[bottom - tall : bottom, x : x + wide]
            spine[:] = (tint * round_back[:, None])[None, : spine.shape[1]]
            for part in rng.uniform(0.08, 0.92, 3):
                band = int(part * tall)
                spine[band : band + max(tall // 40, 1)] += [0.35, 0.28, 0.12]
            x += wide
        canvas[bottom : bottom + height // 30] = [0.20, 0.11, 0.055]
    y, x = np.mgrid[0:height, 0:width]
    canvas *= (0.55 + 0.9 * fractal_noise(table, x / width * 3, y / height * 3, 3))[..., None]
    return blur(canvas, width / 150)


def render(rng, width, height, oversampling=2):
    table = lattice(rng)
    w, h = width * oversampling, height * oversampling
    y, x = np.mgrid[0:h, 0:w]
    x, y = (x + 0.5 - w / 2) / w * 0.58, -(y + 0.5 - h / 2) / w * 0.58
    direction = np.stack([x, y, np.ones_like(x)], axis=-1).reshape(-1, 3)
    direction /= length(direction)[:, None]
    colour = book_shelf(rng, table, h, w).reshape(-1, 3)
    for part in np.array_split(np.arange(h * w), 40):
        travelled = march(table, CAMERA, direction[part])
        hit = travelled < 8.9
        if hit.any():
            ray = direction[part][hit]
            colour[part[hit]] = shade(table, CAMERA + travelled[hit, None] * ray, ray)
    picture = tone(shrink(colour.reshape(h, w, 3), oversampling), 0.58)
    return camera_look(rng, picture)
