/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The net that makes the final picture of a base and its noisy refinement. */
#pragma once

#include <torch/nn/modules/conv.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>
#include <vector>

namespace djescc {

/*! Corrects a picture whose coefficients have errors of known variance.
 *
 *  On a grid of one place for each 8x8 block it takes, for each of the 192 coefficients
 *  of block_dct(): the base's, what the refinement added, both as signed logarithms, and
 *  the logarithm of the error's variance. A 1x1 convolution to `width` features,
 *  `blocks` residual blocks of two 3x3 convolutions, and a 1x1 convolution to two
 *  corrections for each coefficient: one in units of its expected error, and one, between
 *  -1 and 1, in units of what the refinement added, of which more or less is right than
 *  the variances said.
 *  Starts as nothing. */
class RefiningNetImpl : public torch::nn::Module
{
public:
    /*! \param width   features, 1 to 1024
     *  \param blocks  0 to 32 */
    RefiningNetImpl(int64_t width, int64_t blocks);

    /*! \param base        N x 3 x H x W float32 in [0, 1], H and W multiples of 16
     *  \param refinement  N x 768 x H/16 x W/16, what block_dct() of the base lacks, as
     *                     estimated
     *  \param variances   of the same shape: of the estimates' errors
     *  \return N x 3 x H x W float32, not clipped */
    torch::Tensor forward(const torch::Tensor& base,
                          const torch::Tensor& refinement,
                          const torch::Tensor& variances);

private:
    torch::nn::Conv2d d_first{ nullptr }, d_last{ nullptr };
    std::vector<std::pair<torch::nn::Conv2d, torch::nn::Conv2d>> d_blocks;
};
TORCH_MODULE(RefiningNet);

} // namespace djescc
