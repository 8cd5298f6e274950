# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `scripts/reproduce djescc` runs."""

import pathlib
import sys

from pictures import Missing, find_cifar10_test, find_photograph
from command import TREE, build, exit_code_of, require_gnuplot
from options import make_parser, positive, resolve_folders
from report import Reproduction

QUICK_CIFAR10, QUICK_PHOTOGRAPHS = 500, 4

DESCRIPTION = """\
Tables I and II and Figs. 8 to 13 of Xu, Ai, Chen, Wang and Rodrigues, "Deep Joint Encryption
and Source-Channel Coding: An Image Visual Protection Approach", beside this project's."""

EPILOGUE = """\
Without --train the models in models/ are measured; those that are not there are named.
With --train they are trained first, into OUTPUT/runs, and a run that was stopped goes on; a
full-length run wants a GPU. Training data: docs/training.md; the tables: docs/djescc.md.

  scripts/reproduce djescc --data ~/data --photos ~/kodak
  scripts/reproduce djescc --data ~/data --quick
  scripts/reproduce djescc --data ~/data --train --device cuda
  scripts/reproduce djescc --data ~/data --train --only cifar10-slim-r6 --epochs 3"""


def parse(arguments):
    parser = make_parser(
        "djescc",
        DESCRIPTION,
        EPILOGUE,
        data="where cifar10/test.bin is, and what training needs",
        quick=f"only CIFAR-10's first {QUICK_CIFAR10} pictures, and the first "
        f"{QUICK_PHOTOGRAPHS} photographs",
    )
    parser.add_argument(
        "--photos",
        type=pathlib.Path,
        metavar="FOLDER",
        default=TREE / "examples/pictures/photo",
        help="photographs for Figs. 12 and 13, in the paper Kodak's 24 (default: the "
        "project's example pictures)",
    )
    parser.add_argument(
        "--draws", type=positive, default=10, help="draws of noise in the tables (default: 10)"
    )
    parser.add_argument(
        "--snr", default="0:5:20", help="SNRs of the curves, drawn once (default: 0:5:20)"
    )
    parser.add_argument(
        "--size",
        choices=["slim", "quality"],
        default="slim",
        help="of the models, where there is one of both sizes (default: slim)",
    )
    parser.add_argument("--train", action="store_true", help="train the models first")
    parser.add_argument(
        "--only", help="models to train and measure, separated by commas (default: all)"
    )
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--steps", type=positive, help="of training, instead of full length")
    length.add_argument("--epochs", type=positive, help="the same in epochs")
    options = parser.parse_args(arguments)
    if (options.steps or options.epochs) and not options.train:
        parser.error("--steps and --epochs are of training: give --train too")
    resolve_folders(options, "photos")
    options.limits = (
        {"cifar10": QUICK_CIFAR10, "photographs": QUICK_PHOTOGRAPHS} if options.quick else {}
    )
    return options


def reproduce(options):
    # what is missing is told before the build
    cifar10 = find_cifar10_test(options.data)
    if not options.photos.is_dir():
        raise Missing(f"there is no folder {options.photos}: give another --photos FOLDER")
    photograph = find_photograph(options.photos)
    require_gnuplot()
    command = (options.command or build()).resolve()
    Reproduction(options, command, cifar10, photograph, TREE).run()


def main(arguments):
    options = parse(arguments)
    return exit_code_of(lambda: reproduce(options))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
