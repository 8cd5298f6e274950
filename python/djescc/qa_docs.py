#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation names what the code has: options of the command, parameters of blocks,
keys of ciphers and codecs, each with its default."""

import ast
import functools
import glob
import json
import os
import re
import tempfile
import unittest

import yaml
from command_fixture import run
from gnuradio import djescc

SOURCE_DIR = os.environ["DJESCC_SOURCE_DIR"]
COMMANDS = {  # and the headings of docs/command.md that describe them
    "train": ["train"],
    "dataset pack": ["dataset pack"],
    "simulate": ["simulate"],
    "evaluate": ["evaluate"],
    "classify": ["classify"],
    "model create": ["model create"],
    "model info": ["model info, verify, split, rekey, harden, compact"],
    "model verify": ["model info, verify, split, rekey, harden, compact"],
    "model split": ["model info, verify, split, rekey, harden, compact"],
    "model rekey": ["model info, verify, split, rekey, harden, compact"],
    "model harden": ["model info, verify, split, rekey, harden, compact"],
    "model compact": ["model info, verify, split, rekey, harden, compact"],
    "transmit": ["transmit"],
    "receive": ["receive", "transmit"],
    "keygen": ["keygen"],
    "keyring create": ["keyring"],
    "keyring info": ["keyring"],
    "keyring split": ["keyring"],
    "security": ["security"],
    "attack": ["attack"],
    "link": ["link"],
    "bench": ["bench"],
}
# Every key of these is in the model.json that they make.
CIPHERS = [
    {"type": "unet", "space_to_depth": 4, "mask": {"mix": {}, "unmix": {}}},
    {"type": "keyed-unet", "mix": {}, "unmix": {}},
    {"type": "ednn"},
    {"type": "ednn", "decoder": {"type": "paper"}},
    {"type": "medical"},
    {"type": "medical-radio"},
    {"type": "keystream"},
    {"type": "le"},
    {"type": "pe"},
    {"type": "none"},
]
CODECS = [
    {"type": "djscc"},
    {"type": "adjscc"},
    {"type": "arjscc"},
    {"type": "djscc_l"},
    {"type": "djscc_f"},
    {"type": "cae"},
    {"type": "cnn_bigru"},
    {"type": "direct"},
    {"type": "separate"},
    {"type": "hybrid"},
]


def read_page(name):
    with open(os.path.join(SOURCE_DIR, "docs", name), encoding="utf-8") as file:
        return file.read()


def sections(text, level):
    """Text below each heading of a level, by the heading."""
    mark = "#" * level
    parts = re.split(rf"^{mark} (.+)$", text, flags=re.MULTILINE)
    higher = re.compile(rf"^#{{1,{level - 1}}} ", re.MULTILINE)
    return {
        heading: higher.split(body)[0] for heading, body in zip(parts[1::2], parts[2::2])
    }


def table_rows(text):
    """The cells of each row of the tables in a text, headings and rules left out."""
    rows = []
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if not line.startswith("|") or re.match(r"\|[-|: ]+\|$", line):
            continue
        if number + 1 < len(lines) and re.match(r"\|[-|: ]+\|$", lines[number + 1]):
            continue
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def value_of(text):
    """What a cell of the documentation or of a help text means, as far as it is a value."""
    text = text.strip().strip("`").strip()
    if text in ("yes", "true"):
        return True
    if text in ("no", "false"):
        return False
    if text == "null":
        return None
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def same(a, b):
    """Equal values; True is not 1."""
    return type(a) in (bool, type(None)) and a is b or (
        not isinstance(a, bool) and not isinstance(b, bool) and a == b
    )


@functools.lru_cache(maxsize=None)
def help_options(command):
    """Options and operands that --help lists, with their defaults where it names them."""
    result = run(*command.split(), "--help")
    assert result.returncode == 0, result.stderr
    options = {}
    names = []
    for line in result.stdout.split("\nExample")[0].splitlines():
        found = re.match(r" {2,6}(?:-h,)?((?:--[a-z0-9-]+,?)+)", line)
        if found or (line and not line.startswith(" ")):
            names = found.group(1).split(",") if found else []
        for name in names:
            options[name] = options.get(name, "") + " " + line.strip()
    options.pop("--help", None)
    defaults = {}
    for name, text in options.items():
        found = re.search(r"\(default: ([^()]*)\)", text) or re.search(r"(\S+) \(default\)", text)
        defaults[name] = found.group(1) if found else None
    return defaults


def documented_defaults(text):
    """Cells of defaults by option, where a table gives each option one of its own."""
    defaults = {}
    for cells in table_rows(text):
        names = re.findall(r"--[a-z0-9-]+", cells[0])
        values = re.split(r"[,;] (?![^`]*`(?:[,;]|$))", cells[-1]) if len(names) > 1 else cells[-1:]
        if len(names) == len(values):
            defaults.update(zip(names, values))
    return defaults


class qa_docs_of_commands(unittest.TestCase):
    def setUp(self):
        self.sections = sections(read_page("command.md"), 2)

    def page_of(self, command):
        return "\n".join(self.sections[heading] for heading in COMMANDS[command])

    def test_every_option_is_described(self):
        for command in COMMANDS:
            page = self.page_of(command)
            for option in help_options(command):
                with self.subTest(command=command, option=option):
                    self.assertIn(option, re.findall(r"--[a-z0-9-]+", page))

    def test_described_options_exist(self):
        for command, headings in COMMANDS.items():
            options = help_options(command)
            for cells in table_rows(self.sections[headings[0]]):
                for option in re.findall(r"--[a-z0-9-]+", cells[0]):
                    with self.subTest(command=command, option=option):
                        self.assertIn(option, options)

    def test_defaults(self):
        for command in COMMANDS:
            described = {}
            for heading in reversed(COMMANDS[command]):
                described.update(documented_defaults(self.sections[heading]))
            for option, default in help_options(command).items():
                # Defaults that are told in words are told differently.
                if default is None or " " in default or option not in described:
                    continue
                with self.subTest(command=command, option=option):
                    self.assertEqual(value_of(described[option]), value_of(default))

    def test_options_in_examples_exist(self):
        pages = glob.glob(os.path.join(SOURCE_DIR, "docs", "*.md"))
        for path in sorted(pages) + [os.path.join(SOURCE_DIR, "README.md")]:
            with open(path, encoding="utf-8") as file:
                text = file.read().replace("\\\n", " ")
            for line in re.findall(r"^    .*?\bdjescc ([a-z].*)$", text, re.MULTILINE):
                command = " ".join(line.split()[:2])
                command = command if command in COMMANDS else line.split()[0]
                if command not in COMMANDS:
                    continue
                for option in re.findall(r" (--[a-z0-9-]+)", line):
                    with self.subTest(page=os.path.basename(path), line=line):
                        self.assertIn(option, help_options(command))

    def test_options_of_example_flowgraphs_exist(self):
        """Each --option after ./NAME.py is a parameter of examples/NAME.grc."""
        found = 0
        for path in glob.glob(os.path.join(SOURCE_DIR, "docs", "*.md")):
            with open(path, encoding="utf-8") as file:
                text = file.read().replace("\\\n", " ")
            for name, arguments in re.findall(r"\./(\w+)\.py(.*)$", text, re.MULTILINE):
                flowgraph = os.path.join(SOURCE_DIR, "examples", f"{name}.grc")
                if not os.path.isfile(flowgraph):
                    continue
                with open(flowgraph, encoding="utf-8") as file:
                    blocks = yaml.safe_load(file)["blocks"]
                names = [block["name"] for block in blocks if block["id"] == "parameter"]
                options = {"--" + name.replace("_", "-") for name in names}
                for option in re.findall(r" (--[a-z0-9-]+)", arguments):
                    found += 1
                    with self.subTest(page=os.path.basename(path), flowgraph=name):
                        self.assertIn(option, options)
        self.assertGreater(found, 0)

    def test_commands_are_those_of_the_program(self):
        printed = run("--help").stdout
        listed = re.findall(r"^  ([a-z]+) ", printed.split("Subcommands:")[1], re.MULTILINE)
        self.assertEqual(set(listed), {command.split()[0] for command in COMMANDS})


def signature(text):
    """Names and defaults of the arguments of a call as Python writes a definition."""
    arguments = ast.parse(f"def {text}: pass").body[0].args
    names = [argument.arg for argument in arguments.args if argument.arg != "self"]
    values = [ast.literal_eval(value) for value in arguments.defaults]
    required = len(names) - len(values)
    return {name: (values[i - required],) if i >= required else () for i, name in enumerate(names)}


def binding_signature(name):
    """The same of a block's constructor."""
    line = getattr(djescc, name).__init__.__doc__.splitlines()[0]
    inner = re.match(r"__init__\((.*)\) -> None", line).group(1)
    # Types are of no use here, and some are not Python's.
    arguments = re.findall(r"(\w+): [^=]*?(?: = ((?:\[[^\]]*\]|[^,])+))?(?=, \w+: |$)", inner)
    plain = ", ".join(
        argument + (" = " + default.replace("inf", "None") if default else "")
        for argument, default in arguments
    )
    return signature(f"call({plain})")


class qa_docs_of_blocks(unittest.TestCase):
    def setUp(self):
        self.blocks = {}
        page = sections(read_page("blocks.md"), 2)
        for path in sorted(glob.glob(os.path.join(SOURCE_DIR, "grc", "*.block.yml"))):
            with open(path, encoding="utf-8") as file:
                block = yaml.safe_load(file)
            self.blocks[block["id"].replace("djescc_", "")] = (block, page[block["label"]])

    def documented(self, name):
        """Parameters of a block's section, each with its default: a tuple that may be empty."""
        _, text = self.blocks[name]
        parameters = {}
        for cells in table_rows(text):
            names = [cell.strip("`") for cell in cells[0].split(", ")]
            defaults = re.split(r", (?![^\[]*\])", cells[1])
            for i, parameter in enumerate(names):
                told = len(cells) == 3 and len(defaults) == len(names)
                parameters[parameter] = (value_of(defaults[i]),) if told else ()
        found = re.search(rf"`djescc\.{name}\((.*)\)`", text)
        if found:
            parameters.update(signature(f"{name}({found.group(1)})"))
        if re.search(r"\bas\s+\[Image Encryptor\]", text):
            parameters = {**self.documented("image_encryptor"), **parameters}
        if "carriers ..." in text:
            parameters = {**self.documented("burst_transmitter"), **parameters}
        return parameters

    def test_every_parameter_is_described(self):
        for name, (block, text) in self.blocks.items():
            described = self.documented(name)
            for parameter in block.get("parameters", []):
                if parameter["id"] == "gui_hint":  # GNU Radio's own
                    continue
                with self.subTest(block=name, parameter=parameter["id"]):
                    self.assertTrue(
                        parameter["id"] in described
                        or parameter["label"].split(" (")[0].lower() in text.lower()
                    )

    def test_arguments_and_defaults(self):
        for name in self.blocks:
            if not hasattr(djescc, name):
                continue
            described = self.documented(name)
            for argument, default in binding_signature(name).items():
                with self.subTest(block=name, argument=argument):
                    self.assertIn(argument, described)
                    if default and described[argument]:
                        self.assertEqual(described[argument], default)


class qa_docs_of_models(unittest.TestCase):
    def setUp(self):
        page = sections(read_page("model-format.md"), 2)
        self.ciphers = sections(page["Ciphers"], 3)
        self.codecs = page["Codecs"]

    def made(self, cipher, codec):
        """The cipher and codec objects that a model of these settings gets."""
        settings = [
            json.dumps({key: value for key, value in part.items() if key != "type"})
            for part in (cipher, codec)
        ]
        with tempfile.TemporaryDirectory() as folder:
            output = os.path.join(folder, "model")
            result = run(
                *["model", "create", "--output", output],
                *["--cipher", cipher["type"], "--cipher-config", settings[0]],
                *["--codec", codec["type"], "--codec-config", settings[1]],
            )
            self.assertEqual(result.returncode, 0, result.stderr)
            with open(os.path.join(output, "model.json"), encoding="utf-8") as file:
                model = json.load(file)
        return model["cipher"], model["codec"]

    def assert_described(self, found, given, defaults, where):
        """Every key has a row; what was not given has the row's default."""
        for key, value in found.items():
            if key == "type" and where.count(".") == 1:
                continue
            with self.subTest(key=f"{where}.{key}"):
                self.assertIn(key, defaults)
                if isinstance(value, dict):
                    self.assert_described(value, given.get(key, {}), defaults, f"{where}.{key}")
                elif key not in given:
                    told = [value_of(cell) for cell in re.split(" or ", defaults[key])]
                    self.assertTrue(any(same(one, value) for one in told), (told, value))

    def test_ciphers(self):
        headings = {name: text for line, text in self.ciphers.items() for name in line.split(", ")}
        for given in CIPHERS:
            cipher, _ = self.made(given, {"type": "direct"})
            text = headings[given["type"]]
            # A section may send the reader to another one's tables.
            parts = [headings["unet"], text] if "as of `unet`" in text else [text]
            defaults = {
                row[0].strip("`"): row[1] for part in parts for row in table_rows(part)
            }
            self.assert_described(cipher, given, defaults, f"cipher.{given['type']}")

    def test_codecs(self):
        for given in CODECS:
            _, codec = self.made({"type": "none"}, given)
            defaults = {
                row[1].strip("`"): row[2]
                for row in table_rows(self.codecs)
                if row[0].strip("`") == given["type"]
            }
            self.assert_described(codec, given, defaults, f"codec.{given['type']}")


if __name__ == "__main__":
    unittest.main()
