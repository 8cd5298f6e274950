/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Whole-number arithmetic of the net that predicts variances.

#include "codec/variance_net.h"

#include "codec/block_dct.h"
#include <array>
#include <cmath>
#include <string>
#include <torch/nn/init.h>
#include <torch/utils.h>

namespace djescc {
namespace {

// ITU-T H.265, 8.6.4.2: entry (k, n) of the 16-point core transform by k (2 n + 1), the
// angle in steps of pi / 32. Rows are 256 long.
constexpr std::array<float, 17> core_cosines{ 64, 90, 89, 87, 83, 80, 75, 70, 64,
                                              57, 50, 43, 36, 25, 18, 9,  0 };

float core_cosine(int64_t angle)
{
    angle %= 64;
    if (angle > 32)
        angle = 64 - angle;
    return angle > 16 ? -core_cosines[static_cast<std::size_t>(32 - angle)]
                      : core_cosines[static_cast<std::size_t>(angle)];
}

//! A frequency in each row.
torch::Tensor core_transform()
{
    auto matrix = torch::empty({ dct_side, dct_side });
    auto* entry = matrix.data_ptr<float>();
    for (int64_t k = 0; k < dct_side; ++k)
        for (int64_t n = 0; n < dct_side; ++n)
            *entry++ = core_cosine(k * (2 * n + 1));
    return matrix;
}

// Sums of the first pass are divided by this, so that those of the second stay whole.
constexpr float first_pass_scale = 1.0f / 64;
// 1024 of the second pass are one 8-bit level of an orthonormal DCT. Half of one is told
// apart from nothing.
constexpr float second_pass_scale = 1.0f / 512;
// Above all that 8-bit levels give.
constexpr int64_t most_magnitude = 32767;
// Steps of a feature in each doubling of a magnitude.
constexpr double steps_per_octave = 8;

// Features are whole numbers of this step, 0 to most_feature.
constexpr float feature_step = 1.0f / 16;
constexpr float most_feature = 255;
constexpr float most_weight = 127;
// Magnitudes of a filter's weights add up to no more than this and 1 for each weight, of
// which there are up to 9 * 256: times the largest feature that stays below 2^24.
constexpr float most_weight_sum = 63000;
constexpr float least_step = 1e-6f;
constexpr float quality_scale = 1.0f / 8;
// A variance that residuals at low rates have: 2^-12.
constexpr double initial_level = -12;
// Of the usual weights, so that features begin well below the largest: logarithms are no
// numbers around zero.
constexpr double first_part = 0.15, middle_part = 0.1, last_part = 0.1;

//! Rounding whose gradient is that of a straight line.
torch::Tensor rounded(const torch::Tensor& x)
{
    if (!x.requires_grad() || !torch::GradMode::is_enabled())
        return x.round();
    return x + (x.round() - x).detach();
}

//! Weights as whole numbers, and the step of each filter.
struct WholeWeights {
    torch::Tensor numbers; //!< shaped as the weights
    torch::Tensor step;    //!< filters x 1 x 1
};

WholeWeights whole(const torch::Tensor& weight)
{
    const auto flat = weight.detach().abs().flatten(1);
    // Products with reciprocals: devices divide by a constant in ways of their own.
    auto step = (std::get<0>(flat.max(1)) * (1 / most_weight)).clamp_min(least_step);
    // Of whole numbers too, so that it does not depend on the order.
    const auto sum = (flat / step.view({ -1, 1 })).round().sum(1);
    step = step * (sum * (1 / most_weight_sum)).clamp_min(1);
    const auto numbers =
        rounded(weight / step.view({ -1, 1, 1, 1 })).clamp(-most_weight, most_weight);
    return { numbers, step.view({ -1, 1, 1 }) };
}

//! Sums of whole numbers; each is then scaled, shifted and rounded by itself.
torch::Tensor
layer(const torch::nn::Conv2d& conv, const torch::Tensor& input, double output_step)
{
    const auto weights = whole(conv->weight);
    const auto sums =
        torch::conv2d(input, weights.numbers, {}, 1, conv->weight.size(2) / 2);
    const auto scaled = sums * (weights.step * (feature_step / output_step));
    return rounded(scaled + (conv->bias / output_step).view({ -1, 1, 1 }));
}

//! What is above the largest feature passes its gradient, so that it can come back.
torch::Tensor features(const torch::Tensor& whole_numbers)
{
    const auto positive = whole_numbers.clamp_min(0);
    if (!positive.requires_grad() || !torch::GradMode::is_enabled())
        return positive.clamp_max(most_feature);
    return positive + (positive.clamp_max(most_feature) - positive).detach();
}

torch::Tensor table_of_logarithms()
{
    auto table = torch::empty({ most_magnitude + 1 });
    auto* entry = table.data_ptr<float>();
    for (int64_t i = 0; i <= most_magnitude; ++i) {
        entry[i] = static_cast<float>(
            std::lround(steps_per_octave * std::log2(1.0 + static_cast<double>(i))));
    }
    return table;
}

//! 8-bit levels' sum, difference of red and blue, and twice green less both: the opponent
//! colours of block_dct() but for their lengths. Around zero for grey of one half.
torch::Tensor whole_opponents(const torch::Tensor& images)
{
    const auto levels = (images * 255).round();
    const auto red = levels.select(1, 0), green = levels.select(1, 1),
               blue = levels.select(1, 2);
    return torch::stack({ red + green + blue - 383, red - blue, green * 2 - red - blue },
                        1);
}

} // namespace

VarianceNetImpl::VarianceNetImpl(int64_t width, int64_t depth)
    : d_logarithms(table_of_logarithms())
{
    const auto conv = [this](
                          const std::string& name, int64_t in, int64_t out, int64_t k) {
        auto made = register_module(
            name, torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, k).padding(k / 2)));
        torch::nn::init::kaiming_normal_(made->weight);
        torch::nn::init::zeros_(made->bias);
        return made;
    };
    torch::NoGradGuard no_grad;
    d_first = conv("first", dct_coefficients + 1, width, 1);
    d_first->weight.mul_(first_part);
    for (int64_t i = 1; i <= depth; ++i) {
        d_middle.push_back(conv("middle" + std::to_string(i), width, width, 3));
        d_middle.back()->weight.mul_(middle_part);
    }
    d_last = conv("last", width, dct_coefficients, 1);
    d_last->weight.mul_(last_part);
    d_last->bias.fill_(initial_level);
}

torch::Tensor VarianceNetImpl::forward(const torch::Tensor& base,
                                       const torch::Tensor& quality)
{
    // Autocast would round sums to bfloat16.
    const c10::impl::ExcludeDispatchKeyGuard no_autocast(c10::autocast_dispatch_keyset);
    torch::Tensor input;
    {
        torch::NoGradGuard no_grad;
        const int64_t n = base.size(0), rows = base.size(2) / dct_side,
                      columns = base.size(3) / dct_side;
        const auto transform = core_transform().to(base.device());
        // Columns of the blocks, then their rows.
        auto sums = torch::matmul(transform,
                                  whole_opponents(base).reshape(
                                      { n, 3, rows, dct_side, columns * dct_side })) *
                    first_pass_scale;
        sums =
            torch::matmul(sums.round().view({ n, 3, rows, dct_side, columns, dct_side }),
                          transform.t()) *
            second_pass_scale;
        const auto magnitudes = sums.abs().round().clamp_max(most_magnitude);
        const auto logarithms =
            d_logarithms.to(base.device())
                .index_select(0, magnitudes.flatten().to(torch::kInt64))
                .view({ n, 3, rows, dct_side, columns, dct_side })
                .permute({ 0, 1, 3, 5, 2, 4 })
                .reshape({ n, dct_coefficients, rows, columns });
        const auto qualities = (quality.to(base.device()) * quality_scale)
                                   .round()
                                   .clamp(0, most_feature)
                                   .view({ n, 1, 1, 1 })
                                   .expand({ n, 1, rows, columns });
        input = torch::cat({ logarithms, qualities }, 1);
    }
    auto hidden = features(layer(d_first, input, feature_step));
    for (const auto& conv : d_middle) {
        hidden = features(hidden + layer(conv, hidden, feature_step));
    }
    return layer(d_last, hidden, 1 / levels_per_octave).clamp(least_level, most_level);
}

} // namespace djescc
