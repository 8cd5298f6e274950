/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The net that predicts from a decoded base how much is missing in each coefficient, in
 *  whole numbers, so that both ends find the same. */
#pragma once

#include <torch/nn/modules/conv.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>
#include <vector>

namespace djescc {

/*! Predicts the variance of each coefficient of block_dct() of what a base lacks.
 *
 *  Sender and receiver choose by it which coefficients are sent, so one coefficient on
 *  which they disagree would shift all behind it. Sums of floating-point numbers depend
 *  on the order in which a processor adds. So the net adds whole numbers below 2^24 only,
 *  which float32 holds exactly in any order; between the layers every number is scaled
 *  and rounded by itself, which IEEE 754 defines to the last bit. Convolutions may run
 *  in bfloat16 or TF32 with sums in float32, whose 8 and 11 bits hold the factors; the
 *  DCT of the levels may not.
 *
 *  Layers, on a grid of one place for each 16x16 block: the logarithms of the base's own
 *  coefficients (an integer DCT of its 8-bit levels) and its quality; a 1x1 convolution
 *  to `width` features; `depth` 3x3 convolutions, each added to its input; a 1x1
 *  convolution to 768 variances.
 *
 *  In training, rounding passes the gradient straight through. */
class VarianceNetImpl : public torch::nn::Module
{
public:
    //! Steps of a level in each doubling of the variance.
    static constexpr double levels_per_octave = 8;
    //! Levels of the smallest and the largest variance: 2^-32 and 2^4 for samples in
    //! [0, 1].
    static constexpr int64_t least_level = -256, most_level = 32;

    /*! \param width  features, 1 to 256
     *  \param depth  3x3 convolutions, 0 to 16 */
    VarianceNetImpl(int64_t width, int64_t depth);

    /*! \param base     N x 3 x H x W float32 in [0, 1], H and W multiples of 16
     *  \param quality  N float32, of the base's coder
     *  \return N x 768 x H/16 x W/16 float32: whole numbers, levels_per_octave times the
     *          binary logarithm of the variance, least_level to most_level */
    torch::Tensor forward(const torch::Tensor& base, const torch::Tensor& quality);

private:
    torch::nn::Conv2d d_first{ nullptr }, d_last{ nullptr };
    std::vector<torch::nn::Conv2d> d_middle;
    torch::Tensor d_logarithms; //!< a table, no parameter
};
TORCH_MODULE(VarianceNet);

} // namespace djescc
