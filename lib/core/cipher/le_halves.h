/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Images as the 4-bit halves that cipher `le` works on, and back. */
#pragma once

#include <torch/types.h>

namespace djescc {

//! Four-bit halves have this many levels.
inline constexpr int64_t half_levels = 16;
//! Side of cipher `le`'s blocks.
inline constexpr int64_t le_block_side = 4;

/*! N x C x H x W in [0, 1], H and W multiples of 4, to the 4-bit halves of its 8-bit
 *  levels, N x H/4 x W/4 x 32 C: all high halves of a block first, then the low ones. */
torch::Tensor le_halves(const torch::Tensor& images);

//! Inverse of le_halves().
torch::Tensor images_from_le_halves(const torch::Tensor& halves);

} // namespace djescc
