#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""`scripts/reproduce cnn-bigru` on a few generated pictures and hardly trained models."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

from cifar10_fixture import write_cifar10
from command_fixture import COMMAND, command_test

SOURCE_DIR = os.environ["DJESCC_SOURCE_DIR"]
SCRIPT = os.path.join(SOURCE_DIR, "scripts", "reproduce")
sys.path.insert(0, os.path.join(SOURCE_DIR, "scripts", "lib", "cnn_bigru"))
import png  # noqa: E402

PICTURES = 24
MODELS = {
    "cifar10-cae": {"type": "cae"},
    "cifar10-cae-paper": {"type": "cae"},
    "cifar10-cnn-bigru": {"type": "cnn_bigru"},
    "cifar10-cnn-bigru-paper": {"type": "cnn_bigru"},
    "cifar10-djscc-r48": {"type": "djscc", "t": 2},
    "cifar10-djscc-r3": {"type": "djscc", "t": 32},
}


@unittest.skipUnless(shutil.which("gnuplot"), "gnuplot is not installed")
class reproduce_cnn_bigru(command_test):
    def setUp(self):
        super().setUp()
        write_cifar10(self.path("data", "cifar10", "test.bin"), PICTURES, seed=1)

    def train(self, name, codec):
        data = {"cifar10": "cifar10/test.bin"}
        config = {
            "name": name,
            "cipher": {"type": "none"},
            "codec": codec,
            "data": {"train": data, "validation": data, "crop": 32},
            "optimizer": {"batch": 8},
            "argmax_agreement": True,
            "steps": 2,
            "validate_every": 1,
        }
        with open(self.path("config.json"), "w") as file:
            json.dump(config, file)
        run = self.path("run", name)
        self.succeed(
            *["train", self.path("config.json"), "--data", self.path("data")],
            *["--output", run, "--device", "cpu", "--threads", "1"],
        )
        model = self.path("models", name)
        shutil.copytree(os.path.join(run, "model"), model)
        shutil.copy(os.path.join(run, "log.csv"), os.path.join(model, "training-log.csv"))

    def reproduce(self, *more):
        folders = [
            word for name in ("data", "models", "output") for word in (f"--{name}", self.path(name))
        ]
        return subprocess.run(
            ["bash", SCRIPT, "cnn-bigru", *folders, "--command", COMMAND, "--steps", "2"]
            + ["--snr", "0,20", "--device", "cpu", "--threads", "1", *more],
            capture_output=True,
            text=True,
            timeout=500,
        )

    def test_what_is_missing(self):
        result = self.reproduce()
        self.assertEqual(result.returncode, 1)
        self.assertIn("there is no model", result.stderr)
        os.remove(self.path("data", "cifar10", "test.bin"))
        result = self.reproduce()
        self.assertEqual(result.returncode, 1)
        self.assertIn("cifar10/test.bin is missing", result.stderr)

    def test_report(self):
        for name, codec in MODELS.items():
            self.train(name, codec)
        log = self.path("models", "cifar10-cae", "training-log.csv")
        os.rename(log, log + ".away")
        result = self.reproduce()
        self.assertEqual(result.returncode, 1)
        self.assertIn("copy log.csv", result.stderr)
        os.rename(log + ".away", log)
        result = self.reproduce()
        if "libsodium" in result.stderr:
            self.skipTest("built without libsodium")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        with open(self.path("output", "report.md")) as file:
            text = file.read()
        self.assertIn(text, result.stdout)
        # figures of the report are those of `djescc evaluate`
        with open(self.path("output", "without-noise.json")) as file:
            rows = json.load(file)["rows"]
        self.assertEqual(len(rows), 4)
        for row in rows:
            line = re.search(rf"^\| `{row['model']}` .*$", text, re.MULTILINE).group(0)
            self.assertIn(f"{100 * row['argmax_agreement']:.2f}", line)
            self.assertIn(f"{row['psnr_db']:.2f}", line)
        self.assertIn("PSNR of 36.2 dB", text)  # what the paper's MSE would be
        self.assertRegex(text, r"`cifar10-cae` +\| 1/48 ")
        self.assertRegex(text, r"`cifar10-djscc-r3` +\| 1/3 ")
        self.assertEqual(len(re.findall(r"\| link key \|", text)), 2)
        files = os.listdir(self.path("output"))
        for name in re.findall(r"\]\((.*?)\)", text):
            self.assertIn(name, files)
        with open(self.path("output", "fig4.svg")) as file:
            drawn = file.read()
        for words in ("cifar10-cae-paper, training", "cifar10-cae, test", "mean squared error"):
            self.assertIn(words, drawn)

    def test_histograms(self):
        """Levels of a PNG that the command wrote, and so may have any of PNG's filters."""
        picture = os.path.join(SOURCE_DIR, "examples", "pictures", "small")
        file = next(f for f in sorted(os.listdir(picture)) if f.endswith(".png"))
        path = self.path("picture.png")
        shutil.copy(os.path.join(picture, file), path)
        self.succeed(
            *["model", "create", "--cipher", "none", "--codec", "direct"],
            *["--output", self.path("direct")],
        )
        self.succeed(
            *["simulate", "--model", self.path("direct"), "--input", path, "--snr", "100"],
            *["--output", self.path("received"), "--device", "cpu"],
        )
        [received] = [
            os.path.join(folder, name)
            for folder, _, names in os.walk(self.path("received"))
            for name in names
        ]
        sent, arrived = (png.levels(pathlib.Path(p)) for p in (path, received))
        self.assertEqual(len(sent), len(arrived))
        self.assertLessEqual(max(abs(a - b) for a, b in zip(sent, arrived)), 1)
        self.assertEqual(sum(png.histogram(pathlib.Path(path))), len(sent))


if __name__ == "__main__":
    unittest.main()
