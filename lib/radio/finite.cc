/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "radio/finite.h"

#include <cstdint>
#include <cstring>

namespace gr {
namespace djescc {

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

} // namespace djescc
} // namespace gr
