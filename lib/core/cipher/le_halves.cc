/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Splits 8-bit levels into halves, block by block, and joins them.

#include "cipher/le_halves.h"

#include <djescc/image/levels.h>

namespace djescc {
namespace {

constexpr int64_t side = le_block_side;
constexpr double full_scale = 255;

} // namespace

torch::Tensor le_halves(const torch::Tensor& images)
{
    const int64_t count = images.size(0), channels = images.size(1),
                  rows = images.size(2) / side, columns = images.size(3) / side;
    const auto blocks = to_8bit_levels(images)
                            .reshape({ count, channels, rows, side, columns, side })
                            .permute({ 0, 2, 4, 1, 3, 5 })
                            .reshape({ count, rows, columns, channels * side * side });
    const auto high = (blocks / half_levels).floor();
    return torch::cat({ high, blocks - half_levels * high }, 3);
}

torch::Tensor images_from_le_halves(const torch::Tensor& halves)
{
    const auto parts = halves.chunk(2, 3);
    const int64_t count = halves.size(0), rows = halves.size(1), columns = halves.size(2),
                  channels = parts[0].size(3) / (side * side);
    return (parts[0] * half_levels + parts[1])
        .div(full_scale)
        .reshape({ count, rows, columns, channels, side, side })
        .permute({ 0, 3, 1, 4, 2, 5 })
        .reshape({ count, channels, rows * side, columns * side });
}

} // namespace djescc
