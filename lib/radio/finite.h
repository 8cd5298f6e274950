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

//! True where none of the values is a NaN or infinite.
bool all_finite(const float* values, size_t count);

//! As above, for both parts of complex values.
bool all_finite(const gr_complex* values, size_t count);

} // namespace djescc
} // namespace gr
