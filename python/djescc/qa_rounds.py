#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""Codecs that send in parts: over ZeroMQ with feedback, over the radio, and in the command."""

import json
import os
import subprocess
import sys

import numpy
from chain_fixture import LONGEST_WAIT, make_model, wait_for_end, wait_until, write_pictures
from command_fixture import command_test
from gnuradio import djescc, gr, zeromq

SOURCE_DIR = os.environ["DJESCC_SOURCE_DIR"]
sys.path.insert(0, os.path.join(SOURCE_DIR, "benchmarks"))
import radio_pictures  # noqa: E402

RECEIVER = os.path.join(SOURCE_DIR, "tests", "tools", "rounds_receiver.py")
SIZES = [(32, 32), (24, 40), (64, 48)]
SNR_DB = 8.0
NOISE_SEED = 5  # of the receiver's channel too
TIMEOUT_MS = 100
PASS_TAGS = True


class parts_test(command_test):
    def setUp(self):
        super().setUp()
        gr.logging().set_default_level(gr.log_levels.error)
        self.pictures = self.path("pictures")
        write_pictures(self.pictures, SIZES)

    def model(self, codec):
        config = {"type": codec, "width": 24, "initialization": "transform"}
        return make_model(self.folder, codec=json.dumps(config))

    def read_folder(self, folder):
        """The bytes of the files of a folder by their names."""
        contents = {}
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), "rb") as file:
                contents[name] = file.read()
        return contents


class rounds(parts_test):
    def send_in_one_process(self, model, folder):
        source = djescc.image_source(self.pictures)
        encoder = djescc.jscc_encoder(model, "cpu")
        decoder = djescc.jscc_decoder(model, "cpu")
        top = gr.top_block()
        top.connect(source, encoder, djescc.awgn_channel(SNR_DB, NOISE_SEED), decoder)
        top.connect(decoder, djescc.image_sink(folder))
        top.msg_connect(decoder, "feedback", encoder, "feedback")
        top.start()
        wait_for_end(top)
        self.assertEqual(encoder.frames_out(), 2 * len(SIZES))

    def over_the_radio(self, model, feedback):
        """Mean PSNR over the radio, with a way back or without, and the transmitter."""
        source = djescc.image_source(self.pictures)
        encoder = djescc.jscc_encoder(model, "cpu")
        encoder.set_feedback_timeout(LONGEST_WAIT if feedback else 0)
        decoder = djescc.jscc_decoder(model, "cpu")
        probe = djescc.quality_probe()
        radio = radio_pictures.radio(model, SNR_DB)
        top = gr.top_block()
        top.connect(source, encoder, *radio, decoder, (probe, 1))
        top.connect(source, (probe, 0))
        if feedback:
            top.msg_connect(decoder, "feedback", encoder, "feedback")
        top.start()
        wait_for_end(top)
        self.assertEqual(probe.matched(), len(SIZES))
        return probe.mean_psnr(), radio[0]

    def test_over_the_radio(self):
        model = self.model("djscc_f")
        two_rounds, transmitter = self.over_the_radio(model, True)
        self.assertEqual(transmitter.frames_out(), 2 * len(SIZES))
        self.assertEqual(transmitter.counters()["images"], len(SIZES))
        one_round, transmitter = self.over_the_radio(model, False)
        self.assertEqual(transmitter.frames_out(), len(SIZES))
        self.assertGreater(two_rounds, one_round + 0.5)

    def test_two_processes_give_what_one_gives(self):
        model = self.model("djscc_f")
        here, there = self.path("here"), self.path("there")
        self.send_in_one_process(model, here)

        symbols, feedback = self.path("symbols"), self.path("feedback")
        receiver = subprocess.Popen(
            [sys.executable, "-B", RECEIVER, symbols, feedback, model, there, str(SNR_DB)]
        )
        self.addCleanup(receiver.wait)
        self.addCleanup(receiver.kill)
        source = djescc.image_source(self.pictures)
        encoder = djescc.jscc_encoder(model, "cpu")
        encoder.set_feedback_timeout(100)  # the receiver has to start
        sink = zeromq.push_sink(
            gr.sizeof_gr_complex, 1, "ipc://" + symbols, TIMEOUT_MS, PASS_TAGS
        )
        back = zeromq.pull_msg_source("ipc://" + feedback, TIMEOUT_MS, False)
        top = gr.top_block()
        top.connect(source, encoder, sink)
        top.msg_connect(back, "out", encoder, "feedback")
        top.start()
        try:
            wait_until(
                lambda: os.path.isdir(there) and len(os.listdir(there)) == len(SIZES),
                "the pictures of the other process",
            )
            expected = self.read_folder(here)
            wait_until(lambda: self.read_folder(there) == expected, "their contents")
        finally:
            top.stop()
            top.wait()
        self.assertEqual(encoder.frames_out(), 2 * len(SIZES))
        self.assertNotIn("without feedback", encoder.counters())


class commands(parts_test):
    def simulated(self, model, *arguments):
        """Mean PSNR and each picture's symbols."""
        result = self.path("result.json")
        self.succeed(
            *["simulate", "--model", model, "--input", self.pictures, "--snr", SNR_DB],
            *["--seed", 2, "--json", result, "--device", "cpu", *arguments],
        )
        with open(result, encoding="utf-8") as file:
            frames = json.load(file)["frames"]
        self.assertEqual(len(frames), len(SIZES))
        psnr_db = numpy.mean([frame["psnr_db"] for frame in frames])
        return psnr_db, [frame["symbols"] for frame in frames]

    def evaluated(self, model, *arguments):
        result = self.path("result.json")
        self.succeed(
            *["evaluate", "--model", model, "--input", self.pictures, "--snr", SNR_DB],
            *["--draws", 4, "--json", result, "--device", "cpu", *arguments],
        )
        with open(result, encoding="utf-8") as file:
            return json.load(file)["rows"][0]["psnr_db"]

    def test_layers(self):
        model = self.model("djscc_l")
        whole, symbols = self.simulated(model)
        base, of_base = self.simulated(model, "--parts", 1)
        self.assertEqual(symbols, [height * width // 2 for height, width in SIZES])
        self.assertEqual(of_base, [count // 2 for count in symbols])
        self.assertGreater(whole, base + 0.2)
        self.assertEqual(self.simulated(model, "--parts", 2), (whole, symbols))
        self.assertGreater(self.evaluated(model), self.evaluated(model, "--parts", 1) + 0.2)
        for command in ("simulate", "evaluate"):
            arguments = ["--model", model, "--input", self.pictures, "--snr", 5, "--parts", 3]
            self.fail_with("so 3 cannot arrive", command, *arguments)

    def test_rounds(self):
        model = self.model("djscc_f")
        noiseless, symbols = self.simulated(model)
        self.assertEqual(symbols, [height * width // 2 for height, width in SIZES])
        noisy, _ = self.simulated(model, "--feedback-snr", -5)
        base, of_base = self.simulated(model, "--parts", 1)
        self.assertEqual(of_base, [count // 2 for count in symbols])
        self.assertGreater(noiseless, noisy + 0.2)
        self.assertGreater(noiseless, base + 0.2)
        self.assertGreater(
            self.evaluated(model), self.evaluated(model, "--feedback-snr", -5) + 0.2
        )

    def test_bench(self):
        for codec in ("djscc_l", "djscc_f"):
            self.succeed(
                *["bench", "--model", self.model(codec), "--size", "32x32", "--batch", 2],
                *["--seconds", 0.05, "--rounds", 1, "--device", "cpu"],
            )

    def over_the_air(self, model, *arguments):
        """The pictures through two files of samples and no noise. transmit counts pictures,
        not parts."""
        samples, folder = "file:" + self.path("samples.sigmf"), self.path("received")
        log = self.path("log.jsonl")
        self.succeed(
            *["transmit", "--model", model, "--input", self.pictures, "--sink", samples],
            *["--json", log, "--device", "cpu"],
        )
        with open(log, encoding="utf-8") as file:
            self.assertEqual(json.loads(file.readlines()[-1])["images"], len(SIZES))
        self.succeed(
            *["receive", "--model", model, "--source", samples, "--output", folder],
            *["--device", "cpu", *arguments],
        )
        return self.read_folder(folder)

    def test_over_the_air(self):
        layers = self.over_the_air(self.model("djscc_l"))
        self.assertEqual(len(layers), len(SIZES))

    def test_without_a_way_back_round_1_arrives(self):
        received = self.over_the_air(self.model("djscc_f"))
        self.assertEqual(len(received), len(SIZES))


if __name__ == "__main__":
    import unittest

    unittest.main()
