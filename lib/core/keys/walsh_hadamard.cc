/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Computes Walsh-Hadamard transforms in place, in pieces that fit the cache.

#include "keys/walsh_hadamard.h"

#include <cmath>

namespace djescc {

namespace {

//! Larger transforms are halved first, so that the rest happens in the cache.
constexpr std::size_t cached_floats = 8192;

void butterflies(float* first, float* second, std::size_t count)
{
    for (std::size_t i = 0; i < count; i++) {
        const float sum = first[i] + second[i];
        second[i] = first[i] - second[i];
        first[i] = sum;
    }
}

/*! Without the scale. A complex value is two floats that are transformed alike, so the
 *  last stage is the one that is two floats wide. */
void transform(float* floats, std::size_t count)
{
    if (count > cached_floats) {
        const std::size_t half = count / 2;
        butterflies(floats, floats + half, half);
        transform(floats, half);
        transform(floats + half, half);
        return;
    }
    for (std::size_t width = count / 2; width >= 2; width /= 2) {
        for (std::size_t start = 0; start < count; start += 2 * width) {
            butterflies(floats + start, floats + start + width, width);
        }
    }
}

} // namespace

void walsh_hadamard(std::complex<float>* values, std::size_t count)
{
    transform(reinterpret_cast<float*>(values), 2 * count);
    const auto scale = static_cast<float>(1.0 / std::sqrt(static_cast<double>(count)));
    for (std::size_t i = 0; i < count; i++) {
        values[i] *= scale;
    }
}

std::size_t power_of_two_within(std::size_t limit)
{
    std::size_t power = 1;
    while (power <= limit / 2) {
        power *= 2;
    }
    return power;
}

} // namespace djescc
