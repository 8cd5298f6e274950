#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of `djescc transmit` and `djescc receive`: of the bursts, and of the pictures."""

import glob
import json
import os
import stat
import unittest

import numpy
from air_fixture import mean_psnr, read_recording, write_recording
from air_test_case import SIZES, air_test
from command_fixture import run, write_key


class keys(air_test):
    def make_key(self, name):
        result = run("keygen", self.path(name))
        if "built without it" in result.stderr:
            self.skipTest("this build has no libsodium")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(stat.S_IMODE(os.stat(self.path(name)).st_mode), 0o600)
        return self.path(name)

    def test_keys(self):
        key, other = self.make_key("link.key"), self.make_key("other.key")
        name = self.path("sealed.sigmf")
        sent = run(*self.transmission("file:" + name, "--key", key))
        self.assertEqual(sent.returncode, 0, sent.stderr)
        self.assertNotIn("warning", sent.stderr)
        source = "file:" + name
        files, result = self.receive(source, "--key", key)
        self.assert_all_near_ideal(files)
        self.assertNotIn("warning", result.stderr)
        for arguments in (["--key", other], [], ["--key", key, "--max-age", "0.000001"]):
            files, result = self.receive(source, *arguments, code=1)
            self.assertEqual(files, [])
            self.assertRegex(result.stderr, "bursts? refused")
        # what nobody sealed is refused, too
        files, result = self.receive("file:" + self.recording, "--key", key, code=1)
        self.assertEqual(files, [])
        self.assertRegex(result.stderr, "bursts? refused")
        # the same bursts once more: every one of them is a replay
        samples = read_recording(name)
        write_recording(
            self.path("replay.sigmf"), numpy.concatenate([samples, samples]), "cf32_le", 1e6
        )
        log = self.path("replay.json")
        files, _ = self.receive(
            "file:" + self.path("replay.sigmf"), "--key", key, "--json", log
        )
        self.assertEqual(len(files), len(SIZES))
        with open(log) as file:
            counters = json.loads(file.readlines()[-1])["counters"]["burst_receiver"]
        self.assertEqual(counters["refused"], counters["bursts"])

    def test_key_files(self):
        key = self.make_key("link.key")
        os.chmod(key, 0o644)
        result = run(*self.transmission("file:" + self.path("x"), "--key", key))
        self.assertEqual(result.returncode, 1)
        self.assertIn("chmod 600 " + key, result.stderr)
        result = run("keygen", key)
        self.assertEqual(result.returncode, 1)
        self.assertIn("is not replaced", result.stderr)


class picture_keys(air_test):
    """A keyring of a shipped model on the air."""

    shipped = os.path.join(os.environ["DJESCC_SOURCE_DIR"], "models", "cifar10-slim-r6")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.model = cls.shipped  # what assert_all_near_ideal compares with
        cls.ring = os.path.join(cls.shared, "ring")
        cls.key, cls.other = (
            write_key(os.path.join(cls.shared, name)) for name in ("right", "wrong")
        )
        cls.sealed = os.path.join(cls.shared, "keyed.sigmf")
        cls.nets = cls.make_nets()
        cls.succeed_at_once(
            *["transmit", *cls.nets, "--picture-key", cls.key],
            *["--input", cls.input, "--sink", "file:" + cls.sealed],
        )

    @staticmethod
    def succeed_at_once(*command):
        result = run(*command)
        assert result.returncode == 0, result.stdout + result.stderr

    @classmethod
    def make_nets(cls):
        """What owner and recipient run, as options."""
        cls.succeed_at_once(
            *["keyring", "create", "--model", cls.shipped, "--count", "3"],
            *["--output", cls.ring],
        )
        return ["--keyring", cls.ring]

    def receive(self, key, name):
        output, log = self.path(name), self.path(name + ".json")
        result = run(
            *["receive", *self.nets, "--picture-key", key],
            *["--source", "file:" + self.sealed, "--output", output, "--json", log],
        )
        with open(log) as file:
            counters = json.loads(file.readlines()[-1])["counters"]
        # batches form as frames arrive
        for block in counters.values():
            block.pop("batches", None)
            block.pop("largest_batch", None)
        return sorted(glob.glob(os.path.join(output, "*.png"))), counters, result

    def test_a_wrong_key_shows_in_the_pictures_alone(self):
        files, counters, result = self.receive(self.key, "right")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assert_all_near_ideal(files)
        others, other_counters, other = self.receive(self.other, "wrong")
        self.assertEqual(len(others), len(files))
        self.assertLess(mean_psnr(others, self.pictures), 10)
        self.assertEqual(counters, other_counters)
        self.assertEqual(result.returncode, other.returncode)
        self.assertEqual(result.stderr, other.stderr)
        # lines before the last one tell how far a slow run is
        last_lines = [each.stdout.strip().splitlines()[-1] for each in (result, other)]
        images = [line.split(" ", 1)[0] for line in last_lines]
        self.assertEqual(*images)

    def test_the_provider_has_neither(self):
        for option in (self.nets, ["--model", self.model, "--picture-key", "k"]):
            if option == ["--model", self.model]:
                continue  # that is the provider's
            result = run(
                *["receive", "--stage", "provider", "--source", "file:" + self.sealed],
                *["--output", "zmq:ipc://" + self.path("socket"), *option],
            )
            self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
            self.assertIn("for the owner and the recipient alone", result.stderr)


class rotated_pictures(picture_keys):
    """A model whose secret rotation takes side bytes with every picture."""

    shipped = os.path.join(os.environ["DJESCC_SOURCE_DIR"], "models", "cifar10-keyed-r6")

    @classmethod
    def make_nets(cls):
        return ["--model", cls.shipped]


if __name__ == "__main__":
    unittest.main()
