# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""A figure over SNR and over channel uses for a pixel, side by side, by gnuplot."""

import pathlib
import subprocess
import tempfile
from dataclasses import dataclass

COLOURS = ["#0072b2", "#d55e00", "#56b4e9", "#e69f00", "#666666", "#000000"]


@dataclass
class Curve:
    title: str
    points: list  # of (x, y)


def plot_words(curves, folder, prefix):
    """gnuplot's `plot` for curves whose points it reads from files."""
    words = []
    for i, curve in enumerate(curves):
        file = folder / f"{prefix}{i}.txt"
        file.write_text("".join(f"{x} {y}\n" for x, y in curve.points))
        words.append(
            f"'{file}' with linespoints linewidth 2 pointtype 7 pointsize 0.7 "
            f"linecolor rgb '{COLOURS[i % len(COLOURS)]}' title '{curve.title}'"
        )
    return "plot " + ", \\\n    ".join(words)


def draw(stem, title, over_snr, over_rate):
    """Writes stem.png and stem.svg."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        panels = [
            "set grid",
            f"set ylabel '{title}'",
            "set key below",
            "set multiplot layout 1,2",
            "set xlabel 'SNR (Es/N0) in dB'",
            plot_words(over_snr, folder, "snr"),
            "set xlabel 'channel uses for a pixel'",
            plot_words(over_rate, folder, "rate"),
            "unset multiplot",
        ]
        script = []
        for terminal, ending in (("pngcairo", "png"), ("svg", "svg")):
            script += [
                "reset",
                f"set terminal {terminal} size 1200,600 font 'Sans,11' background '#ffffff'",
                f"set output '{stem}.{ending}'",
                *panels,
                "unset output",
            ]
        file = folder / "figure.gp"
        file.write_text("\n".join(script) + "\n")
        subprocess.run(["gnuplot", str(file)], check=True)
