/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Quarter turns and Walsh-Hadamard transforms of payload symbols. */

#include "radio/burst/symbol_transforms.h"

#include "radio/burst/split_mix.h"
#include <algorithm>
#include <array>
#include <cmath>

namespace gr {
namespace djescc {

namespace {

constexpr size_t turns_per_word = 32;

//! z j^turns
gr_complex turned(gr_complex z, uint64_t turns)
{
    switch (turns & 3) {
    case 0:
        return z;
    case 1:
        return { -z.imag(), z.real() };
    case 2:
        return -z;
    default:
        return { z.imag(), -z.real() };
    }
}

//! \param sense  1 to turn, 3 to turn back
void turn(gr_complex* symbols, size_t count, uint32_t burst, uint64_t sense)
{
    uint64_t word = 0;
    for (size_t i = 0; i < count; i++) {
        if (i % turns_per_word == 0) {
            word = split_mix(format_seed::scrambler,
                             (uint64_t(burst) << 32) + i / turns_per_word);
        }
        symbols[i] = turned(symbols[i], sense * (word & 3));
        word >>= 2;
    }
}

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

void scramble(gr_complex* symbols, size_t count, uint32_t burst)
{
    turn(symbols, count, burst, 1);
}

void descramble(gr_complex* symbols, size_t count, uint32_t burst)
{
    turn(symbols, count, burst, 3);
}

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
