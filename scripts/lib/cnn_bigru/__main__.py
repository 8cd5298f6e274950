# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `scripts/reproduce cnn-bigru` runs."""

import pathlib
import sys

for folder in ("common", "djescc_paper"):
    sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / folder))
from command import Missing, build, exit_code_of, require_gnuplot  # noqa: E402
from measuring import MODELS, YARDSTICKS, Measurement  # noqa: E402
from options import make_parser, resolve_folders  # noqa: E402
from pictures import find_cifar10_test  # noqa: E402
from report import write_report  # noqa: E402

QUICK_PICTURES, QUICK_STEPS = 500, 200

DESCRIPTION = """\
Figs. 4 to 9 of Abd Ali, "Secure image reconstruction using deep learning-based autoencoder with
integrated encryption layers" (2024), with this project's models: loss and what the paper calls
accuracy over the epochs, histograms and pictures; PSNR over SNR beside codec djscc at the same
rates; and what somebody learns from the latents, plain and under a link key."""

EPILOGUE = """\
OUTPUT has report.md, the figures as PNG and SVG, and what djescc said as JSON.

  scripts/reproduce cnn-bigru --data ~/data
  scripts/reproduce cnn-bigru --data ~/data --quick"""


def parse(arguments):
    parser = make_parser(
        "cnn-bigru",
        DESCRIPTION,
        EPILOGUE,
        data="where cifar10/test.bin is, and cifar10/train.bin for the attack",
        quick=f"{QUICK_PICTURES} pictures, attacks of {QUICK_STEPS} steps",
    )
    parser.add_argument("--limit", type=int, help="only the first so many pictures")
    parser.add_argument("--steps", type=int, help="of each attack (2000)")
    parser.add_argument("--pairs", type=int, help="known pictures of each attack (20000)")
    parser.add_argument("--snr", default="0:5:20", help="SNRs in dB (0:5:20)")
    options = parser.parse_args(arguments)
    resolve_folders(options)
    options.limit = options.limit or (QUICK_PICTURES if options.quick else 0)
    options.steps = options.steps or (QUICK_STEPS if options.quick else 2000)
    options.pairs = options.pairs or (10 * QUICK_PICTURES if options.quick else 20000)
    return options


def check(options):
    """What is missing is told before the build."""
    cifar10 = find_cifar10_test(options.data)
    for name in MODELS:
        log = options.models / name / "training-log.csv"
        if log.parent.is_dir() and "argmax_agreement" not in (
            log.read_text().partition("\n")[0] if log.is_file() else ""
        ):
            raise Missing(
                f"{log} is not there, or has no column argmax_agreement: copy log.csv of the "
                "training run to it"
            )
    for name in (*MODELS, *YARDSTICKS):
        if not (options.models / name / "model.json").is_file():
            raise Missing(
                f"there is no model {options.models / name}: train "
                f"examples/training/{name}.json (docs/autoencoders.md), or give another "
                "--models FOLDER"
            )
    require_gnuplot()
    return cifar10


def reproduce(options):
    cifar10 = check(options)
    command = (options.command or build()).resolve()
    print(write_report(options, Measurement(options, command, cifar10)))


def main(arguments):
    options = parse(arguments)
    return exit_code_of(lambda: reproduce(options))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
