/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Offset over eight periods, then the first path in the correlation with the long
 *  training. */

#include "radio/burst/burst_synchronizer.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <volk/volk.h>

namespace gr {
namespace djescc {

namespace {

/*! The second look at the carrier offset is over eight periods: eight times finer than
 *  the detector's, unambiguous to a quarter of a carrier spacing. */
constexpr size_t refinement_periods = 8;

//! A path counts that is so much of the strongest one (-12 dB).
constexpr float least_path_power = 0.06f;

} // namespace

burst_synchronizer::burst_synchronizer(const burst_layout& layout)
    : d_layout(layout)
    , d_search(layout.short_period() / 2 + layout.prefix())
    , d_turned(layout.long_samples() + 2 * d_search)
    , d_power(2 * d_search + 1)
{
}

size_t burst_synchronizer::samples_before() const
{
    return std::max(d_layout.short_samples(), d_search);
}

size_t burst_synchronizer::samples_after() const
{
    return d_layout.long_samples() + d_search;
}

burst_synchronizer::result burst_synchronizer::find(const gr_complex* long_start,
                                                    double offset)
{
    offset = refine_offset(long_start, offset);
    correlate(long_start, offset);
    return { first_path() - static_cast<int64_t>(d_layout.prefix() / 4), offset };
}

double burst_synchronizer::refine_offset(const gr_complex* long_start,
                                         double offset) const
{
    const auto& signs = burst_layout::short_signs;
    const size_t period = d_layout.short_period();
    const size_t lag = refinement_periods * period;
    const gr_complex* short_start = long_start - d_layout.short_samples();
    std::complex<double> sum = 0.0;
    for (size_t i = 0; i + refinement_periods < burst_layout::short_periods; i++) {
        const gr_complex* samples = short_start + i * period;
        gr_complex product = 0.0f;
        volk_32fc_x2_conjugate_dot_prod_32fc(
            &product, samples + lag, samples, static_cast<unsigned>(period));
        sum += std::complex<double>(product) *
               static_cast<double>(signs[i] * signs[i + refinement_periods]);
    }
    const auto length = static_cast<double>(lag);
    const double rest = std::arg(sum * std::polar(1.0, -offset * length));
    return offset + rest / length;
}

void burst_synchronizer::correlate(const gr_complex* long_start, double offset)
{
    const gr_complex* first = long_start - d_search;
    const std::complex<double> step = std::polar(1.0, -offset);
    std::complex<double> turn = 1.0;
    for (size_t i = 0; i < d_turned.size(); i++) {
        d_turned[i] = first[i] * gr_complex(turn);
        turn *= step;
    }
    const gr_complex* known = d_layout.preamble().data() + d_layout.short_samples();
    for (size_t lag = 0; lag < d_power.size(); lag++) {
        gr_complex product = 0.0f;
        volk_32fc_x2_conjugate_dot_prod_32fc(
            &product,
            d_turned.data() + lag,
            known,
            static_cast<unsigned>(d_layout.long_samples()));
        d_power[lag] = std::norm(product);
    }
}

int64_t burst_synchronizer::first_path() const
{
    const auto peak = std::max_element(d_power.begin(), d_power.end());
    const auto reach = static_cast<std::ptrdiff_t>(d_layout.prefix() / 2);
    auto path = peak - std::min(reach, peak - d_power.begin());
    while (*path < least_path_power * *peak) {
        ++path;
    }
    return (path - d_power.begin()) - static_cast<int64_t>(d_search);
}

} // namespace djescc
} // namespace gr
