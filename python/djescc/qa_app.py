#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""The `djescc` command as a user runs it: arguments, exit codes, messages, files."""

import glob
import json
import os
import struct
import unittest
import zlib

import numpy
from chain_fixture import make_model, write_pictures
from command_fixture import command_test, run

COMMANDS = [
    ["train"],
    ["dataset", "pack"],
    ["simulate"],
    ["evaluate"],
    ["model", "create"],
    ["model", "info"],
    ["model", "verify"],
    ["model", "split"],
    ["model", "rekey"],
    ["transmit"],
    ["receive"],
    ["keygen"],
    ["link"],
    ["keyring", "create"],
    ["keyring", "info"],
    ["keyring", "split"],
    ["security"],
    ["attack"],
    ["bench"],
]
SIZES = [(32, 48), (30, 41)]  # the second one has to be padded


def read_png(path):
    """An 8-bit RGB PNG as height x width x 3; just enough of the format for OpenCV's."""
    with open(path, "rb") as file:
        data = file.read()
    position, compressed = 8, b""
    while position < len(data):
        length, kind = struct.unpack(">I4s", data[position : position + 8])
        body = data[position + 8 : position + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
        elif kind == b"IDAT":
            compressed += body
        position += length + 12
    assert (depth, colour) == (8, 2)
    lines = zlib.decompress(compressed)
    stride = 3 * width
    above = [0] * stride
    rows = []
    for row in range(height):
        start = row * (stride + 1)
        method, line = lines[start], list(lines[start + 1 : start + 1 + stride])
        for i in range(stride):
            left = line[i - 3] if i >= 3 else 0
            corner = above[i - 3] if i >= 3 else 0
            guess = left + above[i] - corner
            paeth = min((left, above[i], corner), key=lambda value: abs(guess - value))
            predictor = [0, left, above[i], (left + above[i]) // 2, paeth][method]
            line[i] = (line[i] + predictor) & 255
        rows.append(line)
        above = line
    return numpy.array(rows, dtype=numpy.uint8).reshape(height, width, 3)


def psnr(image, reference):
    error = numpy.mean((image.astype(float) - reference.astype(float)) ** 2)
    return 10 * numpy.log10(255**2 / error)


class usage(command_test):
    def test_every_command_explains_itself(self):
        overview = self.succeed("--help")
        for command in COMMANDS:
            self.assertIn(command[0], overview)
            text = self.succeed(*command, "--help")
            self.assertIn("Example", text)
            self.assertIn("Exit codes", text)
            self.assertIn("djescc " + " ".join(command), text)

    def test_version(self):
        self.assertRegex(self.succeed("--version"), r"^djescc \d+\.\d+\.\d+ \(.+\)\n$")

    def test_wrong_usage(self):
        for arguments in [
            [],
            ["no-such-command"],
            ["simulate"],
            ["simulate", "--no-such-option"],
            ["model"],
            ["model", "split", "x", "--role", "spy", "--output", "y"],
            ["train", "x.json"],
            ["bench", "--model", "x", "--batch", "0"],
            ["evaluate", "--model", "x", "--draws", "0"],
            ["simulate", "--model", "x", "--keyring", "y", "--input", "z", "--snr", "1"],
            ["simulate", "--input", "z", "--snr", "1"],
            ["simulate", "--model", "x", "--input", "z", "--snr", "1", "--recipient-key", "k"],
            ["keyring"],
            ["keyring", "create", "--output", "x"],
            ["keyring", "create", "--model", "x", "--output", "y"],
            ["keyring", "create", "--model", "x", "--count", "1", "--output", "y"],
            ["keyring", "create", "x", "y", "--count", "2", "--output", "z"],
        ]:
            self.fail_with(".", *arguments, code=2)


class simulate(command_test):
    def setUp(self):
        super().setUp()
        self.pictures = write_pictures(self.path("pictures"), SIZES)
        self.model = make_model(self.folder)

    def simulate(self, name, *arguments, model=None):
        file = self.path(name + ".json")
        output = self.succeed(
            "simulate",
            *["--model", model or self.model, "--input", self.path("pictures")],
            *["--json", file, "--device", "cpu", *arguments],
        )
        with open(file) as stream:
            return json.load(stream)["frames"], output

    def test_figures(self):
        frames, table = self.simulate("run", "--snr", "0:10:20", "--output", self.path("out"))
        self.assertEqual(
            [(frame["image"], frame["snr_db"]) for frame in frames],
            [(name, snr) for snr in (0, 10, 20) for name in ("0", "1")],
        )
        for frame in frames:
            self.assertEqual(
                sorted(frame),
                sorted(
                    ["image", "snr_db", "psnr_db", "ssim", "protected", "decoded"]
                    + ["symbols", "channel_uses_per_pixel", "seconds", "outage"]
                ),
            )
            self.assertGreater(frame["channel_uses_per_pixel"], 0)
            self.assertIn(f"{frame['channel_uses_per_pixel']:.4f}", table)
            self.assertGreater(frame["seconds"], 0)
            # cipher `none`: the protected picture is the plain one
            self.assertIsNone(frame["protected"]["psnr_db"])
            self.assertAlmostEqual(frame["protected"]["ssim"], 1.0, places=5)
            # and what the provider decodes is what the recipient gets
            self.assertEqual(frame["decoded"]["psnr_db"], frame["psnr_db"])
            height, width = SIZES[int(frame["image"])]
            padded = (height + 3) // 4 * 4 * ((width + 3) // 4 * 4)
            self.assertEqual(frame["symbols"], padded // 2)  # R = 1/6 of 3 channels
            # the figure is that of the picture that was written
            (file,) = glob.glob(
                self.path("out", f"snr_{int(frame['snr_db']):02d}", f"*_{frame['image']}.png")
            )
            plain = self.pictures[int(frame["image"])]
            self.assertAlmostEqual(frame["psnr_db"], psnr(read_png(file), plain), places=3)
            self.assertIn(f"{frame['psnr_db']:.2f}", table)
        for first, second in zip(frames, frames[2:]):
            self.assertLess(first["psnr_db"], second["psnr_db"])

    def test_seed(self):
        def figures(name, *arguments):
            frames, _ = self.simulate(name, "--snr", "5", *arguments)
            for frame in frames:
                del frame["seconds"]
            return frames

        self.assertEqual(figures("a", "--seed", "3"), figures("b", "--seed", "3"))
        self.assertNotEqual(figures("c", "--seed", "3"), figures("d", "--seed", "4"))

    def test_sheet(self):
        model = make_model(self.folder, cipher="unet")
        sheet = self.path("sheet.png")
        self.simulate("run", "--snr", "0,20", "--sheet", sheet, model=model)
        two_pictures = read_png(sheet)
        self.simulate(
            *["run", "--snr", "0,20", "--sheet", sheet, "--sheet-pictures", "1"], model=model
        )
        one_picture = read_png(sheet)
        self.assertGreater(two_pictures.size, one_picture.size)
        # four different pictures beside each other, so more than white
        self.assertGreater(one_picture.std(), 20)

    def test_limit(self):
        frames, _ = self.simulate("run", "--snr", "-2.5", "--limit", "1")
        self.assertEqual([frame["image"] for frame in frames], ["0"])
        self.assertEqual(frames[0]["snr_db"], -2.5)

    def test_evaluate_agrees(self):
        def evaluate(seed):
            self.succeed(
                *["evaluate", "--model", self.model, "--input", self.path("pictures")],
                *["--snr", "15", "--draws", "4", "--seed", seed],
                *["--json", self.path("means.json"), "--device", "cpu"],
            )
            with open(self.path("means.json")) as stream:
                (row,) = json.load(stream)["rows"]
            return row

        frames, _ = self.simulate("run", "--snr", "15")
        mean = sum(frame["psnr_db"] for frame in frames) / len(frames)
        row = evaluate(1)
        self.assertEqual(row["snr_db"], "15")
        # other noise, so not the same to the last digit
        self.assertAlmostEqual(row["psnr_db"], mean, delta=0.5)
        self.assertEqual(evaluate(1), row)
        self.assertNotEqual(evaluate(2), row)
        self.fail_with("give one of", "evaluate", "--model", self.model)

    def test_unreadable_picture_is_told_and_left_out(self):
        with open(self.path("pictures", "2.png"), "wb") as file:
            file.write(b"not a picture")
        result = run(
            *["simulate", "--model", self.model, "--input", self.path("pictures")],
            *["--snr", "10", "--json", self.path("run.json")],
        )
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stderr, "image_source, dropped: unreadable: 1")
        with open(self.path("run.json")) as stream:
            self.assertEqual(len(json.load(stream)["frames"]), len(SIZES))

    def test_errors(self):
        def options(model=self.model, pictures=self.path("pictures"), snr="10"):
            return ["simulate", "--model", model, "--input", pictures, "--snr", snr]

        self.fail_with("no model directory .*give the path", *options(model="/no/model"))
        self.fail_with("/no/pictures", *options(pictures="/no/pictures"))
        self.fail_with("give --limit", *options(pictures="camera:0"))
        for snr in ["", "loud", "0:0:10", "10:5:0", "0:5", "1:2:3:4", "1e9", "nan"]:
            self.fail_with("START:STEP:STOP", *options(snr=snr))
        self.fail_with("unknown device 'tpu'", *options(), "--device", "tpu")
        os.remove(os.path.join(self.model, "decode.safetensors"))
        self.fail_with("decode.safetensors is missing", *options())

    def test_interrupt(self):
        self.interrupt(
            "SNR, frame",  # the first of 976 runs has begun
            *["simulate", "--model", self.model, "--input", self.path("pictures")],
            *["--snr", "0:0.04:39", "--json", self.path("run.json")],
        )
        self.assertFalse(os.path.exists(self.path("run.json")))


if __name__ == "__main__":
    unittest.main()
