/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <cstddef>
#include <gnuradio/gr_complex.h>

namespace gr {
namespace djescc {

//! Sum of |z|^2, in double precision so that long frames lose nothing.
double total_power(const gr_complex* symbols, size_t count);

/*! Scale the symbols in place to average power 1: z * sqrt(k / sum |z|^2).
 *  \return false, and the symbols as they were, where they have no power that a float's
 *          range can bring to 1 (all zeros, or far below the smallest normal numbers) */
bool normalize_to_unit_power(gr_complex* symbols, size_t count);

} // namespace djescc
} // namespace gr
