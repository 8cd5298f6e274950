/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  How fast a flowgraph of the four blocks runs. */
#pragma once

#include "bench/bench_options.h"
#include "bench/rate.h"

//! Whether this program was built with GNU Radio.
bool have_flowgraph();

//! What a flowgraph did.
struct FlowgraphRate {
    CounterRate images;
    double mean_batch = 0; //!< frames in one inference, mean of the four blocks
};

/*! Images a second of a flowgraph: pictures from memory, encryption, encoder, noise at 10
 *  dB SNR, decoder, decryption, null sink; the default buffers.
 *  \throws djescc::Error without GNU Radio */
FlowgraphRate measure_flowgraph(const BenchOptions& options);
