/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The transform code that nets start as. */
#pragma once

#include <torch/types.h>

namespace djescc {

/*! The Karhunen-Loeve transform of small colour blocks under a fixed image model, used to
 *  initialise nets close to a good linear transform code instead of at random.
 *
 *  The model is the classical separable first-order autoregressive one (Jain,
 *  Fundamentals of Digital Image Processing, 1989, ch. 2 and 5) for each of three
 *  uncorrelated colour channels, grey, red against blue, and green against both
 *  (Ruderman, Cronin and Chiao, Statistics of cone responses to natural images, 1998).
 *  Variances and correlations of neighbouring pixels are those of small natural images,
 *  rounded.
 */
struct BlockTransform {
    //! 3 * size^2 x 3 * size^2, orthonormal; column i is the i-th strongest component.
    //! Rows are ordered as pixel_unshuffle(size) orders its channels: colour, row,
    //! column.
    torch::Tensor basis;
    //! Standard deviation of each component under the model, falling.
    torch::Tensor deviation;
};

//! Transform of size x size x 3 blocks. Deterministic (signs of components fixed).
BlockTransform block_transform(int64_t size);

} // namespace djescc
