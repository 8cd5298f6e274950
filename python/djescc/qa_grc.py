#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Companion's descriptions fit the blocks, and the example flowgraphs compile and run."""

import glob
import json
import os
import py_compile
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import pmt
from air_fixture import pixels
from chain_fixture import (
    has_digital_coding,
    make_classifier,
    make_model,
    write_pictures,
    write_ppm,
)
from command_fixture import COMMAND
from gnuradio import djescc, gr
from gnuradio.grc.core.platform import Platform
from PyQt5 import QtWidgets
from watch_programs import (
    WATCH_AUTOENCODERS,
    WATCH_GUI,
    WATCH_PARTS,
    WATCH_RECEIVERS,
    WATCH_LABELS,
    WATCH_RATE,
)

SOURCE_DIR = os.environ["DJESCC_SOURCE_DIR"]
DESCRIPTIONS = sorted(glob.glob(os.path.join(SOURCE_DIR, "grc", "*.block.yml")))
HYBRID_MODEL = os.path.join(SOURCE_DIR, "models", "photo-hybrid-r6")
FLOWGRAPHS = sorted(glob.glob(os.path.join(SOURCE_DIR, "examples", "*.grc")))
ITEM_SIZES = {"float": gr.sizeof_float, "complex": gr.sizeof_gr_complex}


def make_platform():
    return Platform(
        name="qa_grc",
        prefs=gr.prefs(),
        version=gr.version(),
        version_parts=(gr.major_version(), gr.api_version(), gr.minor_version()),
    )


class namespace:
    """Stands for the top block in the code that GRC makes."""


class qa_grc(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        # GRC keeps a cache in the home folder.
        cls.environment = dict(os.environ, HOME=cls.folder.name)
        cls.model = make_model(cls.folder.name)
        cls.classifier = make_classifier(cls.folder.name)
        cls.pictures = os.path.join(cls.folder.name, "pictures")
        write_pictures(cls.pictures, [(32, 48)] * 3)
        cls.platform = make_platform()
        cls.platform.build_library()
        cls.application = QtWidgets.QApplication.instance() or QtWidgets.QApplication([])

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def grc_block(self, key, **values):
        """A block in a flowgraph of its own, with these values of its parameters."""
        flowgraph = self.platform.make_flow_graph()
        flowgraph.options_block.params["generate_options"].set_value("qt_gui")
        block = flowgraph.new_block(key)
        block.params["id"].set_value("tested")
        for name, value in values.items():
            block.params[name].set_value(value)
        flowgraph.rewrite()
        flowgraph.validate()
        return block

    def files(self, key):
        """Values of the parameters that name files."""
        values = {
            "model": self.model,
            "classifier": self.classifier,
            "input": self.pictures,
            "output": os.path.join(self.folder.name, "output"),
        }
        parameters = {data["id"] for data in self.platform.blocks[key].parameters_data}
        return {name: value for name, value in values.items() if name in parameters}

    def make(self, block):
        """Run the code that GRC makes of a block; the GNU Radio block."""
        names = {"self": namespace()}
        names["self"].top_layout = QtWidgets.QVBoxLayout()
        exec(block.templates.render("imports"), names)
        exec("self.tested = " + block.templates.render("make").strip(), names)
        return names["self"].tested

    def errors(self, block):
        """Errors of the block and its parameters, but not that nothing is connected."""
        elements = [block, *block.params.values()]
        return [message for element in elements for message in element._error_messages]

    def keys(self):
        keys = [os.path.basename(path).split(".")[0] for path in DESCRIPTIONS]
        self.assertGreaterEqual(len(keys), 9)
        return keys

    def test_every_description_is_complete_and_makes_its_block(self):
        for key in self.keys():
            with self.subTest(key):
                block = self.grc_block(key, **self.files(key))
                self.assertEqual(self.errors(block), [])
                self.assertEqual(block.category, ["DJESCC"])
                self.assertGreater(len(block.documentation[""]), 300)
                # GRC takes such a line for a heading, in the middle of a sentence too.
                headings = [
                    line
                    for line in block.documentation[""].splitlines()
                    if line.endswith(":") and line.lstrip() == line
                ]
                self.assertEqual(headings, [])
                made = self.make(block)
                self.check_ports(block, made)
                self.check_parameters(block, made)
                for callback in block.get_callbacks():
                    method = re.fullmatch(r"self\.tested\.(\w+)\(.*\)", callback).group(1)
                    self.assertTrue(callable(getattr(made, method)))

    def check_ports(self, block, made):
        for ports, signature, messages in (
            (block.sinks, made.input_signature(), made.message_ports_in()),
            (block.sources, made.output_signature(), made.message_ports_out()),
        ):
            streams = [port for port in ports if port.domain == "stream"]
            required = [port for port in streams if not port.optional]
            self.assertEqual(len(streams), max(signature.max_streams(), 0))
            self.assertEqual(len(required), signature.min_streams())
            for index, port in enumerate(streams):
                self.assertEqual(
                    ITEM_SIZES[port.dtype] * port.vlen, signature.sizeof_stream_item(index)
                )
            known = set(pmt.to_python(messages)) - {"system"}
            self.assertEqual({p.key for p in ports if p.domain == "message"}, known)

    def check_parameters(self, block, made):
        """Every argument of the binding can be set, and has the same default."""
        if not isinstance(getattr(djescc, type(made).__name__), type):
            return  # a block that is written in Python
        defaults = {data["id"]: str(data.get("default")) for data in block.parameters_data}
        signature = type(made).__init__.__doc__.split("\n")[0]
        for name, default in re.findall(r", (\w+): \w+(?: = ([^,)]+))?", signature):
            self.assertIn(name, defaults)
            if default:
                values = [text.strip("'") for text in (defaults[name], default)]
                if name == "frame_rate":
                    values = [float(value) for value in values]
                self.assertEqual(*values, name)

    def test_nonsense_is_refused_in_the_companion(self):
        for key, name, value in (
            ("djescc_image_source", "frame_rate", "-1"),
            ("djescc_image_source", "max_frames", "-1"),
            ("djescc_image_source", "input", ""),
            ("djescc_image_encryptor", "max_batch", "0"),
            ("djescc_image_decryptor", "max_batch", "1025"),
            ("djescc_jscc_encoder", "threads", "-1"),
            ("djescc_jscc_encoder", "rate_groups", "-1"),
            ("djescc_jscc_decoder", "model", ""),
            ("djescc_jscc_decoder", "snr_hint", "float('inf')"),
            ("djescc_image_classifier", "classifier", ""),
            ("djescc_image_classifier", "max_batch", "0"),
            ("djescc_image_classifier", "classes", "'cat dog'"),
            ("djescc_image_classifier", "classes", "[1, 2]"),
            ("djescc_awgn_channel", "snr_db", "float('nan')"),
            ("djescc_awgn_channel", "seed", "-1"),
            ("djescc_burst_transmitter", "carriers", "63"),
            ("djescc_burst_transmitter", "clip_db", "1"),
            ("djescc_burst_receiver", "timeout", "0"),
            ("djescc_channel_emulator", "taps", "[]"),
            ("djescc_channel_emulator", "burst_loss", "1.5"),
            ("djescc_image_sink", "frame_rate", "0"),
            ("djescc_image_sink", "output", ""),
        ):
            with self.subTest(f"{key}.{name} = {value}"):
                self.assertTrue(self.errors(self.grc_block(key, **{name: value})))

    def test_settings_follow_their_variables(self):
        for key, parameter, setter in (
            ("djescc_awgn_channel", "snr_db", "self.tested.set_snr_db(7)"),
            ("djescc_jscc_encoder", "snr_hint", "self.tested.set_snr_hint(7)"),
            ("djescc_jscc_encoder", "rate_groups", "self.tested.set_rate_groups(7)"),
            (
                *("djescc_jscc_encoder", "feedback_timeout"),
                "self.tested.set_feedback_timeout(7)",
            ),
            ("djescc_jscc_decoder", "snr_hint", "self.tested.set_snr_hint(7)"),
            ("djescc_jscc_decoder", "progressive", "self.tested.set_progressive(True)"),
            ("djescc_jscc_decoder", "feedback_snr", "self.tested.set_feedback_snr(7)"),
        ):
            value = setter[setter.index("(") + 1 : -1]
            block = self.grc_block(key, **{parameter: value})
            changed = [call for call in block.get_callbacks() if f"({value})" in call]
            self.assertEqual(changed, [setter])

    def program(self, name):
        """The path of the program that grcc makes of an example; it compiles all at once."""
        output = os.path.join(self.folder.name, "compiled")
        if not os.path.isdir(output):
            self.run_program(
                [sys.executable, shutil.which("grcc"), "-o", output, *FLOWGRAPHS]
            )
        return os.path.join(output, name + ".py")

    def test_every_example_compiles(self):
        names = [os.path.splitext(os.path.basename(path))[0] for path in FLOWGRAPHS]
        self.assertTrue({"simulate_awgn", "live_awgn_gui"} <= set(names))
        for name in names:
            py_compile.compile(self.program(name), doraise=True)

    def run_program(self, command, **arguments):
        result = subprocess.run(
            command,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            **arguments,
        )
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertNotIn("Traceback", result.stderr)
        return result.stdout

    def test_headless_example_runs(self):
        program = self.program("simulate_awgn")
        output = os.path.join(self.folder.name, "received")
        printed = self.run_program(
            [sys.executable, program]
            + ["--model", self.model, "--pictures", self.pictures]
            + ["--output", output, "--snr-db", "20"]
        )
        self.assertRegex(printed, r"3 frames at 20\.0 dB SNR: mean PSNR \d+\.\d+ dB")
        self.assertEqual(len(os.listdir(output)), 3)

    def test_radio_example_runs(self):
        output = os.path.join(self.folder.name, "received_by_radio")
        printed = self.run_program(
            [sys.executable, self.program("radio_loopback")]
            + ["--model", self.model, "--pictures", self.pictures]
            + ["--output", output, "--snr-db", "20", "--burst-loss", "0"]
        )
        self.assertRegex(printed, r"3 frames at 20\.0 dB SNR: mean PSNR \d+\.\d+ dB")
        self.assertEqual(len(os.listdir(output)), 3)

    def test_python_example_runs(self):
        program = os.path.join(SOURCE_DIR, "examples", "quality_over_snr.py")
        printed = self.run_program(
            [sys.executable, "-B", program, "--model", self.model]
            + ["--pictures", self.pictures, "--snr-db", "0", "20"]
        )
        # Between the rows GNU Radio may log.
        rows = re.findall(r"^ *(\d+\.\d) +(\d+\.\d\d) +\d\.\d{3} +3$", printed, re.MULTILINE)
        self.assertEqual([snr for snr, _ in rows], ["0.0", "20.0"])
        self.assertGreater(float(rows[1][1]), float(rows[0][1]))

    def watch(self, name, condition, channel):
        printed = self.run_program(
            [sys.executable, "-c", WATCH_GUI, name, condition, channel]
            + [self.model, self.pictures],
            cwd=os.path.dirname(self.program(name)),
        )
        self.assertEqual(printed.count("shown 2 48 32"), 3, printed)
        self.assertIn("SNR 20.0", printed)
        self.assertIn("held True", printed)

    def test_gui_example_shows_pictures_and_follows_the_slider(self):
        self.watch("live_awgn_gui", "top.probe.matched() > 1", "channel")

    def test_classifying_example_labels_both_pictures(self):
        printed = self.run_program(
            [sys.executable, "-c", WATCH_LABELS, self.model, self.classifier, self.pictures],
            cwd=os.path.dirname(self.program("classify_awgn_gui")),
        )
        self.assertEqual(printed.count("shown 3 48 32"), 2, printed)
        self.assertEqual(len(re.findall(r"^label (ant|bee|cow) \d+ %$", printed, re.M)), 2, printed)
        self.assertIn("SNR 20.0", printed)
        self.assertIn("matched 3", printed)

    def test_adaptive_example_sends_the_groups_that_are_set(self):
        model = os.path.join(self.folder.name, "adaptive")
        create = ["model", "create", "--cipher", "none", "--codec", "arjscc", "--output", model]
        create += ["--codec-config", json.dumps({"width": 48, "initialization": "transform"})]
        self.run_program([COMMAND, *create])
        printed = self.run_program(
            [sys.executable, "-c", WATCH_RATE, model, self.pictures],
            cwd=os.path.dirname(self.program("adaptive_rate_gui")),
        )
        self.assertEqual(printed.count("shown 3 48 32"), 2, printed)
        # five groups of a symbol for each 4x4 pixels
        self.assertIn(f"last length {5 * (32 // 4) * (48 // 4)} SNR 20.0", printed)

    def test_both_autoencoders_are_shown(self):
        models = [
            make_model(self.folder.name, codec=json.dumps({"type": codec}))
            for codec in ("cae", "cnn_bigru")
        ]
        printed = self.run_program(
            [sys.executable, "-c", WATCH_AUTOENCODERS, *models, self.pictures],
            cwd=os.path.dirname(self.program("autoencoders_awgn_gui")),
        )
        self.assertEqual(printed.count("shown 3 48 32"), 3, printed)
        self.assertIn("SNR 20.0 20.0", printed)
        self.assertIn("matched [3, 3]", printed)

    def test_every_part_is_shown(self):
        for name, codec in (("layers_awgn_gui", "djscc_l"), ("feedback_awgn_gui", "djscc_f")):
            config = {"type": codec, "width": 24, "initialization": "transform"}
            model = make_model(self.folder.name, codec=json.dumps(config))
            printed = self.run_program(
                [sys.executable, "-c", WATCH_PARTS, name, model, self.pictures],
                cwd=os.path.dirname(self.program(name)),
            )
            self.assertIn("shown 6 48 32", printed)
            self.assertIn("dropped 0 False", printed)
            self.assertIn("steps True True", printed)

    def test_three_receivers_each_get_what_their_channel_allows(self):
        if not has_digital_coding():
            self.skipTest("built without digital coding")
        pictures = os.path.join(self.folder.name, "photograph")
        os.makedirs(pictures)
        whole = pixels(os.path.join(SOURCE_DIR, "examples/pictures/photo/portrait.png"))
        write_ppm(os.path.join(pictures, "part.ppm"), whole[200:328, 160:320])
        printed = self.run_program(
            [sys.executable, "-c", WATCH_RECEIVERS, HYBRID_MODEL, pictures],
            cwd=os.path.dirname(self.program("hybrid_three_receivers")),
        )
        self.assertEqual(printed.count("shown 3 160 128"), 3, printed)
        found = re.findall(r"receiver, (\d+\.\d) dB SNR: \d+ frames, mean PSNR (\S+) dB", printed)
        self.assertEqual([snr for snr, _ in found], ["0.0", "8.0", "18.0"], printed)
        far, middle, near = (float(psnr) for _, psnr in found)
        self.assertGreater(far, 22)
        self.assertGreater(middle, far + 2)
        self.assertGreater(near, middle + 2)

    def test_radio_window_shows_pictures_and_counters(self):
        counted = "top.counters.get('bursts', 0) > 1 and top.counters.get('lost') == 0"
        self.watch("radio_loopback_gui", counted, "emulator")


if __name__ == "__main__":
    unittest.main()
