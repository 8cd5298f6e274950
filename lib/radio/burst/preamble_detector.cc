/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The running correlation and its energy, in steps of a quarter period. */

#include "radio/burst/preamble_detector.h"

#include <algorithm>
#include <cmath>

namespace gr {
namespace djescc {

namespace {

constexpr size_t steps_per_period = 4;
constexpr size_t products = burst_layout::short_periods - 1;
constexpr size_t quarters = 4;
constexpr size_t quarter_steps = products / quarters * steps_per_period;
constexpr size_t window_steps = products * steps_per_period;
//! Steps of one call's work, small enough for the first cache.
constexpr size_t chunk_steps = 1024;

/*! A maximum counts when none is higher for the length of the short training: where
 *  silence precedes it, a part of it correlates as well as the whole. */
constexpr size_t hold_steps = window_steps;

} // namespace

preamble_detector::preamble_detector(const burst_layout& layout, float threshold)
    : d_period(layout.short_period())
    , d_step(d_period / steps_per_period)
    , d_threshold(threshold)
    , d_pending(d_period)
{
    for (auto* history : { &d_real,
                           &d_imag,
                           &d_energy,
                           &d_period_real,
                           &d_period_imag,
                           &d_quarter_energy }) {
        history->resize(window_steps + chunk_steps);
    }
    for (auto* sum : { &d_sum_real, &d_sum_imag, &d_sum_energy }) {
        sum->resize(chunk_steps);
    }
}

void preamble_detector::push(const gr_complex* samples,
                             size_t count,
                             std::vector<preamble_candidate>& found)
{
    d_pending.insert(d_pending.end(), samples, samples + count);
    size_t position = d_period;
    while (d_pending.size() - position >= d_step) {
        const size_t steps =
            std::min(chunk_steps, (d_pending.size() - position) / d_step);
        for (size_t n = 0; n < steps; n++) {
            const gr_complex* now = d_pending.data() + position;
            const gr_complex* before = now - d_period;
            float real = 0.0f, imag = 0.0f, energy = 0.0f;
            for (size_t i = 0; i < d_step; i++) {
                const float ar = now[i].real(), ai = now[i].imag();
                const float br = before[i].real(), bi = before[i].imag();
                real += ar * br + ai * bi;
                imag += ai * br - ar * bi;
                energy += ar * ar + ai * ai;
            }
            d_real[window_steps + n] = real;
            d_imag[window_steps + n] = imag;
            d_energy[window_steps + n] = energy;
            position += d_step;
        }
        evaluate(steps, found);
    }
    d_pending.erase(d_pending.begin(),
                    d_pending.begin() + static_cast<std::ptrdiff_t>(position - d_period));
}

void preamble_detector::evaluate(size_t steps, std::vector<preamble_candidate>& found)
{
    // to[n] = sum of from[n], from[n - 1], ..., so many
    const auto running_sum =
        [steps](const std::vector<float>& from, std::vector<float>& to, size_t terms) {
            float* sum = to.data() + window_steps;
            std::fill_n(sum, steps, 0.0f);
            for (size_t i = 0; i < terms; i++) {
                const float* term = from.data() + window_steps - i;
                for (size_t n = 0; n < steps; n++) {
                    sum[n] += term[n];
                }
            }
        };
    running_sum(d_real, d_period_real, steps_per_period);
    running_sum(d_imag, d_period_imag, steps_per_period);
    running_sum(d_energy, d_quarter_energy, quarter_steps);

    const auto& signs = burst_layout::short_signs;
    std::fill_n(d_sum_real.begin(), steps, 0.0f);
    std::fill_n(d_sum_imag.begin(), steps, 0.0f);
    for (size_t i = 0; i < products; i++) {
        const auto sign = static_cast<float>(signs[i] * signs[i + 1]);
        // The last product's period ends with the newest step.
        const size_t first = window_steps - (products - 1 - i) * steps_per_period;
        const float* real = d_period_real.data() + first;
        const float* imag = d_period_imag.data() + first;
        for (size_t n = 0; n < steps; n++) {
            d_sum_real[n] += sign * real[n];
            d_sum_imag[n] += sign * imag[n];
        }
    }
    std::fill_n(d_sum_energy.begin(), steps, 0.0f);
    for (size_t i = 0; i <= quarters; i++) {
        // The last one also has the period before the window, a factor of the products.
        const size_t age = i < quarters ? i * quarter_steps
                                        : window_steps - quarter_steps + steps_per_period;
        const float* energy = d_quarter_energy.data() + window_steps - age;
        for (size_t n = 0; n < steps; n++) {
            d_sum_energy[n] =
                std::max(d_sum_energy[n], static_cast<float>(quarters) * energy[n]);
        }
    }
    for (size_t n = 0; n < steps; n++) {
        const float magnitude =
            d_sum_real[n] * d_sum_real[n] + d_sum_imag[n] * d_sum_imag[n];
        const float energy = d_sum_energy[n] * d_sum_energy[n];
        const bool above = magnitude > d_threshold * d_threshold * energy;
        if (above || d_holding) {
            inspect(above ? std::sqrt(magnitude / energy) : 0.0f,
                    d_sum_real[n],
                    d_sum_imag[n],
                    found);
        }
        d_steps++;
    }
    for (auto* history : { &d_real,
                           &d_imag,
                           &d_energy,
                           &d_period_real,
                           &d_period_imag,
                           &d_quarter_energy }) {
        std::copy_n(history->begin() + static_cast<std::ptrdiff_t>(steps),
                    window_steps,
                    history->begin());
    }
}

void preamble_detector::inspect(float metric,
                                float real,
                                float imag,
                                std::vector<preamble_candidate>& found)
{
    if (metric > 0.0f && (!d_holding || metric > d_best.metric)) {
        d_best.metric = metric;
        d_best.offset = std::atan2(imag, real) / static_cast<double>(d_period);
        d_best.long_start = (d_steps + 1) * static_cast<int64_t>(d_step);
        d_holding = true;
        d_since_best = 0;
    } else if (++d_since_best >= hold_steps) {
        finish(found);
    }
}

void preamble_detector::finish(std::vector<preamble_candidate>& found)
{
    if (d_holding) {
        found.push_back(d_best);
        d_holding = false;
    }
}

} // namespace djescc
} // namespace gr
