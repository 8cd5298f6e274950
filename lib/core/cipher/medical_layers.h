/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The layers of cipher `medical`: Long et al., "A novel medical image encryption scheme
 *  based on deep learning feature encoding and decoding" (IEEE Access, 2023), Figs. 3 and
 *  4 and Table 1. */
#pragma once

#include "net/transposed_conv.h"
#include <array>
#include <torch/nn/modules/conv.h>
#include <utility>
#include <vector>

namespace djescc::medical {

//! Slope of LeakyReLU below 0, PyTorch's default, since the paper names none.
inline constexpr double leak = 0.01;

inline torch::Tensor leaky(const torch::Tensor& x) { return torch::leaky_relu(x, leak); }

//! Every channel as an image of its own.
inline torch::Tensor as_planes(const torch::Tensor& images)
{
    return images.reshape({ -1, 1, images.size(2), images.size(3) });
}

//! x + conv(LeakyReLU(conv(x))), both 3x3, \p channels in and out.
class ResBlockImpl : public torch::nn::Module
{
public:
    explicit ResBlockImpl(int64_t channels);
    torch::Tensor forward(const torch::Tensor& x);

private:
    torch::nn::Conv2d d_first, d_second;
};
TORCH_MODULE(ResBlock);

//! \p count ResBlocks, one after another.
class ResPathImpl : public torch::nn::Module
{
public:
    ResPathImpl(int64_t channels, int64_t count);
    torch::Tensor forward(torch::Tensor x);

private:
    std::vector<ResBlock> d_blocks;
};
TORCH_MODULE(ResPath);

//! FEM: 3x3 of stride 2, LeakyReLU, ResBlock; half the height and width.
class DownGroupImpl : public torch::nn::Module
{
public:
    DownGroupImpl(int64_t in, int64_t out);
    torch::Tensor forward(const torch::Tensor& x);

private:
    torch::nn::Conv2d d_conv;
    ResBlock d_block;
};
TORCH_MODULE(DownGroup);

//! FDM: transposed 3x3 of stride 2, LeakyReLU, ResBlock; twice the height and width.
class UpGroupImpl : public torch::nn::Module
{
public:
    UpGroupImpl(int64_t in, int64_t out);
    torch::Tensor forward(const torch::Tensor& x);

private:
    TransposedConv d_conv;
    ResBlock d_block;
};
TORCH_MODULE(UpGroup);

/*! FFPM (Fig. 4b, eq. 3): ResBlocks over features and over the key, a block that fuses
 *  both into alpha in (0, 1), and alpha features + (1 - alpha) key. */
class FusionImpl : public torch::nn::Module
{
public:
    FusionImpl(int64_t channels, int64_t blocks);

    struct Result {
        torch::Tensor fused, alpha;
    };
    //! \param features, key  N x channels x H x W each
    Result forward(const torch::Tensor& features, const torch::Tensor& key);
    //! The features' path alone, for the pre-training without keys.
    torch::Tensor pass(const torch::Tensor& features) { return d_features(features); }

private:
    ResPath d_features, d_key;
    torch::nn::Conv2d d_first, d_second, d_skip;
};
TORCH_MODULE(Fusion);

/*! FFDM (Fig. 4c, eq. 6): ResBlocks over the key, (fused - key) / alpha + key, and
 *  ResBlocks over what comes out, one more than over the key. */
class UnfusionImpl : public torch::nn::Module
{
public:
    UnfusionImpl(int64_t channels, int64_t blocks);
    torch::Tensor forward(const torch::Tensor& fused,
                          const torch::Tensor& alpha,
                          const torch::Tensor& key);
    torch::Tensor pass(const torch::Tensor& features);

private:
    ResPath d_key, d_features;
    ResBlock d_last;
};
TORCH_MODULE(Unfusion);

//! Dense block: five 3x3, each on all that came before, `growth` channels out of the
//! first four and \p channels out of the last.
class DenseBlockImpl : public torch::nn::Module
{
public:
    DenseBlockImpl(int64_t channels, int64_t growth);
    torch::Tensor forward(const torch::Tensor& x);

private:
    std::vector<torch::nn::Conv2d> d_convs;
};
TORCH_MODULE(DenseBlock);

/*! FFEM (Fig. 4a): three reversible couplings of alpha and key, each EK = K + F(alpha),
 *  EP = alpha + G(EK) (eq. 4). */
class CouplingImpl : public torch::nn::Module
{
public:
    CouplingImpl(int64_t channels, int64_t growth);

    struct Pair {
        torch::Tensor alpha, key;
    };
    Pair forward(Pair plain);
    //! Eq. 5 with F(alpha) in the place of its F(F), with which it is no inverse.
    Pair invert(Pair hidden);

private:
    static constexpr std::size_t couplings = 3;
    std::vector<DenseBlock> d_f, d_g;
};
TORCH_MODULE(Coupling);

} // namespace djescc::medical
