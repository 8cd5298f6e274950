# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `scripts/reproduce baseline` runs."""

import json
import pathlib
import shutil
import sys
import time

from digital_models import LINKS, RATIOS, make_digital_model, own_models

for folder in ("common", "djescc_paper"):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / folder))
from command import (  # noqa: E402
    Missing,
    build,
    exit_code_of,
    require_gnuplot,
    run_to_file,
)
from options import make_parser, resolve_folders  # noqa: E402
from tables import curve_table, markdown_table, number  # noqa: E402

PICTURES = {"kodak": None, "cifar10": 200}
QUICK_PICTURES = {"kodak": 4, "cifar10": 20}
SNRS, QUICK_SNRS = "-2:1:25", "-2:3:25"
# One in each gap between the cliffs of QPSK 1/2, 16-QAM 1/2, 16-QAM 3/4 and 64-QAM 5/6.
SHEET_SNRS = "1,7,13,19"

DESCRIPTION = """\
Pictures by HEVC and LDPC in seven modulations and code rates (codec separate), the best of
them at each SNR ("digital, channel known"), Shannon's bound with the same HEVC, and this
project's models, on Kodak's pictures and CIFAR-10's first 200 test pictures, at R = 1/6, 1/12
and 1/24: a table, a plot and a contact sheet each."""

EPILOGUE = """\
A run that was stopped goes on with the first data set and R that is not finished. Each has a
folder in OUTPUT: table.txt, figures.json, figures.csv, plot.png, plot.svg, sheet.png.
report.md holds all tables. docs/baseline.md says what is counted.

  scripts/reproduce baseline --data ~/data
  scripts/reproduce baseline --data ~/data --quick
  scripts/reproduce baseline --data ~/data --only kodak --ratio 1/6"""


def parse(arguments):
    parser = make_parser(
        "baseline",
        DESCRIPTION,
        EPILOGUE,
        data="where kodak/ and cifar10/test.bin are; what is not there is left out",
        quick=f"{QUICK_PICTURES['kodak']} and {QUICK_PICTURES['cifar10']} pictures, every third "
        "SNR, and HEVC's fast search",
    )
    parser.add_argument("--only", choices=list(PICTURES), help="one data set (default: both)")
    parser.add_argument(
        "--ratio", choices=RATIOS, action="append", help="one R, or several (default: all)"
    )
    parser.add_argument("--snr", help=f"SNRs in dB (default: {SNRS}; quick: {QUICK_SNRS})")
    parser.add_argument(
        "--sheet-snr",
        default=SHEET_SNRS,
        help=f"those of the contact sheets (default: {SHEET_SNRS})",
    )
    parser.add_argument("--limit", type=int, help="only the first so many pictures")
    parser.add_argument(
        "--speed",
        choices=["fast", "normal", "best"],
        help="HEVC's search (default: normal; quick: fast)",
    )
    options = parser.parse_args(arguments)
    resolve_folders(options)
    options.ratio = options.ratio or RATIOS
    options.snr = options.snr or (QUICK_SNRS if options.quick else SNRS)
    options.speed = options.speed or ("fast" if options.quick else "normal")
    return options


def find_data(options):
    """`djescc evaluate`'s arguments for each data set that is there."""
    files = {
        "kodak": ("--input", options.data / "kodak"),
        "cifar10": ("--cifar10", options.data / "cifar10/test.bin"),
    }
    wanted = [options.only] if options.only else list(files)
    found = {name: files[name] for name in wanted if files[name][1].exists()}
    for name in wanted:
        if name not in found:
            print(f"{name}: left out, there is no {files[name][1]}", file=sys.stderr)
    if not found:
        raise Missing("there are no pictures: give --data FOLDER (docs/training.md)")
    return {name: list(map(str, argument)) for name, argument in found.items()}


class Unit:
    """One data set at one bandwidth ratio."""

    def __init__(self, options, command, data, source, ratio):
        self.options, self.command, self.data, self.ratio = options, command, data, ratio
        self.source = source
        self.name = f"{data}-r{ratio.split('/')[1]}"
        self.folder = options.output / self.name

    def settings(self):
        """What the figures depend on."""
        own = own_models(self.options.models, self.data, self.ratio)
        return {
            "source": self.source,
            "snr": self.options.snr,
            "sheet_snr": self.options.sheet_snr,
            "limit": self.limit(),
            "speed": self.options.speed,
            "models": {path.name: (path / "model.json").read_text() for path in own},
        }

    def limit(self):
        if self.options.limit:
            return self.options.limit
        return (QUICK_PICTURES if self.options.quick else PICTURES)[self.data]

    def finished(self):
        file = self.folder / "settings.json"
        return file.is_file() and json.loads(file.read_text()) == self.settings()

    def measure(self):
        digital = [
            make_digital_model(
                self.command, self.options.output / "models", self.ratio, link, self.options.speed
            )
            for link in LINKS
        ]
        models = digital + own_models(self.options.models, self.data, self.ratio)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        arguments = [word for model in models for word in ("--model", model)]
        arguments += [*self.source, f"--snr={self.options.snr}", "--envelope", "--shannon"]
        if self.limit():
            arguments += ["--limit", str(self.limit())]
        arguments += ["--json", self.folder / "figures.json"]
        arguments += ["--csv", self.folder / "figures.csv", "--plot", self.folder / "plot"]
        arguments += ["--sheet", self.folder / "sheet.png"]
        arguments += [f"--sheet-snr={self.options.sheet_snr}"]
        arguments += ["--device", self.options.device, "--threads", str(self.options.threads)]
        begin = time.monotonic()
        run_to_file([self.command, "evaluate", *arguments], self.folder / "table.txt")
        print(f"{self.name}: {time.monotonic() - begin:.0f} s", file=sys.stderr)
        # the last file, by which a later run knows that all are there
        (self.folder / "settings.json").write_text(json.dumps(self.settings(), indent=1))

    def report(self):
        rows = json.loads((self.folder / "figures.json").read_text())["rows"]
        text = f"## {self.data}, R = {self.ratio}\n\n{curve_table(rows)}\n"
        lost = [row for row in rows if row["outage_percent"] not in (0, 100)]
        if lost:
            cells = [
                [f"`{row['model']}`", row["snr_db"], number(row["outage_percent"], 1)]
                for row in lost
            ]
            text += "\nOn the cliff, where some pictures arrive and some do not:\n\n"
            text += markdown_table(["model", "SNR dB", "outages %"], cells) + "\n"
        return text + f"\n![]({self.name}/plot.png)\n\n![]({self.name}/sheet.png)\n"


def run(options, command, found):
    units = [
        Unit(options, command, data, source, ratio)
        for data, source in found.items()
        for ratio in options.ratio
    ]
    for unit in units:
        if unit.finished():
            print(f"{unit.name}: is there already", file=sys.stderr)
        else:
            unit.measure()
    text = "# Digital transmission beside this project's models\n\n"
    text += "Mean PSNR in dB over pictures, those that did not arrive included as grey.\n\n"
    text += "\n".join(unit.report() for unit in units)
    (options.output / "report.md").write_text(text)
    print(text)


def reproduce(options):
    # what is missing is told before the build
    found = find_data(options)
    require_gnuplot()
    run(options, (options.command or build()).resolve(), found)


def main(arguments):
    options = parse(arguments)
    return exit_code_of(lambda: reproduce(options))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
