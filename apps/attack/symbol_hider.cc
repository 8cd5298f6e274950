/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Applies a link key's transform to rows of symbols.

#include "attack/symbol_hider.h"

SymbolHider::SymbolHider() : d_cipher(djescc::SecretKey::generate()) {}

torch::Tensor SymbolHider::hide(const torch::Tensor& symbols) const
{
    auto hidden = symbols.to(torch::kCPU, torch::kComplexFloat).contiguous().clone();
    auto* values =
        reinterpret_cast<std::complex<float>*>(hidden.data_ptr<c10::complex<float>>());
    const int64_t count = hidden.size(1);
    for (int64_t row = 0; row < hidden.size(0); ++row)
        d_cipher.encipher(
            values + row * count, static_cast<std::size_t>(count), d_counter++);
    return hidden.to(symbols.device());
}
