/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Complex Gaussian noise from a seed. */
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <gnuradio/gr_complex.h>

namespace gr {
namespace djescc {

/*! Circularly symmetric complex Gaussian noise from a seed.
 *
 *  The n-th sample depends on the seed and n alone, whatever the lengths of the calls.
 *  Box-Muller on the halves of xoroshiro128+ outputs: the envelope of the strongest
 *  sample is sqrt(ln 2^32) = 4.7 times the root mean square, which one sample in 2^32
 *  reaches.
 */
class complex_gaussian_noise
{
public:
    explicit complex_gaussian_noise(uint64_t seed);

    /*! out[i] = in[i] + amplitude * w[i] with w ~ CN(0, 1); \p in and \p out may be the
     *  same. Every call uses up \p count samples, at amplitude 0 too. */
    void add(const gr_complex* in, gr_complex* out, size_t count, float amplitude);

private:
    std::array<uint64_t, 2> d_state;
};

} // namespace djescc
} // namespace gr
