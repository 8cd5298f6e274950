/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A Fisher-Yates shuffle of every run of symbols. */

#include "radio/burst/symbol_interleaver.h"

#include "radio/burst/split_mix.h"
#include <algorithm>
#include <numeric>
#include <utility>

namespace gr {
namespace djescc {

symbol_interleaver::symbol_interleaver(uint32_t image_symbols, uint32_t bursts)
    : d_bursts(bursts), d_indices(image_symbols)
{
    std::vector<uint32_t> order(bursts);
    uint64_t drawn = 0;
    for (uint32_t first = 0; first < image_symbols; first += bursts) {
        // The last run is short where the bursts are of unequal length.
        const uint32_t length = std::min(bursts, image_symbols - first);
        std::iota(order.begin(), order.begin() + length, 0u);
        for (uint32_t i = length; i > 1; i--) {
            const uint64_t high = split_mix(format_seed::interleaver, drawn++) >> 32;
            std::swap(order[i - 1], order[high * i >> 32]);
        }
        const uint32_t run = first / bursts;
        for (uint32_t burst = 0; burst < length; burst++) {
            d_indices[begin_of(burst) + run] = first + order[burst];
        }
        if (image_symbols - first <= bursts) {
            break; // first + bursts may not fit
        }
    }
}

size_t symbol_interleaver::begin_of(uint32_t burst) const
{
    const uint32_t total = image_symbols();
    return size_t(burst) * (total / d_bursts) + std::min(burst, total % d_bursts);
}

const uint32_t* symbol_interleaver::indices(uint32_t burst) const
{
    return d_indices.data() + begin_of(burst);
}

} // namespace djescc
} // namespace gr
