#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""Untrained ciphers from the command line: `djescc model create`, their way through a
flowgraph, and `djescc security`."""

import base64
import json
import os
import re
import shutil
import stat
import subprocess
import tempfile
import unittest

from chain_fixture import make_model, write_pictures

COMMAND = os.environ["DJESCC_COMMAND"]
KEY = '{"r": [0.3, 0.4], "mu": [3.99, 3.99]}'


def run(*arguments):
    return subprocess.run(
        [COMMAND, *map(str, arguments)], capture_output=True, text=True, timeout=300
    )


class command_test(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.pictures = self.path("pictures")
        write_pictures(self.pictures, [(128, 128), (128, 160), (150, 128)])

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def succeed(self, *arguments):
        result = run(*arguments)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result.stdout

    def fail_with(self, text, *arguments):
        result = run(*arguments)
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        self.assertRegex(result.stderr, text)

    def load(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return json.load(file)


class model_create(command_test):
    def create(self, name, *more):
        output = self.path(name)
        self.succeed(
            *["model", "create", "--cipher", "ednn", "--codec", "direct"],
            *["--output", output, *more],
        )
        return output

    def simulated(self, model, *snrs):
        self.succeed(
            *["simulate", "--model", model, "--input", self.pictures, "--seed", 1],
            *["--snr", ",".join(snrs), "--json", self.path("run.json"), "--device", "cpu"],
        )
        return self.load("run.json")["frames"]

    def test_through_a_flowgraph(self):
        """Other sizes than multiples of 64, three colours, blocks of another shape."""
        model = self.create("model", "--cipher-config", '{"relu": false}')
        self.succeed("model", "verify", model)
        self.assertIn("direct", self.succeed("model", "info", model))
        frames = self.simulated(model, "5", "30")
        self.assertEqual(len(frames), 6)
        for low, high in zip(frames[:3], frames[3:]):
            self.assertGreater(low["psnr_db"], 10)
            self.assertGreater(high["psnr_db"], low["psnr_db"] + 5)
            self.assertIsNone(high["protected"]["psnr_db"])
            self.assertIsNone(high["decoded"]["ssim"])
        # 128 x 128: 3 x 200 x 200 values, half as many symbols and a 64th more
        self.assertEqual(frames[0]["symbols"], 60000 + 938)

    def test_linear_variant_and_grey(self):
        model = self.create(
            "linear",
            *["--cipher-config", '{"relu": false, "offset": 0.5}'],
            *["--codec-config", '{"channels": 1}', "--name", "linear"],
        )
        frames = self.simulated(model, "30")
        for frame in frames:
            self.assertGreater(frame["psnr_db"], 35)
        self.assertIn("linear", self.succeed("model", "info", model))

    def test_keys(self):
        first, second = self.create("first"), self.create("second")
        given, again = self.create("given", "--key", KEY), self.path("again")
        with open(self.path("key.json"), "w", encoding="utf-8") as file:
            file.write(KEY)
        again = self.create("again", "--key", self.path("key.json"))

        def bytes_of(model):
            with open(os.path.join(model, "encrypt.safetensors"), "rb") as file:
                return file.read()

        self.assertNotEqual(bytes_of(first), bytes_of(second))
        self.assertEqual(bytes_of(given), bytes_of(again))
        for role in ["encrypt", "decrypt"]:
            mode = os.stat(os.path.join(first, role + ".safetensors")).st_mode
            self.assertEqual(stat.S_IMODE(mode), 0o600)
        with open(os.path.join(given, "model.json"), encoding="utf-8") as file:
            self.assertNotIn("3.99", file.read())

    def test_errors(self):
        taken = self.create("model")
        create = ["model", "create", "--cipher", "ednn", "--codec", "direct", "--output"]
        self.fail_with("already holds a model", *create, taken)
        other = self.path("other")
        self.fail_with("3.57", *create, other, "--key", KEY.replace("3.99]", "3]"))
        self.fail_with("is not JSON", *create, other, "--key", "{")
        self.fail_with("no file", *create, other, "--key", "nothing.json")
        self.fail_with("not a known setting", *create, other, "--codec-config", '{"x": 1}')
        self.fail_with(
            "unknown; known types: adjscc, arjscc, cae, cnn_bigru, direct",
            *["model", "create", "--cipher", "le", "--codec", "x", "--output", other],
        )
        self.assertFalse(os.path.exists(other))


class security(command_test):
    def measure(self, *arguments):
        text = self.succeed(
            *["security", "--images", self.pictures, "--json", self.path("run.json")],
            *["--device", "cpu", *arguments],
        )
        return text, self.load("run.json")

    def test_ednn(self):
        text, run_ = self.measure(
            *["--cipher", "ednn", "--key", KEY, "--paper"],
            *["--report", self.path("report.html"), "--figures", self.path("figures")],
        )
        self.assertAlmostEqual(run_["key_bits"], 199.3, delta=0.1)
        self.assertEqual(len(run_["images"]), 3)
        for image in run_["images"]:
            # pictures this smooth leave the ReLU's decoder little to hold on to
            self.assertGreater(image["decrypted"]["psnr_db"], 20)
            for wrong in image["key_sensitivity"]:
                self.assertLess(wrong["psnr_db"], 15)
            rows = {(row["change"], row["quantiser"]): row for row in image["differences"]}
            pixel = rows[("one pixel by one level", "none")]
            self.assertLessEqual(pixel["npcr"], 0.25)  # one block of four
            self.assertFalse(rows[("one pixel by one level", "round(255 p)")]["npcr_pass"])
            self.assertGreater(rows[("r_1 by 1e-15", "none")]["npcr"], 0.99)
            for values in image["correlation"].values():
                self.assertGreater(values["plain"], 0.8)
                self.assertLess(abs(values["cipher"]), 0.1)
            self.assertEqual([row["share"] for row in image["occlusion"]], [0.05, 0.1, 0.15, 0.2])
            self.assertEqual(image["known_plaintext"]["known_images"], 2)
        self.assertIn("Table 2", text)
        self.assertIn("not at hand", text)
        self.assertIn("8 bits by", text)
        with open(self.path("report.html"), encoding="utf-8") as file:
            page = file.read()
        pictures = re.findall(r"data:image/png;base64,([A-Za-z0-9+/=]+)", page)
        self.assertEqual(len(pictures), 7)
        for picture in pictures:
            data = base64.b64decode(picture, validate=True)
            self.assertTrue(data.startswith(b"\x89PNG") and data.endswith(b"IEND\xaeB`\x82"))
        self.assertEqual(page.count("<svg"), 9)
        self.assertNotRegex(page, r'(src|href)="(?!data:)')  # needs no other file
        names = os.listdir(self.path("figures"))
        for name in ["fig2.png", "fig3.png", "fig5.png", "fig6.png", "fig4-0-plain.svg"]:
            self.assertIn(name, names)

    def test_medical_radio(self):
        text, run_ = self.measure(
            *["--cipher", "medical-radio", "--size", 128, "--paper", "--pairs", 0],
        )
        self.assertEqual(run_["key_bits"], 256)
        for image in run_["images"]:
            self.assertGreater(image["decrypted"]["psnr_db"], 25)  # nets as they start
            cipher = [row for row in image["statistics"] if row["of"] == "cipher"]
            self.assertGreater(cipher[0]["entropy"], 7.98)
            for values in image["correlation"].values():
                self.assertLess(abs(values["cipher"]), 0.04)
            rows = {(row["change"], row["quantiser"]): row for row in image["differences"]}
            for change in ["one pixel by one level", "1 % of the pixels", "one bit of the key"]:
                row = rows[(change, "round(255 p)")]
                self.assertAlmostEqual(row["npcr"], 0.9961, delta=0.003)
                self.assertAlmostEqual(row["uaci"], 0.3346, delta=0.01)
            self.assertLess(image["key_sensitivity"][0]["psnr_db"], 15)
            attacks = {row["attack"]: row["psnr_db"] for row in image["attacks"]}
            self.assertEqual(len(attacks), 8)
            self.assertGreater(attacks["50x50 black"], 20)
            self.assertGreater(attacks["50x50 white"], 20)
            self.assertGreater(attacks["1 % Gaussian"], 22)
        for table in ["Table 2", "Table 4", "Table 5", "Table 6"]:
            self.assertIn(table, text)

    def test_medical(self):
        config = '{"width": 2, "blocks": [1, 1, 1, 1]}'
        text, run_ = self.measure(
            *["--cipher", "medical", "--cipher-config", config, "--size", 32, "--paper"],
            *["--key", '{"b": [1, 2, 3, 4], "mu": 3.99}'],
        )
        self.assertEqual(run_["key_bits"], 244)  # the paper's count
        changes = {row["change"] for row in run_["images"][0]["differences"]}
        self.assertIn("x_0^4 by 1e-15", changes)
        self.assertIn("x_0^1 by 1e-15  ", text)

    def test_broken_ciphers(self):
        for cipher in ["le", "pe"]:
            _, run_ = self.measure("--cipher", cipher, "--size", 64)
            for image in run_["images"]:
                self.assertIsNone(image["decrypted"]["psnr_db"])  # exact
                self.assertLess(image["key_sensitivity"][0]["psnr_db"], 20)
                attacked = image["known_plaintext"]["psnr_db"]
                if attacked is not None:
                    self.assertGreater(attacked, 12)

    def test_what_the_provider_decodes(self):
        text, run_ = self.measure("--model", make_model(self.folder), "--size", 64, "--snr", 20)
        self.assertIn("at 20.0 dB SNR", text)
        for image in run_["images"]:
            visible = {row["of"]: row for row in image["visible"]}
            # cipher `none` hides nothing; the codec and the channel cost some quality
            self.assertEqual(visible["cipher"]["visual_security"], 0)
            self.assertGreater(visible["decoded"]["visual_security"], 0)
            # pictures this smooth have few edges, which little noise hides
            self.assertLess(visible["decoded"]["visual_security"], 0.8)
            self.assertEqual(
                visible["received"], dict(visible["decoded"], of="received")
            )
            decoded = [row for row in image["statistics"] if row["of"] == "decoded"]
            self.assertEqual(len(decoded), 2)
            self.assertGreater(decoded[0]["entropy"], 5)
            for values in image["correlation"].values():
                self.assertAlmostEqual(values["decoded"], values["plain"], delta=0.1)
        self.fail_with("--snr is for --model", "security", "--images", self.pictures,
                       *["--cipher", "pe", "--snr", "3"])

    def test_no_cipher(self):
        text, run_ = self.measure("--cipher", "none", "--size", 32)
        self.assertEqual(run_["key_bits"], 0)
        self.assertIn("no attack tried", text)
        self.assertIsNone(run_["images"][0]["known_plaintext"])

    def test_errors(self):
        images = ["security", "--images", self.pictures]
        self.fail_with("one of --cipher TYPE and --model", *images)
        self.fail_with("unknown; known types", *images, "--cipher", "aes")
        self.fail_with("nothing", *images[:2], self.path("nothing"), "--cipher", "le")
        self.fail_with("for ciphers ednn", *images, "--cipher", "none", "--paper")


if __name__ == "__main__":
    unittest.main()
