/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

namespace djescc {

/*! 5x5 transposed convolution with padding 2, of stride 1, or of stride 2 with output
 *  padding 1 (which doubles height and width): the layers of the DJSCC decoder.
 *
 *  The parameters are those of torch::nn::ConvTranspose2d (weight: in x out x 5 x 5,
 *  bias: out), the arithmetic is not: LibTorch runs transposed convolutions on the CPU
 *  without oneDNN, so forward() computes the same sums as an ordinary convolution, with
 *  flipped, transposed weights for stride 1, and as a 3x3 convolution to 4 * out channels
 *  followed by PixelShuffle(2) for stride 2. Outside of training the rearranged weights
 *  are kept.
 */
class TransposedConvImpl : public torch::nn::Module
{
public:
    TransposedConvImpl(int64_t in_channels, int64_t out_channels, int64_t stride);

    torch::Tensor forward(const torch::Tensor& input);

    torch::Tensor weight;
    torch::Tensor bias;

private:
    torch::Tensor rearranged_weight() const;
    torch::Tensor rearranged_bias() const;

    int64_t d_stride;
    // What the cached tensors were made from: storage and version of weight and bias.
    torch::Tensor d_cached_weight, d_cached_bias;
    const void* d_cached_storage = nullptr;
    int64_t d_cached_version = 0;
};
TORCH_MODULE(TransposedConv);

} // namespace djescc
