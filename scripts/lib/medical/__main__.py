# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of the medical paper beside this project's; run by scripts/reproduce medical."""

import argparse
import json
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "common"))

from ablation import run_ablation  # noqa: E402
from boxes import correlations, draw_boxes, entropies  # noqa: E402
from command import (  # noqa: E402
    TREE,
    Missing,
    build,
    exit_code_of,
    require_gnuplot,
    run_to_file,
)

SHOWN = 4  # pictures of the report
EXAMPLES = """examples:
  scripts/reproduce medical --xrays XRAYS/test
  scripts/reproduce medical --xrays XRAYS/test --ablation XRAYS/train --steps 300

XRAYS/test holds the pictures to measure: any grey pictures of 256x256 pixels or more. Reports with
pictures, histograms and scatter plots are written to --output.
"""


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="scripts/reproduce medical",
        description="Tables 2 to 6 of Long et al. (2023), beside ours.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    folder = {"type": pathlib.Path, "metavar": "FOLDER"}
    parser.add_argument("--xrays", **folder, required=True, help="pictures to measure")
    parser.add_argument(
        "--model", **folder, default=TREE / "models/xray-medical", help="models/xray-medical"
    )
    parser.add_argument("--output", **folder, default="reproduce-medical", help="for reports")
    parser.add_argument("--ablation", **folder, help="pictures to train Table 3 on")
    parser.add_argument("--steps", type=int, default=300, help="of each row of Table 3 (300)")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:N")
    parser.add_argument(
        "--command", type=pathlib.Path, help="a djescc command (default: one is built)"
    )
    options = parser.parse_args(arguments)
    for name in ("xrays", "model", "output", "ablation"):
        if getattr(options, name) is not None:
            setattr(options, name, pathlib.Path(getattr(options, name)).resolve())
    return options


def print_table(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def show(path):
    print(path.read_text(), end="", flush=True)


def reproduce(options):
    if not options.xrays.is_dir() or not os.listdir(options.xrays):
        raise Missing(f"there are no pictures in {options.xrays}: give --xrays FOLDER")
    if not (options.model / "model.json").is_file():
        raise Missing(
            f"there is no model {options.model}: train examples/training/xray-medical.json "
            "(docs/medical.md), or give another --model"
        )
    require_gnuplot()
    command = (options.command or build()).resolve()
    options.output.mkdir(parents=True, exist_ok=True)
    security = [command, "security", "--model", options.model, "--device", options.device]
    security += ["--size", 256, "--pairs", 10000, "--paper"]
    tables = options.output / "tables.txt"
    run_to_file(
        [*security, "--images", options.xrays, "--json", options.output / "figures.json"],
        tables,
    )
    show(tables)
    images = json.loads((options.output / "figures.json").read_text())["images"]
    draw_boxes(options.output / "fig11", "correlation of neighbours", correlations(images))
    draw_boxes(options.output / "fig12", "entropy in bits", entropies(images))
    over_snr = options.output / "snr.txt"
    run_to_file(
        [command, "evaluate", "--model", options.model, "--input", options.xrays, "--grey"]
        + ["--snr", "0:5:20", "--device", options.device, "--json", options.output / "snr.json"],
        over_snr,
    )
    print("\nOver white noise, which the paper does not try:")
    show(over_snr)
    with tempfile.TemporaryDirectory() as shown:
        for picture in sorted(options.xrays.iterdir())[:SHOWN]:
            os.symlink(picture, pathlib.Path(shown) / picture.name)
        run_to_file(
            [*security, "--images", shown, "--report", options.output / "report.html"]
            + ["--figures", options.output / "figures"],
            options.output / "report.txt",
        )
    if options.ablation is not None:
        rows = run_ablation(command, options)
        print(f"\nTable 3, {options.steps} steps at 64x64 of a net of a quarter of the width:")
        print_table(rows)
    print(f"\nReport: {options.output}/report.html; pictures: {options.output}/figures")
    print(f"Box plots of all pictures (Figs. 11, 12): {options.output}/fig11.png, fig12.png")


def main(arguments):
    options = parse(arguments)
    return exit_code_of(lambda: reproduce(options))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
