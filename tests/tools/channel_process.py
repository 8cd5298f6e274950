#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""A channel between two sockets: channel_process.py SENT HEARD SNR_DB OFFSET

Takes samples from ipc://SENT, sends them on to ipc://HEARD with white noise and a carrier
offset in cycles a sample, and goes on until it is stopped."""

import sys

from gnuradio import channels, gr, zeromq

AMPLITUDE = 0.3  # of `djescc transmit`
OCCUPIED = 52 / 64  # carriers in use
TIMEOUT_MS = 100
PASS_TAGS = True


def main():
    sent, heard, snr_db, offset = sys.argv[1], sys.argv[2], *map(float, sys.argv[3:])
    top = gr.top_block()
    source = zeromq.pull_source(gr.sizeof_gr_complex, 1, "ipc://" + sent, TIMEOUT_MS, PASS_TAGS)
    sink = zeromq.push_sink(gr.sizeof_gr_complex, 1, "ipc://" + heard, TIMEOUT_MS, PASS_TAGS)
    power = AMPLITUDE**2 * OCCUPIED
    channel = channels.channel_model((power * 10 ** (-snr_db / 10)) ** 0.5, offset)
    top.connect(source, channel, sink)
    top.run()


if __name__ == "__main__":
    main()
