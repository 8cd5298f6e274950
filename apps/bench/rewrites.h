/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What the library's changes to LibTorch's habits gain: kept memory, and rewritten
 *  convolutions. */
#pragma once

#include "bench/bench_options.h"
#include <optional>

//! Images a second without and with a measure that makes the nets faster.
struct BeforeAfter {
    double before = 0, after = 0;
};

/*! The encryption net with the allocator as the process started, then with
 *  djescc::tune_allocator(). That cannot be taken back, so this must be the first
 *  measurement of the process, before anything else tunes the allocator. */
BeforeAfter measure_allocator(const BenchOptions& options);

/*! The decoder with LibTorch's transposed convolutions, then as this library computes
 *  them. Nothing where it has none. */
std::optional<BeforeAfter> measure_transposed_convolution(const BenchOptions& options);
