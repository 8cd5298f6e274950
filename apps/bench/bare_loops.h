/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  How fast the nets run without GNU Radio, alone and in a pipeline of threads. */
#pragma once

#include "bench/bench_options.h"
#include "bench/rate.h"

//! Images a second of each net, alone in one thread, and of the four one after another.
struct NetRates {
    double encrypt = 0, encode = 0, decode = 0, decrypt = 0, chain = 0;
    double channel_uses_per_pixel = 0; //!< mean over the images
};

NetRates measure_nets(const BenchOptions& options);

/*! Images a second of the four nets without GNU Radio: each net in a thread of its own,
 *  as in a flowgraph, with short queues of batches between them. The same number of
 *  threads works in parallel on both sides of the comparison; no noise is added on this
 *  one. */
CounterRate measure_bare_pipeline(const BenchOptions& options);
