/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A transposed convolution that runs as an ordinary one. */
#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

namespace djescc {

/*! Transposed convolution of odd kernel size K (5 unless told) with padding (K - 1) / 2,
 *  of stride 1, or of stride 2 with output padding 1 (which doubles height and width):
 *  the layers of convolutional decoders.
 *
 *  The parameters are those of torch::nn::ConvTranspose2d (weight: in x out x K x K,
 *  bias: out, where there is one), the arithmetic is not: LibTorch runs transposed
 *  convolutions on the CPU without oneDNN, so forward() computes the same sums as an
 *  ordinary convolution, with flipped, transposed weights for stride 1, and as a (K + 1)
 *  / 2 wide convolution to 4 * out channels followed by PixelShuffle(2) for stride 2.
 *  Outside of training the rearranged weight and bias are kept until either parameter
 *  changes. (Of parameters that are inference tensors only a replacement is noticed:
 *  LibTorch does not count their changes.)
 */
class TransposedConvImpl : public torch::nn::Module
{
public:
    TransposedConvImpl(int64_t in_channels,
                       int64_t out_channels,
                       int64_t stride,
                       int64_t kernel = 5,
                       bool with_bias = true);

    torch::Tensor forward(const torch::Tensor& input);

    torch::Tensor weight;
    torch::Tensor bias; //!< undefined without one

private:
    torch::Tensor rearranged_weight() const;
    torch::Tensor rearranged_bias() const;

    //! Values of a parameter that something was made from.
    class Source
    {
    public:
        //! Whether \p parameter still has these values.
        bool is(const torch::Tensor& parameter) const;
        void set(const torch::Tensor& parameter);

    private:
        torch::Tensor d_values; // shared, so that no other tensor gets their memory
        int64_t d_version = -1;
    };

    int64_t d_stride, d_kernel;
    // The rearranged tensors, and what they were made from.
    torch::Tensor d_kept_weight, d_kept_bias;
    Source d_weight_source, d_bias_source;
};
TORCH_MODULE(TransposedConv);

} // namespace djescc
