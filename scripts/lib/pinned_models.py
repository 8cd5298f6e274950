# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of the shipped models on the example pictures, which a test pins."""

import json
import pathlib
import subprocess
import tempfile

TREE = pathlib.Path(__file__).resolve().parents[2]
PINNED = TREE / "tests/data/models.json"
SNR_DB = 10
SEED = 1
DECIMALS = 4

# In examples/pictures: all small ones, and two photographs that do not take long.
SMALL, SMALL_SIDE = "small", 32
PHOTO = "photo/p*.png"


def model_directories():
    return sorted(path.parent for path in (TREE / "models").glob("*/model.json"))


def pictures_for(directory):
    """Small pictures for models that were validated on pictures of that size."""
    quality = json.loads((directory / "model.json").read_text()).get("quality", {})
    return SMALL if quality.get("crop") == SMALL_SIDE else PHOTO


def channels_of(directory):
    codec = json.loads((directory / "model.json").read_text())["codec"]
    return codec.get("channels", 3)


def stage(row):
    """A stage's figures; none for what is infinite, as of pictures that are not protected."""
    return {
        key: round(row[key], DECIMALS) for key in ("psnr_db", "ssim") if row[key] is not None
    }


def measure(command, directories, seed=SEED):
    """Figures of each model, {name of the directory: {...}}; one run of the command for
    each kind of pictures."""
    figures = {}
    kinds = [(pictures, channels) for pictures in (SMALL, PHOTO) for channels in (3, 1)]
    for pictures, channels in kinds:
        chosen = [
            path
            for path in directories
            if pictures_for(path) == pictures and channels_of(path) == channels
        ]
        if not chosen:
            continue
        with tempfile.TemporaryDirectory() as scratch:
            file = pathlib.Path(scratch) / "figures.json"
            words = [command, "evaluate", "--input", TREE / "examples/pictures" / pictures]
            words += ["--snr", SNR_DB, "--seed", seed, "--device", "cpu"]
            for path in chosen:
                words += ["--model", path]
            words += ["--json", file]
            subprocess.run([str(w) for w in words], check=True, stdout=subprocess.DEVNULL)
            rows = json.loads(file.read_text())["rows"]
        for path, row in zip(chosen, rows, strict=True):
            figures[path.name] = {
                "pictures": pictures,
                "decrypted": stage(row),
                "protected": stage(row["protected"]),
                "decoded": stage(row["decoded"]),
            }
    return figures
