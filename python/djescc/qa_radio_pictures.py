#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a part of a photograph loses by the radio, in the terms of benchmarks/radio_pictures.py,
which does the same with whole photographs."""

import os
import shutil
import sys
import tempfile
import unittest

from air_fixture import write_middle
from gnuradio import gr

SOURCE_DIR = os.environ["DJESCC_SOURCE_DIR"]
sys.path.insert(0, os.path.join(SOURCE_DIR, "benchmarks"))
import radio_pictures  # noqa: E402

MODEL = os.path.join(SOURCE_DIR, "models", "photo-slim-r6")
PHOTOGRAPH = os.path.join(SOURCE_DIR, "examples", "pictures", "photo", "portrait.png")
SIZE = 256  # of the part
BURST_SYMBOLS = 512  # so that a tenth of the bursts is several


class qa_radio_pictures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        gr.logging().set_default_level(gr.log_levels.error)
        folder = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.picture = os.path.join(folder, "part.ppm")
        write_middle(PHOTOGRAPH, SIZE, cls.picture)

    def psnr(self, channel):
        return radio_pictures.mean_psnr(MODEL, self.picture, channel)

    def radio(self, snr_db, **more):
        return radio_pictures.radio(MODEL, snr_db, burst_symbols=BURST_SYMBOLS, **more)

    def test_the_radio_is_within_half_a_decibel_of_white_noise(self):
        for snr_db in (0.0, 10.0):
            ideal = self.psnr(radio_pictures.white_noise(snr_db))
            self.assertGreater(self.psnr(self.radio(snr_db)), ideal - 0.5)

    def test_a_tenth_of_the_bursts_lost(self):
        channel = self.radio(10.0, burst_loss=0.1)
        lossy = self.psnr(channel)
        share = channel[1].lost_bursts() / channel[0].counters()["bursts"]
        self.assertGreater(share, 0.07)
        self.assertGreater(lossy, self.psnr(self.radio(10.0)) - 1.5)
        # without spreading, zeros stand for what was lost, and that costs more
        self.assertLess(self.psnr(self.radio(10.0, burst_loss=0.1, spread=False)), lossy)


if __name__ == "__main__":
    unittest.main()
