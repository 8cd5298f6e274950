# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of several panels of curves, side by side, by gnuplot."""

import pathlib
import subprocess
import tempfile
from dataclasses import dataclass

COLOURS = ["#0072b2", "#d55e00", "#009e73", "#56b4e9", "#e69f00", "#cc79a7", "#666666", "#000000"]
PANEL_WIDTH, HEIGHT = 600, 600


@dataclass
class Curve:
    title: str
    points: list  # of (x, y)


@dataclass
class Panel:
    x_title: str
    y_title: str
    curves: list
    style: str = "linespoints linewidth 2 pointtype 7 pointsize 0.7"
    logarithmic: bool = False  # in y


def plot_words(panel, folder, prefix):
    """gnuplot's `plot` for curves whose points it reads from files."""
    words = []
    for i, curve in enumerate(panel.curves):
        file = folder / f"{prefix}-{i}.txt"
        file.write_text("".join(f"{x} {y}\n" for x, y in curve.points))
        words.append(
            f"'{file}' with {panel.style} "
            f"linecolor rgb '{COLOURS[i % len(COLOURS)]}' title '{curve.title}'"
        )
    return "plot " + ", \\\n    ".join(words)


def draw(stem, panels):
    """Writes stem.png and stem.svg."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        words = ["set grid", "set key below", f"set multiplot layout 1,{len(panels)}"]
        for i, panel in enumerate(panels):
            words += [
                f"{'set' if panel.logarithmic else 'unset'} logscale y",
                f"set xlabel '{panel.x_title}'",
                f"set ylabel '{panel.y_title}'",
                plot_words(panel, folder, f"panel{i}"),
            ]
        words.append("unset multiplot")
        size = f"{PANEL_WIDTH * len(panels)},{HEIGHT}"
        script = []
        for terminal, ending in (("pngcairo", "png"), ("svg", "svg")):
            script += [
                "reset",
                f"set terminal {terminal} size {size} font 'Sans,11' background '#ffffff'",
                f"set output '{stem}.{ending}'",
                *words,
                "unset output",
            ]
        file = folder / "figure.gp"
        file.write_text("\n".join(script) + "\n")
        subprocess.run(["gnuplot", str(file)], check=True)
