#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shipped models come to the figures that were pinned when they were added."""

import json
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.environ["DJESCC_SOURCE_DIR"], "scripts", "lib"))
import pinned_models  # noqa: E402

COMMAND = os.environ["DJESCC_COMMAND"]
LARGEST_FILE = 20 << 20  # bytes

# LibTorch's versions and processors differ in the last digits, and a version may draw other
# noise from the same seed: the received pictures move by less than this from seed to seed.
# The protected ones meet no noise, and what they show is the point of the models.
TOLERANCES = {
    "protected": {"psnr_db": 0.05, "ssim": 0.001},
    "decoded": {"psnr_db": 0.3, "ssim": 0.006},
    "decrypted": {"psnr_db": 0.3, "ssim": 0.01},
}


def looseness(name):
    """Under random nonces and runs a model's protected pictures are other ones each time."""
    with open(pinned_models.TREE / "models" / name / "model.json") as file:
        cipher = json.load(file)["cipher"]
    if cipher["type"] == "keyed-unet":
        return 8
    return 4 if cipher.get("nonce") == "random" else 1


class qa_models(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directories = pinned_models.model_directories()
        with open(pinned_models.PINNED) as file:
            cls.pinned = json.load(file)["models"]
        cls.measured = pinned_models.measure(COMMAND, cls.directories)

    def test_every_model_is_pinned_and_no_other(self):
        self.assertTrue(self.directories)
        self.assertEqual(
            sorted(path.name for path in self.directories),
            sorted(self.pinned),
            "run scripts/pin-models after a model was added or removed",
        )

    def test_figures(self):
        for name, pinned in self.pinned.items():
            for stage, tolerances in TOLERANCES.items():
                with self.subTest(model=name, stage=stage):
                    measured = self.measured[name]
                    self.assertEqual(measured["pictures"], pinned["pictures"])
                    self.assertEqual(sorted(measured[stage]), sorted(pinned[stage]))
                    for figure in pinned[stage]:
                        tolerance = tolerances[figure] * looseness(name)
                        self.assertAlmostEqual(
                            measured[stage][figure], pinned[stage][figure], delta=tolerance
                        )

    def test_no_file_is_too_large(self):
        files = [file for file in (pinned_models.TREE / "models").glob("**/*") if file.is_file()]
        self.assertTrue(files)
        for file in files:
            self.assertLessEqual(file.stat().st_size, LARGEST_FILE, file)


if __name__ == "__main__":
    unittest.main()
