#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""`djescc evaluate` with several models, and its plots."""

import csv
import json
import os
import shutil
import subprocess
import unittest
import xml.etree.ElementTree

import numpy
from chain_fixture import frames_of, make_model, run_to_end, write_pictures
from gnuradio import blocks, djescc, gr
from command_fixture import COMMAND, command_test, run

# What a folder or a stranger's file may say: nothing of it is a command to gnuplot or a shell.
AWKWARD = "it's `touch hacked` $(touch hacked) <b>&\" @x_{2}\\n"
FIRST_COLOUR, SECOND_COLOUR = (0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00)
THIRD_COLOUR = (0x00, 0x9E, 0x73)


def read_picture(path):
    """A picture as height x width x 3 in 0..255, read by the block that reads pictures."""
    top = gr.top_block()
    sink = blocks.vector_sink_f()
    top.connect(djescc.image_source(path), sink)
    run_to_end(top)
    ((frame, items),) = frames_of(sink)
    shape = (frame["height"], frame["width"], 3)
    return numpy.rint(255 * items.reshape(shape)).astype(int)


def count(picture, colour):
    """Pixels of a colour."""
    return int(numpy.all(picture == colour, axis=2).sum())


def make_digital_model(test, name, **codec):
    """A model of codec `separate`, or a skipped test where this build has none."""
    result = run(
        *["model", "create", "--cipher", "none", "--codec", "separate", "--snr=-2,25"],
        *["--codec-config", json.dumps({"speed": "fast", **codec})],
        *["--name", name, "--output", test.path("models", name)],
    )
    if 'codec.type "separate" is unknown' in result.stderr:
        raise unittest.SkipTest("built without digital codecs")
    test.assertEqual(result.returncode, 0, result.stderr)
    return test.path("models", name)


class evaluate(command_test):
    def setUp(self):
        super().setUp()
        self.models = [make_model(self.folder, "none", seed) for seed in (1, 2)]
        self.rename(self.models[1], "second")
        write_pictures(self.path(AWKWARD), [(32, 32), (30, 41)])
        self.data = ["--input", self.path(AWKWARD), "--device", "cpu"]

    def rename(self, model, name):
        file = os.path.join(model, "model.json")
        with open(file) as stream:
            manifest = json.load(stream)
        manifest["name"] = name
        with open(file, "w") as stream:
            json.dump(manifest, stream)

    def arguments(self, *more):
        models = [word for model in self.models for word in ("--model", model)]
        return ["evaluate", *models, *self.data, *more]

    def reference(self, content):
        file = self.path("reference.json")
        with open(file, "w") as stream:
            json.dump(content, stream)
        return ["--reference", file]

    def test_several_models_in_one_table(self):
        output = self.succeed(
            *self.arguments("--snr", "0,10"),
            *["--json", self.path("all.json"), "--csv", self.path("all.csv")],
        )
        with open(self.path("all.json")) as stream:
            rows = json.load(stream)["rows"]
        self.assertEqual(
            [(row["model"], row["snr_db"]) for row in rows],
            [(name, snr) for name in ("test-none", "second") for snr in ("0", "10")],
        )
        with open(self.path("all.csv"), newline="") as stream:
            table = list(csv.DictReader(stream))
        self.assertEqual([row["model"] for row in table], [row["model"] for row in rows])
        for in_csv, row in zip(table, rows):
            self.assertAlmostEqual(
                float(in_csv["decrypted_psnr_db"]), row["psnr_db"], places=3
            )
            self.assertIn(f"{row['psnr_db']:.3f}", output)
        # each comes to what it comes to alone
        self.models = self.models[:1]
        self.succeed(*self.arguments("--snr", "0,10", "--json", self.path("one.json")))
        with open(self.path("one.json")) as stream:
            self.assertEqual(json.load(stream)["rows"], rows[:2])

    def test_argmax(self):
        """Untrained nets give pictures of one colour: a third of the pixels, or what it is."""
        plain = self.succeed(*self.arguments("--snr", "10"))
        self.assertNotIn("argmax", plain)
        files = ["--json", self.path("all.json"), "--csv", self.path("all.csv")]
        text = self.succeed(*self.arguments("--snr", "10", "--argmax", *files))
        self.assertIn("argmax %", text)
        with open(self.path("all.json")) as stream:
            rows = json.load(stream)["rows"]
        with open(self.path("all.csv"), newline="") as stream:
            table = list(csv.DictReader(stream))
        for row, in_csv in zip(rows, table):
            self.assertTrue(0 <= row["argmax_agreement"] <= 1)
            self.assertIn(f"{100 * row['argmax_agreement']:.2f}", text)
            self.assertAlmostEqual(
                float(in_csv["argmax_agreement"]), row["argmax_agreement"], places=4
            )

    def test_one_name_for_two_models(self):
        self.rename(self.models[1], "test-none")
        self.models[1] = shutil.move(self.models[1], self.path('with, a comma and "quotes"'))
        output = self.succeed(*self.arguments("--snr", "0", "--csv", self.path("two.csv")))
        names = [f"test-none ({model})" for model in self.models]
        for name in names:
            self.assertIn(name, output)
        with open(self.path("two.csv"), newline="") as stream:
            self.assertEqual([row["model"] for row in csv.DictReader(stream)], names)

    @unittest.skipUnless(shutil.which("gnuplot"), "gnuplot is not installed")
    def test_plot(self):
        stem = self.path("new", "curve")
        reference = {
            "source": "nowhere",
            "series": [
                {"label": AWKWARD, "psnr_db": 20, "snr_db": [0, 20]},
                {"label": "some points", "points": [[5, 21], [10, 22]], "model": "test-none"},
            ],
        }
        self.succeed(
            *self.arguments("--snr", "0:10:20", "--plot", stem), *self.reference(reference)
        )
        picture = read_picture(stem + ".png")
        self.assertEqual(picture.shape, (800, 1200, 3))
        white = count(picture, (255, 255, 255))
        self.assertGreater(white, 0.8 * 800 * 1200)
        for colour in (FIRST_COLOUR, SECOND_COLOUR, THIRD_COLOUR):
            self.assertGreater(count(picture, colour), 300, colour)
        # the points share the first curve's colour, so there is no fourth one
        self.assertEqual(count(picture, (0xCC, 0x79, 0xA7)), 0)

        svg = xml.etree.ElementTree.parse(stem + ".svg").getroot()
        self.assertEqual(svg.tag, "{http://www.w3.org/2000/svg}svg")
        self.assertEqual(svg.get("viewBox"), "0 0 1200 800")
        text = " ".join("".join(svg.itertext()).split())
        for part in (
            *["test-none", "second", AWKWARD, AWKWARD + ", 2 pictures", "some points"],
            *["SNR (Es/N0) in dB", "PSNR of decrypted pictures in dB"],
        ):
            self.assertIn(part, text)
        self.assertFalse(os.path.exists("hacked"))
        self.assertEqual(sorted(os.listdir(self.path("new"))), ["curve.png", "curve.svg"])

        # a curve for each part of the symbols that is lost
        self.models = self.models[:1]
        self.succeed(*self.arguments("--snr", "0,10", "--erased", "0,20", "--plot", stem))
        with open(stem + ".svg") as file:
            text = file.read()
        for part in ("test-none, 0 % lost", "test-none, 20 % lost"):
            self.assertIn(part, text)

    def run_with_path(self, folder, *arguments):
        environment = dict(os.environ, PATH=folder)
        return subprocess.run(
            [COMMAND, *arguments], capture_output=True, text=True, env=environment, timeout=300
        )

    def test_missing_gnuplot_is_told_before_the_work(self):
        self.models = ["/no/model"]
        result = self.run_with_path(
            self.folder, *self.arguments("--snr", "0", "--plot", self.path("plot"))
        )
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, "gnuplot, which is not installed.*gnuplot-nox")

    def test_failing_gnuplot(self):
        os.mkdir(self.path("bin"))
        program = self.path("bin", "gnuplot")
        with open(program, "w") as file:
            file.write("#!/bin/sh\necho no such terminal >&2\nexit 1\n")
        os.chmod(program, 0o755)
        result = self.run_with_path(
            self.path("bin"), *self.arguments("--snr", "0", "--plot", self.path("plot"))
        )
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertRegex(result.stderr, "gnuplot failed: no such terminal")
        self.assertIn("test-none", result.stdout)  # the table is not lost
        self.assertFalse(os.path.exists(self.path("plot.png")))

    @unittest.skipUnless(shutil.which("gnuplot"), "gnuplot is not installed")
    def test_errors(self):
        plot = ["--plot", self.path("plot")]
        self.fail_with("give --snr", *self.arguments(*plot))
        self.fail_with("give that too", *self.arguments("--reference", "x", "--snr", "0"))
        snr = self.arguments("--snr", "0", *plot)
        self.fail_with("there is no file .*none.json", *snr, "--reference", "/none.json")
        for text, content in [
            ("series is missing", {}),
            ("series is not a list", {"series": 1}),
            (r"series\[0\].label is missing", {"series": [{}]}),
            ("psnr_db is missing", {"series": [{"label": "x"}]}),
            ("points holds none", {"series": [{"label": "x", "points": []}]}),
            ("wrong type", {"series": [{"label": "x", "points": [[1]]}]}),
            ("colour", {"series": [{"label": "x", "points": [[1, 2]], "colour": 1}]}),
        ]:
            self.fail_with(text, *snr, *self.reference(content))
        with open(self.path("file"), "w"):
            pass
        self.fail_with(
            "file/plot.png cannot be written",
            *self.arguments("--snr", "0", "--plot", self.path("file", "plot")),
        )


class digital(command_test):
    """Codec `separate`: outages, the envelope, Shannon's bound and the contact sheet."""

    def setUp(self):
        super().setUp()
        self.robust = make_digital_model(self, "robust", modulation="bpsk")
        self.fast = make_digital_model(self, "fast", modulation="16-qam", code_rate="3/4")
        write_pictures(self.path("pictures"), [(64, 64), (48, 80)])

    def evaluate(self, *more, models=None):
        words = [word for m in models or [self.robust, self.fast] for word in ("--model", m)]
        output = self.succeed(
            *["evaluate", *words, "--input", self.path("pictures"), "--device", "cpu"],
            *["--json", self.path("all.json"), *more],
        )
        with open(self.path("all.json")) as stream:
            return output, json.load(stream)["rows"]

    def test_outages_and_envelope(self):
        output, rows = self.evaluate("--snr=-10,5,20", "--envelope", "--csv", self.path("c.csv"))
        self.assertIn("outages %", output)
        self.assertEqual(
            [row["outage_percent"] for row in rows], [100, 0, 0, 100, 100, 0, 100, 0, 0]
        )
        self.assertEqual([row["outages"] for row in rows], [2, 0, 0, 2, 2, 0, 2, 0, 0])
        robust, fast, best = rows[0:3], rows[3:6], rows[6:9]
        self.assertEqual({row["kind"] for row in robust + fast}, {"digital"})
        self.assertEqual({row["model"] for row in best}, {"digital, channel known"})
        self.assertEqual({row["kind"] for row in best}, {"envelope"})
        self.assertEqual([row["best"] for row in best[1:]], ["robust", "fast"])
        for one, other, chosen in zip(robust, fast, best):
            self.assertEqual(chosen["psnr_db"], max(one["psnr_db"], other["psnr_db"]))
        # the cliff: nothing more comes of a better channel
        self.assertEqual(robust[1]["psnr_db"], robust[2]["psnr_db"])
        with open(self.path("c.csv"), newline="") as stream:
            table = list(csv.DictReader(stream))
        self.assertEqual([float(row["outage_percent"]) for row in table][:2], [100, 0])
        self.assertEqual(table[8]["best"], "fast")

    def test_groups_by_bandwidth_ratio(self):
        narrow = make_digital_model(self, "narrow", modulation="bpsk", bandwidth_ratio="1/12")
        models = [self.robust, narrow, self.fast]
        _, rows = self.evaluate("--snr", "20", "--envelope", "--shannon", models=models)
        names = [row["model"] for row in rows[3:]]
        self.assertEqual(
            names,
            [f"digital, channel known, R = {r}" for r in ("1/12", "1/6")]
            + [f"Shannon's bound, HEVC, R = {r}" for r in ("1/6", "1/12")],
        )

    def test_bound_lies_above(self):
        _, rows = self.evaluate("--snr", "5,20", "--envelope", "--shannon", "--draws", "2")
        for best, bound in zip(rows[4:6], rows[6:8]):
            self.assertEqual(bound["kind"], "bound")
            self.assertGreater(bound["psnr_db"], best["psnr_db"])
            self.assertEqual(bound["outage_percent"], 0)
            self.assertIsNone(bound["protected"]["psnr_db"])

    @unittest.skipUnless(shutil.which("gnuplot"), "gnuplot is not installed")
    def test_plot_and_sheet(self):
        self.evaluate(
            *["--snr=-10:5:20", "--envelope", "--shannon", "--plot", self.path("cliff")],
            *["--sheet", self.path("sheet.png"), "--sheet-snr=-10,20"],
        )
        plot = read_picture(self.path("cliff.png"))
        self.assertGreater(count(plot, (0, 0, 0)), 300)
        sheet = read_picture(self.path("sheet.png"))
        # the outages of both models and of the envelope
        self.assertGreater(count(sheet, (128, 128, 128)), 3 * 100 * 100)

    def test_needs_such_models(self):
        model = make_model(self.folder, "none", 1)
        for option in ("--envelope", "--shannon"):
            result = run(
                *["evaluate", "--model", model, "--input", self.path("pictures")],
                *["--snr", "5", "--device", "cpu", option],
            )
            self.assertEqual(result.returncode, 1)
            self.assertIn("codec separate", result.stderr)
        for options, reason in (
            (["--sheet-snr", "5"], "--sheet"),
            (["--sheet", "x.png"], "--snr"),
            (["--sheet", "x.png", "--snr", "5", "--sheet-snr", "6"], "none of --snr"),
            (["--sheet", "x.png", "--snr", "5", "--sheet-picture", "3"], "picture 3"),
        ):
            result = run(
                *["evaluate", "--model", model, "--input", self.path("pictures")],
                *["--device", "cpu", *options],
            )
            self.assertEqual(result.returncode, 1)
            self.assertIn(reason, result.stderr)

    def test_simulate_names_outages(self):
        output = self.succeed(
            *["simulate", "--model", self.fast, "--input", self.path("pictures")],
            *["--snr", "0,20", "--device", "cpu", "--json", self.path("frames.json")],
        )
        with open(self.path("frames.json")) as stream:
            frames = json.load(stream)["frames"]
        self.assertEqual([frame["outage"] for frame in frames], [True, True, False, False])
        self.assertIn("outages", output)

    def test_link(self):
        output = self.succeed(
            *["link", "--modulation", "qpsk,16-qam", "--code-rate", "1/2"],
            *["--code-length", "648", "--codewords", "50", "--target", "0.01", "--step", "1"],
            *["--json", self.path("link.json")],
        )
        with open(self.path("link.json")) as stream:
            points = json.load(stream)["points"]
        for modulation in ("qpsk", "16-qam"):
            rates = [p["frame_error_rate"] for p in points if p["modulation"] == modulation]
            self.assertEqual(rates, sorted(rates, reverse=True))
            self.assertLessEqual(rates[-1], 0.01)
            self.assertIn(f"{modulation} 1/2", output)
        result = run("link", "--modulation", "8-psk")
        self.assertEqual(result.returncode, 1)
        self.assertIn("8-psk", result.stderr)


if __name__ == "__main__":
    unittest.main()
