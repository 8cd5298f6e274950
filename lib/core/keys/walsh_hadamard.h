/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The transform that spreads each symbol over all others. */
#pragma once

#include <complex>
#include <cstddef>

namespace djescc {

/*! Orthonormal Walsh-Hadamard transform (Sylvester's order), in place and in
 *  O(count log count). It is its own inverse.
 *  \param count  a power of two */
void walsh_hadamard(std::complex<float>* values, std::size_t count);

//! The largest power of two that is at most \p limit, which is at least 1.
std::size_t power_of_two_within(std::size_t limit);

} // namespace djescc
