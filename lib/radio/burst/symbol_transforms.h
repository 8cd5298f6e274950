/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Orthogonal transforms of payload symbols that need no key: quarter turns and
 *  spreading. */
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

/*! Spreads every symbol of an image over up to 1024 others by an orthogonal transform, so
 *  that missing symbols and bad carriers become a little white noise on many symbols,
 *  which is what decoders are trained on, instead of much on a few.
 *
 *  Quarter turns as payload_scrambler makes them for burst 2^32 - 1, then Walsh-Hadamard
 *  transforms of 1024: with B = floor(count / 1024), the b-th takes the symbols b, b + B,
 *  b + 2 B, ... What is left at the end goes through shorter ones, one for each power of
 *  two that its number is the sum of, the largest first. No key is involved. */
void spread(gr_complex* symbols, size_t count);

//! The inverse.
void despread(gr_complex* symbols, size_t count);

/*! What despread() makes of the reliability of symbols: the mean of those that are
 *  transformed together. */
void despread_reliability(float* reliability, size_t count);

} // namespace djescc
} // namespace gr
