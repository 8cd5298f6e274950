#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""`scripts/reproduce sp-jscc` on a few generated pictures and untrained models."""

import json
import os
import re
import shutil
import subprocess
import unittest

from cifar10_fixture import write_cifar10
from command_fixture import COMMAND, command_test, run

SCRIPT = os.path.join(os.environ["DJESCC_SOURCE_DIR"], "scripts", "reproduce")
PICTURES, DRAWS = 12, 2


@unittest.skipUnless(shutil.which("gnuplot"), "gnuplot is not installed")
class reproduce_sp_jscc(command_test):
    def setUp(self):
        super().setUp()
        # the last picture is a dog, as are those of the example pictures
        write_cifar10(self.path("data", "cifar10", "test.bin"), PICTURES, seed=1)
        config = {
            "task": "classification",
            "name": "small",
            "net": {"type": "residual", "width": 4, "stages": 1},
            "data": {key: {"cifar10": "cifar10/test.bin"} for key in ("train", "validation")},
            "optimizer": {"batch": 12},
            "steps": 5,
        }
        with open(self.path("small.json"), "w") as file:
            json.dump(config, file)
        self.succeed(
            *["train", self.path("small.json"), "--data", self.path("data")],
            *["--output", self.path("classifier"), "--device", "cpu", "--threads", "1"],
        )

    def add_model(self, name):
        self.succeed(
            *["model", "create", "--cipher", "none", "--codec", "arjscc", "--name", name],
            *["--codec-config", json.dumps({"width": 48, "initialization": "transform"})],
            *["--snr", "0,20", "--output", self.path("models", name)],
        )

    def reproduce(self, *more):
        folders = [
            word
            for name in ("data", "models", "output", "classifier")
            for word in (f"--{name}", self.path(name))
        ]
        return subprocess.run(
            ["bash", SCRIPT, "sp-jscc", *folders, "--command", COMMAND, "--draws", str(DRAWS)]
            + ["--snr", "5,20", "--digital-limit", "2", "--device", "cpu", "--threads", "1", *more],
            capture_output=True,
            text=True,
            timeout=500,
        )

    def test_what_is_missing(self):
        result = self.reproduce()
        self.assertEqual(result.returncode, 1)
        self.assertIn("there is no model", result.stderr)
        self.assertIn("cifar10-arjscc-twin", result.stderr)
        for snrs in ("0,20", "0:5", "0:0:20", "low", "1:2:4"):
            self.assertEqual(self.reproduce("--snr", snrs).returncode, 2)

    def test_report(self):
        result = run("model", "create", "--cipher", "none", "--codec", "separate", "--output", "x")
        if "is unknown" in result.stderr:
            self.skipTest("built without digital codecs")
        for name in ("cifar10-arjscc-twin", "cifar10-sp-jscc", "cifar10-arjscc-logits"):
            self.add_model(name)
        result = self.reproduce()
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        with open(self.path("output", "report.md")) as file:
            text = file.read()
        self.assertIn(text, result.stdout)
        # figures of the report are those of `djescc evaluate`
        with open(self.path("output", "groups-8.json")) as file:
            rows = json.load(file)["rows"]
        self.assertEqual(len(rows), 6)
        for row in rows:
            self.assertEqual(row["channel_uses_per_pixel"], 0.5)
            self.assertEqual(len(row["classified"]["accuracy_of_draws"]), DRAWS)
            accuracy = f"{100 * row['classified']['accuracy']:.2f}"
            table = text.split(f"{row['snr_db']} dB SNR\n")[1].split("\n##")[0]
            line = re.search(rf"^\| `{row['model']}` *\| 8 .*$", table, re.M).group(0)
            self.assertIn(accuracy, line)
            self.assertIn(f"{row['psnr_db']:.2f}", line)
        # two fresh nets of one seedless draw are not alike, but are at one rate
        with open(self.path("output", "adaptive.json")) as file:
            adaptive = json.load(file)["rows"]
        for row in adaptive:
            self.assertGreaterEqual(row["channel_uses_per_pixel"], 0.25)
            self.assertLessEqual(row["channel_uses_per_pixel"], 0.5)
        self.assertIn("16-qam-3-4", text)
        self.assertIn("missed by", text)  # untrained nets reach no goal
        files = os.listdir(self.path("output"))
        for name in re.findall(r"\]\((.*?)\)", text):
            self.assertIn(name, files)
        with open(self.path("output", "fig6.svg")) as file:
            drawn = file.read()
        for words in ("SP-JSCC, rate by policy", "channel uses for a pixel", "accuracy in %"):
            self.assertIn(words, drawn)
        again = self.reproduce()
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual(again.stdout.count("measured already: "), 7)


if __name__ == "__main__":
    unittest.main()
