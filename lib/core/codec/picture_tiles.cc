/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Cuts pictures into tiles and tiles' values into symbols.

#include "codec/picture_tiles.h"

namespace djescc {

torch::Tensor to_tiles(const torch::Tensor& images, int64_t side)
{
    const int64_t channels = images.size(1);
    return images
        .reshape({ images.size(0),
                   channels,
                   images.size(2) / side,
                   side,
                   images.size(3) / side,
                   side })
        .permute({ 0, 2, 4, 1, 3, 5 })
        .reshape({ -1, channels, side, side });
}

torch::Tensor from_tiles(const torch::Tensor& tiles, const ImageShape& shape)
{
    const int64_t side = tiles.size(2);
    return tiles
        .reshape(
            { -1, shape.height / side, shape.width / side, tiles.size(1), side, side })
        .permute({ 0, 3, 1, 4, 2, 5 })
        .reshape({ -1, tiles.size(1), shape.height, shape.width });
}

torch::Tensor tiles_to_symbols(const torch::Tensor& latents, int64_t pictures)
{
    const auto pairs =
        latents.to(torch::kFloat32).reshape({ pictures, -1, 2 }).contiguous();
    return normalize_power(torch::view_as_complex(pairs));
}

torch::Tensor symbols_to_tiles(const torch::Tensor& symbols, int64_t values)
{
    return torch::view_as_real(symbols.contiguous()).reshape({ -1, values });
}

} // namespace djescc
