/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Gray-coded amplitude levels, two of which make a symbol.

#include "digital/constellation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace djescc {
namespace {

constexpr const char* modulation_names[] = { "bpsk", "qpsk", "16-qam", "64-qam" };
constexpr int modulation_bits[] = { 1, 2, 4, 6 };
constexpr int most_levels = 8;

// Amplitudes beyond this count as it; their products stay finite.
constexpr float most_amplitude = 1e6F;

// Sums of exponentials below this have lost digits; the largest term is all that is left.
constexpr float least_sum = 1e-30F;

} // namespace

std::string to_string(Modulation modulation)
{
    return modulation_names[static_cast<int>(modulation)];
}

Modulation parse_modulation(const std::string& text)
{
    for (const Modulation modulation : all_modulations)
        if (to_string(modulation) == text)
            return modulation;
    throw std::invalid_argument("the modulation '" + text +
                                "' is none of bpsk, qpsk, 16-qam, 64-qam");
}

int bits_per_symbol(Modulation modulation)
{
    return modulation_bits[static_cast<int>(modulation)];
}

Constellation::Constellation(Modulation modulation)
    : d_bits(djescc::bits_per_symbol(modulation)), d_part_bits((d_bits + 1) / 2)
{
    const int count = 1 << d_part_bits;
    // Levels ..., -3, -1, 1, 3, ... have the mean square (count^2 - 1) / 3.
    const int parts = modulation == Modulation::bpsk ? 1 : 2;
    const double scale = std::sqrt(3.0 / (parts * (count * count - 1)));
    d_levels.resize(count);
    for (int position = 0; position < count; ++position) {
        const int gray = position ^ (position >> 1);
        d_levels[gray] = static_cast<float>(scale * (2 * position - count + 1));
    }
}

std::vector<std::complex<float>>
Constellation::modulate(const std::vector<uint8_t>& bits) const
{
    if (bits.size() % d_bits != 0)
        throw std::invalid_argument(std::to_string(bits.size()) + " bits in symbols of " +
                                    std::to_string(d_bits));
    std::vector<std::complex<float>> symbols(bits.size() / d_bits);
    const uint8_t* bit = bits.data();
    const auto level = [&] {
        int number = 0;
        for (int i = 0; i < d_part_bits; ++i)
            number = 2 * number + (*bit++ & 1);
        return d_levels[number];
    };
    for (auto& symbol : symbols) {
        const float real = level();
        symbol = { real, d_bits == 1 ? 0 : level() };
    }
    return symbols;
}

void Constellation::demodulate(std::complex<float> symbol,
                               float noise_power,
                               float reliability,
                               float* llrs) const
{
    const float weight = reliability > 0 ? std::min(reliability, 1.F) : 0;
    if (weight == 0 || !std::isfinite(symbol.real()) || !std::isfinite(symbol.imag())) {
        std::fill_n(llrs, d_bits, 0.F);
        return;
    }
    demodulate_part(symbol.real(), noise_power, llrs);
    if (d_bits > 1)
        demodulate_part(symbol.imag(), noise_power, llrs + d_part_bits);
    for (int i = 0; i < d_bits; ++i)
        llrs[i] *= weight;
}

void Constellation::demodulate_part(float value, float noise_power, float* llrs) const
{
    value = std::clamp(value, -most_amplitude, most_amplitude);
    if (d_part_bits == 1) {
        llrs[0] = 2 * value * (d_levels[0] - d_levels[1]) / noise_power;
        return;
    }
    // logarithms of the levels' likelihoods, but for a common term
    float logs[most_levels], likelihoods[most_levels];
    const int count = 1 << d_part_bits;
    float largest = -std::numeric_limits<float>::infinity();
    for (int i = 0; i < count; ++i) {
        // the squared distance less value^2
        logs[i] = d_levels[i] * (2 * value - d_levels[i]) / noise_power;
        largest = std::max(largest, logs[i]);
    }
    for (int i = 0; i < count; ++i)
        likelihoods[i] = std::exp(logs[i] - largest);
    for (int bit = 0; bit < d_part_bits; ++bit) {
        const int mask = 1 << (d_part_bits - 1 - bit);
        float sums[2] = {};
        float best[2] = { -std::numeric_limits<float>::infinity(),
                          -std::numeric_limits<float>::infinity() };
        for (int i = 0; i < count; ++i) {
            const int side = (i & mask) != 0;
            sums[side] += likelihoods[i];
            best[side] = std::max(best[side], logs[i]);
        }
        llrs[bit] = std::min(sums[0], sums[1]) > least_sum ? std::log(sums[0] / sums[1])
                                                           : best[0] - best[1];
    }
}

} // namespace djescc
