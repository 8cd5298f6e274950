/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Box-Muller on the halves of xoroshiro128+ outputs. */

#include "radio/dsp/complex_gaussian_noise.h"

#include <cmath>
#include <gnuradio/xoroshiro128p.h>

namespace gr {
namespace djescc {

namespace {
constexpr float two_to_minus_32 = 1.0f / 4294967296.0f;
constexpr float two_pi = 6.283185307179586f;
} // namespace

complex_gaussian_noise::complex_gaussian_noise(uint64_t seed)
{
    xoroshiro128p_seed(d_state.data(), seed);
}

void complex_gaussian_noise::add(const gr_complex* in,
                                 gr_complex* out,
                                 size_t count,
                                 float amplitude)
{
    for (size_t i = 0; i < count; i++) {
        const uint64_t bits = xoroshiro128p_next(d_state.data());
        // In (0, 1], so that the logarithm exists.
        const float radius = (static_cast<float>(bits >> 32) + 1.0f) * two_to_minus_32;
        const float angle =
            static_cast<float>(bits & 0xffffffff) * (two_to_minus_32 * two_pi);
        const float envelope = amplitude * std::sqrt(-std::log(radius));
        out[i] =
            in[i] + gr_complex(envelope * std::cos(angle), envelope * std::sin(angle));
    }
}

} // namespace djescc
} // namespace gr
