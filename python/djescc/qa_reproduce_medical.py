#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""`scripts/reproduce medical` on a few generated pictures and an untrained model."""

import json
import os
import shutil
import subprocess
import unittest

from chain_fixture import write_pictures
from command_fixture import COMMAND, command_test, run

SCRIPT = os.path.join(os.environ["DJESCC_SOURCE_DIR"], "scripts", "reproduce")


@unittest.skipUnless(shutil.which("gnuplot"), "gnuplot is not installed")
class reproduce_medical(command_test):
    def setUp(self):
        super().setUp()
        write_pictures(self.path("xrays"), [(256, 256)] * 3)

    def reproduce(self, *more):
        return subprocess.run(
            ["bash", SCRIPT, "medical", "--command", COMMAND, "--device", "cpu"]
            + ["--model", self.path("model"), "--output", self.path("output"), *more],
            capture_output=True,
            text=True,
            timeout=500,
        )

    def test_what_is_missing(self):
        result = self.reproduce("--xrays", self.path("nothing"))
        self.assertEqual(result.returncode, 1)
        self.assertIn("there are no pictures", result.stderr)
        result = self.reproduce("--xrays", self.path("xrays"))
        self.assertEqual(result.returncode, 1)
        self.assertIn("there is no model", result.stderr)

    def test_report(self):
        made = run(
            *["model", "create", "--cipher", "medical-radio", "--codec", "direct"],
            *["--codec-config", '{"channels": 1}', "--output", self.path("model")],
        )
        if "libsodium" in made.stderr:
            self.skipTest("built without libsodium")
        self.assertEqual(made.returncode, 0, made.stderr)
        result = self.reproduce(
            *["--xrays", self.path("xrays"), "--ablation", self.path("xrays"), "--steps", "1"]
        )
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        for words in ("Table 2", "Table 4", "Table 5", "Table 6", "Over white noise", "Table 3"):
            self.assertIn(words, result.stdout)
        # a line for each of the paper's eleven combinations of losses, all of them measured
        table = result.stdout.split("Table 3")[1].split("Report:")[0].splitlines()[2:]
        rows = [line for line in table if line.strip()]
        self.assertEqual(len(rows), 11, rows)
        with open(self.path("output", "figures.json")) as file:
            images = json.load(file)["images"]
        self.assertEqual(len(images), 3)
        files = os.listdir(self.path("output"))
        for name in ("report.html", "fig11.png", "fig12.svg", "snr.json"):
            self.assertIn(name, files)


if __name__ == "__main__":
    unittest.main()
