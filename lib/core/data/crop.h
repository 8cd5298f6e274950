/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  One crop of one picture. */
#pragma once

#include <djescc/data/dataset.h>

namespace djescc {

/*! The side x side crop of a 3 x H x W uint8 image that \p choice asks for; a smaller
 *  image is padded by repeating its edge. */
torch::Tensor
take_crop(const torch::Tensor& image, const CropChoice& choice, int64_t side);

} // namespace djescc
