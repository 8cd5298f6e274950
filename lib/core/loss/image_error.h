/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The mean squared error of each image of a batch, as terms of the loss take it. */
#pragma once

#include <torch/types.h>

namespace djescc {

/*! Mean squared error of each image, in single precision whatever computed them.
 *  \param images, reference  N x C x H x W
 *  \return N values */
inline torch::Tensor image_errors(const torch::Tensor& images,
                                  const torch::Tensor& reference)
{
    return (images.to(torch::kFloat32) - reference.to(torch::kFloat32))
        .square()
        .mean({ 1, 2, 3 });
}

} // namespace djescc
