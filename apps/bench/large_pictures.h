/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What a pixel of a large picture costs each net, beside one of a small picture. */
#pragma once

#include "bench/bench_options.h"
#include <cstdint>
#include <string>
#include <vector>

//! What a pixel costs one net in a small picture and in a large one.
struct PixelCost {
    std::string net;
    double small = 0;       //!< seconds of processor time a pixel
    double large = 0;       //!< of the large picture, likewise
    double ratio = 0;       //!< large over small, median of the rounds
    double page_faults = 0; //!< for one large picture
};

struct LargePictures {
    std::vector<PixelCost> nets;
    //! Most memory that the process has held so far, in bytes.
    int64_t peak_memory = 0;
};

//! Most memory that this process has held so far, in bytes.
int64_t peak_memory();

/*! The nets one after another on single pictures, small and large in turns, so that a
 *  change of the machine's speed meets both.
 *  \param options  model and device; shape, batch and seconds are not used
 *  \param small, large  heights and widths
 *  \param rounds   turns, at least 1 */
LargePictures measure_large_pictures(const BenchOptions& options,
                                     const djescc::ImageShape& small,
                                     const djescc::ImageShape& large,
                                     int rounds);
