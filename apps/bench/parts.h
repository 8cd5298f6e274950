/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  How long each part of a digital model's two ends takes. */
#pragma once

#include "bench/bench_options.h"
#include "bench/rate.h"
#include <string>
#include <vector>

//! What a part takes for a picture.
struct PartCost {
    std::string name;
    double seconds = 0;
};

//! The encoder or the decoder: its parts, "the rest" and "all".
struct EndCost {
    std::string end; //!< "encode" or "decode"
    std::vector<PartCost> parts;
};

struct PartRates {
    std::vector<EndCost> ends; //!< empty for a model without parts that are timed
    CounterRate both;          //!< pictures through both ends at once, a thread each
};

/*! One picture at a time: each end alone in this thread, on all pictures of the input in
 *  turns and for BenchOptions::seconds at least, through noise at 10 dB; then both ends
 *  at once as measure_bare_pipeline() has them. */
PartRates measure_parts(const BenchOptions& options);
