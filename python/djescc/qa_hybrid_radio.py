#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""Codec hybrid over the radio: what lost bursts cost, and that the decoder is told of them."""

import os
import shutil
import sys
import tempfile
import unittest

import numpy
from air_fixture import write_middle
from chain_fixture import frames_of, has_digital_coding
from gnuradio import blocks, djescc, gr

SOURCE_DIR = os.environ["DJESCC_SOURCE_DIR"]
sys.path.insert(0, os.path.join(SOURCE_DIR, "benchmarks"))
import radio_pictures  # noqa: E402

MODEL = os.path.join(SOURCE_DIR, "models", "photo-hybrid-r6")
PHOTOGRAPH = os.path.join(SOURCE_DIR, "examples", "pictures", "photo", "portrait.png")
SIZE = 256  # of the part of it
BURST_SYMBOLS = 512  # so that a tenth of the bursts is several
SNR_DB = 10.0
MOST_LOSS_DB = 2.0


@unittest.skipUnless(has_digital_coding(), "built without digital coding")
class qa_hybrid_radio(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        gr.logging().set_default_level(gr.log_levels.error)
        folder = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.picture = os.path.join(folder, "part.ppm")
        write_middle(PHOTOGRAPH, SIZE, cls.picture)

    def send(self, burst_loss, spread=True):
        """The picture once over the radio; its PSNR, the share of bursts that were lost, and
        the frame that the decoder got."""
        transmitter, channel, receiver = radio_pictures.radio(
            MODEL, SNR_DB, burst_loss=burst_loss, spread=spread, burst_symbols=BURST_SYMBOLS
        )
        source = djescc.image_source(self.picture)
        decoder = djescc.jscc_decoder(MODEL)
        probe = djescc.quality_probe()
        symbols = blocks.vector_sink_c()
        top = gr.top_block()
        top.connect(source, djescc.jscc_encoder(MODEL), transmitter, channel, receiver)
        top.connect(receiver, decoder, (probe, 1))
        top.connect(source, (probe, 0))
        top.connect(receiver, symbols)
        top.run()
        self.assertEqual(probe.matched(), 1)
        self.assertEqual(decoder.counters().get("outages", 0), 0)
        [frame] = frames_of(symbols)
        sent = transmitter.counters()["bursts"]
        self.assertGreater(sent * BURST_SYMBOLS, SIZE * SIZE // 2 - BURST_SYMBOLS)
        return probe.mean_psnr(), channel.lost_bursts() / sent, frame

    def test_a_tenth_of_the_bursts_lost(self):
        whole, none_lost, _ = self.send(0.0)
        self.assertEqual(none_lost, 0)
        self.assertGreater(whole, 30)
        lossy, lost, _ = self.send(0.1)
        self.assertGreater(lost, 0.07)
        self.assertGreater(lossy, whole - MOST_LOSS_DB)
        self.assertLess(lossy, whole)
        # The codec spreads its refinement itself, and does not need the radio to do it.
        bare, lost, _ = self.send(0.1, spread=False)
        self.assertGreater(lost, 0.07)
        self.assertGreater(bare, whole - MOST_LOSS_DB)
        self.assertLess(bare, whole)

    def test_the_decoder_is_told_which_symbols_are_lost(self):
        _, lost, (dictionary, symbols) = self.send(0.1, spread=False)
        reliability = numpy.array(dictionary["reliability"])
        self.assertEqual(len(reliability), len(symbols))
        missing = reliability == 0
        self.assertEqual(numpy.count_nonzero(missing), dictionary["erased"])
        self.assertAlmostEqual(numpy.mean(missing), lost, delta=0.02)
        self.assertFalse(numpy.any(symbols[missing]))


if __name__ == "__main__":
    unittest.main()
