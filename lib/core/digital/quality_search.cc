/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Searches the best quality whose bytes fit.

#include "digital/quality_search.h"

#include <algorithm>
#include <cmath>

namespace djescc {
namespace {

//! A quality that was tried and the logarithm of its bytes, to base 2.
struct Trial {
    int quality;
    double size;
};

double log_size(std::size_t bytes)
{
    return std::log2(static_cast<double>(std::max<std::size_t>(1, bytes)));
}

//! The quality to try next, between the best that fits and the poorest that does not.
int next_quality(const QualitySearch& search,
                 const std::optional<Trial>& fits,
                 const std::optional<Trial>& too_large,
                 int misses)
{
    // Between all that fits and what is enough, so that most trials fit.
    const double aim = log_size(search.max_bytes) + 0.5 * std::log2(search.enough);
    if (!fits && !too_large)
        return std::clamp(search.guess, search.least, search.most);
    double next = 0;
    if (fits && too_large && too_large->size > fits->size) {
        const double span = too_large->quality - fits->quality;
        next = fits->quality + span * (aim - fits->size) / (too_large->size - fits->size);
    } else {
        // Steps grow while the bound is not passed.
        const Trial& known = fits ? *fits : *too_large;
        const double step = (aim - known.size) * search.octave;
        const double least_step = fits ? 1 : -1;
        next = known.quality + (std::abs(step) < 1 ? least_step : step) * (1 << misses);
    }
    const int low = fits ? fits->quality + 1 : search.least;
    const int high = too_large ? too_large->quality - 1 : search.most;
    return static_cast<int>(std::lround(
        std::clamp(next, static_cast<double>(low), static_cast<double>(high))));
}

} // namespace

std::optional<int> find_quality(const QualitySearch& search,
                                const std::function<std::size_t(int quality)>& size_at)
{
    constexpr int most_doublings = 10;
    // What is below this share of the bytes is worth more trials, up to so many in all.
    constexpr double far_off = 0.88;
    constexpr int most_trials = 10;
    std::optional<Trial> fits, too_large;
    int same_side = 0;
    const double poor = log_size(search.max_bytes) + std::log2(far_off);
    for (int trial = 0;
         !fits || trial < search.trials || (fits->size < poor && trial < most_trials);
         ++trial) {
        const int low = fits ? fits->quality + 1 : search.least;
        const int high = too_large ? too_large->quality - 1 : search.most;
        if (low > high)
            break;
        const int quality = next_quality(
            search, fits, too_large, std::clamp(same_side - 1, 0, most_doublings));
        const std::size_t bytes = size_at(quality);
        (bytes <= search.max_bytes ? fits : too_large) =
            Trial{ quality, log_size(bytes) };
        same_side = fits && too_large ? 0 : same_side + 1;
        if (bytes <= search.max_bytes &&
            static_cast<double>(bytes) >=
                search.enough * static_cast<double>(search.max_bytes))
            break;
    }
    return fits ? std::optional<int>(fits->quality) : std::nullopt;
}

} // namespace djescc
