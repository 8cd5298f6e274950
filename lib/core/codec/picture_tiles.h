/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Pictures as tiles, for codecs whose nets take one size. */
#pragma once

#include <cstdint>
#include <djescc/channel/channel.h>
#include <djescc/image/image_shape.h>
#include <torch/types.h>

namespace djescc {

//! Tiles of side x side pixels, row by row: N C H W to N H/side W/side, C, side, side.
torch::Tensor to_tiles(const torch::Tensor& images, int64_t side);

//! Inverse of to_tiles().
//! \param shape  of each picture
torch::Tensor from_tiles(const torch::Tensor& tiles, const ImageShape& shape);

//! Tiles of a picture.
inline int64_t tile_count(const ImageShape& shape, int64_t side)
{
    return (shape.height / side) * (shape.width / side);
}

/*! Values of a picture's tiles, two to a symbol, at power 1 over the picture.
 *  \param latents   N tiles x values, float
 *  \param pictures  N
 *  \return N x tiles values / 2 complex64 */
torch::Tensor tiles_to_symbols(const torch::Tensor& latents, int64_t pictures);

//! The values again, N tiles x values, of power 1/2.
//! \param values  of a tile
torch::Tensor symbols_to_tiles(const torch::Tensor& symbols, int64_t values);

} // namespace djescc
