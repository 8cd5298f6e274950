#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""`djescc keyring`, and simulations with keyrings and picture keys."""

import json
import os
import re
import sys
import unittest

import numpy
from chain_fixture import make_model, write_pictures
from command_fixture import command_test, run, write_key

sys.path.insert(0, os.path.join(os.environ["DJESCC_SOURCE_DIR"], "scripts", "lib"))
import pinned_models  # noqa: E402


class wrong_picture_keys(command_test):
    def test_no_shipped_model_opens(self):
        for name in ("right.key", "wrong.key"):
            write_key(self.path(name))
        tried = 0
        for model in pinned_models.model_directories():
            cipher = json.loads((model / "model.json").read_text())["cipher"]
            if not cipher.get("mask") and cipher["type"] != "keyed-unet":
                continue
            tried += 1
            pictures = pinned_models.TREE / "examples/pictures" / pinned_models.pictures_for(model)
            means = []
            for recipient in ("right.key", "wrong.key"):
                self.succeed(
                    *["simulate", "--model", str(model), "--input", str(pictures), "--snr", "20"],
                    *["--picture-key", self.path("right.key"), "--device", "cpu"],
                    *["--recipient-key", self.path(recipient), "--json", self.path("key.json")],
                )
                with open(self.path("key.json")) as file:
                    frames = json.load(file)["frames"]
                means.append(numpy.mean([frame["psnr_db"] for frame in frames]))
            with self.subTest(model=model.name):
                self.assertGreater(means[0], 24)
                self.assertLess(means[1], 10)
        self.assertGreater(tried, 8)


class keyrings(command_test):
    """A keyring of a shipped model, from its making to pictures under a wrong key."""

    def setUp(self):
        super().setUp()
        self.model = os.path.join(os.environ["DJESCC_SOURCE_DIR"], "models", "cifar10-slim-r6")
        self.ring = self.path("ring")
        write_pictures(self.path("pictures"), [(32, 32)] * 12)

    def simulate(self, *arguments):
        file = self.path("result.json")
        result = run(
            *["simulate", "--input", self.path("pictures"), "--snr", "20", "--device", "cpu"],
            *["--json", file, *arguments],
        )
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertEqual(result.stderr, "")
        with open(file) as stream:
            frames = json.load(stream)["frames"]
        self.assertEqual(len(frames), 12)
        return numpy.array([frame["psnr_db"] for frame in frames])

    def test_keys_open_pictures(self):
        right, wrong = write_key(self.path("right.key")), write_key(self.path("wrong.key"))
        self.succeed(
            *["keyring", "create", "--model", self.model, "--count", "4"],
            *["--output", self.ring],
        )
        alone = self.simulate("--model", self.model)
        for nets in (["--keyring", self.ring], ["--model", self.model]):
            keyed = self.simulate(*nets, "--picture-key", right)
            self.assertAlmostEqual(keyed.mean(), alone.mean(), delta=1.0)
            spied = self.simulate(*nets, "--picture-key", right, "--recipient-key", wrong)
            self.assertLess(spied.mean(), 15)
            self.assertLess(spied.max(), keyed.min())

    def test_members_alone(self):
        output = self.succeed(
            *["keyring", "create", "--model", self.model, "--count", "2"],
            *["--masks", "member", "--output", self.ring],
        )
        self.assertIn("each member's own", output)
        self.assertIn("opened by a wrong key: one picture in 2", output)
        self.assertEqual(output, self.succeed("keyring", "info", self.ring, "--weights"))
        right, wrong = write_key(self.path("right.key")), write_key(self.path("wrong.key"))
        keys = ["--keyring", self.ring, "--picture-key", right]
        keyed = self.simulate(*keys)
        spied = self.simulate(*keys, "--recipient-key", wrong)
        # every picture is either as good as with the right key or shows nothing
        opened = numpy.abs(spied - keyed) < 0.1
        self.assertLess(spied[~opened].mean() if not opened.all() else 0, 15)

    def test_split(self):
        self.succeed(
            *["keyring", "create", "--model", self.model, "--count", "2"],
            *["--output", self.ring],
        )
        part = self.path("recipient")
        self.succeed("keyring", "split", self.ring, "--role", "decrypt", "--output", part)
        self.assertEqual(
            sorted(os.listdir(os.path.join(part, "member-001"))),
            ["decrypt.safetensors", "model.json"],
        )
        fingerprints = [
            re.search("fingerprint of the keyring: (.*)", self.succeed("keyring", "info", ring))
            for ring in (self.ring, part)
        ]
        self.assertEqual(fingerprints[0].group(1), fingerprints[1].group(1))
        self.fail_with(
            "djescc model split",
            *["keyring", "split", self.ring, "--role", "decode", "--output", part],
        )

    def test_refusals(self):
        self.fail_with("keyring.json is missing", "keyring", "info", self.model)
        self.fail_with(
            "train another model",
            *["keyring", "create", "--model", make_model(self.folder, cipher="unet")],
            *["--count", "2", "--output", self.ring],
        )
        self.fail_with(
            "has other weights",
            *["keyring", "create", make_model(self.folder, "unet", 1)],
            *[make_model(self.folder, "unet", 2), "--output", self.ring],
        )
        self.assertFalse(os.path.exists(self.ring))


if __name__ == "__main__":
    unittest.main()
