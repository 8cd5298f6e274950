#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""Made tests/data/capture: make_capture.py COMMAND FOLDER

Sends four of the example pictures with model cifar10-slim-r6, adds a channel of 20 dB, two taps
and a carrier offset, keeps it as 16-bit integers, and receives it: the pictures are the golden
ones. The recipient's part of the model is kept in FOLDER/model, because models/ changes. A capture that was made stays; make it again only where the burst format has a new version."""

import glob
import os
import shutil
import subprocess
import sys

import numpy
from air_fixture import add_channel, read_recording, write_recording

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
MODEL = os.path.join(ROOT, "models", "cifar10-slim-r6")
PICTURES = ["ball", "flower", "house", "tree"]
ECHO = 0.3j  # of the tap three samples later


def main():
    command, folder = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    pictures = os.path.join(folder, "sent")
    os.makedirs(pictures)
    for name in PICTURES:
        shutil.copy(os.path.join(ROOT, "examples", "pictures", "small", name + ".png"), pictures)
    for role in ("decode", "decrypt"):
        subprocess.run(
            [command, "model", "split", MODEL, "--role", role]
            + ["--output", os.path.join(folder, "model")],
            check=True,
            timeout=300,
        )
    clean = os.path.join(folder, "clean.sigmf")
    subprocess.run(
        [command, "transmit", "--model", MODEL, "--input", pictures, "--gap", "700"]
        + ["--sink", "file:" + clean],
        check=True,
        timeout=300,
    )
    samples = read_recording(clean)
    samples = samples + ECHO * numpy.concatenate([numpy.zeros(3), samples[:-3]])
    samples = add_channel(samples, snr_db=20, offset=-0.6 / 64, delay=1500, seed=7)
    write_recording(os.path.join(folder, "air.sigmf"), samples, "ci16_le", 1e6)
    subprocess.run(
        [command, "receive", "--model", MODEL, "--output", folder]
        + ["--source", "file:" + os.path.join(folder, "air.sigmf")],
        check=True,
        timeout=300,
    )
    shutil.rmtree(pictures)
    for file in glob.glob(os.path.join(folder, "clean.*")):
        os.remove(file)


if __name__ == "__main__":
    main()
