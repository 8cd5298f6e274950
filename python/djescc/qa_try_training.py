#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""`scripts/try-training` on a few generated pictures."""

import json
import os
import subprocess
import sys
import unittest

from cifar10_fixture import write_cifar10
from command_fixture import COMMAND, command_test

SOURCE = os.environ["DJESCC_SOURCE_DIR"]
SCRIPT = os.path.join(SOURCE, "scripts", "try-training")
CODEC_ALONE = "cifar10-slim-r6-pe"  # trains fastest


class try_training(command_test):
    def try_training(self, *more):
        folders = ["--data", self.path("data"), "--output", self.path("output")]
        return subprocess.run(
            [sys.executable, SCRIPT, "--command", COMMAND, "--threads", "1", "--device", "cpu"]
            + folders
            + list(more),
            capture_output=True,
            text=True,
            timeout=300,
        )

    def test_a_configuration_is_trained_and_resumed(self):
        for name in ("train", "test"):
            write_cifar10(self.path("data", "cifar10", f"{name}.bin"), 8, seed=1)
        result = self.try_training("--limit", "8", "--epochs", "4", CODEC_ALONE)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        header, _, row = result.stdout.strip().splitlines()
        cells = dict(zip(header.split(" | "), row.split(" | ")))
        self.assertEqual(cells["steps"], "4")  # a batch of all eight pictures each
        self.assertEqual(cells["resumed at |"], "2 |")
        self.assertGreater(float(cells["validation"].removesuffix(" dB")), 0)
        with open(self.path("output", "table.md")) as file:
            self.assertEqual(file.read(), result.stdout)

    def test_shipped_models_and_features_are_started_from(self):
        for name in ("train", "test"):
            write_cifar10(self.path("data", "cifar10", f"{name}.bin"), 4, seed=1)
        roles, all_four, larger = names = [
            "cifar10-slim-r12",
            "cifar10-slim-r6-lambda0.5",
            "cifar10-quality-r12",
        ]
        result = self.try_training("--limit", "4", "--epochs", "2", *names)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        configs = {}
        for run in os.listdir(self.path("output")):
            if run != "table.md":
                with open(self.path("output", run, "run", "config.json")) as file:
                    configs[run.rpartition("-")[0]] = json.load(file)
        self.assertEqual(sorted(configs), sorted(names))
        # "runs/NAME/model": the user's own run or the shipped model, one for each role here
        for role in ("decrypt", "encrypt"):
            self.assertIn("/cifar10-slim-r6-lambda0.005", configs[roles]["initial"][role])
        # and here one of all four
        self.assertRegex(configs[all_four]["initial"], "/cifar10-slim-r6(/model)?$")
        # the nets that it grows from fit, or it would not have been trained
        self.assertTrue(configs[larger]["grow"])
        weights = os.path.join(SOURCE, "models/features/vgg16-cifar10/features.safetensors")
        for config in configs.values():
            self.assertEqual(config["loss"]["features"]["weights"], weights)

    def test_failures_are_told(self):
        result = self.try_training(CODEC_ALONE)
        self.assertEqual(result.returncode, 1)
        self.assertIn("train.bin", result.stderr)
        result = self.try_training("nonsense")
        self.assertEqual(result.returncode, 2)
        self.assertIn(CODEC_ALONE, result.stderr)


if __name__ == "__main__":
    unittest.main()
