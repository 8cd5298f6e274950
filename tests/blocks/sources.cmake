# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Written by scripts/update-source-lists.
set(djescc_blocks_tests
    qa_awgn_channel.cc
    qa_burst_blocks.cc
    qa_burst_header.cc
    qa_burst_parts.cc
    qa_burst_security.cc
    qa_complex_gaussian_noise.cc
    qa_deadline.cc
    qa_event_counters.cc
    qa_feedback.cc
    qa_flowgraph.cc
    qa_frame_drainer.cc
    qa_frame_gatherer.cc
    qa_frame_info.cc
    qa_frame_matcher.cc
    qa_header_storm.cc
    qa_image_cipher_blocks.cc
    qa_image_classifier.cc
    qa_image_files.cc
    qa_image_parts.cc
    qa_jscc_blocks.cc
    qa_keyring_blocks.cc
    qa_plugin_blocks.cc
    qa_power_normalizer.cc
    qa_propagation_model.cc
    qa_quality_probe.cc
    qa_radio_link.cc
    qa_symbol_power.cc
)
