/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A windowed sinc, interpolated between 512 fractions of a sample. */

#include "radio/propagation/clock_drift.h"

#include <algorithm>
#include <cmath>

namespace gr {
namespace djescc {

namespace {

constexpr size_t taps = 32;
/*! Filters by fraction of a sample; between two of them it is linear, which is off by
 *  (pi / 512)^2 / 8 = -107 dB at most. */
constexpr size_t fractions = 512;
//! Of the Kaiser window: stopband below -80 dB.
constexpr double kaiser_beta = 8.0;

double sinc(double x) { return x == 0.0 ? 1.0 : std::sin(M_PI * x) / (M_PI * x); }

//! Kaiser window at x in [-1, 1]
double kaiser(double x)
{
    const double root = std::sqrt(std::max(0.0, 1.0 - x * x));
    return std::cyl_bessel_i(0.0, kaiser_beta * root) /
           std::cyl_bessel_i(0.0, kaiser_beta);
}

} // namespace

clock_drift::clock_drift() : d_filters((fractions + 1) * taps), d_history(taps - 1)
{
    constexpr double half = taps / 2.0;
    for (size_t fraction = 0; fraction <= fractions; fraction++) {
        for (size_t tap = 0; tap < taps; tap++) {
            // Tap t of the window before the output lies at t - (half - 1) - fraction.
            const double x = static_cast<double>(tap) - (half - 1.0) -
                             static_cast<double>(fraction) / fractions;
            d_filters[fraction * taps + tap] =
                static_cast<float>(sinc(x) * kaiser(x / half));
        }
    }
}

void clock_drift::process(const gr_complex* in,
                          size_t count,
                          double offset,
                          std::vector<gr_complex>& out)
{
    d_history.insert(d_history.end(), in, in + count);
    while (static_cast<size_t>(d_position) + taps <= d_history.size()) {
        const auto whole = static_cast<size_t>(d_position);
        const double scaled = (d_position - static_cast<double>(whole)) * fractions;
        const auto fraction = static_cast<size_t>(scaled);
        const auto rest = static_cast<float>(scaled - static_cast<double>(fraction));
        const float* low = d_filters.data() + fraction * taps;
        const float* high = low + taps;
        const gr_complex* samples = d_history.data() + whole;
        float real = 0.0f, imag = 0.0f;
        for (size_t tap = 0; tap < taps; tap++) {
            const float weight = low[tap] + rest * (high[tap] - low[tap]);
            real += weight * samples[tap].real();
            imag += weight * samples[tap].imag();
        }
        out.emplace_back(real, imag);
        d_position += 1.0 + offset;
    }
    const auto used = static_cast<size_t>(d_position);
    d_history.erase(d_history.begin(),
                    d_history.begin() + static_cast<std::ptrdiff_t>(used));
    d_position -= static_cast<double>(used);
}

} // namespace djescc
} // namespace gr
