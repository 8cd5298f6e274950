/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Sums over runs of values by VOLK, in double precision where single would not do. */

#include "radio/dsp/value_runs.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <volk/volk.h>

namespace gr {
namespace djescc {

namespace {

// Sums of so many single-precision squares are added up in double precision.
constexpr size_t chunk_length = 1024;

double power_in_double(const gr_complex* symbols, size_t count)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        const double re = symbols[i].real();
        const double im = symbols[i].imag();
        sum += re * re + im * im;
    }
    return sum;
}

} // namespace

bool all_finite(const float* values, size_t count)
{
    // Integer arithmetic without an early exit, so that the compiler vectorises it.
    constexpr uint32_t exponent_mask = 0x7f800000;
    uint32_t found = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        std::memcpy(&bits, values + i, sizeof(bits));
        found |= static_cast<uint32_t>((bits & exponent_mask) == exponent_mask);
    }
    return found == 0;
}

bool all_finite(const gr_complex* values, size_t count)
{
    return all_finite(reinterpret_cast<const float*>(values), 2 * count);
}

double total_power(const gr_complex* symbols, size_t count)
{
    std::array<float, chunk_length> squares;
    double sum = 0.0;
    for (size_t start = 0; start < count; start += chunk_length) {
        const auto length = static_cast<unsigned>(std::min(chunk_length, count - start));
        volk_32fc_magnitude_squared_32f(squares.data(), symbols + start, length);
        float chunk = 0.0f;
        volk_32f_accumulator_s32f(&chunk, squares.data(), length);
        // Squares leave a float's range where the samples themselves do not.
        const bool precise =
            std::isfinite(chunk) && chunk > length * std::numeric_limits<float>::min() /
                                                std::numeric_limits<float>::epsilon();
        sum += precise ? chunk : power_in_double(symbols + start, length);
    }
    return sum;
}

bool normalize_to_unit_power(gr_complex* symbols, size_t count)
{
    const double power = total_power(symbols, count);
    if (!(power > 0.0)) {
        return false;
    }
    const auto scale = static_cast<float>(std::sqrt(static_cast<double>(count) / power));
    if (!std::isnormal(scale)) {
        return false;
    }
    auto* reals = reinterpret_cast<float*>(symbols);
    volk_32f_s32f_multiply_32f(reals, reals, scale, static_cast<unsigned>(2 * count));
    return true;
}

} // namespace djescc
} // namespace gr
