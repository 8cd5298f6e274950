/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "radio/symbol_spreader.h"

#include "radio/payload_scrambler.h"
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace gr {
namespace djescc {

namespace {

constexpr size_t longest = 1024;

/*! Call \p transform(values, length) for every group of items, length a power of two. */
template <class Item, class Transform>
void for_each_group(Item* items, size_t count, Transform transform)
{
    std::array<Item, longest> group;
    const size_t groups = count / longest;
    for (size_t first = 0; first < groups; first++) {
        for (size_t i = 0; i < longest; i++) {
            group[i] = items[first + i * groups];
        }
        transform(group.data(), longest);
        for (size_t i = 0; i < longest; i++) {
            items[first + i * groups] = group[i];
        }
    }
    size_t done = groups * longest;
    for (size_t length = longest / 2; length > 0; length /= 2) {
        if (count - done >= length) {
            transform(items + done, length);
            done += length;
        }
    }
}

//! Orthonormal, its own inverse.
void walsh_hadamard(gr_complex* values, size_t length)
{
    auto* reals = reinterpret_cast<float*>(values);
    for (size_t half = 1; half < length; half *= 2) {
        for (size_t start = 0; start < 2 * length; start += 4 * half) {
            float* low = reals + start;
            float* high = low + 2 * half;
            for (size_t i = 0; i < 2 * half; i++) {
                const float sum = low[i] + high[i];
                high[i] = low[i] - high[i];
                low[i] = sum;
            }
        }
    }
    const float scale = 1.0f / std::sqrt(static_cast<float>(length));
    for (size_t i = 0; i < 2 * length; i++) {
        reals[i] *= scale;
    }
}

} // namespace

void spread(gr_complex* symbols, size_t count)
{
    scramble(symbols, count, UINT32_MAX);
    for_each_group(symbols, count, walsh_hadamard);
}

void despread(gr_complex* symbols, size_t count)
{
    for_each_group(symbols, count, walsh_hadamard);
    descramble(symbols, count, UINT32_MAX);
}

void despread_reliability(float* reliability, size_t count)
{
    for_each_group(reliability, count, [](float* values, size_t length) {
        float sum = 0.0f;
        for (size_t i = 0; i < length; i++) {
            sum += values[i];
        }
        std::fill_n(values, length, sum / static_cast<float>(length));
    });
}

} // namespace djescc
} // namespace gr
