# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""Symbols to samples to symbols through the blocks, as the benchmarks need it."""

import numpy
import pmt
from gnuradio import blocks, djescc, gr


def frame_tags(lengths, side=b""):
    """The tags of frames of so many symbols, numbered from 0, with the same side bytes."""
    offset = 0
    for number, length in enumerate(lengths):
        info = pmt.make_dict()
        for key, value in (("id", number), ("width", 8), ("height", 8), ("channels", 3)):
            info = pmt.dict_add(info, pmt.intern(key), pmt.from_long(value))
        if side:
            value = pmt.init_u8vector(len(side), list(side))
            info = pmt.dict_add(info, pmt.intern("side"), value)
        for key, value in (("packet_len", pmt.from_long(int(length))), ("frame", info)):
            yield gr.tag_utils.python_to_tag((offset, pmt.intern(key), value, pmt.PMT_F))
        offset += int(length)


def gaussian(generator, count):
    parts = generator.normal(size=(count, 2)) * numpy.sqrt(0.5)
    return (parts[:, 0] + 1j * parts[:, 1]).astype(numpy.complex64)


def transmit(symbols, clip_db=numpy.inf, side=b""):
    """One burst of samples for each array of symbols."""
    top = gr.top_block()
    source = blocks.vector_source_c(
        numpy.concatenate(symbols), False, 1, list(frame_tags(map(len, symbols), side))
    )
    sink = blocks.vector_sink_c()
    top.connect(
        source,
        djescc.burst_transmitter(spread=False, clip_db=clip_db, session=1),
        sink,
    )
    top.run()
    samples = numpy.array(sink.data(), numpy.complex64)
    starts = [t.offset for t in sink.tags() if pmt.symbol_to_string(t.key) == "tx_sob"]
    return numpy.split(samples, starts[1:])


def emulated(samples, **channel):
    """Samples behind the channel emulator."""
    top = gr.top_block()
    sink = blocks.vector_sink_c()
    top.connect(
        blocks.vector_source_c(samples), djescc.channel_emulator(**channel), sink
    )
    top.run()
    return numpy.array(sink.data(), numpy.complex64)


class receiver_run:
    """A stream through emulator and receiver: frames and side bytes by id, and counters."""

    def __init__(self, samples, **channel):
        top = gr.top_block()
        sink = blocks.vector_sink_c()
        receiver = djescc.burst_receiver(shrink=True)
        top.connect(
            blocks.vector_source_c(samples),
            djescc.channel_emulator(**channel),
            receiver,
            sink,
        )
        top.run()
        items = numpy.array(sink.data(), numpy.complex64)
        lengths, ids, self.sides = {}, {}, {}
        for tag in sink.tags():
            if pmt.symbol_to_string(tag.key) == "packet_len":
                lengths[tag.offset] = pmt.to_long(tag.value)
            else:
                number = pmt.to_long(
                    pmt.dict_ref(tag.value, pmt.intern("id"), pmt.PMT_NIL)
                )
                side = pmt.dict_ref(tag.value, pmt.intern("side"), pmt.PMT_NIL)
                ids[tag.offset] = number
                self.sides[number] = (
                    bytes(pmt.u8vector_elements(side)) if pmt.is_u8vector(side) else b""
                )
        self.frames = {
            ids[offset]: items[offset : offset + length]
            for offset, length in lengths.items()
        }
        self.counters = receiver.counters()
