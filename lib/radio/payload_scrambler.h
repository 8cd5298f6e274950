/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <cstddef>
#include <cstdint>
#include <gnuradio/gr_complex.h>

namespace gr {
namespace djescc {

/*! Turn the symbols of a burst by pseudorandom multiples of 90 degrees, so that no
 *  picture makes a regular signal with high peaks. */
void scramble(gr_complex* symbols, size_t count, uint32_t burst);

//! The inverse.
void descramble(gr_complex* symbols, size_t count, uint32_t burst);

} // namespace djescc
} // namespace gr
