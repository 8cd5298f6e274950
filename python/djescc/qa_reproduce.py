#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""`scripts/reproduce djescc` on a few generated pictures and an untrained model."""

import json
import os
import re
import pathlib
import shutil
import subprocess
import sys
import unittest

import numpy
from chain_fixture import make_model, write_pictures
from cifar10_fixture import write_cifar10
from command_fixture import COMMAND, command_test

SCRIPTS = os.path.join(os.environ["DJESCC_SOURCE_DIR"], "scripts")
sys.path.insert(0, os.path.join(SCRIPTS, "lib", "djescc_paper"))
import tables  # noqa: E402
from training import Missing, OtherLength, Training, of_length  # noqa: E402

SCRIPT = os.path.join(SCRIPTS, "reproduce")

@unittest.skipUnless(shutil.which("gnuplot"), "gnuplot is not installed")
class reproduce(command_test):
    def setUp(self):
        super().setUp()
        write_cifar10(self.path("data", "cifar10", "test.bin"), 6, seed=1)
        write_pictures(self.path("photos"), [(40, 48)])
        os.mkdir(self.path("models"))

    def add_model(self, name):
        shutil.copytree(make_model(self.folder), self.path("models", name))

    def reproduce(self, *more):
        folders = [
            word
            for name in ("data", "photos", "models", "output")
            for word in (f"--{name}", self.path(name))
        ]
        return subprocess.run(
            ["bash", SCRIPT, "djescc", *folders, "--command", COMMAND]
            + ["--draws", "2", "--snr", "0,20", "--device", "cpu", "--threads", "1", *more],
            capture_output=True,
            text=True,
            timeout=300,
        )

    def report(self, result):
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        with open(self.path("output", "report.md")) as file:
            text = file.read()
        with open(self.path("output", "report.json")) as file:
            return text, json.load(file)

    def section(self, text, title):
        return re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", text, re.M | re.S).group(1)

    def test_report(self):
        self.add_model("cifar10-slim-r6")
        self.add_model("photo-slim-r6")
        result = self.reproduce()
        text, record = self.report(result)
        # the paper's rows, every one, and ours where there is a model
        table = self.section(text, "Table I")
        self.assertIn(self.section(text, "Table I").strip(), result.stdout)
        for figures in ("29.641", "29.304", "28.399", "24.808", "LFBVS 0.583"):
            self.assertIn(figures, table)
        for name in ("lambda0", "lambda0.005", "lambda0.5"):
            self.assertIn(f"`cifar10-slim-r6-{name}`: not shipped; train with --train", table)
        for name in ("le", "pe"):
            self.assertIn(f"`cifar10-slim-r6-{name}`: not", self.section(text, "Table II"))
        # our figures are what `djescc evaluate` says
        self.succeed(
            *["evaluate", "--model", self.path("models", "cifar10-slim-r6")],
            *["--cifar10", self.path("data", "cifar10", "test.bin"), "--draws", "2"],
            *["--snr-range", "0", "20", "--json", self.path("row.json"), "--device", "cpu"],
        )
        with open(self.path("row.json")) as file:
            (row,) = json.load(file)["rows"]
        self.assertEqual(record["measured"], {"cifar10-slim-r6": row})
        self.assertIn(f"{row['psnr_db']:.3f} +-{row['psnr_db_interval']:.3f}", table)
        self.assertIn(f"{row['psnr_db'] - 28.399:+.3f}", table)
        goals = self.section(text, "Goals")
        self.assertIn("`cifar10-quality-r6-beyond`: not shipped; train with --train", table)
        self.assertNotIn("beyond the paper", goals)
        missed = re.search(r"λ = 0.05: decrypted PSNR dB.*missed by ([0-9.]+)", goals)
        self.assertAlmostEqual(float(missed.group(1)), 28.399 - row["psnr_db"], places=3)
        # cipher `none` hides nothing
        self.assertRegex(goals, r"λ = 0.05: encrypted SSIM, absolute +\| 1.000 .*missed by 0.996")
        # curves and pictures, those of models that are there
        for figure in ("8", "10", "12"):
            self.assertIn(f"fig{figure}.png", self.section(text, f"Fig. {figure}"))
        files = os.listdir(self.path("output"))
        for name in re.findall(r"\]\((.*?)\)", text):
            self.assertIn(name, files)
        for name in ("fig8.svg", "fig9-cifar10-slim-r6.png", "fig13-photo-slim-r6.png"):
            self.assertIn(name, files)
        with open(self.path("output", "fig8.svg")) as file:
            self.assertIn("paper, Table I, λ = 0.05: mean over 0 to 20 dB", file.read())

    def test_measured_once(self):
        self.add_model("cifar10-slim-r6")
        self.add_model("cifar10-slim-r6-pe")
        first = self.report(self.reproduce())
        again = self.reproduce()
        self.assertEqual(self.report(again), first)
        self.assertEqual(again.stdout.count("measured already: "), 4)  # two rows, two figures
        # another model, other draws: what depends on them is measured again
        manifest = self.path("models", "cifar10-slim-r6-pe", "model.json")
        with open(manifest) as file:
            model = json.load(file)
        shutil.rmtree(self.path("models", "cifar10-slim-r6-pe"))
        shutil.copytree(make_model(self.folder, seed=2), self.path("models", "cifar10-slim-r6-pe"))
        with open(manifest) as file:
            self.assertNotEqual(json.load(file)["weights"], model["weights"])
        changed = self.reproduce().stdout
        self.assertEqual(changed.count("measured already: "), 2)
        self.assertIn("measured already: " + self.path("output", "fig8.json"), changed)
        self.assertEqual(self.reproduce("--draws", "3").stdout.count("measured already: "), 2)

    def test_size_and_the_dog(self):
        names = ["cifar10-quality-r6", "cifar10-slim-r6", "cifar10-slim-r6-pe"]
        for name in names:
            self.add_model(name)
        result = self.reproduce("--size", "quality", "--only", f"{names[0]},{names[2]}")
        text, record = self.report(result)
        self.assertEqual(sorted(record["measured"]), [names[0], names[2]])
        self.assertNotIn("`cifar10-slim-r6`", text)
        self.assertIn("`cifar10-slim-r6-le`: left out by --only", text)
        from qa_evaluate import read_picture

        dog = read_picture(self.path("output", "cifar10-dog.png"))
        with open(self.path("data", "cifar10", "test.bin"), "rb") as file:
            pixels = file.read()[-3 * 32 * 32 :]
        planes = numpy.frombuffer(pixels, dtype=numpy.uint8).reshape(3, 32, 32)
        self.assertTrue(numpy.array_equal(dog, planes.transpose(1, 2, 0)))

    def test_training(self):
        write_cifar10(self.path("data", "cifar10", "train.bin"), 64, seed=2)
        arguments = ["--train", "--only", "cifar10-slim-r6,photo-slim-r6", "--steps", "1"]
        result = self.reproduce(*arguments)
        text, record = self.report(result)
        self.assertIn("photo-slim-r6 is not trained: ", result.stdout)
        self.assertIn("photographs.pack, which is not there", result.stdout)
        training = self.section(text, "Training")
        self.assertRegex(
            training,
            r"`cifar10-slim-r6` +\| trained here +\| CIFAR-10, 64 images +\| 1 +\| 64 +\| 1.0",
        )
        self.assertRegex(training, "`photo-slim-r6`: not trained: .*photographs.pack")
        # a run that is finished is not run again
        again = self.reproduce(*arguments)
        self.assertIn("cifar10-slim-r6 is trained already", again.stdout)
        self.assertEqual(self.report(again)[1]["measured"], record["measured"])
        # nor is its model printed as one of another length
        longer = self.reproduce(*arguments[:-1], "2")
        self.assertEqual(longer.returncode, 1)
        self.assertRegex(longer.stderr, "runs/cifar10-slim-r6 is a run of another length")

    def test_errors(self):
        result = self.reproduce()
        self.assertEqual(result.returncode, 1)
        self.assertIn("none of the models is in", result.stderr)
        self.add_model("cifar10-slim-r6")
        result = self.reproduce("--only", "my-model")
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, "my-model; the models are: cifar10-slim-r6-lambda0,")
        self.assertEqual(self.reproduce("--steps", "3").returncode, 2)
        os.remove(os.path.join(self.path("models"), "cifar10-slim-r6", "decode.safetensors"))
        result = self.reproduce()
        self.assertEqual(result.returncode, 1)
        self.assertIn("decode.safetensors is missing", result.stderr)
        self.assertRegex(result.stderr, "error: this failed.*evaluate")
        shutil.rmtree(self.path("data"))
        result = self.reproduce()
        self.assertEqual(result.returncode, 1)
        self.assertIn("https://www.cs.toronto.edu/~kriz/cifar.html", result.stderr)


class order_of_training(command_test):
    """What is trained when, with a stand-in for the djescc command."""

    CONFIGS = {
        "start": {"data": {"train": {"pack": "photos.pack"}}, "steps": 9},
        "model": {
            "data": {"train": {"pack": "photos.pack"}, "crop": 32},
            "initial": "runs/start/model",
            "loss": {"features": {"weights": "vgg16-photo/features.safetensors"}},
            "epochs": 9,
        },
        "vgg16-photo": {
            "net": {"initial": {"weights": "vgg16-cifar10/features.safetensors"}},
            "data": {"train": {"pack": "photos.pack"}},
            "epochs": 9,
        },
        "vgg16-cifar10": {"data": {"train": {"pack": "photos.pack"}}, "epochs": 9},
    }

    def setUp(self):
        super().setUp()
        self.root = pathlib.Path(self.folder)
        for name in ("configs", "data"):
            (self.root / name).mkdir()
        for name, config in self.CONFIGS.items():
            (self.root / "configs" / f"{name}.json").write_text(json.dumps(config))
        (self.root / "data" / "photos.pack").touch()
        self.calls = []
        self.stopped = set()

    def djescc(self, command, config, *more, cwd):
        """Trains nothing, and leaves what a run leaves."""
        self.assertEqual((command, cwd), ("train", self.root / "output"))
        output = pathlib.Path(more[more.index("--output") + 1])
        name = output.name
        self.calls.append((name, "--resume" in more))
        self.config = json.loads(pathlib.Path(config).read_text())
        (output / "model").mkdir(parents=True, exist_ok=True)
        (output / "checkpoint.pt").touch()
        (output / "config.json").write_text(json.dumps(self.config))
        about = {"finished": name not in self.stopped}
        (output / "classifier.json").write_text(json.dumps(about))
        (output / "model" / "model.json").write_text(json.dumps({"training": about}))

    def training(self, length):
        folders = [self.root / name for name in ("configs", "output", "data", "models")]
        return Training(self.djescc, *folders, length)

    def test_first_things_first(self):
        self.stopped = {"vgg16-photo"}
        training = self.training({"steps": 3})
        training.train("model")
        self.assertEqual(
            self.calls,
            [
                ("start", False),
                ("vgg16-cifar10", False),
                ("vgg16-photo", False),
                ("model", False),
            ],
        )
        self.assertEqual(self.config["steps"], 3)
        self.assertNotIn("epochs", self.config)
        self.assertEqual(
            self.config["loss"]["features"]["weights"],
            str(self.root / "output/runs/vgg16-photo/features.safetensors"),
        )
        self.assertEqual(training.model("model"), self.root / "output/runs/model/model")
        # what was stopped goes on, what is finished is left alone
        self.calls.clear()
        self.stopped = {"model"}
        shutil.rmtree(self.root / "output" / "runs" / "model")
        training.train("model")
        self.assertEqual(self.calls, [("vgg16-photo", True), ("model", False)])
        self.assertIsNone(training.model("model"))
        self.calls.clear()
        training.train("model")
        self.assertEqual(self.calls, [("model", True)])

    def test_runs_of_another_length_are_in_the_way(self):
        self.stopped = {"model"}
        self.training({"steps": 3}).train("model")
        self.calls.clear()
        for name in ("model", "start", "vgg16-photo"):
            with self.assertRaisesRegex(OtherLength, f"runs/{name} is a run of another"):
                self.training({}).train("model")
            shutil.rmtree(self.root / "output" / "runs" / name)
            self.stopped = set()
            # so that the next one is met first
            if name == "start":
                self.training({}).train("start")
        self.assertEqual(self.calls, [("start", False)])

    def test_what_starts_from_a_shipped_model_needs_it(self):
        config = {**self.CONFIGS["start"], "initial": "models/shipped"}
        (self.root / "configs" / "start.json").write_text(json.dumps(config))
        with self.assertRaisesRegex(Missing, "starts from .*models/shipped"):
            self.training({}).train("start")
        shipped = self.root / "models" / "shipped" / "model.json"
        shipped.parent.mkdir(parents=True)
        shipped.touch()
        self.training({}).train("start")
        self.assertEqual(self.calls, [("start", False)])

    def test_a_feature_net_at_hand_is_used(self):
        (self.root / "data" / "vgg16-photo").mkdir()
        (self.root / "data" / "vgg16-photo" / "features.safetensors").touch()
        self.training({}).train("model")
        self.assertEqual(self.calls, [("start", False), ("model", False)])
        self.assertEqual(self.config, self.CONFIGS["model"])

    def test_a_shipped_feature_net_is_used(self):
        shipped = self.root / "models" / "features" / "vgg16-photo" / "features.safetensors"
        shipped.parent.mkdir(parents=True)
        shipped.touch()
        self.training({}).train("model")
        self.assertEqual(self.calls, [("start", False), ("model", False)])
        self.assertEqual(self.config["loss"]["features"]["weights"], str(shipped))
        # what starts from a shipped model finds it from where the command runs
        self.assertTrue((self.root / "output" / "models").samefile(self.root / "models"))

    def test_another_length_has_no_slow_start(self):
        schedule = {"type": "cosine", "warmup": 1000, "floor": 0.01}
        config = {"optimizer": {"batch": 8, "schedule": schedule}, "steps": 9, "seed": 1}
        short = of_length(config, {"epochs": 3})
        self.assertEqual(
            short,
            {
                "optimizer": {"batch": 8, "schedule": {"type": "cosine", "floor": 0.01}},
                "epochs": 3,
                "seed": 1,
            },
        )
        self.assertEqual(schedule["warmup"], 1000)

    def test_what_a_model_goes_on_from(self):
        for initial, cell in (
            (None, "-"),
            ("runs/a/model", "`runs/a/model`"),
            ({"encode": "b", "decode": "b", "encrypt": "a"}, "`a`, `b`"),
        ):
            training = {"data": "x, 5 images", "config": {"initial": initial}}
            row = tables.training_row("model", {"training": training}, "shipped")
            self.assertEqual(row[-1], cell)

    def test_missing(self):
        with self.assertRaisesRegex(Missing, "no configuration .*nothing.json"):
            self.training({}).train("nothing")
        (self.root / "data" / "photos.pack").unlink()
        with self.assertRaisesRegex(Missing, "model is trained on .*photos.pack"):
            self.training({}).train("model")


@unittest.skipUnless(shutil.which("gnuplot"), "gnuplot is not installed")
class baseline(command_test):
    """`scripts/reproduce baseline` on two small pictures."""

    def setUp(self):
        super().setUp()
        write_pictures(self.path("data", "kodak"), [(48, 64), (64, 48)])
        os.mkdir(self.path("models"))
        shutil.copytree(make_model(self.folder, "none"), self.path("models", "photo-test-r6"))

    def baseline(self, *more):
        return subprocess.run(
            ["bash", SCRIPT, "baseline", "--data", self.path("data"), "--command", COMMAND]
            + ["--models", self.path("models"), "--output", self.path("output")]
            + ["--quick", "--ratio", "1/6", "--device", "cpu", "--threads", "1", *more],
            capture_output=True,
            text=True,
            timeout=300,
        )

    def test_report_and_resumption(self):
        result = self.baseline("--snr", "0,20", "--sheet-snr", "0,20")
        if 'codec.type "separate" is unknown' in result.stderr:
            self.skipTest("built without digital codecs")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("cifar10: left out", result.stderr)
        folder = self.path("output", "kodak-r6")
        names = {"figures.json", "figures.csv", "plot.png", "plot.svg", "sheet.png"}
        self.assertLessEqual(names | {"table.txt", "settings.json"}, set(os.listdir(folder)))
        with open(os.path.join(folder, "figures.json")) as file:
            rows = json.load(file)["rows"]
        models = list(dict.fromkeys(row["model"] for row in rows))
        self.assertEqual(models[:2], ["bpsk-1-2", "qpsk-1-2"])
        self.assertEqual(
            models[7:], ["test-none", "digital, channel known", "Shannon's bound, HEVC"]
        )
        self.assertIn("| `16-qam-3-4`", result.stdout)
        # what is finished is not measured again, and what is not is
        again = self.baseline("--snr", "0,20", "--sheet-snr", "0,20")
        self.assertIn("kodak-r6: is there already", again.stderr)
        self.assertEqual(again.stdout, result.stdout)
        os.remove(os.path.join(folder, "settings.json"))
        self.assertNotIn(
            "is there already", self.baseline("--snr", "0", "--sheet-snr", "0").stderr
        )

    def test_without_pictures(self):
        shutil.rmtree(self.path("data", "kodak"))
        result = self.baseline()
        self.assertEqual(result.returncode, 1)
        self.assertIn("there are no pictures", result.stderr)


if __name__ == "__main__":
    unittest.main()
