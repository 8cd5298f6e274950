# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the Python tests share: a small model, pictures, flowgraphs that end, and tags and
messages to read."""

import json
import os
import subprocess
import threading
import time

import numpy
import pmt
from gnuradio import djescc, gr

LONGEST_WAIT = 200  # seconds: many times what any test needs, and below ctest's own limit


def make_model(folder, cipher="none", seed=1, codec=None):
    """Write an untrained model and return its directory. codec: its configuration as JSON."""
    kind = "" if codec is None else "-" + json.loads(codec)["type"]
    directory = os.path.join(folder, f"model-{cipher}-{seed}{kind}")
    return _run_tool(directory, cipher, seed, *([] if codec is None else [codec]))


def make_classifier(folder, seed=1):
    """Write an untrained classifier of the classes ant, bee and cow; return its directory."""
    return _run_tool(os.path.join(folder, f"classifier-{seed}"), "classifier", seed)


def _run_tool(directory, kind, seed, *more):
    tool = os.environ["DJESCC_MAKE_TEST_MODEL"]
    subprocess.run(
        [tool, directory, kind, str(seed), *more], check=True, timeout=LONGEST_WAIT
    )
    return directory


def has_digital_coding():
    """Whether codec hybrid was built."""
    try:
        djescc.jscc_encoder(
            os.path.join(os.environ["DJESCC_SOURCE_DIR"], "models", "photo-hybrid-r6")
        )
    except RuntimeError as error:
        if "ENABLE_DIGITAL" in str(error):
            return False
        raise
    return True


def wait_until(condition, what, seconds=LONGEST_WAIT):
    """Wait for a condition; a TimeoutError says what did not come."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds} s in vain: {what}")
        time.sleep(0.01)


def wait_for_end(top, seconds=LONGEST_WAIT):
    """Wait for the end of a flowgraph that was started; stop one that goes on, with an error."""
    waiter = threading.Thread(target=top.wait, daemon=True)
    waiter.start()
    waiter.join(seconds)
    if waiter.is_alive():
        top.stop()
        waiter.join(20)
        raise TimeoutError(f"the flowgraph did not end in {seconds} s")


def run_to_end(top, seconds=LONGEST_WAIT):
    """Run a flowgraph to its end."""
    top.start()
    wait_for_end(top, seconds)


def make_picture(height, width, phase):
    """A smooth colour picture, height x width x 3 in 0..255."""
    rows, columns = numpy.mgrid[0:height, 0:width]
    waves = [
        numpy.sin(rows / 9.0 + phase),
        numpy.cos(columns / 11.0 - phase),
        numpy.sin((rows + columns) / 17.0),
    ]
    return numpy.rint(127.5 + 110.0 * numpy.stack(waves, axis=-1)).astype(numpy.uint8)


def write_ppm(path, picture):
    """Write an RGB picture as binary PPM, which needs no library."""
    height, width, _ = picture.shape
    with open(path, "wb") as file:
        file.write(f"P6\n{width} {height}\n255\n".encode())
        file.write(picture.tobytes())


def write_pictures(folder, sizes):
    """Write pictures 0.ppm, 1.ppm, ... of the given (height, width) and return them."""
    os.makedirs(folder, exist_ok=True)
    pictures = [make_picture(*size, phase) for phase, size in enumerate(sizes)]
    for number, picture in enumerate(pictures):
        write_ppm(os.path.join(folder, f"{number}.ppm"), picture)
    return pictures


def frames_of(sink):
    """Frames that a vector sink holds: a list of (dictionary, items), by their tags."""
    lengths, dictionaries = {}, {}
    for tag in sink.tags():
        key = pmt.symbol_to_string(tag.key)
        if key == "packet_len":
            lengths[tag.offset] = pmt.to_long(tag.value)
        elif key == "frame":
            dictionaries[tag.offset] = pmt.to_python(tag.value)
    items = numpy.array(sink.data())
    return [
        (dictionaries[offset], items[offset : offset + length])
        for offset, length in sorted(lengths.items())
    ]


class message_recorder(gr.basic_block):
    """Keeps the messages that come in, as Python objects."""

    def __init__(self):
        gr.basic_block.__init__(self, name="message_recorder", in_sig=None, out_sig=None)
        self.messages = []
        self.message_port_register_in(pmt.intern("in"))
        self.set_msg_handler(pmt.intern("in"), self._store)

    def _store(self, message):
        self.messages.append(pmt.to_python(message))
