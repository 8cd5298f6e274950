#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module imports under its name, and its classes are documented and take keywords."""

import math
import tempfile
import unittest

from gnuradio import djescc, gr

MODEL_BLOCKS = ("image_encryptor", "jscc_encoder", "jscc_decoder", "image_decryptor")
BLOCKS = MODEL_BLOCKS + (
    "image_source",
    "image_classifier",
    "power_normalizer",
    "awgn_channel",
    "image_sink",
    "quality_probe",
)
# Methods of gr.block and its bases, which are not this module's to document.
INHERITED = set(dir(gr.sync_block)) | set(dir(gr.block)) | set(dir(gr.basic_block))


class qa_import(unittest.TestCase):
    def test_every_class_and_method_is_documented(self):
        for name in BLOCKS:
            block = getattr(djescc, name)
            self.assertTrue(hasattr(block, "to_basic_block"), name)
            self.assertGreater(len(block.__doc__), 100, name)
            self.assertGreater(len(block.__init__.__doc__), 50, name)
            methods = [m for m in dir(block) if m not in INHERITED and not m.startswith("_")]
            self.assertTrue(methods, name)
            for method in methods:
                # The first line is the signature that pybind11 writes.
                text = getattr(block, method).__doc__.split("\n", 1)
                self.assertGreater(len(text[1].strip()), 10, f"{name}.{method}")

    def test_signatures_name_every_argument(self):
        signatures = {
            "image_source": "input: str, repeat: bool = False, frame_rate: float = 0.0, "
            "channels: int = 3, max_frames: int = 0",
            "awgn_channel": "snr_db: float, seed: int = 0",
            "image_sink": "output: str, format: str = 'png', frame_rate: float = 25.0",
            "quality_probe": "log: bool = False",
            "image_classifier": "classifier: str, device: str = 'auto', threads: int = 0, "
            "max_batch: int = 8, classes: List[str] = []",
        }
        for name in MODEL_BLOCKS:
            signatures[name] = (
                "model: str, device: str = 'auto', threads: int = 0, max_batch: int = 8"
            )
        for name, signature in signatures.items():
            self.assertIn(signature, getattr(djescc, name).__init__.__doc__)

    def test_blocks_without_files(self):
        channel = djescc.awgn_channel(snr_db=7.5, seed=3)
        self.assertEqual(channel.snr_db(), 7.5)
        channel.set_snr_db(snr_db=-2.0)
        self.assertEqual(channel.snr_db(), -2.0)
        normalizer = djescc.power_normalizer()
        self.assertEqual(normalizer.frames_in(), 0)
        self.assertEqual(normalizer.frames_out(), 0)
        self.assertEqual(normalizer.dropped(reason="not finite"), 0)
        self.assertEqual(normalizer.dropped_total(), 0)
        self.assertEqual(normalizer.counters(), {"frames_in": 0, "frames_out": 0})
        probe = djescc.quality_probe(log=False)
        self.assertEqual(probe.matched(), 0)
        for mean in (probe.mean_psnr, probe.mean_ssim, probe.last_psnr, probe.last_ssim):
            self.assertTrue(math.isnan(mean()))
        with tempfile.TemporaryDirectory() as folder:
            sink = djescc.image_sink(output=folder, format="png", frame_rate=5.0)
            self.assertEqual((sink.frames_in(), sink.written(), sink.dropped()), (0, 0, 0))

    def test_errors_are_the_cores_and_name_the_thing(self):
        for error in ("ImageError", "ModelError", "ConfigError", "DeviceError"):
            self.assertTrue(issubclass(getattr(djescc, error), djescc.Error), error)
        self.assertTrue(issubclass(djescc.Error, RuntimeError))
        for name in MODEL_BLOCKS:
            with self.assertRaisesRegex(djescc.ModelError, "/no/such/model"):
                getattr(djescc, name)(model="/no/such/model")
        with self.assertRaisesRegex(djescc.ModelError, "/no/such/one.*djescc train"):
            djescc.image_classifier(classifier="/no/such/one")
        with self.assertRaisesRegex(djescc.ImageError, "/no/such/picture"):
            djescc.image_source(input="/no/such/picture")
        with self.assertRaises(djescc.ConfigError):
            djescc.awgn_channel(snr_db=math.nan)
        with tempfile.TemporaryDirectory() as folder:
            with self.assertRaisesRegex(djescc.ConfigError, "gif"):
                djescc.image_sink(output=folder, format="gif")


if __name__ == "__main__":
    unittest.main()
