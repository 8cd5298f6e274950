/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The orthonormal cosine transform of blocks in opponent colours, by which what a base
 *  lacks is sent. */
#pragma once

#include <torch/types.h>

namespace djescc {

//! Side of the blocks that are sent, in pixels.
inline constexpr int64_t dct_side = 16;
//! Coefficients of such a block of three colours.
inline constexpr int64_t dct_coefficients = 3 * dct_side * dct_side;

/*! N x 3 x H x W to N x 3 side^2 x H/side x W/side: by opponent (grey, red against blue,
 *  green against both), vertical and horizontal frequency. Orthonormal, so squared errors
 *  stay what they are.
 *  \param side  of the blocks; H and W are multiples of it */
torch::Tensor block_dct(const torch::Tensor& images, int64_t side = dct_side);

//! The inverse of block_dct().
torch::Tensor inverse_block_dct(const torch::Tensor& coefficients,
                                int64_t side = dct_side);

/*! Variances of coefficients of blocks of half the side, from those of uncorrelated
 *  coefficients: N x 3 side^2 x H x W to N x 3 (side/2)^2 x 2H x 2W. */
torch::Tensor variances_of_half_blocks(const torch::Tensor& variances,
                                       int64_t side = dct_side);

} // namespace djescc
