#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""A channel between two sockets: channel_process.py SENT HEARD SNR_DB OFFSET

Takes samples from ipc://SENT and hands them on to ipc://HEARD through the channel emulator,
with noise, a carrier offset in cycles a sample, clocks that differ, an echo and a 12-bit
converter. Goes on until it is stopped."""

import sys

from gnuradio import blocks, djescc, gr, zeromq

AMPLITUDE = 0.3  # of `djescc transmit`
CLOCK_OFFSET = 5.0  # parts of a million
TAPS = [1.0, 0.0, 0.2j]
QUANTIZER_BITS = 12
TIMEOUT_MS = 100
PASS_TAGS = True


def main():
    sent, heard, snr_db, offset = sys.argv[1], sys.argv[2], *map(float, sys.argv[3:])
    top = gr.top_block()
    source = zeromq.pull_source(gr.sizeof_gr_complex, 1, "ipc://" + sent, TIMEOUT_MS, PASS_TAGS)
    sink = zeromq.push_sink(gr.sizeof_gr_complex, 1, "ipc://" + heard, TIMEOUT_MS, PASS_TAGS)
    unit = blocks.multiply_const_cc(1 / AMPLITUDE)  # of which the emulator's noise is
    channel = djescc.channel_emulator(
        snr_db, offset, CLOCK_OFFSET, TAPS, quantizer_bits=QUANTIZER_BITS
    )
    top.connect(source, unit, channel, sink)
    top.run()


if __name__ == "__main__":
    main()
