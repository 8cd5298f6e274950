/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The mean squared error of each image of a batch, and what a loss makes of several. */
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

// Mean squared errors of 30 dB, and of 60 dB, beyond which nothing is to be gained.
constexpr double typical_error = 1e-3, smallest_error = 1e-6;

/*! What the mean PSNR of the images falls short of, on a scale that has the slope of the
 *  mean squared error at typical_error.
 *  \param errors  N values of image_errors() */
inline torch::Tensor psnr_loss(const torch::Tensor& errors)
{
    return typical_error *
           (1 + torch::log((errors + smallest_error) / typical_error)).mean();
}

} // namespace djescc
