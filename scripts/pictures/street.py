# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""A row of old town houses: brick and plaster, lit windows, shop fronts, wet cobbles."""

import numpy as np
from PIL import Image, ImageDraw

from .texture import (bitmap_font, blur, camera_look, fractal_field, fractal_noise, lattice,
                      mix, shrink, smoothstep, to_array)

PLASTERS = [(0.80, 0.62, 0.36), (0.62, 0.28, 0.20), (0.72, 0.74, 0.70), (0.36, 0.50, 0.58),
            (0.84, 0.74, 0.58), (0.55, 0.60, 0.42), (0.70, 0.40, 0.36)]
SIGNS = ["BAKERY", "BOOKS", "CAFE 73", "RADIO", "FLOWERS", "TEA & CO"]


def bricks(rng, table, height, width, colour, brick):
    """Running-bond brickwork; each brick has its own shade."""
    y, x = np.mgrid[0:height, 0:width]
    row = y // brick
    along = x + (row % 2) * brick
    column = along // (2 * brick)
    shade = rng.random((height // brick + 2, width // brick + 4))[row, column]
    joint = (y % brick < max(brick // 6, 1)) | (along % (2 * brick) < max(brick // 6, 1))
    wall = np.array(colour) * (0.72 + 0.42 * shade)[..., None]
    wall = np.where(joint[..., None], np.array([0.66, 0.62, 0.56]) * 0.85, wall)
    return wall * (0.85 + 0.3 * fractal_noise(table, x / 60.0, y / 60.0, 4))[..., None]


def plaster(table, height, width, colour, offset):
    """Painted plaster with stains that run down from above."""
    y, x = np.mgrid[0:height, 0:width]
    grainy = fractal_noise(table, x / 9.0 + offset, y / 9.0, 4, 0.7)
    stains = fractal_noise(table, x / 14.0 + offset, y / 130.0, 4)
    wall = np.array(colour) * (0.86 + 0.22 * grainy)[..., None]
    return wall * (1 - 0.35 * smoothstep(0.5, 0.8, stains))[..., None]


def window(rng, table, canvas, box, frame, lit):
    """A sash window with reveal, curtains, glazing bars, a reflection and a sill."""
    left, top, right, bottom = box
    height, width = bottom - top, right - left
    y, x = np.mgrid[0:height, 0:width]
    u, v = x / width, y / height
    dark = mix([0.05, 0.07, 0.10], [0.34, 0.44, 0.55], (1 - v) ** 2 * 0.8)
    sky = fractal_noise(table, 3 * u + rng.uniform(0, 90), 3 * v, 5)
    glass = mix(dark, [0.75, 0.80, 0.84], smoothstep(0.5, 0.75, sky + 0.25 * (u - v)) * 0.6)
    if lit:
        glow = np.exp(-(((u - rng.uniform(0.3, 0.7)) / 0.5) ** 2 + ((v - 0.35) / 0.6) ** 2))
        glass = mix([0.45, 0.25, 0.08], [1.0, 0.84, 0.50], glow)
    side = np.abs(u - 0.5) * 2
    folds = 0.75 + 0.25 * np.sin(x / width * 60 + 2 * np.sin(v * 5))
    curtain = smoothstep(0.62, 0.66, side + 0.10 * np.sin(v * 3.2))
    tint = rng.uniform(0.55, 0.95, 3)
    glass = mix(glass, tint * folds[..., None] * (0.95 if lit else 0.55), curtain * 0.9)
    bar = max(width // 22, 2)
    bars = (np.abs(x - width / 2) < bar / 2) | (np.abs(y - height * 0.38) < bar / 2)
    edge = (x < bar) | (x >= width - bar) | (y < bar) | (y >= height - bar)
    glass = np.where((bars | edge)[..., None], np.array(frame), glass)
    glass *= (0.45 + 0.55 * smoothstep(0, 0.10, v) * smoothstep(0, 0.06, u))[..., None]
    canvas[top:bottom, left:right] = glass
    sill = max(height // 18, 3)
    canvas[bottom : bottom + sill, left - sill : right + sill] = [0.82, 0.80, 0.76]
    shadow = canvas[bottom + sill : bottom + 3 * sill, left - sill // 2 : right + 2 * sill]
    shadow *= 0.62
    lintel = canvas[top - sill : top, left - sill : right + sill]
    lintel[:] = 0.5 * lintel + 0.4


def roof(rng, canvas, left, right, eaves, ridge, colour):
    """Tiled slope seen from the street, with a dormer's worth of shading."""
    height, width = eaves - ridge, right - left
    y, x = np.mgrid[0:height, 0:width]
    tile = 7
    shade = rng.random((height // tile + 2, width // tile + 3))[y // tile,
                                                                (x + y // tile % 2 * 3) // tile]
    curve = 0.75 + 0.25 * np.sin((x + y // tile % 2 * 3) / tile * 2 * np.pi)
    lip = 1 - 0.5 * (y % tile < 2)
    slope = np.minimum(x, width - 1 - x) > (height - y) * 0.25
    tiles = np.array(colour) * ((0.65 + 0.5 * shade) * curve * lip)[..., None]
    inside = slice(max(-left, 0), width - max(right - canvas.shape[1], 0))
    part = canvas[ridge:eaves, max(left, 0) : right]
    part[slope[:, inside]] = tiles[:, inside][slope[:, inside]]


def shop(rng, draw, box, sign, colour):
    """Ground floor: a sign board, a large window with goods, a door and an awning."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    as_8bit = lambda c: tuple(int(255 * np.clip(v, 0, 1)) for v in c)
    draw.rectangle(box, fill=as_8bit(np.array(colour) * 0.45))
    door = left + int(width * 0.74)
    pane = (left + width // 14, top + height // 4, door - width // 14, bottom - height // 8)
    for row in range(pane[1], pane[3]):
        part = (row - pane[1]) / (pane[3] - pane[1])
        shade = np.array([1.0, 0.80, 0.48]) * (0.95 - 0.55 * part)
        draw.line((pane[0], row, pane[2], row), fill=as_8bit(shade))
    for shelf in (0.42, 0.70, 0.98):
        base = int(pane[1] + shelf * (pane[3] - pane[1]))
        x = pane[0] + 4
        while x < pane[2] - 12:
            wide, tall = rng.integers(5, 15), rng.integers(10, 30)
            fill = as_8bit(rng.uniform(0.1, 0.9, 3))
            shape = draw.ellipse if rng.random() < 0.35 else draw.rectangle
            shape((x, base - tall, x + wide, base - 2), fill=fill)
            x += wide + rng.integers(2, 7)
        draw.line((pane[0], base, pane[2], base), fill=(70, 45, 25), width=3)
    draw.rectangle(pane, outline=(35, 28, 22), width=5)
    draw.rectangle((door, top + height // 5, right - width // 16, bottom),
                   fill=as_8bit(np.array(colour) * 0.7), outline=(30, 22, 18), width=4)
    draw.rectangle((door + 12, top + height // 4 + 6, right - width // 16 - 12, bottom - height // 3),
                   fill=(178, 150, 96), outline=(30, 22, 18), width=3)
    stripes = 12
    awning_top, awning_bottom = top + height // 7, top + height // 3
    for i in range(stripes):
        a, b = left + width * i / stripes, left + width * (i + 1) / stripes
        out = lambda x: left + (x - left - width / 2) * 1.06 + width / 2
        fill = (226, 220, 204) if i % 2 else as_8bit(np.array(colour) * 0.9)
        draw.polygon([(a, awning_top), (b, awning_top), (out(b), awning_bottom),
                      (out(a), awning_bottom)], fill=fill)
        draw.pieslice((out(a), awning_bottom - 8, out(b), awning_bottom + 10), 0, 180, fill=fill)
    return sign, (left + width // 2, top + height // 14)


def sign_text(canvas, text, centre, scale):
    """The bitmap font, enlarged, on a dark board."""
    font = bitmap_font()
    box = font.getbbox(text)
    label = Image.new("L", (box[2] + 4, box[3] + 2), 0)
    ImageDraw.Draw(label).text((2, 0), text, font=font, fill=255)
    label = label.resize((label.width * scale, label.height * scale), Image.BICUBIC)
    ink = np.asarray(label, dtype=float)[..., None] / 255
    top, left = centre[1] - label.height // 2, centre[0] - label.width // 2
    part = canvas[top : top + label.height, left : left + label.width]
    part[:] = np.array([0.08, 0.10, 0.09]) * (1 - ink) + np.array([0.95, 0.82, 0.45]) * ink


def house(rng, table, canvas, left, right, ground, number):
    height = canvas.shape[0]
    colour = PLASTERS[number % len(PLASTERS)]
    storeys = int(rng.integers(2, 4))
    storey = int(height * rng.uniform(0.145, 0.16))
    shop_top = ground - int(height * 0.235)
    eaves = shop_top - storeys * storey
    ridge = eaves - int(height * rng.uniform(0.07, 0.12))
    roof(rng, canvas, left - 6, right + 6, eaves, ridge, rng.uniform(0.8, 1.1) *
         np.array([0.50, 0.22, 0.14] if number % 3 else [0.26, 0.27, 0.31]))
    chimney = left + int((right - left) * rng.uniform(0.25, 0.7))
    canvas[ridge - 34 : ridge + 14, chimney : chimney + 30] = bricks(
        rng, table, 48, 30, (0.48, 0.22, 0.16), 7)
    wall_height, wall_width = ground - eaves, right - left
    if number % 2:
        wall = bricks(rng, table, wall_height, wall_width, colour, 8)
    else:
        wall = plaster(table, wall_height, wall_width, colour, 37.0 * number)
    canvas[eaves:ground, left:right] = wall
    canvas[eaves : eaves + 12, max(left - 6, 0) : right + 6] = [0.86, 0.83, 0.77]
    canvas[eaves + 12 : eaves + 26, left:right] *= 0.55
    columns = 3 if right - left > 300 else 2
    frame = [(0.93, 0.92, 0.88), (0.20, 0.26, 0.22), (0.85, 0.80, 0.70)][number % 3]
    for level in range(storeys):
        for column in range(columns):
            centre = left + int((column + 0.5) * (right - left) / columns)
            half = int((right - left) / columns * 0.25)
            top = eaves + level * storey + int(storey * 0.24)
            window(rng, table, canvas, (centre - half, top, centre + half, top + int(storey * 0.62)),
                   frame, rng.random() < 0.3)
    canvas[ground - 2 * (ground - eaves) : ground, right - 5 : right] *= 0.75
    return (left + 8, shop_top, right - 8, ground), colour


def pavement(rng, table, canvas, ground):
    """Wet cobbles in perspective that mirror the house fronts."""
    height, width = canvas.shape[:2]
    y, x = np.mgrid[ground:height, 0:width]
    depth = 130.0 / (y - ground + 26)
    u, v = (x - width / 2) * depth / 26, depth * 26
    row = np.floor(v).astype(int)
    u = u + 0.5 * (row % 2)
    column = np.floor(u).astype(int)
    shade = rng.random((256, 256))[row % 256, column % 256]
    round_top = 1 - np.clip(np.hypot((u - column - 0.5) * 1.9, (v - row - 0.5) * 1.9), 0, 1.2) ** 4
    wet = fractal_field(rng, height - ground, width, 1.5, 3.0)
    ripple = (12 * (round_top - 0.5) + 2.0 * wet).astype(int)
    mirrored = canvas[np.clip(2 * ground - y + ripple, 0, ground - 1),
                      np.clip(x + ripple, 0, width - 1)]
    stone = mix([0.10, 0.10, 0.11], [0.42, 0.40, 0.38], (0.35 + 0.5 * shade) * np.clip(round_top, 0, 1))
    shine = smoothstep(-0.3, 1.2, wet) * 0.6 + 0.12
    canvas[ground:] = mix(stone, mirrored, shine * (0.4 + 0.6 * np.clip(round_top, 0, 1)))


def sky(table, height, width):
    y, x = np.mgrid[0:height, 0:width]
    cloud = fractal_noise(table, x / width * 4, y / height * 3.5 + 0.2, 8, 0.55)
    blue = mix([0.30, 0.47, 0.74], [0.92, 0.82, 0.72], y / height * 1.7 - 0.1)
    light = fractal_noise(table, x / width * 4 + 0.10, y / height * 3.5 + 0.30, 8, 0.55)
    lit = np.clip(0.85 + 2.2 * (cloud - light), 0.55, 1)[..., None] * np.array([1, 0.97, 0.94])
    return mix(blue, lit, smoothstep(0.45, 0.65, cloud))


def lamp(canvas, column, ground, size):
    """A cast-iron street lamp with a halo."""
    y, x = np.mgrid[0 : canvas.shape[0], 0 : canvas.shape[1]]
    head = ground - size
    canvas[head:ground, column - 4 : column + 5] = [0.07, 0.08, 0.08]
    canvas[ground - size // 5 : ground, column - 9 : column + 10] = [0.09, 0.10, 0.10]
    canvas[head - 44 : head, column - 16 : column + 17] = [1.0, 0.93, 0.70]
    for offset in (-16, 0, 16):
        canvas[head - 44 : head, column + offset - 1 : column + offset + 2] = [0.07, 0.08, 0.08]
    canvas[head - 54 : head - 44, column - 22 : column + 23] = [0.07, 0.08, 0.08]
    halo = np.exp(-np.hypot(x - column, y - head + 22) / 55)
    canvas += (0.42 * halo)[..., None] * np.array([1.0, 0.80, 0.45])


def render(rng, width, height, oversampling=2):
    table = lattice(rng)
    factor = 2  # the drawing's measures are for twice the picture's usual size
    w, h = width * factor, height * factor
    ground = int(0.82 * h)
    canvas = sky(table, h, w)
    edges = [0]
    while edges[-1] < w:
        edges.append(edges[-1] + int(w * rng.uniform(0.17, 0.25)))
    edges[-1] = w
    if edges[-1] - edges[-2] < 0.14 * w:
        del edges[-2]
    shops = [house(rng, table, canvas, a, b, ground, i)
             for i, (a, b) in enumerate(zip(edges, edges[1:]))]
    sheet = Image.fromarray((np.clip(canvas, 0, 1) * 255).astype(np.uint8))
    draw = ImageDraw.Draw(sheet)
    signs = [shop(rng, draw, box, SIGNS[i % len(SIGNS)], colour)
             for i, (box, colour) in enumerate(shops)]
    canvas = to_array(sheet)
    for text, centre in signs:
        sign_text(canvas, text, centre, 3)
    y, x = np.mgrid[0:h, 0:w]
    canvas[:ground] *= (0.80 + 0.35 * fractal_noise(table, x / 400.0, y / 400.0, 3))[:ground, :, None]
    pavement(rng, table, canvas, ground)
    for column in (0.245, 0.61):
        lamp(canvas, int(column * w), ground + 26, int(0.36 * h))
    canvas += 0.35 * blur(np.maximum(canvas - 0.75, 0), 16)
    return camera_look(rng, shrink(canvas, factor))
