#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""`djescc transmit` and `djescc receive` as a user runs them: recordings, processes that ZeroMQ
connects, and everything that goes wrong. qa_air_keys.py has their keys."""

import glob
import json
import os
import signal
import unittest

import numpy
from air_fixture import Processes, add_channel, mean_psnr, read_recording, write_recording
from air_test_case import CLEAN, NEAR, SIZES, air_test
from chain_fixture import make_model
from command_fixture import run

CARRIERS, USED_CARRIERS = 64, 52


class recordings(air_test):
    def test_round_trip(self):
        files, result = self.receive("file:" + self.recording)
        self.assert_all_near_ideal(files)
        self.assertRegex(result.stdout, "3 images")
        self.assertIn("warning: no --key", result.stderr)

    def test_metadata_can_be_read_by_others(self):
        with open(os.path.join(self.shared, "air.sigmf-meta")) as file:
            metadata = json.load(file)
        self.assertEqual(metadata["global"]["core:datatype"], "cf32_le")
        self.assertEqual(metadata["global"]["core:sample_rate"], 2e6)
        # what the specification's JSON schema demands of the parts that are there
        self.assertEqual(set(metadata), {"global", "captures", "annotations"})
        self.assertRegex(metadata["global"]["core:version"], r"^\d+\.\d+\.\d+$")
        self.assertEqual(metadata["global"]["core:num_channels"], 1)
        (capture,) = metadata["captures"]
        self.assertEqual(capture["core:sample_start"], 0)
        self.assertRegex(
            capture["core:datetime"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"
        )
        for part in [metadata["global"], *metadata["captures"], *metadata["annotations"]]:
            self.assertTrue(all(key.startswith("core:") for key in part), part)
        starts = [burst["core:sample_start"] for burst in metadata["annotations"]]
        self.assertEqual(starts, sorted(starts))
        samples = read_recording(self.recording)
        # every burst is annotated, and the annotations cover all of the samples' power
        bursts = metadata["annotations"]
        self.assertGreaterEqual(len(bursts), len(SIZES))
        inside = numpy.zeros(len(samples), bool)
        for burst in bursts:
            start = burst["core:sample_start"]
            inside[start : start + burst["core:sample_count"]] = True
        self.assertEqual(numpy.abs(samples[~inside]).sum(), 0)
        self.assertLess(numpy.abs(samples).max(), 1)

    def test_integers_with_noise_and_carrier_offset(self):
        name = self.path("small.sigmf")
        sent = run(*self.transmission("file:" + name, "--sample-format", "ci16_le"))
        self.assertEqual(sent.returncode, 0, sent.stderr)
        samples = add_channel(read_recording(name), snr_db=5, offset=0.4 / 64, delay=5000)
        write_recording(self.path("noisy.sigmf"), samples, "ci16_le", 1e6)
        files, _ = self.receive("file:" + self.path("noisy.sigmf"))
        # the noise spreads over all carriers, the signal over those that are used
        per_carrier = 5 + 10 * numpy.log10(CARRIERS / USED_CARRIERS)
        self.assert_all_near_ideal(files, per_carrier)
        # what white noise leaves at this SNR is worth being compared with
        self.assertLess(
            numpy.mean(self.ideal_psnr(per_carrier)), numpy.mean(self.ideal_psnr(CLEAN)) - NEAR
        )

    def test_receiver_started_in_the_middle(self):
        with open(os.path.join(self.shared, "air.sigmf-meta")) as file:
            bursts = json.load(file)["annotations"]
        # inside the first burst: its picture is gone, whatever follows is there
        middle = bursts[0]["core:sample_start"] + bursts[0]["core:sample_count"] // 2
        samples = read_recording(self.recording)[middle:]
        write_recording(self.path("late.sigmf"), samples, "cf32_le", 2e6)
        files, _ = self.receive("file:" + self.path("late.sigmf"))
        self.assertEqual(
            [os.path.basename(file)[:6] for file in files][-2:], ["000001", "000002"]
        )
        self.assert_near_ideal(files[-2:], [1, 2])

    def test_an_overrun_costs_what_it_hit(self):
        with open(os.path.join(self.shared, "air.sigmf-meta")) as file:
            bursts = json.load(file)["annotations"]
        self.assertEqual(len(bursts), len(SIZES))  # one for each of these small pictures
        # samples that a radio dropped in the middle of the second picture's burst
        middle = bursts[1]["core:sample_start"] + bursts[1]["core:sample_count"] * 3 // 4
        samples = read_recording(self.recording)
        samples = numpy.concatenate([samples[:middle], samples[middle + 400 :]])
        write_recording(self.path("gap.sigmf"), samples, "cf32_le", 2e6)
        files, _ = self.receive("file:" + self.path("gap.sigmf"))
        by_name = {os.path.basename(file)[:6]: file for file in files}
        whole = [by_name["000000"], by_name["000002"]]
        self.assert_near_ideal(whole, [0, 2])

    def test_truncated_recording(self):
        samples = read_recording(self.recording)
        name = self.path("cut.sigmf")
        write_recording(name, samples[: len(samples) * 2 // 3], "cf32_le", 2e6)
        with open(self.path("cut.sigmf-data"), "ab") as file:
            file.write(b"\0\0\0")  # a part of a sample
        files, result = self.receive("file:" + name)
        self.assertGreaterEqual(len(files), 1)
        self.assert_near_ideal(files[:1], [0])
        self.assertIn("ends within a sample", result.stderr)

    def test_golden_capture(self):
        """A capture that stays as it was made (tests/data/capture), and the recipient's part
        of its model: what was sent once must be received by every later version."""
        folder = os.path.join(os.environ["DJESCC_SOURCE_DIR"], "tests", "data", "capture")
        files, _ = self.receive(
            "file:" + os.path.join(folder, "air.sigmf"),
            model=os.path.join(folder, "model"),
        )
        golden = sorted(glob.glob(os.path.join(folder, "*.png")))
        self.assertEqual(
            [os.path.basename(file) for file in files],
            [os.path.basename(file) for file in golden],
        )
        self.assertGreaterEqual(len(golden), 4)
        for file, reference in zip(files, golden):
            self.assertGreater(mean_psnr([file], [reference]), 40)

    def test_count_and_log(self):
        log = self.path("log.json")
        sent = run(
            *self.transmission("file:" + self.path("two.sigmf"), "--count", "2"),
            *["--json", log],
        )
        self.assertEqual(sent.returncode, 0, sent.stderr)
        with open(log) as file:
            last = json.loads(file.readlines()[-1])
        self.assertEqual(last["event"], "end")
        self.assertEqual(last["images"], 2)
        self.assertGreaterEqual(last["counters"]["burst_transmitter"]["bursts"], 2)
        files, _ = self.receive("file:" + self.path("two.sigmf"), "--json", log)
        self.assert_near_ideal(files, [0, 1])
        with open(log) as file:
            last = json.loads(file.readlines()[-1])
        self.assertEqual(last["counters"]["image_sink"]["written"], 2)
        self.assertEqual(last["counters"]["burst_receiver"]["lost"], 0)
        self.assertGreater(last["link"]["snr_db"], 20)


class errors(air_test):
    def refusal(self, *arguments, code=1):
        result = run(*arguments)
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        return result.stderr

    def test_wrong_model(self):
        files, result = self.receive(
            "file:" + self.recording, model=make_model(self.shared, seed=2), code=1
        )
        self.assertEqual(files, [])
        self.assertRegex(result.stderr, r"\d+ bursts? of another model")

    def test_nothing_to_hear(self):
        noise = numpy.random.default_rng(1).normal(size=(200000, 2)).astype(numpy.float32)
        write_recording(
            self.path("noise.sigmf"), noise.view(numpy.complex64)[:, 0], "cf32_le", 1e6
        )
        _, result = self.receive("file:" + self.path("noise.sigmf"), code=1)
        self.assertIn("no picture arrived", result.stderr)

    def test_missing_devices(self):
        for device in ["uhd:serial=00000000", "soapy:driver=nothing"]:
            tool = "uhd_find_devices" if device.startswith("uhd") else "SoapySDRUtil --find"
            for arguments in (
                self.transmission(device, "--freq", "915e6"),
                ["receive", "--model", self.model, "--source", device]
                + ["--output", self.path("out"), "--freq", "915e6"],
            ):
                text = self.refusal(*arguments)
                if "was built without" not in text:
                    self.assertIn(tool, text)

    def test_bad_arguments(self):
        for text, sink, *more in [
            ("--sink must be", "wifi:0"),
            ("--sink must be", "air.sigmf"),
            ("needs something after", "file:"),
            ("cannot be used", "zmq:nonsense"),
            ("cf32_le or ci16_le", "file:x", "--sample-format", "cu8"),
            ("all, owner and provider", "file:x", "--stage", "recipient"),
            ("zmq:ADDRESS at this stage", "file:x", "--stage", "owner"),
            ("the owner's end", "file:x", "--stage", "provider", "--count", "1"),
            ("carriers", "file:" + self.path("x"), "--carriers", "63"),
        ]:
            self.assertIn(text, self.refusal(*self.transmission(sink, *more)))
        self.assertIn(
            "does not exist",
            self.refusal(
                *["receive", "--model", self.model, "--source", "file:/no/such"],
                *["--output", self.path("out")],
            ),
        )

    def test_interrupt(self):
        with Processes() as processes:
            sender = processes.start(
                *self.transmission("file:" + self.path("long.sigmf"), "--repeat"),
                *["--json", self.path("log.json")],
            )
            processes.wait_for_line(self.path("log.json"))
            sender.send_signal(signal.SIGINT)
            _, text = sender.communicate(timeout=120)
            self.assertEqual(sender.returncode, 130, text)
        # what was written until then is a whole recording
        files, _ = self.receive("file:" + self.path("long.sigmf"), "--count", "1")
        self.assertGreaterEqual(len(files), 1)


class processes(air_test):
    """Processes that ZeroMQ connects."""

    def address(self, name):
        return "zmq:ipc://" + self.path(name)

    def test_two_processes_with_a_channel_between(self):
        with Processes() as running:
            running.start_channel(
                self.path("sent"), self.path("heard"), snr_db=10, offset=0.3 / 64
            )
            sender = running.start(*self.transmission(self.address("sent"), "--repeat"))
            files, _ = self.receive(self.address("heard"), "--count", "4")
            sender.send_signal(signal.SIGINT)
            sender.communicate(timeout=120)
        self.assertGreaterEqual(len(files), 4)
        numbers = [int(os.path.basename(file)[:6]) % len(SIZES) for file in files]
        self.assert_near_ideal(files, numbers, snr_db=10)

    def test_four_processes(self):
        """Owner, provider, provider, recipient; each has its own file of the model."""

        def part(role):
            folder = self.path(role)
            result = run("model", "split", self.model, "--role", role, "--output", folder)
            self.assertEqual(result.returncode, 0, result.stderr)
            return folder

        with Processes() as running:
            running.start(
                *["transmit", "--stage", "owner", "--model", part("encrypt")],
                *["--input", self.input, "--sink", self.address("protected")],
            )
            running.start(
                *["transmit", "--stage", "provider", "--model", part("encode")],
                *["--input", self.address("protected"), "--sink", self.address("air")],
            )
            running.start(
                *["receive", "--stage", "provider", "--model", part("decode")],
                *["--source", self.address("air"), "--output", self.address("decoded")],
                *["--timeout", "0.5"],
            )
            files, _ = self.receive(
                self.address("decoded"),
                *["--stage", "recipient", "--count", "2"],
                model=part("decrypt"),
            )
        self.assertGreaterEqual(len(files), 2)
        self.assert_near_ideal(files[:2], [0, 1])


if __name__ == "__main__":
    unittest.main()
