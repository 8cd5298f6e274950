# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of `transmit` and `receive` start from: a model, pictures and a recording."""

import glob
import json
import os
import shutil
import tempfile
import unittest

import numpy
from air_fixture import mean_psnr
from chain_fixture import make_model, write_pictures
from command_fixture import run

SIZES = [(64, 64), (40, 56), (64, 64)]
CLEAN = 40.0  # dB of SNR that clipping leaves of a recording without noise, about
NEAR = 0.5  # dB of PSNR by which the radio may fall short of white noise at its SNR


class air_test(unittest.TestCase):
    """A small model, pictures, and one recording of them that every test may read."""

    @classmethod
    def setUpClass(cls):
        cls.shared = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.shared)
        cls.model = make_model(cls.shared)
        cls.pictures = write_pictures(os.path.join(cls.shared, "pictures"), SIZES)
        cls.input = os.path.join(cls.shared, "pictures")
        cls.recording = os.path.join(cls.shared, "air.sigmf")
        sent = run(*cls.transmission("file:" + cls.recording, "--rate", "2e6"))
        assert sent.returncode == 0, sent.stdout + sent.stderr
        cls.ideals = {}

    @classmethod
    def ideal_psnr(cls, snr_db):
        """Of each picture, in dB: what the same model reaches over white noise alone."""
        if snr_db not in cls.ideals:
            figures = os.path.join(cls.shared, "ideal.json")
            result = run(
                *["simulate", "--model", cls.model, "--input", cls.input],
                *["--snr", snr_db, "--seed", 1, "--json", figures],
            )
            assert result.returncode == 0, result.stdout + result.stderr
            with open(figures) as file:
                cls.ideals[snr_db] = [frame["psnr_db"] for frame in json.load(file)["frames"]]
        return cls.ideals[snr_db]

    @classmethod
    def transmission(cls, sink, *more):
        return ["transmit", "--model", cls.model, "--input", cls.input, "--sink", sink, *more]

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def receive(self, source, *more, model=None, code=0):
        """Exit with this code; the pictures' files in order, and the run."""
        output = tempfile.mkdtemp(dir=self.folder)
        result = run(
            *["receive", "--model", model or self.model, "--source", source],
            *["--output", output, *more],
        )
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        return sorted(glob.glob(os.path.join(output, "*.png"))), result

    def assert_near_ideal(self, files, numbers, snr_db=CLEAN):
        """These pictures arrived, as good as white noise of that SNR leaves them."""
        self.assertEqual(len(files), len(numbers))
        ideal = numpy.mean([self.ideal_psnr(snr_db)[number] for number in numbers])
        found = mean_psnr(files, [self.pictures[number] for number in numbers])
        self.assertGreater(found, ideal - NEAR)

    def assert_all_near_ideal(self, files, snr_db=CLEAN):
        self.assert_near_ideal(files, range(len(SIZES)), snr_db)
