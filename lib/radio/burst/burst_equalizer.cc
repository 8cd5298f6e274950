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

//! OFDM symbols whose mean is looked at for motion.
constexpr size_t group_rows = 8;

//! Deviations of noise alone beyond which the channel is taken to move.
constexpr double sure_deviations = 5.0;

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
    for (size_t i = 0; i < occupied; i++) {
        double sum = 0.0;
        for (size_t row = 0; row < rows; row++) {
            const gr_complex should_be = response[i] * cells.known(row)[i];
            sum += static_cast<double>(std::norm(cells.row(row)[i] - should_be));
        }
        d_noise[i] = sum / freedom;
    }
    share_noise(static_cast<double>(rows));
}

void burst_equalizer::estimate_moving_noise(const burst_cells& cells)
{
    const size_t first = burst_cells::long_rows + 1;
    const size_t count = cells.known_rows() - first;
    for (size_t i = 0; i < d_layout.occupied(); i++) {
        const auto seen = [&](size_t row) {
            return conjugate_product(cells.known(row)[i], cells.row(row)[i]);
        };
        double sum = 0.0;
        for (size_t row = first; row < cells.known_rows(); row++) {
            sum += static_cast<double>(std::norm(seen(row) - seen(row - 1))) / 2.0;
        }
        d_noise[i] = sum / static_cast<double>(count);
    }
    // Neighbouring differences share a symbol: they are worth two thirds of their number.
    share_noise(static_cast<double>(count) / 1.5);
}

//! Carriers' own figures and their mean, as far as each can be trusted.
void burst_equalizer::share_noise(double rows)
{
    const size_t occupied = d_layout.occupied();
    double mean = 0.0;
    for (const double noise : d_noise) {
        mean += noise / static_cast<double>(occupied);
    }
    mean = std::max(mean, least);
    // A carrier's own figure counts as far as the figures differ by more than the 1 /
    // rows that they would by chance.
    double spread = 0.0;
    for (const double noise : d_noise) {
        spread += (noise / mean - 1.0) * (noise / mean - 1.0);
    }
    const double chance = 1.0 / rows;
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
    fill(
        cells,
        [&](size_t symbol, size_t carrier) { return response[carrier] * gains[symbol]; },
        extension,
        symbols,
        burst);
}

void burst_equalizer::equalize_moving(const burst_cells& cells,
                                      const std::vector<gr_complex>& responses,
                                      size_t extension,
                                      size_t symbols,
                                      received_burst& burst) const
{
    const size_t occupied = d_layout.occupied();
    fill(
        cells,
        [&](size_t symbol, size_t carrier) {
            return responses[symbol * occupied + carrier];
        },
        extension,
        symbols,
        burst);
}

bool burst_equalizer::moves(const burst_cells& cells,
                            const std::vector<gr_complex>& response,
                            size_t first,
                            size_t count) const
{
    const size_t known = cells.known_rows();
    const bool full = first < known;
    const auto gains =
        full ? std::vector<gr_complex>() : common_gain(cells, response, count);
    const size_t carriers = full ? d_layout.occupied() : d_layout.pilots().size();
    double sum = 0.0;
    size_t means = 0;
    for (size_t group = 0; group + group_rows <= count; group += group_rows) {
        for (size_t n = 0; n < carriers; n++, means++) {
            const size_t i = full ? n : d_layout.pilots()[n];
            gr_complex left = 0.0f;
            for (size_t row = first + group; row < first + group + group_rows; row++) {
                left += full ? conjugate_product(cells.known(row)[i], cells.row(row)[i]) -
                                   response[i]
                             : cells.pilot(row, n) - response[i] * gains[row - known];
            }
            sum += static_cast<double>(std::norm(left)) /
                   (static_cast<double>(group_rows) * d_noise[i]);
        }
    }
    const auto number = static_cast<double>(means);
    return means > 0 && sum / number > 1.0 + sure_deviations / std::sqrt(number);
}

template <typename Response>
void burst_equalizer::fill(const burst_cells& cells,
                           const Response& response_at,
                           size_t extension,
                           size_t symbols,
                           received_burst& burst) const
{
    const auto& data = d_layout.data();
    double error = 0.0, power = 0.0;
    size_t count = 0;
    for (size_t symbol = extension; symbol < extension + symbols; symbol++) {
        const gr_complex* values = cells.row(cells.known_rows() + symbol);
        for (size_t i = 0; i < data.size() && count < burst.symbols.size();
             i++, count++) {
            const size_t carrier = data[i];
            const gr_complex factor = response_at(symbol, carrier);
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
