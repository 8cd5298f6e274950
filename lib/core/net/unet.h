/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The U-Net that ciphers are made of. */
#pragma once

#include <cstdint>
#include <string>
#include <torch/nn/module.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>
#include <vector>

namespace djescc {

/*! Shape of a U-Net (Ronneberger et al. 2015). */
struct UNetOptions {
    int64_t in_channels = 3;
    int64_t out_channels = 3;
    std::vector<int64_t> widths{ 64, 128, 256 }; //!< filters per level, finest first
    int64_t down_convolutions = 2;   //!< 3x3 convolutions per level on the way down
    int64_t up_convolutions = 2;     //!< and on the way up, after the skip joins
    int64_t up_kernel = 3;           //!< of the convolution after upsampling: 1 or 3
    bool batch_normalization = true; //!< after every 3x3 convolution
    bool max_pooling = true;         //!< else average pooling
    double leak = 0.0;               //!< slope of the (leaky) ReLU below zero
    //! Residual blocks (He et al. 2016) after the convolutions of each level, on the way
    //! down and on the way up.
    int64_t residual_blocks = 0;
};

//! 3x3 (or 1x1) convolution, optional batch normalisation, (leaky) ReLU.
class ConvUnitImpl : public torch::nn::Module
{
public:
    ConvUnitImpl(int64_t in, int64_t out, int64_t kernel, const UNetOptions& options);
    torch::Tensor forward(const torch::Tensor& input);

private:
    torch::nn::Conv2d conv{ nullptr };
    torch::nn::BatchNorm2d norm{ nullptr };
    double d_leak;
};
TORCH_MODULE(ConvUnit);

/*! input + 3x3 convolution(ConvUnit(input)), of as many channels as the input. The last
 *  convolution starts at zero, so that a new block changes nothing. */
class ResidualBlockImpl : public torch::nn::Module
{
public:
    ResidualBlockImpl(int64_t channels, const UNetOptions& options);
    torch::Tensor forward(const torch::Tensor& input);

private:
    ConvUnit unit{ nullptr };
    torch::nn::Conv2d conv{ nullptr };
};
TORCH_MODULE(ResidualBlock);

//! Is this a tensor of a U-Net's residual block, by its name in the net?
bool is_of_residual_block(const std::string& tensor_name);

/*! U-Net with 2x2 pooling, nearest-neighbour upsampling followed by a convolution,
 *  concatenated skips and a linear 1x1 convolution at the end.
 *
 *  N x in_channels x H x W to N x out_channels x H x W, with H and W multiples of
 *  2^(levels - 1).
 */
class UNetImpl : public torch::nn::Module
{
public:
    explicit UNetImpl(const UNetOptions& options);
    torch::Tensor forward(const torch::Tensor& input);

    //! Heights and widths must be multiples of this.
    int64_t multiple() const;

    /*! Pixels around a tile that its output depends on, where the tile's borders are
     *  multiples of multiple().
     *  \param beyond  pixels around the tile of which the output is wanted too */
    int64_t halo(int64_t beyond = 0) const;

    torch::nn::Conv2d head{ nullptr }; //!< the last, linear convolution

private:
    struct Stage {
        std::vector<ConvUnit> units;
        std::vector<ResidualBlock> blocks;
        torch::Tensor operator()(torch::Tensor features);
    };
    Stage make_stage(const std::string& name, int64_t in, int64_t out, int64_t units);
    int64_t halo_from(std::size_t level, int64_t beyond) const;

    UNetOptions d_options;
    std::vector<Stage> d_down;    // per level
    std::vector<ConvUnit> d_join; // upsampled features to a level's width
    std::vector<Stage> d_up;      // per level but the coarsest
};
TORCH_MODULE(UNet);

} // namespace djescc
