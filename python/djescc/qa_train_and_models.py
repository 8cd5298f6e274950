#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""`djescc train`, `dataset pack`, `model` and `bench` as a user runs them."""

import csv
import glob
import json
import math
import os
import re
import shutil
import signal
import subprocess
import tempfile
import unittest

from chain_fixture import make_model, write_pictures
from command_fixture import COMMAND, command_test, read_until, run


def file_bytes(folder, name):
    with open(os.path.join(folder, name), "rb") as file:
        return file.read()


class train_and_models(command_test):
    """One small training run makes the model that the other tests look at."""

    CONFIG = {
        "name": "tiny",
        "cipher": {
            "type": "unet",
            "space_to_depth": 4,
            "encrypt": {"widths": [4]},
            "decrypt": {"widths": [4]},
            "mask": {"latents": 16, "noise": 16, "size": 8},
        },
        "codec": {"type": "djscc", "t": 16, "initialization": "flat"},
        "data": {
            "train": {"pack": "train.pack"},
            "validation": {"folder": "pictures"},
            "crop": 16,
        },
        "optimizer": {"batch": 2, "learning_rate": 1e-4},
        "steps": 3,
        "validate_every": 3,
        "checkpoint_every": 3,
        "secret_seed": 5,
    }

    @classmethod
    def setUpClass(cls):
        cls.shared = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.shared)
        write_pictures(os.path.join(cls.shared, "pictures"), [(32, 32)] * 4)
        cls.packing = run(
            *["dataset", "pack", os.path.join(cls.shared, "pictures")],
            *[os.path.join(cls.shared, "train.pack"), "--shorter-side", "24"],
        )
        cls.training = cls.train("run", cls.CONFIG)
        cls.model = os.path.join(cls.shared, "run", "model")

    @classmethod
    def arguments(cls, name, config, *more):
        file = os.path.join(cls.shared, name + ".json")
        with open(file, "w") as stream:
            json.dump(config, stream)
        output = os.path.join(cls.shared, name)
        return ["train", file, "--data", cls.shared, "--output", output] + [
            *["--device", "cpu", "--threads", "1", *more]
        ]

    @classmethod
    def train(cls, name, config, *more):
        return run(*cls.arguments(name, config, *more))

    def test_pack_and_train(self):
        self.assertEqual(self.packing.returncode, 0, self.packing.stderr)
        self.assertIn("4 pictures", self.packing.stdout)
        self.assertEqual(self.training.returncode, 0, self.training.stderr)
        self.assertIn("model is in", self.training.stdout)
        self.succeed("model", "verify", self.model)

    def test_ctrl_c_and_resume(self):
        config = dict(self.CONFIG, steps=2000, validate_every=2000, checkpoint_every=2000)
        process = subprocess.Popen(
            [COMMAND, *self.arguments("long", config)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        read_until(process, "training tiny")
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 130, errors)
        hint = re.search(r"Continue with: djescc (.*)", output)
        self.assertIsNotNone(hint, output)

        # the run is not overwritten by mistake
        again = self.train("long", config)
        self.assertEqual(again.returncode, 1)
        self.assertIn("--resume", again.stderr)
        resumed = subprocess.Popen(
            [COMMAND, *hint.group(1).split()], stdout=subprocess.PIPE, text=True
        )
        read_until(resumed, "resumed at step")
        resumed.send_signal(signal.SIGINT)
        resumed.communicate(timeout=120)
        self.assertEqual(resumed.returncode, 130)

    def test_agreement_in_the_log(self):
        config = dict(self.CONFIG, argmax_agreement=True, steps=2, validate_every=1)
        self.assertEqual(self.train("agreeing", config).returncode, 0)
        with open(os.path.join(self.shared, "agreeing", "log.csv"), newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), 2)
        for row in rows:
            for column in ("argmax_agreement", "training_argmax_agreement"):
                self.assertTrue(0 <= float(row[column]) <= 1, row)
            # the mean of PSNRs is at least the PSNR of the mean
            self.assertLess(-10 * math.log10(float(row["mse"])), float(row["psnr_db"]) + 1e-3)
        with open(os.path.join(self.shared, "run", "log.csv")) as file:
            self.assertNotIn("argmax", file.read())

    def test_compact_warns_of_a_run_that_goes_on(self):
        config = dict(self.CONFIG, checkpoint_every=1)
        self.train("halted", config, "--stop-at", "2")
        halted = os.path.join(self.shared, "halted", "model")
        result = run("model", "compact", halted, "--output", self.path("early"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("had not ended: these are its weights after step 2", result.stderr)
        result = run("model", "compact", self.model, "--output", self.path("ended"))
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_training_errors(self):
        for text, change in [
            ("stepz", {"stepz": 1}),
            ("learning_rate", {"optimizer": {"learning_rate": -1}}),
            ("nothing-here", {"data": {"train": {"folder": "nothing-here"}}}),
        ]:
            config = dict(self.CONFIG, **change)
            if "data" in change:
                config["data"]["validation"] = self.CONFIG["data"]["validation"]
            result = self.train("wrong", config)
            self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
            self.assertRegex(result.stderr, text)
        with open(self.path("broken.json"), "w") as file:
            file.write('{\n "name": }')
        self.fail_with(
            "broken.json is not JSON: .*line 2",
            *["train", self.path("broken.json"), "--output", self.path("run")],
        )
        self.fail_with(
            "there is no file .*none.json",
            *["train", self.path("none.json"), "--output", self.path("run")],
        )

    def test_info(self):
        text = self.succeed("model", "info", self.model)
        with open(os.path.join(self.model, "model.json")) as file:
            manifest = json.load(file)
        self.assertRegex(text, "name +tiny")
        self.assertRegex(text, r"fingerprint +[0-9a-f]{16}\n")
        self.assertRegex(text, r"cipher +unet")
        self.assertRegex(text, r"codec +djscc")
        # 78,128 and 78,115 weights of the paper, and one slope for each PReLU
        self.assertRegex(text, r"encode +7\d{4} +encode.safetensors")
        self.assertIn("psnr_db", text)
        for row in manifest["quality"]["rows"]:
            self.assertIn(f"{row['psnr_db']:.3f}", text)

    def test_verify_tells_which_file_is_wrong(self):
        copy = shutil.copytree(self.model, self.path("copy"))
        with open(os.path.join(copy, "decode.safetensors"), "r+b") as file:
            file.seek(-1, os.SEEK_END)
            file.write(b"\x7f")
        self.fail_with("decode.safetensors has another SHA-256", "model", "verify", copy)
        for file in glob.glob(os.path.join(copy, "*.safetensors")):
            os.remove(file)
        self.fail_with("holds no weights file", "model", "verify", copy)

    def test_split(self):
        part = self.path("part")
        self.succeed("model", "split", self.model, "--role", "decode", "--output", part)
        self.assertEqual(sorted(os.listdir(part)), ["decode.safetensors", "model.json"])
        self.assertIn("encrypt.safetensors", self.succeed("model", "verify", part))
        self.assertRegex(
            self.succeed("model", "info", part), r"encrypt.safetensors \(not here\)"
        )
        self.fail_with(
            "encrypt.safetensors is missing",
            *["model", "split", part, "--role", "encrypt", "--output", self.path("more")],
        )

    def test_rekey(self):
        rekeyed = self.path("rekeyed")
        self.succeed("model", "rekey", self.model, "--output", rekeyed)
        self.succeed("model", "verify", rekeyed)
        for name in ["encode.safetensors", "decode.safetensors"]:
            self.assertEqual(file_bytes(self.model, name), file_bytes(rekeyed, name))
        for name in ["encrypt.safetensors", "decrypt.safetensors", "model.json"]:
            self.assertNotEqual(file_bytes(self.model, name), file_bytes(rekeyed, name))
        self.fail_with(
            "already holds a model", "model", "rekey", self.model, "--output", rekeyed
        )

        def quality(model):
            self.succeed(
                *["simulate", "--model", model, "--input", self.path("picture.ppm")],
                *["--snr", "30", "--json", self.path("run.json"), "--device", "cpu"],
            )
            with open(self.path("run.json")) as stream:
                return json.load(stream)["frames"][0]["psnr_db"]

        write_pictures(self.folder, [(64, 64)])
        os.rename(self.path("0.ppm"), self.path("picture.ppm"))
        before, after = quality(self.model), quality(rekeyed)
        self.assertAlmostEqual(before, after, delta=1.0)

        # the old secrets do not open what the new ones closed
        mixed = shutil.copytree(rekeyed, self.path("mixed"))
        name = "decrypt.safetensors"
        shutil.copy(os.path.join(self.model, name), os.path.join(mixed, name))
        with open(os.path.join(self.model, "model.json")) as old:
            weights = json.load(old)["weights"]
        with open(os.path.join(mixed, "model.json")) as stream:
            manifest = json.load(stream)
        manifest["weights"]["decrypt"] = weights["decrypt"]
        with open(os.path.join(mixed, "model.json"), "w") as stream:
            json.dump(manifest, stream)
        self.assertLess(quality(mixed), after - 3)

    def test_rekey_without_secrets(self):
        self.fail_with(
            "no secrets",
            *["model", "rekey", make_model(self.folder, cipher="unet")],
            *["--output", self.path("rekeyed")],
        )

    def test_bench(self):
        file = self.path("bench.json")
        text = self.succeed(
            *["bench", "--model", self.model, "--size", "32x32", "--batch", "2"],
            *["--seconds", "0.02", "--rounds", "2", "--device", "cpu", "--json", file],
        )
        self.assertIn("flowgraph / bare loop", text)
        with open(file) as stream:
            report = json.load(stream)
        self.assertGreater(report["machine"]["cores"], 0)
        self.assertEqual(report["video"]["size"], "256x256")
        for net in ["encrypt", "encode", "decode", "decrypt", "chain"]:
            self.assertGreater(report["nets"][net], 0)
        self.assertLess(report["nets"]["chain"], report["nets"]["decode"])
        for part in ["pipeline", "video"]:
            for figure in ["bare", "flowgraph", "ratio"]:
                self.assertGreater(report[part][figure], 0)
        for part in ["allocator", "transposed_convolution"]:
            self.assertGreater(report[part]["gain"], 0)
        self.assertGreater(report["peak_memory"], 10e6)
        self.assertIn(f"{report['peak_memory'] / 2**20:.0f} MiB", text)

    def test_bench_of_a_grey_model(self):
        grey = self.path("grey")
        self.succeed(
            *["model", "create", "--cipher", "pe", "--codec", "direct", "--output", grey],
            *["--codec-config", '{"channels": 1}'],
        )
        text = self.succeed(
            *["bench", "--model", grey, "--size", "32x32", "--batch", "2", "--seconds", "0.02"],
            *["--rounds", "1", "--device", "cpu"],
        )
        # half a symbol for a value, one value for a pixel, and the codec's pilots
        self.assertIn("0.5156 channel uses per pixel", text)

    def test_bench_errors(self):
        for size in ["32", "32x", "x32", "0x32", "32x32x3", "99999x1"]:
            self.fail_with("WIDTHxHEIGHT", "bench", "--model", self.model, "--size", size)


if __name__ == "__main__":
    unittest.main()
