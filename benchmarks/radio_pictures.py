#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""
What pictures lose by the radio: PSNR over symbols in white noise, over the radio at the same
SNR, and with bursts lost.

    PYTHONPATH=build/test_modules /usr/bin/python3 benchmarks/radio_pictures.py [MODEL PICTURES]
"""

import sys

from gnuradio import blocks, djescc, gr


def mean_psnr(model, pictures, channel):
    """Mean PSNR in dB of pictures whose symbols go through blocks in a row."""
    top = gr.top_block()
    source = djescc.image_source(pictures)
    decryptor = djescc.image_decryptor(model)
    probe = djescc.quality_probe()
    top.connect(
        source,
        djescc.image_encryptor(model),
        djescc.jscc_encoder(model),
        *channel,
        djescc.jscc_decoder(model),
        decryptor,
        (probe, 1),
    )
    top.connect(source, (probe, 0))
    top.run()
    return probe.mean_psnr()


def white_noise(snr_db):
    return [djescc.awgn_channel(snr_db, 1)]


def radio(model, snr_db, burst_loss=0.0, spread=True, burst_symbols=4096):
    """Transmitter, channel with a carrier offset, receiver."""
    return [
        djescc.burst_transmitter(
            symbols_per_burst=burst_symbols, gap=500, session=1, spread=spread
        ),
        djescc.channel_emulator(
            snr_db=snr_db, carrier_offset=0.01, burst_loss=burst_loss, seed=4
        ),
        djescc.burst_receiver(model=model, symbols_per_burst=burst_symbols),
    ]


def main():
    arguments = sys.argv[1:] or ["models/photo-slim-r6", "examples/pictures/photo"]
    model, pictures = arguments
    for snr_db in (0.0, 10.0, 20.0):
        ideal = mean_psnr(model, pictures, white_noise(snr_db))
        real = mean_psnr(model, pictures, radio(model, snr_db))
        print(f"{snr_db:4.1f} dB SNR: white noise {ideal:.2f} dB, radio {real:.2f} dB")
    whole = mean_psnr(model, pictures, radio(model, 10.0))
    for spread in (True, False):
        channel = radio(model, 10.0, burst_loss=0.1, spread=spread)
        psnr = mean_psnr(model, pictures, channel)
        share = channel[1].lost_bursts() / channel[0].counters()["bursts"]
        print(
            f"10.0 dB SNR, {100 * share:.1f} % of the bursts lost, "
            f"{'spread' if spread else 'not spread'}: {psnr - whole:+.2f} dB"
        )


if __name__ == "__main__":
    main()
