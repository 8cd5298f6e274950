# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of `transmit` and `receive` share: recordings, a channel, pictures that are
compared, and processes that never outlive a test."""

import json
import os
import subprocess
import sys
import time

import numpy
from chain_fixture import write_ppm
from PyQt5 import QtGui

COMMAND = os.environ.get("DJESCC_COMMAND")


def base(name):
    return name[: -len(".sigmf")] if name.endswith(".sigmf") else name


def read_recording(name):
    """Samples of a SigMF recording as complex64."""
    with open(base(name) + ".sigmf-meta") as file:
        datatype = json.load(file)["global"]["core:datatype"]
    if datatype == "ci16_le":
        values = numpy.fromfile(base(name) + ".sigmf-data", "<i2").astype(numpy.float32)
        return (values / 32767).view(numpy.complex64)
    return numpy.fromfile(base(name) + ".sigmf-data", "<c8")


def write_recording(name, samples, datatype, rate):
    """A recording as another program would write it."""
    samples = numpy.ascontiguousarray(samples, numpy.complex64)
    if datatype == "ci16_le":
        values = numpy.rint(samples.view(numpy.float32) * 32767)
        numpy.clip(values, -32768, 32767).astype("<i2").tofile(base(name) + ".sigmf-data")
    else:
        samples.astype("<c8").tofile(base(name) + ".sigmf-data")
    metadata = {
        "global": {
            "core:datatype": datatype,
            "core:sample_rate": rate,
            "core:version": "1.0.0",
        },
        "captures": [{"core:sample_start": 0}],
        "annotations": [],
    }
    with open(base(name) + ".sigmf-meta", "w") as file:
        json.dump(metadata, file, indent=1)
        file.write("\n")


def add_channel(samples, snr_db, offset, delay, seed=1):
    """Zeros before, a carrier offset in cycles a sample, and white noise.

    snr_db is of a sample, against the mean power of the samples that are not 0."""
    power = numpy.mean(numpy.abs(samples[samples != 0]) ** 2)
    samples = numpy.concatenate([numpy.zeros(delay), samples, numpy.zeros(2000)])
    samples = samples * numpy.exp(2j * numpy.pi * offset * numpy.arange(len(samples)))
    noise = numpy.random.default_rng(seed).normal(size=(2, len(samples)))
    scale = numpy.sqrt(power / 2 * 10 ** (-snr_db / 10))
    return (samples + scale * (noise[0] + 1j * noise[1])).astype(numpy.complex64)


def pixels(picture):
    """height x width x 3 of an array or a file."""
    if not isinstance(picture, str):
        return picture
    image = QtGui.QImage(picture).convertToFormat(QtGui.QImage.Format_RGB888)
    data = numpy.frombuffer(image.constBits().asarray(image.sizeInBytes()), numpy.uint8)
    rows = data.reshape(image.height(), image.bytesPerLine())
    visible = rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3)
    return visible.copy()  # the image's memory goes with it


def write_middle(picture, size, path):
    """size x size pixels from the middle of an array or a file, as PPM."""
    whole = pixels(picture)
    row, column = (whole.shape[0] - size) // 2, (whole.shape[1] - size) // 2
    write_ppm(path, whole[row : row + size, column : column + size])


def mean_psnr(pictures, references):
    """In dB; equal pictures count as 99."""
    figures = []
    for picture, reference in zip(pictures, references):
        error = numpy.mean((pixels(picture).astype(float) - pixels(reference)) ** 2)
        figures.append(99.0 if error == 0 else 10 * numpy.log10(255**2 / error))
    return float(numpy.mean(figures))


class Processes:
    """Starts programs; whatever still runs at the end is stopped."""

    def __init__(self):
        self._running = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self._running:
            if process.poll() is None:
                process.kill()
                process.communicate(timeout=60)

    def _start(self, command):
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self._running.append(process)
        return process

    def start(self, *arguments):
        return self._start([COMMAND, *map(str, arguments)])

    def start_channel(self, sent, heard, snr_db, offset):
        """channel_process.py between two sockets."""
        program = os.path.join(os.path.dirname(__file__), "channel_process.py")
        return self._start([sys.executable, "-B", program, sent, heard, str(snr_db), str(offset)])

    def wait_for_line(self, file, seconds=120):
        """Until a line is in a file that a process writes."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if os.path.exists(file) and os.path.getsize(file) > 0:
                return
            assert all(process.poll() is None for process in self._running)
            time.sleep(0.05)
        raise TimeoutError(file)
