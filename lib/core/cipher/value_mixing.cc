/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Orders, signs and transforms of a picture's values.

#include "cipher/value_mixing.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace djescc {
namespace {

//! SplitMix64 (Steele et al. 2014), the fixed source of the signs.
uint64_t mixed_bits(uint64_t value)
{
    value += 0x9e3779b97f4a7c15;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    return value ^ (value >> 31);
}

//! Coprime to \p count and close to its golden section, whose multiples are far apart.
int64_t stride_for(int64_t count)
{
    auto stride = std::max<int64_t>(1, std::llround(0.6180339887 * double(count)));
    while (std::gcd(stride, count) != 1)
        ++stride;
    return stride;
}

//! Entries 1 and -1 over sqrt(size); \p size is a power of two.
torch::Tensor hadamard(int64_t size)
{
    auto matrix = torch::ones({ 1, 1 });
    while (matrix.size(0) < size)
        matrix = torch::cat(
            { torch::cat({ matrix, matrix }, 1), torch::cat({ matrix, -matrix }, 1) }, 0);
    return matrix / std::sqrt(static_cast<double>(size));
}

} // namespace

torch::Tensor walsh_hadamard_transform(const torch::Tensor& values)
{
    // The transform of a product of two sizes is one after the other, as two products
    // of matrices, which are fast on every device.
    const int64_t size = values.size(-1);
    int64_t rows = 1;
    while (rows * rows < size)
        rows *= 2;
    const int64_t columns = size / rows;
    const auto left = hadamard(rows).to(values.options()),
               right = hadamard(columns).to(values.options());
    const auto grid = values.reshape({ -1, rows, columns });
    return torch::matmul(torch::matmul(left, grid), right).reshape(values.sizes());
}

ValueMixing::ValueMixing(int64_t count) : d_count(count), d_chunk(count & -count)
{
    const int64_t stride = stride_for(count);
    std::vector<int64_t> order(static_cast<std::size_t>(count));
    std::vector<float> signs(order.size());
    int64_t place = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        order[i] = place;
        signs[i] = mixed_bits(i) & 1 ? -1.0f : 1.0f;
        place = (place + stride) % count;
    }
    d_order = torch::tensor(order);
    d_inverse = d_order.argsort();
    d_signs = torch::tensor(signs);
}

torch::Tensor ValueMixing::mix(const torch::Tensor& values) const
{
    const auto ordered =
        values.index_select(1, d_order.to(values.device())) * d_signs.to(values.device());
    return walsh_hadamard_transform(ordered.view({ -1, d_count / d_chunk, d_chunk }))
        .transpose(1, 2)
        .reshape({ -1, d_count })
        .index_select(1, d_order.to(values.device()));
}

torch::Tensor ValueMixing::unmix(const torch::Tensor& mixed) const
{
    const auto chunks = mixed.index_select(1, d_inverse.to(mixed.device()))
                            .view({ -1, d_chunk, d_count / d_chunk })
                            .transpose(1, 2)
                            .contiguous();
    const auto ordered = walsh_hadamard_transform(chunks).view({ -1, d_count }) *
                         d_signs.to(mixed.device());
    return ordered.index_select(1, d_inverse.to(mixed.device()));
}

} // namespace djescc
