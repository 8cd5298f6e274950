/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Noise on each carrier, and LMMSE weights. */

#include "radio/burst/burst_equalizer.h"

#include "radio/burst/gain_tracker.h"
#include "radio/burst/symbol_transforms.h"
#include "radio/dsp/complex_product.h"
#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>

namespace gr {
namespace djescc {

namespace {

//! So that nothing is divided by 0 where there is neither signal nor noise.
constexpr double least = std::numeric_limits<float>::min();

} // namespace

burst_equalizer::burst_equalizer(const burst_layout& layout)
    : d_layout(layout), d_noise(layout.occupied())
{
}

void burst_equalizer::estimate_noise(const burst_cells& cells,
                                     const std::vector<gr_complex>& response,
                                     size_t taps)
{
    const size_t rows = cells.known_rows();
    const size_t occupied = d_layout.occupied();
    // The response's taps take a part of the freedom of all the cells.
    const double freedom =
        static_cast<double>(rows) *
        (1.0 - static_cast<double>(taps) / static_cast<double>(rows * occupied));
    double mean = 0.0;
    for (size_t i = 0; i < occupied; i++) {
        double sum = 0.0;
        for (size_t row = 0; row < rows; row++) {
            const gr_complex should_be = response[i] * cells.known(row)[i];
            sum += static_cast<double>(std::norm(cells.row(row)[i] - should_be));
        }
        d_noise[i] = sum / freedom;
        mean += d_noise[i] / static_cast<double>(occupied);
    }
    mean = std::max(mean, least);
    // A carrier's own figure counts as far as the figures differ by more than the 1 /
    // rows that they would by chance.
    double spread = 0.0;
    for (const double noise : d_noise) {
        spread += (noise / mean - 1.0) * (noise / mean - 1.0);
    }
    const double chance = 1.0 / static_cast<double>(rows);
    const double excess =
        std::max(0.0, spread / static_cast<double>(occupied - 1) - chance);
    const double own = excess / (excess + chance);
    for (double& noise : d_noise) {
        noise = std::max(own * noise + (1.0 - own) * mean, least);
    }
}

//! What all pilots of each OFDM symbol are multiplied by, as far as it moves.
std::vector<gr_complex>
burst_equalizer::common_gain(const burst_cells& cells,
                             const std::vector<gr_complex>& response,
                             size_t symbols) const
{
    const auto& pilots = d_layout.pilots();
    double weight = 0.0;
    for (const size_t carrier : pilots) {
        weight += static_cast<double>(std::norm(response[carrier])) / d_noise[carrier];
    }
    weight = std::max(weight, least);
    std::vector<gr_complex> seen(symbols);
    for (size_t symbol = 0; symbol < symbols; symbol++) {
        std::complex<double> sum = 0.0;
        for (size_t i = 0; i < pilots.size(); i++) {
            const gr_complex pilot = cells.pilot(cells.known_rows() + symbol, i);
            sum += std::complex<double>(conjugate_product(response[pilots[i]], pilot)) /
                   d_noise[pilots[i]];
        }
        seen[symbol] = gr_complex(sum / weight);
    }
    const std::vector<float> noise(symbols, static_cast<float>(1.0 / weight));
    return track_gain(seen, noise, static_cast<double>(d_layout.header_symbols()) / 2.0);
}

std::vector<gr_complex>
burst_equalizer::statistics(const burst_cells& cells,
                            const std::vector<gr_complex>& response,
                            size_t symbols) const
{
    const auto gains = common_gain(cells, response, symbols);
    std::vector<gr_complex> found;
    found.reserve(symbols * d_layout.data().size());
    for (size_t symbol = 0; symbol < symbols; symbol++) {
        const gr_complex* values = cells.row(cells.known_rows() + symbol);
        for (const size_t carrier : d_layout.data()) {
            const gr_complex factor = response[carrier] * gains[symbol];
            found.push_back(conjugate_product(factor, values[carrier]) /
                            static_cast<float>(d_noise[carrier]));
        }
    }
    return found;
}

void burst_equalizer::equalize(const burst_cells& cells,
                               const std::vector<gr_complex>& response,
                               size_t extension,
                               size_t symbols,
                               received_burst& burst) const
{
    const auto gains = common_gain(cells, response, extension + symbols);
    const auto& data = d_layout.data();
    double error = 0.0, power = 0.0;
    size_t count = 0;
    for (size_t symbol = extension; symbol < extension + symbols; symbol++) {
        const gr_complex* values = cells.row(cells.known_rows() + symbol);
        for (size_t i = 0; i < data.size() && count < burst.symbols.size();
             i++, count++) {
            const size_t carrier = data[i];
            const gr_complex factor = response[carrier] * gains[symbol];
            const float strength = std::norm(factor);
            const float inverse =
                1.0f / (strength + static_cast<float>(d_noise[carrier]));
            const float weight = strength * inverse;
            burst.symbols[count] = conjugate_product(factor, values[carrier]) * inverse;
            burst.reliability[count] = weight;
            error += static_cast<double>(1.0f - weight);
            power += static_cast<double>(std::norm(values[carrier]));
        }
    }
    descramble(burst.symbols.data(), count, burst.header.burst);
    if (count > 0) {
        const auto number = static_cast<double>(count);
        constexpr double least_error = 1e-9;
        const double mean_error =
            std::clamp(error / number, least_error, 1.0 - least_error);
        burst.snr_db = 10.0 * std::log10(1.0 / mean_error - 1.0);
        burst.power = power / number;
    }
}

} // namespace djescc
} // namespace gr
