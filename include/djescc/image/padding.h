/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Images brought to multiples of a size, and back. */
#pragma once

#include <djescc/export.h>
#include <djescc/image/image_shape.h>
#include <torch/types.h>

namespace DJESCC_EXPORT djescc {

//! The smallest multiple of \p multiple that is not below \p value (both positive).
int64_t round_up(int64_t value, int64_t multiple);

/*! Pad N x C x H x W at the right and the bottom by repeating the edge, to heights and
 *  widths that are multiples of \p multiple. Returns the input itself where they are. */
torch::Tensor pad_to_multiple(const torch::Tensor& images, int64_t multiple);

/*! Cut the top left \p height x \p width.
 *  \throws ImageError where the images are smaller. */
torch::Tensor crop(const torch::Tensor& images, int64_t height, int64_t width);

} // namespace djescc
