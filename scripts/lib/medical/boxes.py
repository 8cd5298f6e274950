# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""Box plots of what `djescc security` measured of each picture, by gnuplot: Figs. 11 and 12."""

import pathlib
import subprocess
import tempfile

WIDTH, HEIGHT = 900, 500
DIRECTIONS = ("horizontal", "vertical", "diagonal")


def correlations(images):
    """For each direction the pictures' own and those of what is sent."""
    return {
        f"{direction}, {of}": [image["correlation"][direction][of] for image in images]
        for of in ("plain", "cipher")
        for direction in DIRECTIONS
    }


def entropies(images):
    """In bits, of the pictures and of what is sent."""

    def of(image, what):
        return next(row["entropy"] for row in image["statistics"] if row["of"] == what)

    return {what: [of(image, what) for image in images] for what in ("plain", "cipher")}


def panel(file, titles, first_column):
    """gnuplot's words for the boxes of columns that follow each other in a file."""
    ticks = ", ".join(f"'{title}' {i + 1}" for i, title in enumerate(titles))
    boxes = ", ".join(
        f"'{file}' using ({i + 1}):{i + first_column} notitle" for i in range(len(titles))
    )
    return [
        f"set xtics ({ticks}) rotate by -20",
        f"set xrange [0.5:{len(titles) + 0.5}]",
        f"plot {boxes}",
    ]


def draw_boxes(stem, title, groups):
    """Writes stem.png and stem.svg: a panel for the plain pictures, one for what is sent, each
    with its own scale. groups: lists of numbers by name, those of "plain" first."""
    names = list(groups)
    halves = [names[: len(names) // 2], names[len(names) // 2 :]]
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "values.txt"
        rows = zip(*groups.values())
        file.write_text("".join(" ".join(map(str, row)) + "\n" for row in rows))
        words = [
            "set grid ytics",
            "set style data boxplot",
            "set style fill solid 0.3",
            "set boxwidth 0.5",
            "set multiplot layout 1,2",
        ]
        for i, half in enumerate(halves):
            words.append(f"set ylabel '{title}'")
            words += panel(file, half, 1 + i * len(halves[0]))
        words.append("unset multiplot")
        script = []
        for terminal, ending in (("pngcairo", "png"), ("svg", "svg")):
            script += [
                "reset",
                f"set terminal {terminal} size {WIDTH},{HEIGHT} font 'Sans,11' "
                "background '#ffffff'",
                f"set output '{stem}.{ending}'",
                *words,
                "unset output",
            ]
        program = pathlib.Path(folder) / "boxes.gp"
        program.write_text("\n".join(script) + "\n")
        subprocess.run(["gnuplot", str(program)], check=True)
