#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shipped model of codec `adjscc`: in a flowgraph, by the command and over the radio."""

import json
import os
import sys
import tempfile
import unittest

from command_fixture import run
from gnuradio import djescc, gr

SOURCE_DIR = os.environ["DJESCC_SOURCE_DIR"]
sys.path.insert(0, os.path.join(SOURCE_DIR, "benchmarks"))
import radio_pictures  # noqa: E402

MODEL = os.path.join(SOURCE_DIR, "models", "cifar10-adjscc-slim-r6")
PICTURES = os.path.join(SOURCE_DIR, "examples", "pictures", "small")


def simulated(*options):
    """Mean PSNR in dB of the decrypted pictures."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "figures.json")
        result = run(
            *("simulate", "--model", MODEL, "--input", PICTURES),
            *("--seed", 1, "--json", path, *options),
        )
        assert result.returncode == 0, result.stderr
        with open(path) as file:
            frames = json.load(file)["frames"]
    return sum(frame["psnr_db"] for frame in frames) / len(frames)


class qa_adjscc(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        gr.logging().set_default_level(gr.log_levels.error)

    def test_the_right_snr_is_better_than_a_wrong_one(self):
        for right, wrong in ((0, 20), (20, 0)):
            told = simulated("--snr", right)
            self.assertGreater(told, simulated("--snr", right, "--snr-hint", wrong) + 0.1)

    def test_blocks_get_the_channels_snr(self):
        """The decoder by the frames' tags, the encoder by a hint, as simulate has it."""
        for snr_db in (0.0, 20.0):
            top = gr.top_block()
            source = djescc.image_source(PICTURES)
            encoder = djescc.jscc_encoder(MODEL)
            encoder.set_snr_hint(snr_db)
            probe = djescc.quality_probe()
            top.connect(
                source,
                djescc.image_encryptor(MODEL),
                encoder,
                djescc.awgn_channel(snr_db, 1),
                djescc.jscc_decoder(MODEL),
                djescc.image_decryptor(MODEL),
                (probe, 1),
            )
            top.connect(source, (probe, 0))
            top.run()
            self.assertAlmostEqual(
                simulated("--snr", int(snr_db)), probe.mean_psnr(), delta=0.02
            )

    def test_over_the_radio(self):
        """The encoder takes the middle of the range; the decoder gets what was measured."""
        for snr_db in (0.0, 10.0):
            ideal = radio_pictures.mean_psnr(
                MODEL, PICTURES, radio_pictures.white_noise(snr_db)
            )
            real = radio_pictures.mean_psnr(
                MODEL, PICTURES, radio_pictures.radio(MODEL, snr_db, burst_symbols=512)
            )
            self.assertGreater(real, ideal - 0.6)


if __name__ == "__main__":
    unittest.main()
