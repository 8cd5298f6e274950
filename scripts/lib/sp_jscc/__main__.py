# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `scripts/reproduce sp-jscc` runs."""

import pathlib
import sys

for folder in ("common", "djescc_paper", "baseline"):
    sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / folder))
from command import Missing, build, exit_code_of, require_gnuplot  # noqa: E402
from measuring import EXAMPLE_SNR, Measurement  # noqa: E402
from options import make_parser, resolve_folders  # noqa: E402
from pictures import find_cifar10_test  # noqa: E402
from report import write_report  # noqa: E402

QUICK_PICTURES, QUICK_DRAWS, QUICK_DIGITAL = 500, 2, 20
DRAWS, DIGITAL = 5, 200

DESCRIPTION = """\
Figs. 5 to 10 of Sun, Guo, Yang, Chen, Tang and Liu, "Deep joint source-channel coding based on
semantics of pixels" (SP-JSCC), with this project's models: accuracy, F1, PSNR and SSIM at the
receiver over SNR and channel uses for a pixel, in five runs with their spread; the weights as
pictures; example pictures with the classes that they are taken for. Beside AR-JSCC and SP-JSCC
stand a model trained for the classifier's logits, and digital transmission (codec separate) at
the paper's point and at its best."""

EPILOGUE = """\
A run that was stopped goes on with what is not measured yet. OUTPUT has report.md, the figures
as PNG and SVG, and what `djescc evaluate` said as JSON.

  scripts/reproduce sp-jscc --data ~/data
  scripts/reproduce sp-jscc --data ~/data --quick
  scripts/reproduce sp-jscc --data ~/data --limit 2000 --snr 0:5:20"""


def parse(arguments):
    parser = make_parser(
        "sp-jscc",
        DESCRIPTION,
        EPILOGUE,
        data="where cifar10/test.bin is",
        quick=f"{QUICK_PICTURES} pictures, {QUICK_DRAWS} runs, {QUICK_DIGITAL} pictures digitally",
    )
    parser.add_argument(
        "--ar",
        default="cifar10-arjscc-twin",
        help="AR-JSCC's, trained as long as SP-JSCC's (cifar10-arjscc-twin)",
    )
    parser.add_argument("--sp", default="cifar10-sp-jscc", help="SP-JSCC's (cifar10-sp-jscc)")
    parser.add_argument(
        "--logits",
        default="cifar10-arjscc-logits",
        help="one trained for the classifier's answer itself (cifar10-arjscc-logits)",
    )
    parser.add_argument(
        "--classifier",
        type=pathlib.Path,
        metavar="FOLDER",
        help="the classifier at the receiver (default: MODELS/classifiers/residual-cifar10)",
    )
    parser.add_argument("--limit", type=int, help="only the first so many pictures")
    parser.add_argument("--draws", type=int, help=f"runs, each with its noise ({DRAWS})")
    parser.add_argument(
        "--digital-limit", type=int, help=f"pictures that are sent digitally ({DIGITAL})"
    )
    parser.add_argument("--snr", default="0:5:20", help="SNRs in dB, 5 among them (0:5:20)")
    options = parser.parse_args(arguments)
    try:
        example = has_example_snr(options.snr)
    except ValueError:
        parser.error("--snr is a list such as 0,5,10 or START:STEP:STOP")
    if not example:
        parser.error(f"--snr: the paper's figures are at {EXAMPLE_SNR} dB, so have it among them")
    resolve_folders(options)
    options.classifier = options.classifier or options.models / "classifiers/residual-cifar10"
    options.limit = options.limit or (QUICK_PICTURES if options.quick else 0)
    options.draws = options.draws or (QUICK_DRAWS if options.quick else DRAWS)
    options.digital_limit = options.digital_limit or (QUICK_DIGITAL if options.quick else DIGITAL)
    return options


def has_example_snr(snrs):
    """Whether a list such as 0:5:20 or 0,5 has the SNR of the paper's figures."""
    wanted = float(EXAMPLE_SNR)
    for part in snrs.split(","):
        numbers = [float(word) for word in part.split(":")]
        if len(numbers) == 1 and numbers[0] == wanted:
            return True
        if len(numbers) == 3 and numbers[1] > 0 and numbers[0] <= wanted <= numbers[2]:
            steps = (wanted - numbers[0]) / numbers[1]
            if abs(steps - round(steps)) < 1e-9:
                return True
    return False


def check(options):
    """What is missing is told before the build."""
    cifar10 = find_cifar10_test(options.data)
    for name in (options.ar, options.sp, options.logits):
        if not (options.models / name / "model.json").is_file():
            raise Missing(
                f"there is no model {options.models / name}: train "
                f"examples/training/{name}.json (docs/sp-jscc.md), or give another --models FOLDER"
            )
    if not (options.classifier / "classifier.json").is_file():
        raise Missing(
            f"there is no classifier {options.classifier}: train "
            "examples/training/residual-cifar10.json, or give another --classifier FOLDER"
        )
    require_gnuplot()
    return cifar10


def reproduce(options):
    cifar10 = check(options)
    command = (options.command or build()).resolve()
    print(write_report(options, Measurement(options, command, cifar10).run()))


def main(arguments):
    options = parse(arguments)
    return exit_code_of(lambda: reproduce(options))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
