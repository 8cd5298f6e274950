/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Rearranges the weights of transposed convolutions, and keeps them until they change.

#include "net/transposed_conv.h"

#include <atomic>
#include <cmath>
#include <djescc/net/rewrites.h>
#include <torch/nn/functional/conv.h>
#include <torch/nn/functional/padding.h>
#include <torch/nn/functional/pixelshuffle.h>
#include <torch/nn/init.h>

namespace djescc {

namespace {

std::atomic<bool> rewrite_convolutions{ true };

} // namespace

void use_rewritten_convolutions(bool rewritten) { rewrite_convolutions = rewritten; }

bool has_rewritten_convolutions(const torch::nn::Module& net)
{
    for (const auto& module : net.modules())
        if (module->as<TransposedConvImpl>() != nullptr)
            return true;
    return false;
}

TransposedConvImpl::TransposedConvImpl(int64_t in_channels,
                                       int64_t out_channels,
                                       int64_t stride,
                                       int64_t kernel,
                                       bool with_bias)
    : d_stride(stride), d_kernel(kernel)
{
    TORCH_CHECK(stride == 1 || stride == 2, "stride must be 1 or 2, not ", stride);
    TORCH_CHECK(kernel % 2 == 1, "kernel must be odd, not ", kernel);
    weight = register_parameter(
        "weight", torch::empty({ in_channels, out_channels, kernel, kernel }));
    if (with_bias)
        bias = register_parameter("bias", torch::zeros({ out_channels }));
    // He initialisation with the fan-in that an output pixel really sees.
    torch::NoGradGuard no_grad;
    const double fan_in =
        static_cast<double>(kernel * kernel * in_channels) / (stride * stride);
    torch::nn::init::normal_(weight, 0.0, std::sqrt(2.0 / fan_in));
}

torch::Tensor TransposedConvImpl::rearranged_weight() const
{
    if (d_stride == 1)
        return weight.flip({ 2, 3 }).transpose(0, 1);
    // With P = (K - 1) / 2, output pixel 2m + p sees input m + (p + P - k) / 2 through
    // each tap k of the parity of p + P. With a zero tap behind the others where P is
    // even, and before them where it is odd, tap 2a + p sees input m + ceil(P / 2) - a:
    // each of the 2 x 2 phases is a convolution of half the width.
    const int64_t in = weight.size(0), out = weight.size(1), half = (d_kernel + 1) / 2;
    const int64_t before = d_kernel % 4 == 3 ? 1 : 0, behind = 1 - before;
    return torch::constant_pad_nd(weight, { before, behind, before, behind })
        .reshape({ in, out, half, 2, half, 2 })
        .flip({ 2, 4 })
        .permute({ 1, 3, 5, 0, 2, 4 })
        .reshape({ out * 4, in, half, half });
}

torch::Tensor TransposedConvImpl::rearranged_bias() const
{
    return d_stride == 1 || !bias.defined() ? bias : bias.repeat_interleave(4);
}

namespace {

int64_t version_of(const torch::Tensor& parameter)
{
    return parameter.is_inference() ? 0 : parameter._version();
}

} // namespace

bool TransposedConvImpl::Source::is(const torch::Tensor& parameter) const
{
    if (!parameter.defined())
        return true;
    return d_values.defined() && d_values.data_ptr() == parameter.data_ptr() &&
           d_version == version_of(parameter);
}

void TransposedConvImpl::Source::set(const torch::Tensor& parameter)
{
    if (!parameter.defined())
        return;
    d_values = parameter.detach();
    d_version = version_of(parameter);
}

torch::Tensor TransposedConvImpl::forward(const torch::Tensor& input)
{
    if (!rewrite_convolutions)
        return torch::conv_transpose2d(input,
                                       weight,
                                       bias,
                                       d_stride,
                                       /*padding=*/(d_kernel - 1) / 2,
                                       /*output_padding=*/d_stride - 1);
    torch::Tensor w, b;
    if (is_training() || torch::GradMode::is_enabled()) {
        d_weight_source = {};
        d_bias_source = {};
        w = rearranged_weight();
        b = rearranged_bias();
    } else {
        if (!d_weight_source.is(weight) || !d_bias_source.is(bias)) {
            d_kept_weight = rearranged_weight().contiguous();
            d_kept_bias = bias.defined() ? rearranged_bias().contiguous() : bias;
            d_weight_source.set(weight);
            d_bias_source.set(bias);
        }
        w = d_kept_weight;
        b = d_kept_bias;
    }
    if (d_stride == 1)
        return torch::conv2d(input, w, b, /*stride=*/1, /*padding=*/(d_kernel - 1) / 2);
    const int64_t right = (d_kernel + 1) / 4, left = (d_kernel - 1) / 2 - right;
    if (left == right)
        return torch::pixel_shuffle(
            torch::conv2d(input, w, b, /*stride=*/1, /*padding=*/left), 2);
    const auto padded = torch::constant_pad_nd(input, { left, right, left, right });
    return torch::pixel_shuffle(torch::conv2d(padded, w, b), 2);
}

} // namespace djescc
