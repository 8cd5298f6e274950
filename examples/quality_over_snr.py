#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""
Sends pictures through the whole chain at several SNRs and prints the mean quality of each.

    examples/quality_over_snr.py
    examples/quality_over_snr.py --pictures ~/holiday --snr-db 0 5 10 20
"""

import argparse
import os

from gnuradio import djescc, gr

EXAMPLES = os.path.dirname(os.path.abspath(__file__))


class noisy_chain(gr.top_block):
    """Pictures, encrypted, encoded, through noise, decoded, decrypted, and judged."""

    def __init__(self, model, pictures, snr_db, seed):
        gr.top_block.__init__(self, "Pictures over a noisy channel")
        source = djescc.image_source(input=pictures)
        decryptor = djescc.image_decryptor(model=model)
        self.probe = djescc.quality_probe()
        self.connect(
            source,
            djescc.image_encryptor(model=model),
            djescc.jscc_encoder(model=model),
            djescc.awgn_channel(snr_db=snr_db, seed=seed),
            djescc.jscc_decoder(model=model),
            decryptor,
        )
        self.connect(source, (self.probe, 0))
        self.connect(decryptor, (self.probe, 1))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--model",
        default=os.path.join(EXAMPLES, "..", "models", "photo-slim-r6"),
        help="directory of a model [%(default)s]",
    )
    parser.add_argument(
        "--pictures",
        default=os.path.join(EXAMPLES, "pictures", "photo"),
        help="a picture, folder, glob pattern or video [%(default)s]",
    )
    parser.add_argument(
        "--snr-db", type=float, nargs="+", default=[0.0, 5.0, 10.0, 20.0], help="Es/N0 in dB"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the noise")
    arguments = parser.parse_args()

    print(" SNR/dB  PSNR/dB    SSIM  frames")
    for snr_db in arguments.snr_db:
        chain = noisy_chain(arguments.model, arguments.pictures, snr_db, arguments.seed)
        chain.run()
        probe = chain.probe
        print(
            f"{snr_db:7.1f}  {probe.mean_psnr():7.2f}  {probe.mean_ssim():6.3f}"
            f"  {probe.matched():6d}"
        )


if __name__ == "__main__":
    main()
