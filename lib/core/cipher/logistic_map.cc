/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

// Runs the logistic map. Compiled with -ffp-contract=off (lib/core/CMakeLists.txt).

#include "cipher/logistic_map.h"

#include <algorithm>
#include <numeric>

namespace djescc {

std::vector<double> logistic_sequence(double start, double mu, std::size_t count)
{
    std::vector<double> sequence(count);
    double value = start;
    for (auto& element : sequence) {
        const double scaled = mu * value;
        const double rest = 1.0 - value;
        value = scaled * rest;
        element = value;
    }
    return sequence;
}

std::vector<int64_t> logistic_order(double start, double mu, std::size_t count)
{
    const auto sequence = logistic_sequence(start, mu, count);
    std::vector<int64_t> order(count);
    std::iota(order.begin(), order.end(), int64_t{ 0 });
    std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
        return sequence[static_cast<std::size_t>(a)] <
               sequence[static_cast<std::size_t>(b)];
    });
    return order;
}

} // namespace djescc
