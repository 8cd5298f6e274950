/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What blocks ask of a run of values: whether all are finite, and their power. */
#pragma once

#include <cstddef>
#include <gnuradio/gr_complex.h>

namespace gr {
namespace djescc {

//! True where none of the values is a NaN or infinite.
bool all_finite(const float* values, size_t count);

//! As above, for both parts of complex values.
bool all_finite(const gr_complex* values, size_t count);

//! Sum of |z|^2, in double precision so that long frames lose nothing.
double total_power(const gr_complex* symbols, size_t count);

/*! Scale the symbols in place to average power 1: z * sqrt(k / sum |z|^2).
 *  \return false, and the symbols as they were, where they have no power that a float's
 *          range can bring to 1 (all zeros, or far below the smallest normal numbers) */
bool normalize_to_unit_power(gr_complex* symbols, size_t count);

} // namespace djescc
} // namespace gr
