# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Written by scripts/update-source-lists.
set(djescc_radio_sources
    burst_assembler.cc
    burst_builder.cc
    burst_cells.cc
    burst_demodulator.cc
    burst_equalizer.cc
    burst_header.cc
    burst_layout.cc
    burst_synchronizer.cc
    channel_estimator.cc
    channel_model.cc
    clock_drift.cc
    complex_gaussian_noise.cc
    finite.cc
    gain_tracker.cc
    header_code.cc
    hermitian.cc
    multipath_fading.cc
    ofdm.cc
    payload_scrambler.cc
    phase_model.cc
    preamble_detector.cc
    sample_receiver.cc
    symbol_interleaver.cc
    symbol_power.cc
    symbol_spreader.cc
)
