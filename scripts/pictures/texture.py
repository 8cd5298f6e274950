# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""Noise, colour and drawing helpers that the pictures share. All images are H x W x 3 float
arrays of linear or display values in [0, 1], as the caller sees fit."""

import numpy as np
from PIL import Image, ImageFont


def fractal_field(rng, height, width, beta=1.6, stretch=1.0):
    """Random field with a power-law spectrum, scaled to mean 0 and deviation 1.

    beta: fall of the amplitude with frequency (1 rough, 2 smooth)
    stretch: how much longer the features are along x than along y
    """
    fy = np.fft.fftfreq(height)[:, None] / stretch
    fx = np.fft.rfftfreq(width)[None, :] * stretch
    radius = np.sqrt(fx**2 + fy**2)
    radius[0, 0] = 1
    spectrum = rng.normal(size=radius.shape) + 1j * rng.normal(size=radius.shape)
    spectrum *= radius**-beta
    spectrum[0, 0] = 0
    field = np.fft.irfft2(spectrum, s=(height, width))
    return (field - field.mean()) / field.std()


def lattice(rng, size=256):
    """Random values for lattice_noise()."""
    return rng.random((size, size))


def lattice_noise(table, x, y):
    """Smooth noise in [0, 1] at any coordinates, one feature per unit."""
    size = table.shape[0]
    x0, y0 = np.floor(x).astype(int), np.floor(y).astype(int)
    fx, fy = x - x0, y - y0
    fx, fy = fx * fx * (3 - 2 * fx), fy * fy * (3 - 2 * fy)
    x0, y0, x1, y1 = x0 % size, y0 % size, (x0 + 1) % size, (y0 + 1) % size
    top = table[y0, x0] * (1 - fx) + table[y0, x1] * fx
    bottom = table[y1, x0] * (1 - fx) + table[y1, x1] * fx
    return top * (1 - fy) + bottom * fy


def fractal_noise(table, x, y, octaves=5, roughness=0.5):
    """Octaves of lattice_noise(), in [0, 1]."""
    total, weight, weights = 0.0, 1.0, 0.0
    for octave in range(octaves):
        scale = 2.0**octave
        total = total + weight * lattice_noise(table, x * scale + 17.3 * octave,
                                               y * scale + 9.1 * octave)
        weights += weight
        weight *= roughness
    return total / weights


def mix(a, b, t):
    """a where t is 0, b where t is 1. Colours broadcast against H x W weights."""
    t = np.asarray(t)[..., None]
    return np.asarray(a) * (1 - t) + np.asarray(b) * t


def smoothstep(low, high, x):
    """0 below low, 1 above high, smooth between."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def tone(linear, exposure=1.0):
    """Linear light to display values by a film-like curve (Narkowicz's fit to ACES)."""
    x = np.maximum(linear, 0) * exposure
    return np.clip(x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14), 0, 1) ** (1 / 2.2)


def to_array(image):
    return np.asarray(image.convert("RGB"), dtype=np.float64) / 255


def to_image(array):
    return Image.fromarray((np.clip(array, 0, 1) * 255 + 0.5).astype(np.uint8))


def shrink(array, factor):
    """Mean over factor x factor blocks: antialiasing of what was drawn larger."""
    height, width = array.shape[0] // factor, array.shape[1] // factor
    cut = array[: height * factor, : width * factor]
    return cut.reshape(height, factor, width, factor, -1).mean(axis=(1, 3))


def blur(array, radius):
    """Gaussian blur with wrapped edges, by FFT; for an H x W or H x W x 3 array."""
    fy = np.fft.fftfreq(array.shape[0])[:, None]
    fx = np.fft.rfftfreq(array.shape[1])[None, :]
    response = np.exp(-2 * (np.pi * radius) ** 2 * (fx**2 + fy**2))
    if array.ndim == 3:
        response = response[..., None]
    spectrum = np.fft.rfft2(array, axes=(0, 1)) * response
    return np.fft.irfft2(spectrum, s=array.shape[:2], axes=(0, 1))


def camera_look(rng, array, grain=0.007, vignette=0.25):
    """What a camera adds: grain and darker corners."""
    height, width = array.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    darker = 1 - vignette * smoothstep(0.5, 2.0, x**2 + y**2)
    noise = rng.normal(size=(height, width, 1)) + 0.5 * rng.normal(size=(height, width, 3))
    return np.clip(array * darker[..., None] + grain * noise, 0, 1)


def bitmap_font():
    """Pillow's own fixed bitmap font: the same in every version and on every machine."""
    if hasattr(ImageFont, "load_default_imagefont"):
        return ImageFont.load_default_imagefont()
    return ImageFont.load_default()
