# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Written by scripts/update-source-lists.
set(djescc_block_sources
    awgn_channel_impl.cc
    burst_receiver_impl.cc
    burst_security.cc
    burst_transmitter_impl.cc
    channel_emulator_impl.cc
    feedback_message.cc
    fingerprint.cc
    frame_block_support.cc
    frame_counters.cc
    frame_info.cc
    frame_label.cc
    frame_matcher.cc
    frame_tag.cc
    frame_tensors.cc
    image_classifier_impl.cc
    image_decryptor_impl.cc
    image_encryptor_impl.cc
    image_sink_impl.cc
    image_source_impl.cc
    inference_limits.cc
    jscc_decoder_impl.cc
    jscc_encoder_impl.cc
    part_collector.cc
    power_normalizer_impl.cc
    quality_probe_impl.cc
    snr_message.cc
)
