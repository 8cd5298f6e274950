/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  How much of a picture's visible structure a protected version shows. */
#pragma once

#include <torch/types.h>

namespace djescc {

/*! How much of a picture's visible structure a protected version shows; 0: none.
 *
 *  What makes a person recognise a picture is where it is bright, dark, coloured, flat or
 *  busy. So maps of local brightness and local contrast are taken of both images, of luma
 *  and of each colour, at several scales, and the squared correlation coefficients (over
 *  each image) of these pairs of maps are averaged:
 *  - mean over s x s pixels of one against the same of the other, s = 1, 2, 4, 8;
 *  - standard deviation over 4 x 4 such means against the same, s = 1, 2, 4;
 *  - mean over 4s x 4s pixels of the plain image against the standard deviation over
 *    4 x 4 means of the protected one (brightness that leaks as contrast), s = 1, 2, 4.
 *  Scales whose maps would have fewer than 16 values are left out. Every term lies in
 *  [0, 1], so unlike the paper's feature distances the loss cannot run away.
 *
 *  \param plain, protected_images  N x 3 x H x W of the same size
 *  \return scalar in [0, 1], differentiable with respect to both
 */
torch::Tensor structure_loss(const torch::Tensor& plain,
                             const torch::Tensor& protected_images);

} // namespace djescc
