# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Written by scripts/update-source-lists.
set(djescc_radio_sources
    burst/burst_assembler.cc
    burst/burst_builder.cc
    burst/burst_cells.cc
    burst/burst_demodulator.cc
    burst/burst_equalizer.cc
    burst/burst_header.cc
    burst/burst_layout.cc
    burst/burst_synchronizer.cc
    burst/gain_tracker.cc
    burst/header_code.cc
    burst/ofdm.cc
    burst/phase_model.cc
    burst/preamble_detector.cc
    burst/response_estimator.cc
    burst/sample_receiver.cc
    burst/symbol_interleaver.cc
    burst/symbol_transforms.cc
    dsp/complex_gaussian_noise.cc
    dsp/hermitian.cc
    dsp/value_runs.cc
    propagation/clock_drift.cc
    propagation/multipath_fading.cc
    propagation/propagation_model.cc
)
