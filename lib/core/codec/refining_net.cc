/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Layers of the net that makes the final picture.

#include "codec/refining_net.h"

#include "codec/block_dct.h"
#include <string>
#include <torch/nn/functional/activation.h>
#include <torch/nn/init.h>
#include <torch/utils.h>

namespace djescc {
namespace {

constexpr int64_t fine_side = dct_side / 2, fine_coefficients = 3 * fine_side * fine_side;
constexpr double leak = 0.1;
// Inputs around 1: coefficients by 8-bit levels, variances around 2^-12 by factors of 16.
constexpr double levels = 255, magnitude_scale = 0.25;
constexpr double middle_octave = 12, octave_scale = 0.25;
// Below an error that no channel reaches.
constexpr double least_variance = 0x1p-40;

torch::Tensor signed_logarithm(const torch::Tensor& coefficients)
{
    return torch::sign(coefficients) * torch::log2(1 + coefficients.abs() * levels) *
           magnitude_scale;
}

torch::Tensor leaky(const torch::Tensor& x) { return torch::leaky_relu(x, leak); }

} // namespace

RefiningNetImpl::RefiningNetImpl(int64_t width, int64_t blocks)
{
    const auto conv = [this](
                          const std::string& name, int64_t in, int64_t out, int64_t k) {
        return register_module(
            name, torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, k).padding(k / 2)));
    };
    d_first = conv("first", 3 * fine_coefficients, width, 1);
    for (int64_t i = 1; i <= blocks; ++i) {
        const auto name = "block" + std::to_string(i);
        d_blocks.emplace_back(conv(name + "a", width, width, 3),
                              conv(name + "b", width, width, 3));
    }
    d_last = conv("last", width, 2 * fine_coefficients, 1);
    torch::nn::init::zeros_(d_last->weight);
    torch::nn::init::zeros_(d_last->bias);
}

torch::Tensor RefiningNetImpl::forward(const torch::Tensor& base,
                                       const torch::Tensor& refinement,
                                       const torch::Tensor& variances)
{
    const auto linear = base + inverse_block_dct(refinement);
    const auto expected = variances_of_half_blocks(variances).clamp_min(least_variance);
    const auto own = block_dct(base - 0.5, fine_side);
    const auto added = block_dct(linear - base, fine_side);
    auto features =
        d_first(torch::cat({ signed_logarithm(own),
                             signed_logarithm(added),
                             (torch::log2(expected) + middle_octave) * octave_scale },
                           1));
    for (auto& [a, b] : d_blocks)
        features = features + b(leaky(a(features)));
    const auto corrections = d_last(features).chunk(2, 1);
    return linear + inverse_block_dct(expected.sqrt() * corrections[0] +
                                          added * torch::tanh(corrections[1]),
                                      fine_side);
}

} // namespace djescc
