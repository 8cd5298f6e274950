#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""Memory: many small frames leave it flat, one large photograph stays below a bound."""

import os
import resource
import subprocess
import sys
import tempfile
import unittest

import numpy
from chain_fixture import (
    make_model,
    run_to_end,
    wait_for_end,
    wait_until,
    write_pictures,
    write_ppm,
)
from gnuradio import blocks, djescc, gr

MIB = 1 << 20


def resident_bytes():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def make_chain(model, pictures, max_batch, **source_arguments):
    """A flowgraph with default buffers; the flowgraph, its first and its last block."""
    top = gr.top_block()
    source = djescc.image_source(pictures, **source_arguments)
    decryptor = djescc.image_decryptor(model, "cpu", 1, max_batch)
    top.connect(
        source,
        djescc.image_encryptor(model, "cpu", 1, max_batch),
        djescc.jscc_encoder(model, "cpu", 1, max_batch),
        djescc.awgn_channel(10.0, 1),
        djescc.jscc_decoder(model, "cpu", 1, max_batch),
        decryptor,
        blocks.null_sink(gr.sizeof_float),
    )
    return top, source, decryptor


def send_photograph(model, picture):
    top, _, decryptor = make_chain(model, picture, 1)
    run_to_end(top)
    if decryptor.frames_out() != 1:
        raise SystemExit(f"counters of the last block: {decryptor.counters()}")


class qa_long_runs(unittest.TestCase):
    def test_memory_is_flat_over_20000_frames(self):
        frames, settled = 20000, 1000
        with tempfile.TemporaryDirectory() as folder:
            model = make_model(folder)
            pictures = os.path.join(folder, "pictures")
            write_pictures(pictures, [(32, 32)] * 4)
            top, _, decryptor = make_chain(
                model, pictures, 16, repeat=True, max_frames=frames
            )
            top.start()
            wait_until(lambda: decryptor.frames_out() >= settled, f"{settled} frames")
            at_first = resident_bytes()
            wait_for_end(top, 350)
            growth = resident_bytes() - at_first
            self.assertEqual(decryptor.frames_out(), frames)
            self.assertEqual(decryptor.dropped_total(), 0)
        self.assertLess(growth, 24 * MIB)

    def test_large_photograph_with_default_buffers(self):
        model = os.path.join(os.environ["DJESCC_SOURCE_DIR"], "models", "photo-slim-r6")
        with tempfile.TemporaryDirectory() as folder:
            picture = os.path.join(folder, "large.ppm")
            row = numpy.linspace(0, 255, 4000)[None, :, None]
            column = numpy.linspace(0, 1, 3000)[:, None, None]
            colours = numpy.array([1.0, 0.7, 0.4])[None, None, :]
            write_ppm(picture, (row * column * colours).astype(numpy.uint8))
            subprocess.run(
                [sys.executable, "-B", __file__, "send", model, picture],
                check=True,
                timeout=300,
            )
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
        self.assertLess(peak, 4096 * MIB)


if __name__ == "__main__":
    if sys.argv[1:2] == ["send"]:
        send_photograph(*sys.argv[2:])
    else:
        unittest.main()
