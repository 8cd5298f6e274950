/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Builds the U-Net's levels, runs them, and says how far its output sees.

#include "net/unet.h"

#include <algorithm>
#include <string>
#include <torch/nn/functional/upsampling.h>
#include <torch/nn/init.h>

namespace djescc {
namespace {

constexpr const char* residual_infix = "_residual_";

} // namespace

bool is_of_residual_block(const std::string& tensor_name)
{
    return tensor_name.find(residual_infix) != std::string::npos;
}

ConvUnitImpl::ConvUnitImpl(int64_t in,
                           int64_t out,
                           int64_t kernel,
                           const UNetOptions& options)
    : d_leak(options.leak)
{
    conv = register_module("conv",
                           torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, kernel)
                                                 .padding(kernel / 2)
                                                 .bias(!options.batch_normalization)));
    torch::NoGradGuard no_grad;
    torch::nn::init::kaiming_normal_(
        conv->weight, options.leak, torch::kFanIn, torch::kLeakyReLU);
    if (options.batch_normalization)
        norm = register_module("norm", torch::nn::BatchNorm2d(out));
    else
        torch::nn::init::zeros_(conv->bias);
}

torch::Tensor ConvUnitImpl::forward(const torch::Tensor& input)
{
    auto output = conv(input);
    if (norm)
        output = norm(output);
    return d_leak == 0.0 ? torch::relu(output) : torch::leaky_relu(output, d_leak);
}

ResidualBlockImpl::ResidualBlockImpl(int64_t channels, const UNetOptions& options)
{
    unit = register_module("unit", ConvUnit(channels, channels, 3, options));
    conv = register_module(
        "conv",
        torch::nn::Conv2d(torch::nn::Conv2dOptions(channels, channels, 3).padding(1)));
    torch::nn::init::zeros_(conv->weight);
    torch::nn::init::zeros_(conv->bias);
}

torch::Tensor ResidualBlockImpl::forward(const torch::Tensor& input)
{
    return input + conv(unit(input));
}

UNetImpl::Stage
UNetImpl::make_stage(const std::string& name, int64_t in, int64_t out, int64_t units)
{
    Stage stage;
    for (int64_t i = 0; i < units; ++i)
        stage.units.push_back(register_module(name + "_" + std::to_string(i),
                                              ConvUnit(i ? out : in, out, 3, d_options)));
    for (int64_t i = 0; i < d_options.residual_blocks; ++i)
        stage.blocks.push_back(register_module(name + residual_infix + std::to_string(i),
                                               ResidualBlock(out, d_options)));
    return stage;
}

torch::Tensor UNetImpl::Stage::operator()(torch::Tensor features)
{
    for (auto& unit : units)
        features = unit(features);
    for (auto& block : blocks)
        features = block(features);
    return features;
}

UNetImpl::UNetImpl(const UNetOptions& options) : d_options(options)
{
    const auto& widths = options.widths;
    const int64_t levels = static_cast<int64_t>(widths.size());
    for (int64_t level = 0; level < levels; ++level)
        d_down.push_back(make_stage("down" + std::to_string(level),
                                    level ? widths[level - 1] : options.in_channels,
                                    widths[level],
                                    options.down_convolutions));
    for (int64_t level = 0; level + 1 < levels; ++level) {
        d_join.push_back(register_module(
            "join" + std::to_string(level),
            ConvUnit(widths[level + 1], widths[level], options.up_kernel, options)));
        d_up.push_back(make_stage("up" + std::to_string(level),
                                  2 * widths[level],
                                  widths[level],
                                  options.up_convolutions));
    }
    head = register_module(
        "head",
        torch::nn::Conv2d(torch::nn::Conv2dOptions(widths[0], options.out_channels, 1)));
}

int64_t UNetImpl::multiple() const { return int64_t{ 1 } << d_up.size(); }

int64_t UNetImpl::halo(int64_t beyond) const { return halo_from(0, beyond); }

// In pixels of the level, from what leaves it on the way up to what enters it.
int64_t UNetImpl::halo_from(std::size_t level, int64_t beyond) const
{
    // each 3x3 convolution sees one pixel further, and a residual block has two
    const int64_t blocks = 2 * d_options.residual_blocks;
    const int64_t down = d_options.down_convolutions + blocks;
    if (level == d_up.size())
        return beyond + down;
    const int64_t skip = beyond + d_options.up_convolutions + blocks;
    const int64_t upsampled = skip + d_options.up_kernel / 2;
    const int64_t deeper = 2 * halo_from(level + 1, (upsampled + 1) / 2);
    return std::max(skip, deeper) + down;
}

torch::Tensor UNetImpl::forward(const torch::Tensor& input)
{
    std::vector<torch::Tensor> skips;
    // The layout in which training in bfloat16 is fastest.
    auto features =
        is_training() ? input.contiguous(torch::MemoryFormat::ChannelsLast) : input;
    for (std::size_t level = 0; level < d_down.size(); ++level) {
        if (level)
            features = d_options.max_pooling ? torch::max_pool2d(features, 2)
                                             : torch::avg_pool2d(features, 2);
        features = d_down[level](features);
        skips.push_back(features);
    }
    for (std::size_t level = d_up.size(); level-- > 0;) {
        // A 1x1 convolution commutes with nearest-neighbour upsampling: do it first, on a
        // quarter of the pixels.
        const bool before = d_options.up_kernel == 1;
        if (before)
            features = d_join[level](features);
        features = torch::upsample_nearest2d(
            features, { skips[level].size(2), skips[level].size(3) });
        if (!before)
            features = d_join[level](features);
        features = d_up[level](torch::cat({ skips[level], features }, 1));
    }
    return head(features);
}

} // namespace djescc
