#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""`djescc attack`: figures, files, errors and Ctrl-C."""

import json
import os
import unittest

from chain_fixture import make_model, write_pictures
from command_fixture import command_test, run

KEY = '{"key": "' + "5a" * 32 + '"}'
ROWS = [
    "what the provider sees",
    "mean of the known pictures",
    "attacker, linear part alone",
    "attacker",
    "recipient",
]


class attack(command_test):
    def setUp(self):
        super().setUp()
        self.pictures = self.path("pictures")
        write_pictures(self.pictures, [(32, 32)] * 20)

    def arguments(self, *more):
        return ["attack", "--device", "cpu", "--input", self.pictures] + [
            *["--widths", "4,6", "--batch", "4", "--json", self.path("run.json")],
            *more,
        ]

    def figures(self, *more, rows="rows"):
        output = self.succeed(*self.arguments(*more))
        with open(self.path("run.json"), encoding="utf-8") as file:
            run = json.load(file)
        self.assertEqual([row["of"] for row in run[rows]], ROWS)
        return output, run, {row["of"]: row for row in run[rows]}

    def refused(self, text, *more, code=1):
        self.fail_with(text, *self.arguments(*more), code=code)

    def test_protected_stage(self):
        sheet = self.path("sheet.png")
        text, run, rows = self.figures(
            *["--cipher", "pe", "--key", KEY, "--steps", "3"],
            *["--sheet", sheet, "--sheet-pictures", "2"],
        )
        self.assertEqual(run["pairs"], 16)  # a fifth of 20 is kept for the test
        self.assertEqual(run["steps"], 3)
        self.assertIsNone(rows["recipient"]["psnr_db"])  # identical
        self.assertAlmostEqual(rows["recipient"]["visual_security"], 0, places=5)
        self.assertLess(
            rows["what the provider sees"]["psnr_db"],
            rows["mean of the known pictures"]["psnr_db"],
        )
        self.assertIn(f"{rows['attacker']['psnr_db']:.2f}", text)
        with open(sheet, "rb") as file:
            self.assertTrue(file.read().startswith(b"\x89PNG"))

    def test_decoded_stage_and_another_model(self):
        model = make_model(self.folder)
        text, run, rows = self.figures(
            *["--model", model, "--stage", "decoded", "--snr", "20", "--steps", "2"],
            *["--test-model", make_model(self.folder, cipher="unet")],
            *["--crop", "16", "--pairs", "40", "--test-limit", "3"],
        )
        self.assertEqual(run["snr_db"], 20)
        self.assertEqual(run["pairs"], 40)
        self.assertIn("3 pictures", run["unseen"])
        # cipher `none`: the provider and the recipient have the same picture
        self.assertEqual(
            rows["recipient"]["psnr_db"], rows["what the provider sees"]["psnr_db"]
        )
        self.assertIn("The same net against test-unet", text)
        # an untrained net shows nothing of the picture
        others = {row["of"]: row for row in run["test_rows"]}
        self.assertLess(others["attacker"]["psnr_db"], rows["attacker"]["psnr_db"] - 3)

    def test_symbols_stage(self):
        model = make_model(self.folder)
        symbols = ["--model", model, "--stage", "symbols", "--snr", "20", "--crop", "16"]
        sheet = self.path("symbols.png")
        text = self.succeed(
            *self.arguments(*symbols, "--steps", "60", "--sheet", sheet, "--sheet-pictures", "2")
        )
        self.assertIn("decoder of", text)
        with open(self.path("run.json"), encoding="utf-8") as file:
            plain = {row["of"]: row["psnr_db"] for row in json.load(file)["rows"]}
        self.assertEqual(list(plain), ROWS[1:])  # symbols are no picture to compare
        self.assertTrue(os.path.getsize(sheet) > 1000)
        text = self.succeed(*self.arguments(*symbols, "--steps", "1", "--only-unet"))
        self.assertIn("U-Net of", text)
        # Sixteen pairs and the linear part tell something of symbols, but not of hidden ones.
        result = run(*self.arguments(*symbols, "--steps", "60", "--hide-symbols"))
        if "libsodium" in result.stderr:
            self.skipTest("built without libsodium")
        self.assertEqual(result.returncode, 0, result.stderr)
        with open(self.path("run.json"), encoding="utf-8") as file:
            hidden = {row["of"]: row["psnr_db"] for row in json.load(file)["rows"]}
        linear, mean = "attacker, linear part alone", "mean of the known pictures"
        self.assertGreater(plain[linear], plain[mean] + 10)
        self.assertLess(hidden[linear], hidden[mean] + 5)  # under a key drawn anew
        self.assertEqual(hidden["recipient"], plain["recipient"])

    def test_grey_pictures(self):
        _, run, rows = self.figures("--cipher", "none", "--grey", "--steps", "1")
        self.assertEqual(run["pairs"], 16)
        mean = rows["mean of the known pictures"]["psnr_db"]
        self.assertGreater(rows["attacker"]["psnr_db"], mean + 3)

    def test_seed(self):
        def attacker(seed):
            _, _, rows = self.figures(
                *["--cipher", "le", "--key", KEY, "--steps", "3", "--seed", seed]
            )
            return rows["attacker"]

        self.assertEqual(attacker(1), attacker(1))
        self.assertNotEqual(attacker(1), attacker(2))

    def test_interrupt(self):
        output = self.interrupt(
            "unseen", *self.arguments("--cipher", "none", "--steps", "1000000000")
        )
        self.assertIn("stopped", output)
        self.assertIn("recipient", output)

    def test_errors(self):
        self.refused("one of --model DIR and --cipher TYPE")
        self.refused("unknown; known types", "--cipher", "aes")
        self.refused("decoded needs --model", "--cipher", "pe", "--stage", "decoded")
        self.refused("symbols needs --model", "--cipher", "pe", "--stage", "symbols")
        self.refused("--stage symbols", "--cipher", "pe", "--hide-symbols")
        self.refused("--stage symbols", "--cipher", "pe", "--only-unet")
        self.refused("another shape", "--cipher", "ednn", "--crop", "64", "--pairs", "4")
        self.refused("multiples of 4 and 2", "--cipher", "pe", "--crop", "18")
        self.refused("only 16 known pictures", "--cipher", "pe", "--pairs", "17")
        self.refused("one of --cifar10", "--cipher", "pe", "--cifar10", "x.bin")
        self.refused("nothing-there", "--cipher", "pe", "--test-input", "nothing-there")
        self.refused("no model directory", "--model", "/no/model")
        self.refused(".", "--cipher", "pe", "--stage", "secret", code=2)
        self.refused("--model", "--cipher", "pe", "--test-model", "x", code=2)


if __name__ == "__main__":
    unittest.main()
