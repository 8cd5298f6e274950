/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  How near pictures are to their references: PSNR and SSIM. */
#pragma once

#include <djescc/export.h>
#include <torch/types.h>

namespace DJESCC_EXPORT djescc {

/*! Peak signal-to-noise ratio of each image, in dB.
 *
 *  Both sides are rounded to 8 bits first; MAX = 255; the squared error is averaged over
 *  all channels and pixels of an image. Identical images give +infinity.
 *  \param images, references  N x C x H x W in [0, 1]
 *  \return N values
 */
torch::Tensor psnr(const torch::Tensor& images, const torch::Tensor& references);

/*! Structural similarity of each image (Wang et al. 2004): 11 x 11 Gaussian window of
 *  sigma 1.5, K1 = 0.01, K2 = 0.03, MAX = 255, valid windows only, mean over channels
 *  and windows; no rounding. Images under 11 pixels in a direction use the largest odd
 *  window that fits.
 *  \return N values in [-1, 1]
 */
torch::Tensor ssim(const torch::Tensor& images, const torch::Tensor& references);

/*! The part of each image's pixels whose strongest channel is the reference's, argmax(R,
 *  G, B) = argmax(R', G', B'). Where values are equal, the first channel counts.
 *  What "accuracy" most likely means for autoencoders of pictures: Keras takes it to be
 *  this where a net's output has three channels and is not one of classes.
 *  \param images, references  N x C x H x W, C at least 2
 *  \return N values in [0, 1]
 */
torch::Tensor argmax_agreement(const torch::Tensor& images,
                               const torch::Tensor& references);

} // namespace djescc
