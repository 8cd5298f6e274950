/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Hashes pictures and runs the logistic map from what comes out.

#include "cipher/medical_keys.h"

#include "cipher/logistic_map.h"
#include <cmath>
#include <djescc/files/sha256.h>
#include <string>

namespace djescc::medical {
namespace {

constexpr std::size_t hash_bits = 256, word_bits = 64;

} // namespace

HashWords hash_words(const torch::Tensor& levels)
{
    const auto* level = levels.data_ptr<uint8_t>();
    const auto count = static_cast<std::size_t>(levels.numel());
    const auto digest = sha256(std::string(reinterpret_cast<const char*>(level), count));
    std::size_t position = 0;
    for (std::size_t i = 0; i < count; ++i)
        position = (position + (i + 1) % hash_bits * level[i]) % hash_bits;
    HashWords words{};
    for (auto& word : words)
        for (std::size_t bit = 0; bit < word_bits; ++bit) {
            const auto byte = digest[position / 8];
            word = word << 1 | (byte >> (7 - position % 8) & 1u);
            position = (position + 1) % hash_bits;
        }
    return words;
}

double initial_value(uint64_t word, uint64_t b)
{
    // Both ends are whole numbers of more bits than a double has; 2^64 + 2 rounds to
    // 2^64, and so does the largest sum.
    const double sum = static_cast<double>(word + b) + 1;
    const double quotient = std::ldexp(sum, -64);
    return quotient < 1 ? quotient : std::nextafter(1.0, 0.0);
}

torch::Tensor
feature_key(double initial, double mu, int64_t channels, int64_t height, int64_t width)
{
    const auto sequence = logistic_sequence(
        initial, mu, static_cast<std::size_t>(channels * height * width));
    return torch::tensor(sequence, torch::kFloat64)
        .to(torch::kFloat32)
        .view({ 1, channels, height, width });
}

} // namespace djescc::medical
