/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Makes and runs the layers of cipher `medical`.

#include "cipher/medical_layers.h"

#include <string>

namespace djescc::medical {
namespace {

torch::nn::Conv2d conv(int64_t in, int64_t out, int64_t kernel = 3, int64_t stride = 1)
{
    return torch::nn::Conv2d(
        torch::nn::Conv2dOptions(in, out, kernel).stride(stride).padding(kernel / 2));
}

} // namespace

ResBlockImpl::ResBlockImpl(int64_t channels)
    : d_first(register_module("first", conv(channels, channels)))
    , d_second(register_module("second", conv(channels, channels)))
{
}

torch::Tensor ResBlockImpl::forward(const torch::Tensor& x)
{
    return x + d_second(leaky(d_first(x)));
}

ResPathImpl::ResPathImpl(int64_t channels, int64_t count)
{
    for (int64_t i = 0; i < count; ++i)
        d_blocks.push_back(
            register_module("block" + std::to_string(i + 1), ResBlock(channels)));
}

torch::Tensor ResPathImpl::forward(torch::Tensor x)
{
    for (auto& block : d_blocks)
        x = block(x);
    return x;
}

DownGroupImpl::DownGroupImpl(int64_t in, int64_t out)
    : d_conv(register_module("conv", conv(in, out, 3, 2)))
    , d_block(register_module("block", ResBlock(out)))
{
}

torch::Tensor DownGroupImpl::forward(const torch::Tensor& x)
{
    return d_block(leaky(d_conv(x)));
}

UpGroupImpl::UpGroupImpl(int64_t in, int64_t out)
    : d_conv(register_module("conv", TransposedConv(in, out, 2, 3)))
    , d_block(register_module("block", ResBlock(out)))
{
}

torch::Tensor UpGroupImpl::forward(const torch::Tensor& x)
{
    return d_block(leaky(d_conv(x)));
}

FusionImpl::FusionImpl(int64_t channels, int64_t blocks)
    : d_features(register_module("features", ResPath(channels, blocks)))
    , d_key(register_module("key", ResPath(channels, blocks)))
    , d_first(register_module("first", conv(2 * channels, channels)))
    , d_second(register_module("second", conv(channels, channels)))
    , d_skip(register_module("skip", conv(2 * channels, channels, 1)))
{
}

FusionImpl::Result FusionImpl::forward(const torch::Tensor& features,
                                       const torch::Tensor& key)
{
    const auto own = d_features(features), other = d_key(key);
    const auto both = torch::cat({ own, other }, 1);
    const auto alpha = torch::sigmoid(d_skip(both) + d_second(leaky(d_first(both))));
    return { alpha * own + (1 - alpha) * other, alpha };
}

UnfusionImpl::UnfusionImpl(int64_t channels, int64_t blocks)
    : d_key(register_module("key", ResPath(channels, blocks)))
    , d_features(register_module("features", ResPath(channels, blocks)))
    , d_last(register_module("last", ResBlock(channels)))
{
}

torch::Tensor UnfusionImpl::forward(const torch::Tensor& fused,
                                    const torch::Tensor& alpha,
                                    const torch::Tensor& key)
{
    // Below, the division makes noise of what is left of the features.
    constexpr double least_alpha = 0.01;
    const auto other = d_key(key);
    return pass((fused - other) / alpha.clamp_min(least_alpha) + other);
}

torch::Tensor UnfusionImpl::pass(const torch::Tensor& features)
{
    return d_last(d_features(features));
}

DenseBlockImpl::DenseBlockImpl(int64_t channels, int64_t growth)
{
    constexpr int64_t layers = 5;
    for (int64_t i = 0; i < layers; ++i)
        d_convs.push_back(register_module(
            "conv" + std::to_string(i + 1),
            conv(channels + i * growth, i + 1 < layers ? growth : channels)));
}

torch::Tensor DenseBlockImpl::forward(const torch::Tensor& x)
{
    std::vector<torch::Tensor> all{ x };
    for (std::size_t i = 0; i + 1 < d_convs.size(); ++i)
        all.push_back(leaky(d_convs[i](torch::cat(all, 1))));
    return d_convs.back()(torch::cat(all, 1));
}

CouplingImpl::CouplingImpl(int64_t channels, int64_t growth)
{
    for (std::size_t i = 0; i < couplings; ++i) {
        const auto number = std::to_string(i + 1);
        d_f.push_back(register_module("f" + number, DenseBlock(channels, growth)));
        d_g.push_back(register_module("g" + number, DenseBlock(channels, growth)));
    }
}

CouplingImpl::Pair CouplingImpl::forward(Pair plain)
{
    for (std::size_t i = 0; i < couplings; ++i) {
        plain.key = plain.key + d_f[i](plain.alpha);
        plain.alpha = plain.alpha + d_g[i](plain.key);
    }
    return plain;
}

CouplingImpl::Pair CouplingImpl::invert(Pair hidden)
{
    for (std::size_t i = couplings; i-- > 0;) {
        hidden.alpha = hidden.alpha - d_g[i](hidden.key);
        hidden.key = hidden.key - d_f[i](hidden.alpha);
    }
    return hidden;
}

} // namespace djescc::medical
