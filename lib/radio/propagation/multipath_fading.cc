/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A tapped delay line and sums of waves. */

#include "radio/propagation/multipath_fading.h"

#include <algorithm>
#include <cmath>

namespace gr {
namespace djescc {

namespace {

//! Tones of a Rayleigh process (Clarke's model); 16 are Gaussian for what matters here.
constexpr size_t waves_per_tap = 16;

//! Samples between updates of fading taps; at a Doppler of 0.01 a twelfth of a cycle.
constexpr size_t update_samples = 8;

} // namespace

multipath_fading::multipath_fading(uint64_t seed) : d_random(seed) {}

void multipath_fading::resize(size_t taps)
{
    if (d_history.size() != taps - 1) {
        // The newest old samples stay.
        std::reverse(d_history.begin(), d_history.end());
        d_history.resize(taps - 1);
        std::reverse(d_history.begin(), d_history.end());
    }
    std::uniform_real_distribution<double> angle(0.0, 2.0 * M_PI);
    while (d_waves.size() < taps) {
        std::vector<wave> waves(waves_per_tap);
        const double turn = angle(d_random);
        for (size_t i = 0; i < waves_per_tap; i++) {
            const double direction =
                (2.0 * M_PI * static_cast<double>(i) + turn) / waves_per_tap;
            waves[i] = { std::cos(direction), angle(d_random) };
        }
        d_waves.push_back(std::move(waves));
    }
}

std::complex<float> multipath_fading::fade(size_t tap) const
{
    std::complex<double> sum = 0.0;
    for (const auto& wave : d_waves[tap]) {
        sum += std::polar(1.0, wave.phase);
    }
    return std::complex<float>(sum / std::sqrt(static_cast<double>(waves_per_tap)));
}

void multipath_fading::process(const gr_complex* in,
                               size_t count,
                               const std::vector<std::complex<float>>& taps,
                               double doppler,
                               gr_complex* out)
{
    resize(taps.size());
    d_taps.assign(taps.begin(), taps.end());
    d_history.insert(d_history.end(), in, in + count);
    const size_t piece = doppler > 0.0 ? update_samples : count;
    for (size_t start = 0; start < count; start += piece) {
        const size_t end = std::min(count, start + piece);
        if (doppler > 0.0) {
            const double advance =
                2.0 * M_PI * doppler * static_cast<double>(end - start);
            for (size_t tap = 0; tap < taps.size(); tap++) {
                d_taps[tap] = taps[tap] * fade(tap);
                for (auto& wave : d_waves[tap]) {
                    wave.phase =
                        std::remainder(wave.phase + advance * wave.cosine, 2.0 * M_PI);
                }
            }
        }
        for (size_t i = start; i < end; i++) {
            gr_complex sum = 0.0f;
            for (size_t tap = 0; tap < taps.size(); tap++) {
                const gr_complex sample = d_history[i + taps.size() - 1 - tap];
                const gr_complex gain = d_taps[tap];
                sum +=
                    gr_complex(sample.real() * gain.real() - sample.imag() * gain.imag(),
                               sample.real() * gain.imag() + sample.imag() * gain.real());
            }
            out[i] = sum;
        }
    }
    d_history.erase(d_history.begin(),
                    d_history.begin() + static_cast<std::ptrdiff_t>(count));
}

} // namespace djescc
} // namespace gr
