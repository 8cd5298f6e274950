/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Spreads symbols by signs and Walsh-Hadamard transforms.

#include "codec/symbol_spreading.h"

#include "codec/picture_link.h"
#include "keys/walsh_hadamard.h"
#include <random>

namespace djescc {
namespace {

//! Those of two passes, the same for every row.
class Signs
{
public:
    explicit Signs(std::size_t count) : d_first(count), d_second(count)
    {
        std::mt19937 random; // the default seed; the standard fixes its sequence
        for (std::size_t i = 0; i < count; ++i) {
            const auto bits = random();
            d_first[i] = bits & 1 ? -1.0f : 1.0f;
            d_second[i] = bits & 2 ? -1.0f : 1.0f;
        }
    }

    void first(std::complex<float>* symbols) const { apply(d_first, symbols); }
    void second(std::complex<float>* symbols) const { apply(d_second, symbols); }

private:
    static void apply(const std::vector<float>& signs, std::complex<float>* symbols)
    {
        for (std::size_t i = 0; i < signs.size(); ++i)
            symbols[i] *= signs[i];
    }

    std::vector<float> d_first, d_second;
};

} // namespace

torch::Tensor spread_symbols(const torch::Tensor& symbols)
{
    if (symbols.size(1) == 0)
        return symbols;
    const Signs signs(static_cast<std::size_t>(symbols.size(1)));
    return changed_rows(symbols, [&](auto* row, std::size_t count, std::size_t) {
        const auto power = power_of_two_within(count);
        signs.first(row);
        walsh_hadamard(row, power);
        signs.second(row);
        walsh_hadamard(row + (count - power), power);
    });
}

torch::Tensor gather_symbols(const torch::Tensor& symbols)
{
    if (symbols.size(1) == 0)
        return symbols;
    const Signs signs(static_cast<std::size_t>(symbols.size(1)));
    return changed_rows(symbols, [&](auto* row, std::size_t count, std::size_t) {
        const auto power = power_of_two_within(count);
        walsh_hadamard(row + (count - power), power);
        signs.second(row);
        walsh_hadamard(row, power);
        signs.first(row);
    });
}

} // namespace djescc
