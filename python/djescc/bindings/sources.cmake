# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Written by scripts/update-source-lists.
set(djescc_binding_sources
    awgn_channel_python.cc
    burst_receiver_python.cc
    burst_transmitter_python.cc
    channel_emulator_python.cc
    image_classifier_python.cc
    image_decryptor_python.cc
    image_encryptor_python.cc
    image_sink_python.cc
    image_source_python.cc
    jscc_decoder_python.cc
    jscc_encoder_python.cc
    power_normalizer_python.cc
    python_bindings.cc
    quality_probe_python.cc
)
