# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""The models that curves are drawn of: those of codec `separate`, which are made here, and
those of the project."""

import json
import subprocess

# from the most robust on
LINKS = [
    ("bpsk", "1/2"),
    ("qpsk", "1/2"),
    ("qpsk", "3/4"),
    ("16-qam", "1/2"),
    ("16-qam", "3/4"),
    ("64-qam", "2/3"),
    ("64-qam", "5/6"),
]
RATIOS = ["1/6", "1/12", "1/24"]
# Of the project's own, by data set and n / k: those for photographs, and of the many for 32x32
# those that hide nothing, whose pictures are the best.
OWN = {
    "kodak": ["photo-*-r{}", "photo-*-r{}-*"],
    "cifar10": ["cifar10-*-r{}-lambda0", "cifar10-adjscc-*-r{}", "cifar10-hybrid-r{}*"],
}


def make_digital_model(command, folder, ratio, link, speed):
    """The directory of a model of codec `separate`, made where it is not there."""
    modulation, code_rate = link
    name = f"{modulation}-{code_rate}".replace("/", "-")
    directory = folder / f"{name}-r{ratio}-{speed}".replace("/", "-")
    config = {
        "bandwidth_ratio": ratio,
        "modulation": modulation,
        "code_rate": code_rate,
        "speed": speed,
    }
    if not (directory / "model.json").is_file():
        subprocess.run(
            [command, "model", "create", "--cipher", "none", "--codec", "separate"]
            + ["--codec-config", json.dumps(config), "--name", name, "--snr=-2,25"]
            + ["--output", directory],
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return directory


def own_models(models, data, ratio):
    """Directories of the project's models for a data set and bandwidth ratio."""
    inverse = ratio.split("/")[1]
    found = [path for glob in OWN[data] for path in models.glob(glob.format(inverse))]
    return sorted({path for path in found if (path / "model.json").is_file()})
