# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the report is made of: evaluations, attacks, the models' logs, and pictures."""

import csv
import json

import png
from command import run_to_file
from pictures import write_dog

NO_NOISE = "100"  # dB: what the paper has in the place of a channel
MODELS = ("cifar10-cae-paper", "cifar10-cae", "cifar10-cnn-bigru-paper", "cifar10-cnn-bigru")
# Codec djscc at the rates of the two, trained equally.
YARDSTICKS = ("cifar10-djscc-r48", "cifar10-djscc-r3")
SHOWN = (1, 2, 3, 4, 5)  # pictures of Figs. 6 and 9
ATTACK_SNR = "20"


class Measurement:
    def __init__(self, options, command, cifar10):
        self.options, self.command, self.cifar10 = options, command, cifar10
        options.output.mkdir(parents=True, exist_ok=True)

    def folder(self, model):
        return self.options.models / model

    def djescc(self, name, *words):
        """Run a subcommand; its table stands in NAME.txt, its figures come back."""
        where = ["--device", self.options.device, "--threads", self.options.threads]
        file = self.options.output / f"{name}.json"
        run_to_file(
            [self.command, *words, *where, "--json", file], self.options.output / f"{name}.txt"
        )
        return json.loads(file.read_text())

    def evaluate(self, name, models, *more):
        words = ["evaluate", "--cifar10", self.cifar10, "--argmax"]
        for model in models:
            words += ["--model", self.folder(model)]
        if self.options.limit:
            words += ["--limit", self.options.limit]
        return self.djescc(name, *words, *more)

    def without_noise(self):
        sheet = self.options.output / "pictures.png"
        return self.evaluate(
            "without-noise",
            MODELS,
            *("--snr", NO_NOISE, "--sheet", sheet),
            *("--sheet-picture", ",".join(map(str, SHOWN))),
        )

    def over_snr(self):
        return self.evaluate("over-snr", (*MODELS, *YARDSTICKS), f"--snr={self.options.snr}")

    def attack(self, model, hidden):
        """What somebody learns of the symbols of a model."""
        known = self.cifar10.with_name("train.bin")
        words = ["attack", "--model", self.folder(model), "--stage", "symbols"]
        words += ["--snr", ATTACK_SNR, "--steps", self.options.steps]
        if known.is_file():
            words += ["--cifar10", known, "--test-cifar10", self.cifar10]
            words += ["--pairs", self.options.pairs]
        else:  # the first four fifths of the test set are known, the others unseen
            words += ["--cifar10", self.cifar10]
        if hidden:
            words.append("--hide-symbols")
        ending = "-hidden" if hidden else ""
        return self.djescc(f"attack-{model}{ending}", *words)

    def epochs(self, model):
        """Rows of a model's training log."""
        with open(self.folder(model) / "training-log.csv", newline="") as file:
            return list(csv.DictReader(file))

    def training(self, model):
        return json.loads((self.folder(model) / "model.json").read_text())["training"]

    def histograms(self, model):
        """Counts of the 256 levels in a picture as it is and as it arrives."""
        dog = self.options.output / "dog.png"
        write_dog(self.cifar10, dog)
        received = self.options.output / f"received-{model}"
        self.djescc(
            f"simulate-{model}",
            *("simulate", "--model", self.folder(model), "--input", dog),
            *("--snr", NO_NOISE, "--output", received),
        )
        [arrived] = received.rglob("*.png")
        return [png.histogram(file) for file in (dog, arrived)]
