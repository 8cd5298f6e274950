#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""`djescc classify`, and classifiers at the receiver of `djescc evaluate`."""

import csv
import json
import os
import re
import unittest

import numpy
from chain_fixture import make_model, write_pictures
from cifar10_fixture import write_cifar10
from command_fixture import command_test, run
from qa_evaluate import read_picture

PICTURES, CLASSES, DRAWS = 24, 10, 3


def macro_f1(counts):
    """Mean over classes of the harmonic mean of precision and recall."""
    scores = []
    for i in range(len(counts)):
        shown, named = counts[i].sum(), counts[:, i].sum()
        if shown + named == 0:
            continue
        precision = counts[i, i] / named if named else 0
        recall = counts[i, i] / shown if shown else 0
        both = precision + recall
        scores.append(2 * precision * recall / both if both else 0)
    return numpy.mean(scores)


class classify(command_test):
    def setUp(self):
        super().setUp()
        self.records = self.path("data", "test.bin")
        write_cifar10(self.records, PICTURES, seed=3)
        self.classifier = self.path("classifier")
        config = {
            "task": "classification",
            "name": "small",
            "net": {"type": "residual", "width": 4, "stages": 2},
            "data": {key: {"cifar10": "test.bin"} for key in ("train", "validation")},
            "optimizer": {"batch": 12, "learning_rate": 0.05, "schedule": {"type": "constant"}},
            "steps": 60,
            "validate_every": 60,
            "checkpoint_every": 60,
        }
        with open(self.path("small.json"), "w") as file:
            json.dump(config, file)
        self.succeed(
            *["train", self.path("small.json"), "--data", self.path("data")],
            *["--output", self.classifier, "--device", "cpu", "--threads", "1"],
        )
        self.model = make_model(self.folder, "none")

    def evaluate(self, *more):
        return [
            *["evaluate", "--model", self.model, "--cifar10", self.records],
            *["--classifier", self.classifier, "--device", "cpu", *more],
        ]

    def test_classes_at_the_receiver(self):
        output = self.succeed(
            *self.evaluate("--snr", "0,30", "--draws", str(DRAWS), "--confusion"),
            *["--json", self.path("all.json"), "--csv", self.path("all.csv")],
        )
        with open(self.path("all.json")) as file:
            report = json.load(file)
        with open(self.path("all.csv"), newline="") as file:
            table = list(csv.DictReader(file))
        with open(self.records, "rb") as file:
            records = numpy.frombuffer(file.read(), numpy.uint8).reshape(PICTURES, -1)
        shown = numpy.bincount(records[:, 0], minlength=CLASSES)
        self.assertEqual(len(report["rows"]), 2)
        for row, in_csv in zip(report["rows"], table):
            classified = row["classified"]
            counts = numpy.array(classified["confusion"])
            self.assertEqual(counts.shape, (CLASSES, CLASSES))
            self.assertEqual(counts.sum(axis=1).tolist(), (DRAWS * shown).tolist())
            accuracy = counts.trace() / counts.sum()
            self.assertAlmostEqual(classified["accuracy"], accuracy)
            self.assertEqual(len(classified["accuracy_of_draws"]), DRAWS)
            self.assertAlmostEqual(numpy.mean(classified["accuracy_of_draws"]), accuracy)
            self.assertAlmostEqual(classified["macro_f1"], macro_f1(counts))
            self.assertAlmostEqual(float(in_csv["accuracy"]), accuracy, places=4)
            self.assertAlmostEqual(float(in_csv["macro_f1"]), macro_f1(counts), places=4)
            self.assertIn(f"{100 * accuracy:.3f}", output)
            # what the model sends is the same for every picture
            self.assertGreater(row["channel_uses_per_pixel"], 0)
            self.assertIn(f"{row['channel_uses_per_pixel']:.4f}", output)
            self.assertAlmostEqual(
                float(in_csv["channel_uses_per_pixel"]), row["channel_uses_per_pixel"], places=4
            )
        self.assertIn("shown, and named", output)
        plain = numpy.array(report["plain"]["confusion"])
        self.assertEqual(plain.sum(axis=1).tolist(), shown.tolist())

    def test_plain_pictures_as_classify_has_them(self):
        self.succeed(*self.evaluate("--snr", "5", "--json", self.path("all.json")))
        with open(self.path("all.json")) as file:
            plain = numpy.array(json.load(file)["plain"]["confusion"])
        output = self.succeed(
            *["classify", "--classifier", self.classifier, "--cifar10", self.records],
            *["--json", self.path("classes.json"), "--weights", self.path("weights.png")],
            *["--sheet-pictures", "3", "--device", "cpu"],
        )
        with open(self.path("classes.json")) as file:
            pictures = json.load(file)["pictures"]
        counts = numpy.zeros((CLASSES, CLASSES), int)
        for picture in pictures:
            self.assertAlmostEqual(sum(picture["probabilities"]), 1, places=5)
            self.assertEqual(numpy.argmax(picture["probabilities"]), picture["label"])
            counts[picture["class"], picture["label"]] += 1
        self.assertEqual(counts.tolist(), plain.tolist())
        self.assertIn(f"{counts.trace()} of {PICTURES} named rightly", output)
        # three rows of a picture and its weights, the weights grey
        sheet = read_picture(self.path("weights.png"))
        self.assertGreater(sheet.shape[0], 3 * 128)
        self.assertGreater(sheet.shape[1], 2 * 128)
        right = sheet[-120:-30, -100:]  # below titles, beside captions
        self.assertEqual(numpy.ptp(right, axis=2).max(), 0)
        self.assertGreater(right.std(), 10)

    def test_pictures_of_a_folder(self):
        write_pictures(self.path("pictures"), [(32, 32), (30, 41)])
        output = self.succeed(
            *["classify", "--classifier", self.classifier, "--input", self.path("pictures")],
            *["--limit", "1", "--device", "cpu"],
        )
        (row,) = re.findall(r"^\w+\.ppm .*", output, re.M)
        self.assertRegex(row, r"(airplane|automobile|bird|cat|deer|dog|frog|horse|ship|truck) ")
        self.assertNotIn("named rightly", output)

    def test_sheet_of_several_pictures(self):
        self.succeed(
            *self.evaluate("--snr", "0,20", "--sheet", self.path("sheet.png")),
            *["--sheet-picture", "1,5,9", "--sheet-snr", "20"],
        )
        self.succeed(*self.evaluate("--snr", "20", "--sheet", self.path("one.png")))
        three, one = read_picture(self.path("sheet.png")), read_picture(self.path("one.png"))
        self.assertGreater(three.shape[1] - one.shape[1], 2 * 160)
        self.assertEqual(three.shape[0], one.shape[0])
        result = run(
            *self.evaluate("--snr", "0", "--sheet", self.path("x.png"), "--sheet-picture", "1,25")
        )
        self.assertEqual(result.returncode, 1)
        self.assertIn("there is no picture 25", result.stderr)

    def test_what_is_refused(self):
        write_pictures(self.path("pictures"), [(32, 32)])
        for arguments, reason in (
            (["--input", self.path("pictures")], "classes are known: give --cifar10"),
            (["--cifar10", self.records, "--confusion"], "--confusion is of --classifier"),
        ):
            more = [] if "--confusion" in arguments else ["--classifier", self.classifier]
            result = run("evaluate", "--model", self.model, *arguments, *more)
            self.assertEqual(result.returncode, 1)
            self.assertIn(reason, result.stderr)
        result = run(*self.evaluate("--classifier", self.path("nowhere")))
        self.assertNotEqual(result.returncode, 0)
        result = run("classify", "--classifier", self.path("nowhere"), "--cifar10", self.records)
        self.assertEqual(result.returncode, 1)
        self.assertIn(os.path.join("nowhere", "classifier.json"), result.stderr)
        result = run("classify", "--classifier", self.classifier)
        self.assertEqual(result.returncode, 1)
        self.assertIn("give one of --cifar10", result.stderr)


if __name__ == "__main__":
    unittest.main()
