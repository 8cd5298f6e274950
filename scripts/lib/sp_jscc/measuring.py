# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that the figures are drawn of: `djescc evaluate` at every rate, and pictures."""

import hashlib
import json
import pathlib

from command import run_to_file
from digital_models import LINKS, make_digital_model
from pictures import DOG, RECORD

# The paper's digital link, and its R at 0.5 channel uses for a pixel.
PAPER_LINK = ("16-qam", "3/4")
DIGITAL_RATIO = "1/6"
EXAMPLE_PICTURES = 5  # of dogs, as in Fig. 10
EXAMPLE_SNR = "5"


def rate_groups(model):
    """The numbers of groups that a model of codec arjscc sends."""
    codec = json.loads((model / "model.json").read_text())["codec"]
    return list(range(codec.get("fixed_groups", 4), codec.get("groups", 8) + 1))


def first_dogs(cifar10, count):
    """Numbers of pictures of dogs in a file of records, from 1."""
    labels = cifar10.read_bytes()[::RECORD]
    return [i + 1 for i, label in enumerate(labels) if label == DOG][:count]


class Measurement:
    def __init__(self, options, command, cifar10):
        self.options, self.command, self.cifar10 = options, command, cifar10
        self.models = [options.models / name for name in (options.ar, options.sp, options.logits)]

    def run(self):
        """The JSON of each of `djescc evaluate`'s runs, by its name."""
        self.options.output.mkdir(parents=True, exist_ok=True)
        measured = {"adaptive": self.evaluate("adaptive", self.models, [])}
        for groups in rate_groups(self.models[0]):
            name = f"groups-{groups}"
            measured[name] = self.evaluate(name, self.models, ["--rate-groups", groups])
        digital = [
            make_digital_model(
                self.command, self.options.output / "models", DIGITAL_RATIO, link, "fast"
            )
            for link in LINKS
        ]
        limit = ["--limit", self.options.digital_limit, "--draws", 1]
        measured["digital"] = self.evaluate("digital", digital, ["--envelope", *limit])
        self.draw_weights()
        self.draw_examples(digital[LINKS.index(PAPER_LINK)])
        return measured

    def words(self, models, more):
        words = [self.command, "evaluate"]
        for model in models:
            words += ["--model", model]
        words += ["--cifar10", self.cifar10, "--classifier", self.options.classifier]
        words += ["--device", self.options.device, "--threads", self.options.threads]
        return list(map(str, [*words, *more]))

    def evaluate(self, name, models, more):
        words = self.words(models, [f"--snr={self.options.snr}"])
        if "--limit" not in more:
            more = [*more, "--draws", self.options.draws]
            more += ["--limit", self.options.limit] if self.options.limit else []
        words += map(str, more)
        file, settings = (self.options.output / f"{name}{end}" for end in (".json", ".settings"))
        state = self.state(words, models)
        if settings.is_file() and settings.read_text() == state and file.is_file():
            print(f"measured already: {name}")
        else:
            settings.unlink(missing_ok=True)
            run_to_file([*words, "--json", str(file)], self.options.output / f"{name}.txt")
            settings.write_text(state)
        return json.loads(file.read_text())

    def state(self, words, models):
        """What the figures depend on."""
        files = [model / "model.json" for model in models]
        files += [self.options.classifier / "classifier.json", self.cifar10, self.command]
        digests = [hashlib.sha256(pathlib.Path(file).read_bytes()).hexdigest() for file in files]
        return json.dumps([words, digests], indent=1)

    def draw_weights(self):
        run_to_file(
            [self.command, "classify", "--classifier", self.options.classifier]
            + ["--cifar10", self.cifar10, "--limit", 8, "--device", self.options.device]
            + ["--weights", self.options.output / "fig5.png"],
            self.options.output / "fig5.txt",
        )

    def draw_examples(self, digital):
        dogs = first_dogs(self.cifar10, EXAMPLE_PICTURES)
        run_to_file(
            self.words(
                [digital, *self.models],
                ["--snr", EXAMPLE_SNR, "--limit", max(dogs), "--sheet-snr", EXAMPLE_SNR]
                + ["--sheet-picture", ",".join(map(str, dogs))]
                + ["--sheet", self.options.output / "fig10.png"],
            ),
            self.options.output / "fig10.txt",
        )
