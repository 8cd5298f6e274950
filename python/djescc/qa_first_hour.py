#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people meet in their first hour: full disks, odd files, homes without room."""

import json
import multiprocessing
import os
import pathlib
import shutil
import subprocess
import unittest

from chain_fixture import make_model, write_pictures
from command_fixture import COMMAND, command_test, run

# A disk without room, wherever it is written to.
FULL = "/dev/full"
# What macOS puts beside a picture on other file systems.
APPLE_DOUBLE = b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        " + bytes(100)


class first_hour(command_test):
    def setUp(self):
        super().setUp()
        self.model = make_model(self.path("model"))
        self.pictures = self.path("pictures")
        write_pictures(self.pictures, [(32, 32), (32, 32)])

    def add(self, name, contents=b"\0\0\0\x18ftypheic"):
        with open(os.path.join(os.fsencode(self.pictures), os.fsencode(name)), "wb") as file:
            file.write(contents)

    def fails(self, *arguments, **options):
        result = subprocess.run(
            [COMMAND, *map(str, arguments)],
            stderr=subprocess.PIPE,
            text=True,
            timeout=300,
            **options,
        )
        self.assertEqual(result.returncode, 1, result.stderr)
        return result.stderr

    def simulate(self, *arguments):
        nets = ["--model", self.model, "--input", self.pictures]
        return ["simulate", *nets, "--snr", 10, *arguments]

    def test_names_that_are_no_utf8(self):
        picture = "0.ppm"
        with open(os.path.join(self.pictures, picture), "rb") as file:
            self.add(b"caf\xe9.ppm", file.read())
        report = self.path("report.json")
        self.succeed(*self.simulate("--json", report))
        with open(report, encoding="utf-8") as file:
            names = [frame["image"] for frame in json.load(file)["frames"]]
        self.assertIn("caf\ufffd", names)
        self.assertEqual(len(names), 3)

    def test_hidden_files_are_no_pictures(self):
        self.add("._picture.png", APPLE_DOUBLE)
        packed = self.succeed("dataset", "pack", self.pictures, self.path("a.pack"))
        self.assertNotIn("left out", packed)
        self.succeed("evaluate", "--model", self.model, "--input", self.pictures, "--snr", 10)
        security = ["--size", 32, "--pairs", 20]
        self.succeed("security", "--cipher", "pe", "--images", self.pictures, *security)

    def test_bad_pictures_are_left_out_and_named(self):
        self.add("damaged.png", b"\x89PNG")
        self.add("phone.HEIC")
        result = run("evaluate", "--model", self.model, "--input", self.pictures, "--snr", 10)
        self.assertEqual(result.returncode, 0, result.stderr)
        result = run("dataset", "pack", self.pictures, self.path("a.pack"))
        self.assertIn("2 pictures, 2 unreadable ones left out", result.stdout + result.stderr)
        result = run(*self.simulate())
        self.assertIn("unreadable: 2", result.stderr)

    def test_full_disks_are_told(self):
        with open(FULL, "w") as full:
            text = self.fails(*self.simulate(), stdout=full)
        self.assertIn("standard output cannot be written", text)
        air = self.path("air.sigmf")
        transmit = ["transmit", "--model", self.model, "--input", self.pictures]
        transmit += ["--sink", f"file:{air}"]
        self.assertIn(f"{FULL} cannot be written", self.fails(*transmit, "--json", FULL))
        self.succeed(*transmit)
        for extension in ["mkv", "avi"]:
            video = self.path(f"full.{extension}")
            os.symlink(FULL, video)
            receive = ["receive", "--model", self.model, "--source", f"file:{air}"]
            self.assertIn(f"{video} is not complete", self.fails(*receive, "--output", video))
        pack = self.path("full.pack")
        os.symlink(FULL, pack + ".pixels")
        text = self.fails("dataset", "pack", self.pictures, pack)
        self.assertIn("No space left on device", text)
        self.assertEqual([name for name in os.listdir(self.folder) if "full.pack" in name], [])

    def test_pack_makes_its_folder(self):
        pack = self.path("not", "there", "a.pack")
        self.succeed("dataset", "pack", self.pictures, pack)
        self.assertTrue(os.path.isfile(pack))
        self.assertEqual(os.listdir(os.path.dirname(pack)), ["a.pack"])
        text = self.fails("dataset", "pack", self.pictures, os.path.join(pack, "b.pack"))
        self.assertIn("cannot make the folder", text)

    def test_home_that_cannot_be_written(self):
        environment = {"HOME": "/proc", "PATH": os.environ["PATH"]}
        text = self.fails(*self.simulate(), env=environment)
        self.assertIn("set HOME to a folder that can be written to", text)

    def test_simulated_video(self):
        video = self.path("out.mkv")
        self.succeed(*self.simulate("--output", video))
        names = [name for name in os.listdir(self.folder) if name.startswith("out")]
        self.assertEqual(len(names), 1, names)
        self.assertRegex(names[0], r"^out-.*10.*\.mkv$")
        frames = self.path("frames")
        nets = ["--model", self.model, "--input", self.path(names[0])]
        self.succeed("simulate", *nets, "--snr", 10, "--output", frames)
        (folder,) = os.listdir(frames)
        pictures = sorted(os.listdir(os.path.join(frames, folder)))
        self.assertEqual(pictures, ["000000.png", "000001.png"])

    def test_sheets_stay_short(self):
        for i in range(20):
            first = os.path.join(self.pictures, "0.ppm")
            shutil.copy(first, os.path.join(self.pictures, f"z{i}.ppm"))
        sheet = self.path("sheet.png")
        self.succeed(*self.simulate("--sheet", sheet, "--sheet-pictures", 20))
        with open(sheet, "rb") as file:
            height = int.from_bytes(file.read(24)[20:24], "big")
        # sixteen rows of 192 pixels and their captions
        self.assertLess(height, 4000)

    def test_example_goes_on_with_a_shipped_model(self):
        """The configuration brings no cipher and no codec: the model does."""
        root = os.environ["DJESCC_SOURCE_DIR"]
        with open(os.path.join(root, "examples", "training", "go-on.json")) as file:
            config = json.load(file)
        self.assertNotIn("cipher", config)
        self.assertNotIn("codec", config)
        config.update(initial=os.path.join(root, config["initial"]), steps=1)
        config["data"]["crop"] = 32
        config["optimizer"]["batch"] = 1
        for name in ["train", "validation"]:
            write_pictures(self.path("data", name), [(32, 32)])
        with open(self.path("go-on.json"), "w") as file:
            json.dump(config, file)
        here = ["--data", self.path("data"), "--output", self.path("run"), "--threads", 1]
        self.succeed("train", self.path("go-on.json"), *here)
        manifests = []
        for model in [config["initial"], self.path("run", "model")]:
            with open(os.path.join(model, "model.json")) as file:
                manifests.append(json.load(file))
        for part in ["cipher", "codec"]:
            self.assertEqual(manifests[0][part], manifests[1][part])

    def test_paths_of_pathlib(self):
        from gnuradio import djescc, gr

        folder = pathlib.Path(self.path("received"))
        source = djescc.image_source(pathlib.Path(self.pictures))
        sink = djescc.image_sink(output=folder)
        flowgraph = gr.top_block()
        flowgraph.connect(source, sink)
        flowgraph.run()
        self.assertEqual(sink.written(), 2)
        self.assertEqual(len(list(folder.iterdir())), 2)

    def test_unlocked_video_goes_on(self):
        from gnuradio import blocks, djescc, gr

        video = self.path("locked.mkv")
        picture = os.path.join(self.pictures, "0.ppm")
        source = djescc.image_source(picture, repeat=True, frame_rate=40, max_frames=40)
        sink = djescc.image_sink(video)
        flowgraph = gr.top_block()
        flowgraph.connect(source, sink)
        flowgraph.start()
        while sink.written() < 8:
            pass
        flowgraph.lock()
        flowgraph.connect(source, blocks.null_sink(4))
        flowgraph.unlock()
        flowgraph.wait()
        again = djescc.image_source(video)
        count = gr.top_block()
        count.connect(again, blocks.null_sink(4))
        count.run()
        self.assertEqual(again.frames_out(), sink.written())
        self.assertGreaterEqual(sink.written(), 39)  # one may be cut by the lock


def run_chain(model, pictures, threads):
    """The number of values that a chain of all four nets gives."""
    from gnuradio import blocks, djescc, gr

    nets = ("cpu", threads)
    flowgraph = gr.top_block()
    end = blocks.vector_sink_f()
    flowgraph.connect(
        djescc.image_source(pictures),
        djescc.image_encryptor(model, *nets),
        djescc.jscc_encoder(model, *nets),
        djescc.jscc_decoder(model, *nets),
        djescc.image_decryptor(model, *nets),
        end,
    )
    flowgraph.run()
    return len(end.data())


class forked(command_test):
    def setUp(self):
        super().setUp()
        self.pictures = self.path("pictures")
        write_pictures(self.pictures, [(32, 32)])

    def test_nets_in_a_forked_child(self):
        """LibTorch makes its thread pool anew in a child; several blocks ask for it at once."""
        model = os.environ["DJESCC_SOURCE_DIR"] + "/models/cifar10-slim-r6"
        expected = run_chain(model, self.pictures, 1)
        for _ in range(3):
            fork = multiprocessing.get_context("fork")
            ends = fork.SimpleQueue()
            child = fork.Process(
                target=lambda: ends.put(run_chain(model, self.pictures, 1))
            )
            child.start()
            child.join(120)
            hangs = child.is_alive()
            child.kill()
            self.assertFalse(hangs)
            self.assertEqual(child.exitcode, 0)
            self.assertEqual(ends.get(), expected)


if __name__ == "__main__":
    unittest.main()
