# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that the reproductions with data, models and a report have alike."""

import argparse
import os
import pathlib

from command import TREE

FOLDERS = ("data", "models", "output")


def positive(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def make_parser(paper, description, epilogue, data, quick):
    """data: what --data says of its folder; quick: what --quick leaves."""
    parser = argparse.ArgumentParser(
        prog=f"scripts/reproduce {paper}",
        description=description,
        epilog=epilogue,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    folder = {"type": pathlib.Path, "metavar": "FOLDER"}
    output = f"reproduce-{paper}"
    parser.add_argument("--data", **folder, default="data", help=f"{data} (default: data)")
    parser.add_argument("--models", **folder, default=TREE / "models", help="default: models")
    parser.add_argument("--output", **folder, default=output, help=f"default: {output}")
    parser.add_argument("--quick", action="store_true", help=quick)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:N")
    parser.add_argument(
        "--threads", type=positive, default=os.cpu_count(), help="CPU threads (default: all)"
    )
    parser.add_argument(
        "--command",
        type=pathlib.Path,
        help="a djescc command that is built already (default: one is built in build/)",
    )
    return parser


def resolve_folders(options, *more):
    """The folders as whole paths, those of options that only one reproduction has too."""
    for name in (*FOLDERS, *more):
        setattr(options, name, getattr(options, name).resolve())
