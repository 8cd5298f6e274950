#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""A receiver in a process of its own: rounds_receiver.py SYMBOLS FEEDBACK MODEL FOLDER SNR_DB

Takes frames of symbols from ipc://SYMBOLS through white noise, sends what it got of them back
to ipc://FEEDBACK, and writes the pictures into FOLDER. Goes on until it is stopped."""

import sys

from gnuradio import djescc, gr, zeromq

TIMEOUT_MS = 100
PASS_TAGS = True
SEED = 5


def main():
    symbols, feedback, model, folder, snr_db = sys.argv[1:]
    top = gr.top_block()
    source = zeromq.pull_source(
        gr.sizeof_gr_complex, 1, "ipc://" + symbols, TIMEOUT_MS, PASS_TAGS
    )
    decoder = djescc.jscc_decoder(model, "cpu")
    back = zeromq.push_msg_sink("ipc://" + feedback, TIMEOUT_MS, True)
    top.connect(source, djescc.awgn_channel(float(snr_db), SEED), decoder)
    top.connect(decoder, djescc.image_sink(folder))
    top.msg_connect(decoder, "feedback", back, "in")
    top.run()


if __name__ == "__main__":
    main()
